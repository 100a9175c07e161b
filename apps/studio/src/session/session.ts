import type { FilmFormat } from "../film.js";
import { fromAddress, toAddress } from "../settings/address.js";
import { defaultSettings, isForeign, type Settings } from "../settings/settings.js";
import type { Store } from "../state.js";
import type { BuiltIn } from "./built-in.js";
import { Computing } from "./computing.js";
import { type Guarded, guardedBy } from "./guarded.js";
import { Keeping } from "./keeping.js";
import { type KeptWork, keptWork } from "./kept-work.js";
import { Pictures } from "./pictures.js";
import { problemOf } from "./problems.js";
import { settingsOfRecord } from "./records.js";
import { setSettings } from "./set-settings.js";
import { Synthesis } from "./synthesis.js";

const isSame = (a: Settings, b: Settings) => toAddress(a) === toAddress(b);

/** Browsers and mail programs rename files. */
const startsAsZip = async (file: Blob): Promise<boolean> =>
  (await file
    .slice(0, 2)
    .text()
    .catch(() => "")) === "PK";

/** A file of a run that can be taken away. */
export type TakenFile = "metamer.pt" | "metamer.png" | "target.png";

/** What visitors do, one method each: it asks the worker, and changes the state. */
export class Session {
  private readonly computing = new Computing((news) => this.synthesis.hear(news));
  private readonly guarded: Guarded;
  private readonly pictures: Pictures;
  private readonly keeping: Keeping;
  readonly synthesis: Synthesis;
  private ready: Promise<void> | undefined;
  /** Files that are being read. */
  private reading = 0;

  constructor(private readonly store: Store) {
    const { computing } = this;
    this.guarded = guardedBy(store, computing);
    this.pictures = new Pictures(
      store,
      () => this.worker,
      (settings) => this.set(settings),
    );
    this.keeping = new Keeping(store, this.save);
    this.synthesis = new Synthesis(store, computing, this.keeping, this.guarded);
  }

  private get worker() {
    return this.computing.client;
  }

  /** Finds out what there is, and takes up the work of the last visit, or what the address says. */
  begin(): Promise<void> {
    this.ready ??= this.guarded(() => this.findBeginning());
    return this.ready;
  }

  private async findBeginning(): Promise<void> {
    const { store } = this;
    try {
      const { catalogue, devices } = await this.worker.describe();
      store.set({ catalogue, devices, phase: "ready" });
      const address = location.hash.slice(1);
      const kept = await keptWork();
      if (kept && (address === "" || isSame(fromAddress(address), kept.settings)))
        return await this.takeUp(kept);
      await this.follow(address);
      if (kept) store.set({ keptBefore: kept.iteration });
    } catch (error) {
      store.set({ phase: "ready" });
      if (!store.state.file) await this.pictures.find(store.state.settings);
      throw error;
    }
  }

  /** Takes the settings of a link, and the picture where the page has it. */
  private async follow(address: string): Promise<void> {
    const settings = address === "" ? defaultSettings : fromAddress(address);
    const nothing = { file: undefined, initial: undefined, preview: undefined, wanted: undefined };
    this.store.set({ settings, ...nothing, problem: undefined });
    await this.pictures.find(settings);
  }

  /** Another link was put into the address of the open page. */
  async addressChanged(): Promise<void> {
    if (this.store.state.phase === "running" || this.store.state.phase === "pausing")
      await this.synthesis.pause();
    await this.guarded(() => this.follow(location.hash.slice(1)));
  }

  /** The work of the last visit, in place of what a link asked for. */
  async takeUpKept(): Promise<void> {
    this.store.set({ keptBefore: undefined });
    await this.guarded(async () => {
      const kept = await keptWork();
      if (kept) await this.takeUp(kept);
    });
  }

  /** Work of an earlier visit, to go on with. */
  private async takeUp({ settings, picture, initial, file, outcome }: KeptWork): Promise<void> {
    const { store } = this;
    store.set({ initial, phase: "starting" });
    this.set(settings);
    await this.pictures.take(picture);
    if (isForeign(settings.model)) {
      // Its code runs once the visitor says again that it is trusted; the work can be looked at before.
      this.synthesis.opened(await this.worker.open(file), file, picture, settings.maxIter);
      store.setRun({ more: settings.maxIter });
    } else {
      const start = await this.synthesis.start({ file: picture, settings, resume: file });
      this.synthesis.begun(start, settings, picture);
      store.setRun({ outcome });
    }
    store.set({ phase: "ended", note: "This is where you were when the page was closed." });
  }

