import type { FilmFormat } from "../film.js";
import type { News, OpenedFile, Progress, RunEnd, RunOrder, RunStart } from "../protocol.js";
import { fromAddress, toAddress } from "../settings/address.js";
import { defaultSettings, isForeign, type Settings } from "../settings/settings.js";
import type { Store } from "../state.js";
import type { BuiltIn } from "./built-in.js";
import { Computing } from "./computing.js";
import { Keeping } from "./keeping.js";
import { type KeptWork, keptWork } from "./kept-work.js";
import { Pictures } from "./pictures.js";
import { problemOf, wasEnded } from "./problems.js";
import { joinRecords, settingsOfRecord } from "./records.js";

const isSame = (a: Settings, b: Settings) => toAddress(a) === toAddress(b);

/** What goes on from a file is asked for so many iterations more: the file does not say how many there were to be. */
const moreOfOpened = 100;

/** Browsers and mail programs rename files. */
const startsAsZip = async (file: Blob): Promise<boolean> =>
  (await file
    .slice(0, 2)
    .text()
    .catch(() => "")) === "PK";

/** What visitors do, one method each: it asks the worker, and changes the state. */
export class Session {
  private readonly computing = new Computing((news) => this.hear(news));
  private readonly pictures: Pictures;
  private readonly keeping: Keeping;
  private ready: Promise<void> | undefined;
  private isStopping = false;
  private looks = 0;

  constructor(private readonly store: Store) {
    this.pictures = new Pictures(
      store,
      () => this.worker,
      (settings) => this.set(settings),
    );
    this.keeping = new Keeping(store, this.save);
  }

  private get worker() {
    return this.computing.client;
  }

  /** Does something that may fail, and says what failed. */
  private async guarded(work: () => Promise<void>): Promise<void> {
    const { store } = this;
    try {
      await work();
    } catch (error) {
      if (wasEnded(error)) return;
      if (problemOf(error).code === "memory") this.computing.isWorn = true;
      const isBusy = !["ready", "ended", "loading"].includes(store.state.phase);
      if (isBusy) store.set({ phase: store.state.run ? "ended" : "ready" });
      store.set({ problem: problemOf(error), announcement: "" });
    }
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
    if (this.store.state.phase === "running" || this.store.state.phase === "pausing") await this.pause();
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
    store.set({ settings, initial, phase: "starting" });
    history.replaceState(null, "", `#${toAddress(settings)}`);
    await this.pictures.take(picture);
    if (isForeign(settings.model)) {
      // Its code runs once the visitor says again that it is trusted; the work can be looked at before.
      this.opened(await this.worker.open(file), file, picture, settings.maxIter);
      store.setRun({ more: settings.maxIter });
    } else {
      const start = await this.start({ file: picture, settings, resume: file });
      this.begun(start, settings, picture);
      store.setRun({ outcome });
    }
    store.set({ phase: "ended", note: "This is where you were when the page was closed." });
  }

  /** A picture that the visitor brings, or a saved metamer. */
  async useFile(given: Blob, name: string): Promise<void> {
    // Somebody may be faster than the page.
    await this.ready;
    await this.guarded(async () => {
      this.store.set({ problem: undefined, note: undefined });
      if (/\.pt$/i.test(name) || (await startsAsZip(given))) await this.openSaved(given, name);
      else if (/\.json$/i.test(name)) await this.followRecord(given, name);
      else await this.pictures.use(given, name);
    });
  }

  /** The settings of a `metamer.json`; its picture stays where it is the one that is shown. */
  private async followRecord(given: Blob, name: string): Promise<void> {
    const settings = await settingsOfRecord(given, name);
    const { file, settings: before } = this.store.state;
    this.set(settings);
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
    this.opened(found, file, file, found.records.losses.length);
    const what = known.model ? `a metamer of ${known.model}` : "a metamer of a model that is not built in";
    store.set({
      note: `${name} holds ${what}. To go on, set the options of the model as they were: the file does not hold them.`,
      announcement: `Opened ${name}`,
    });
  }

