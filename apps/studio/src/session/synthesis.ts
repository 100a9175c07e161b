import type { News, OpenedFile, Progress, RunEnd, RunOrder, RunStart } from "../protocol.js";
import type { Settings } from "../settings/settings.js";
import type { Store } from "../state.js";
import type { Computing } from "./computing.js";
import type { Guarded } from "./guarded.js";
import type { Keeping } from "./keeping.js";
import { wasEnded } from "./problems.js";
import { joinRecords } from "./records.js";
import { setSettings } from "./set-settings.js";

/** What goes on from a file is asked for so many iterations more: the file does not say how many there were to be. */
const moreOfOpened = 100;

/** The run: it is begun, paused, gone on with, ended, and looked at. */
export class Synthesis {
  private isStopping = false;
  private looks = 0;

  constructor(
    private readonly store: Store,
    private readonly computing: Computing,
    private readonly keeping: Keeping,
    private readonly guarded: Guarded,
  ) {}

  private get worker() {
    return this.computing.client;
  }

  /** Begins in the worker, which gives up what it had. */
  async start(order: RunOrder): Promise<RunStart> {
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

  begun(start: RunStart, settings: Settings, picture: Blob): void {
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
        setSettings(this.store, settings);
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
    setSettings(this.store, { ...settings, ...change });
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

  hear(news: News): void {
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

  /** Shows what a file has, for which no model has been made yet. */
  opened(
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
}