  /** A picture that the visitor brings, or a saved metamer. */
  async useFile(given: Blob, name: string): Promise<void> {
    // Until it is known, a click on Run would make a metamer of the picture before.
    this.reading++;
    this.store.set({ isReading: true });
    // Somebody may be faster than the page.
    await this.ready;
    await this.guarded(async () => {
      this.store.set({ problem: undefined, note: undefined });
      if (/\.pt$/i.test(name) || (await startsAsZip(given))) await this.openSaved(given, name);
      else if (/\.json$/i.test(name)) await this.followRecord(given, name);
      else await this.pictures.use(given, name);
    });
    this.reading--;
    this.store.set({ isReading: this.reading > 0 });
  }

  /** The settings of a `metamer.json`; its picture stays where it is the one that is shown. */
  private async followRecord(given: Blob, name: string): Promise<void> {
    const settings = await settingsOfRecord(given, name);
    const { file, settings: before } = this.store.state;
    this.set(settings);
    if (settings.initialImage !== before.initialImage) this.store.set({ initial: undefined });
    this.store.set({ announcement: `Took the settings of ${name}` });
    if (file && settings.picture === before.picture) await this.pictures.show();
    else await this.follow(toAddress(settings));
  }

  useBuiltIn(builtIn: BuiltIn): Promise<void> {
    return this.guarded(() => this.pictures.useBuiltIn(builtIn));
  }

  /** A picture to start from, in place of noise; undefined: noise again. */
  async startFrom(given: File | undefined): Promise<void> {
    await this.guarded(() => this.pictures.startFrom(given));
  }

  /** A `.pt` file, to look at and to go on with. */
  private async openSaved(file: Blob, name: string): Promise<void> {
    const { store } = this;
    store.set({ shown: undefined });
    const found = await this.worker.open(file);
    const { known } = found;
    const { device } = store.state.settings;
    this.set({ ...defaultSettings, crop: undefined, ...known, pictureName: name, device, picture: "saved" });
    await this.pictures.take(file);
    this.synthesis.opened(found, file, file, found.records.losses.length);
    const what = known.model ? `a metamer of ${known.model}` : "a metamer of a model that is not built in";
    store.set({
      note: `${name} holds ${what}. To go on, set the options of the model as they were: the file does not hold them.`,
      announcement: `Opened ${name}`,
    });
  }

  private set(settings: Settings, isOnTheWay = false): void {
    setSettings(this.store, settings, isOnTheWay);
  }

  /** What visitors choose; on the way while something is dragged. */
  change(settings: Settings, isOnTheWay = false): void {
    const before = this.store.state.settings;
    this.set(settings, isOnTheWay);
    const names = ["crop", "left", "top", "reduce", "color"] as const;
    if (names.every((name) => settings[name] === before[name])) return;
    // Where a run is on its way, it is not ended by this.
    this.pictures.show().catch((error) => this.store.set({ problem: problemOf(error) }));
  }

  /** Whether the visitor trusts the foreign code that the settings name. */
  trust(isTrusted: boolean): void {
    this.store.set({ trusted: isTrusted ? this.store.state.settings.model : undefined });
  }

  complain(message: string): void {
    this.store.set({ problem: { code: "page", message } });
  }

  forget = (): Promise<void> => this.keeping.forget();

  /** The stored images and the loss as a film; what draws it is loaded now. */
  async film(format: FilmFormat): Promise<Blob | undefined> {
    const { store } = this;
    let film: Blob | undefined;
    await this.guarded(async () => {
      store.set({ problem: undefined, working: "Making the film …", announcement: "Making the film" });
      const [{ filmOf }, arrays] = await Promise.all([import("../film.js"), this.worker.arrays()]);
      film = await filmOf(arrays, format, (part) =>
        store.set({ working: `Making the film: ${Math.round(100 * part)} %` }),
      );
      store.set({ announcement: "The film is made" });
    });
    store.set({ working: undefined });
    return film;
  }

  private save = (): Promise<Blob> => this.worker.save();

  /** A file to take away; undefined where it cannot be made, and then it is said why. */
  async file(what: TakenFile): Promise<Blob | undefined> {
    let file = this.store.state.run?.opened;
    if (file && what === "metamer.pt") return file;
    await this.guarded(async () => {
      this.store.set({ problem: undefined });
      file = await (what === "metamer.pt"
        ? this.save()
        : this.worker.png(what === "target.png" ? "target" : "metamer"));
    });
    return file;
  }
}