  /** Shows what a file has, for which no model has been made yet. */
  private opened(
    found: OpenedFile,
    file: Blob,
    picture: Blob,
    until: number,
    settings = this.store.state.settings,
  ): void {
    const { target, metamer, records, storedEvery, storedFrames } = found;
    const facts = { device: "", dtype: settings.dtype, reason: "", used: settings };
    this.begun({ target, metamer, records, storedEvery, storedFrames, ...facts }, settings, picture);
    const iteration = records.losses.length;
    this.store.setRun({
      opened: file,
      outcome: "opened",
      until: Math.max(until, iteration),
      more: moreOfOpened,
    });
    this.store.set({ phase: "ended" });
  }

  /** Changes settings, and the address with them. */
  private set(settings: Settings, isOnTheWay = false): void {
    this.store.set({ settings, problem: undefined });
    // Browsers refuse an address that changes with each movement of a pointer.
    if (!isOnTheWay) history.replaceState(null, "", `#${toAddress(settings)}`);
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

  /** Begins in the worker, which gives up what it had. */
  private async start(order: RunOrder): Promise<RunStart> {
    try {
      await this.computing.suit(order.settings);
      return await this.worker.start(order);
    } catch (error) {
      if (!wasEnded(error)) await this.goBack();
      throw error;
    }
  }

  /** Back to the file that a run was opened from, or that was last saved of it: the worker has nothing else any more. */
  private async goBack(): Promise<void> {
    const { run } = this.store.state;
    const file = run?.opened ?? this.keeping.last;
    if (!run || !file) return this.store.set({ run: undefined, phase: "ready" });
    const found = await this.worker.open(file);
    if (!run.opened) this.opened(found, file, run.picture, run.until, run.settings);
    return this.store.set({ phase: "ended" });
  }

  /** Ends a computation that does not answer. */
  async endComputation(): Promise<void> {
    this.isStopping = false;
    this.computing.restart();
    await this.guarded(async () => {
      await this.goBack();
      const { run } = this.store.state;
      const where = run ? ` This is how it was after ${run.iteration} iterations.` : "";
      const note = `The computation was ended.${where}`;
      this.store.set({ note, problem: undefined, announcement: note });
    });
  }

  private begun(start: RunStart, settings: Settings, picture: Blob): void {
    const { metamer, records, storedFrames, used } = start;
    this.keeping.last = undefined;
    const iteration = records.losses.length;
    const initial = settings.initialImage === undefined ? undefined : this.store.state.initial;
    this.store.set({
      run: {
        ...{ start, settings, picture, initial, metamer, iteration, records, storedFrames },
        error: { kind: "none" },
        until: Math.max(settings.maxIter, iteration),
        more: used.maxIter,
        perSecond: Number.NaN,
      },
      shown: undefined,
    });
  }

  /** A new metamer with the settings as they are. */
  async run(iterations = this.store.state.settings.maxIter): Promise<void> {
    const { file, initial } = this.store.state;
    let { settings } = this.store.state;
    if (!file) return;
    await this.guarded(async () => {
      this.store.set({ phase: "starting", problem: undefined, note: undefined, announcement: "Starting" });
      this.store.set({ keptBefore: undefined });
      const start = await this.start({ file, settings, ...(settings.initialImage && { initial }) });
      // From now on the address says what computes: only so does it stand for the same bits.
      if (settings.device === "auto") {
        settings = { ...settings, device: start.used.device };
        this.set(settings);
      }
      this.begun(start, settings, file);
      await this.synthesize(Math.min(iterations, settings.maxIter));
    });
  }

  async step(): Promise<void> {
    const { run } = this.store.state;
    if (!run) return this.run(1);
    await this.guarded(async () => {
      await this.makeOpened();
      await this.synthesize(run.iteration + 1);
    });
  }

  /** Makes the model for what was opened from a file. */
  private async makeOpened(): Promise<void> {
    const { run, settings } = this.store.state;
    if (!run?.opened) return;
    const { opened: resume, picture: file, until, more } = run;
    this.store.set({ phase: "starting", problem: undefined, note: undefined });
    const start = await this.start({ file, settings, resume });
    this.begun(start, { ...settings, device: start.used.device }, file);
    this.store.setRun({ until, more });
  }

  /** Goes on to the end; or beyond it, by as many iterations again. */
  async goOn(): Promise<void> {
    const { run } = this.store.state;
    if (!run) return;
    const until = run.iteration < run.until ? run.until : run.until + run.more;
    await this.guarded(async () => {
      await this.makeOpened();
      this.alter({ maxIter: until });
      await this.synthesize(until);
    });
  }

  /** Changes what a run is to be, and the form with it: a link then stands for the run as it has become. */
  private alter(change: Partial<Settings>): void {
    const { run, settings } = this.store.state;
    if (!run) return;
    this.set({ ...settings, ...change });
    const used = { ...run.start.used, ...change };
    const until = change.maxIter ?? run.until;
    this.store.setRun({ settings: { ...run.settings, ...change }, until, start: { ...run.start, used } });
  }

  async pause(): Promise<void> {
    if (this.store.state.phase !== "running") return;
    this.store.set({ phase: "pausing" });
    await this.guarded(() => this.worker.pause());
  }

  /** Ends it where it is: the settings then stand for so many iterations. */
  async stop(): Promise<void> {
    this.isStopping = true;
    if (this.store.state.phase === "running") await this.pause();
    else await this.stopped();
  }

  private async stopped(): Promise<void> {
    this.isStopping = false;
    const { run } = this.store.state;
    if (!run || run.iteration === 0) return;
    this.alter({ maxIter: run.iteration });
    this.store.setRun({ outcome: "stopped" });
    this.store.set({ announcement: `Stopped after ${run.iteration} iterations` });
    await this.keeping.now();
  }

  private async synthesize(until: number): Promise<void> {
    const { run } = this.store.state;
    if (!run) return;
    // Who goes on after convergence does not want to be stopped by it: one iteration later it would have converged again.
    if (run.outcome === "converged") this.alter({ stopCriterion: 0 });
    this.store.set({ phase: "running", problem: undefined, shown: undefined, announcement: "Running" });
    this.store.setRun({ outcome: undefined, sha256: undefined });
    const { stopCriterion } = this.store.state.run?.settings ?? run.settings;
    this.ended(await this.worker.synthesize(until, stopCriterion));
    if (this.isStopping) await this.stopped();
    else await this.keeping.now();
  }

  private ended(end: RunEnd): void {
    this.take(end);
    const { run } = this.store.state;
    const isStep = end.outcome === "finished" && run !== undefined && end.iteration < run.until;
    const outcome = isStep ? "paused" : end.outcome;
    this.store.setRun({ outcome, sha256: end.sha256 });
    const how = { paused: "Paused", finished: "Finished", converged: "Converged" }[outcome];
    this.store.set({ phase: "ended", announcement: `${how} after ${end.iteration} iterations` });
  }

  private hear(news: News): void {
    const { run } = this.store.state;
    if (news.kind === "note") this.store.set({ note: news.text });
    else if (news.kind === "moved") {
      const { device, reason } = news;
      if (run) this.store.setRun({ start: { ...run.start, device, reason } });
      this.store.set({ note: reason });
    } else {
      this.take(news.progress);
      // The run goes on, whether it can be kept or not.
      this.keeping.nowAndThen().catch((error) => {
        if (!wasEnded(error)) this.store.set({ isKept: false });
      });
    }
  }

  private take({ iteration, records, metamer, error, storedFrames, perSecond, scale }: Progress): void {
    const { run } = this.store.state;
    if (!run) return;
    joinRecords(run.records, records);
    this.store.setRun({ iteration, metamer, storedFrames, perSecond, scale, ...(error && { error }) });
  }

  /** A stored image by its index; null is the current one. */
  async show(index: number | null): Promise<void> {
    if (index === null) {
      this.looks++;
      return this.store.set({ shown: undefined });
    }
    await this.guarded(async () => {
      const count = ++this.looks;
      const frame = await this.worker.frame(index);
      // Somebody who drags is further by now.
      if (count === this.looks) this.store.set({ shown: { index, ...frame } });
    });
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
  async file(what: "metamer.pt" | "metamer.png" | "target.png"): Promise<Blob | undefined> {
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
