import {
  canReadAtOnce,
  DeviceLostError,
  type FloatArray,
  read,
  readSync,
  runCoroutine,
  StateError,
  warn,
  withDevice,
} from "@plenoptic/tensor";
import { Batch, type BatchIteration } from "./batch.js";
import { checkFinite, iterate, type Objectives } from "./iteration.js";
import { MetamerSnapshot } from "./metamer-snapshot.js";
import { canRunAhead, dropMoment, type Moment } from "./moment.js";
import type { CheckedOptions, ProgressReport } from "./options.js";
import { pause } from "./pause.js";
import type { Snapshot } from "./saving/snapshot.js";
import { hasConverged } from "./stop-rule.js";

/** Milliseconds of work between two turns for timers and signals. */
const turnMs = 16;
/** A batch should take about so long: long against the wait for the device, short for those who watch or abort. */
const batchMs = 100;
const largestBatch = 32;
/** Images and optimizers' states of all iterations of a batch stay on the device until it has been read. */
const batchBytes = 2 ** 28;
/** How often all values are copied to host memory, from where synthesis can go on if the device is lost. */
const rescueMs = 1000;

/** What an iteration adds to the records. */
export type Recorded = Pick<
  BatchIteration,
  "loss" | "descendedLoss" | "penalty" | "gradientNorm" | "pixelChangeNorm"
>;
type Report = (recorded: Recorded, learningRate: number) => Promise<boolean>;

/** A {@link MetamerSnapshot} that iterates. What is descended may change between iterations. */
export abstract class MetamerLoop extends MetamerSnapshot {
  /** All values at some iteration not long ago, in host memory; on devices that can be lost. */
  private rescue: { snapshot: Snapshot; at: number } | undefined;
  /** Where the object stands since its device was lost. */
  protected lost: Snapshot | undefined;

  /** What the next iteration descends and records; asked for before it is made, or a batch that begins with it. */
  protected nextObjectives(_options: CheckedOptions): Objectives {
    const { objective } = this;
    return { recorded: objective, descended: objective };
  }

  /** How many iterations may be made before {@link nextObjectives} is asked again, if {@link objectivesChange} is, too. */
  protected iterationsAhead(_options: CheckedOptions): number {
    return Number.POSITIVE_INFINITY;
  }

  /** Whether {@link nextObjectives} will give others than it did. */
  protected objectivesChange(_options: CheckedOptions): boolean {
    return false;
  }

  protected hasConverged({ stopCriterion, stopItersToCheck }: CheckedOptions): boolean {
    return hasConverged(this.records.losses, stopCriterion, stopItersToCheck);
  }

  /** What the report of an iteration says beside what all say. */
  protected reportMore(_recorded: Recorded): Partial<ProgressReport> {
    return {};
  }

  protected async loop(options: CheckedOptions): Promise<void> {
    await this.checks;
    const start = performance.now();
    const report: Report = (recorded, learningRate) =>
      this.report(recorded, learningRate, options, performance.now() - start);
    try {
      await this.keepForRescue(0);
      const optimizer = this.optimizerInUse;
      const runsAhead =
        !canReadAtOnce(this.device) && optimizer && canRunAhead(optimizer, this.schedulerInUse);
      if (runsAhead) await this.runAhead(options, report);
      else await this.runOneByOne(options, report);
      await this.refresh();
      // The device may also be lost while nothing runs.
      await this.keepForRescue(0);
    } catch (error) {
      if (error instanceof DeviceLostError) throw this.afterLoss(error);
      // What was done can be looked at.
      if (!canReadAtOnce(this.device)) await this.refresh();
      throw error;
    }
  }

  /** Tells what was recorded last; gives whether synthesis has converged. */
  private async report(
    recorded: Recorded,
    learningRate: number,
    options: CheckedOptions,
    elapsedMs: number,
  ): Promise<boolean> {
    const { maxIter, onProgress } = options;
    const iteration = this.records.losses.length;
    if (onProgress) {
      const { loss, penalty, gradientNorm, pixelChangeNorm } = recorded;
      const numbers = { loss, penalty, gradientNorm, pixelChangeNorm, ...this.reportMore(recorded) };
      await onProgress({ iteration, maxIter, ...numbers, learningRate, elapsedMs });
    }
    const isDone = this.hasConverged(options);
    if (isDone) warn("synthesis", "Loss has converged, stopping synthesis");
    return isDone;
  }

  protected record({ loss, penalty, gradientNorm, pixelChangeNorm }: Recorded): void {
    const { records } = this;
    records.losses.push(loss);
    records.penalties.push(penalty);
    records.gradientNorm.push(gradientNorm);
    records.pixelChangeNorm.push(pixelChangeNorm);
  }

  private storesFrame(iteration: number): boolean {
    return this.storeEvery ? iteration % this.storeEvery === 0 : false;
  }

  private async runOneByOne(options: CheckedOptions, report: Report): Promise<void> {
    const { maxIter, signal } = options;
    let turn = performance.now();
    for (let i = 0; i < maxIter && !signal?.aborted; i++) {
      const objectives = this.nextObjectives(options);
      const learningRate = this.optimizerInUse?.lr ?? Number.NaN;
      const step = this.step(objectives);
      const recorded = step instanceof Promise ? await step : step;
      if (await report(recorded, learningRate)) return;
      await this.keepForRescue();
      if (performance.now() - turn > turnMs) {
        await pause();
        turn = performance.now();
      }
    }
  }

  /** One iteration; where values can be read at once it is synchronous, so that nothing can come between its parts. */
  private step(objectives: Objectives): Recorded | Promise<Recorded> {
    const iteration = this.records.losses.length;
    const { optimizerInUse: optimizer, device, metamer } = this;
    if (!optimizer) throw new StateError("The object has been disposed.");
    const readNow = canReadAtOnce(device) ? readSync : read;
    const frame = this.storesFrame(iteration) ? readNow(metamer) : undefined;
    // The iteration may fail before anybody waits for it.
    if (frame instanceof Promise) frame.catch(() => undefined);
    const result = runCoroutine(device, () => iterate(objectives, metamer, optimizer, iteration));
    const finish = (
      done: Recorded & { metamer: typeof metamer },
      image: FloatArray | undefined,
    ): Recorded => {
      if (image) this.frames.push(image);
      this.replaceMetamer(done.metamer, undefined);
      this.record(done);
      this.schedulerInUse?.step(done.descendedLoss);
      return done;
    };
    if (result instanceof Promise || frame instanceof Promise) {
      return Promise.all([result, frame]).then(([done, image]) => finish(done, image));
    }
    return finish(result, frame);
  }

  /** Iterations in batches: the device is not waited for after each, and what they give is the same. */
  private async runAhead(options: CheckedOptions, report: Report): Promise<void> {
    const { maxIter, signal } = options;
    let size = 1;
    for (let done = 0; done < maxIter && !signal?.aborted; ) {
      const began = performance.now();
      const objectives = this.nextObjectives(options);
      const count = Math.min(size, maxIter - done, this.iterationsAhead(options));
      const batch = this.startBatch(objectives, count);
      const iterations = await batch.read();
      const { taken, isDone } = await this.replay(iterations, batch, options, report);
      if (isDone) return;
      if (batch.error !== undefined && taken === iterations.length) throw batch.error;
      await this.keepForRescue();
      done += taken;
      if (count === size) size = this.nextSize(size, performance.now() - began);
    }
  }

  private nextSize(size: number, ms: number): number {
    // The image, and up to three moments of Adam, for each iteration.
    const fitting = Math.max(1, Math.floor(batchBytes / (16 * this.image.size)));
    const wanted = ms < batchMs / 2 ? 2 * size : ms > 2 * batchMs ? size >> 1 : size;
    return Math.max(1, Math.min(wanted, fitting, largestBatch));
  }

  /** Makes a batch, and leaves the object at the moment before it: whoever looks meanwhile sees one that is consistent. */
  private startBatch(objectives: Objectives, count: number): Batch {
    const { optimizerInUse: optimizer, schedulerInUse: scheduler, metamer } = this;
    if (!optimizer || !canRunAhead(optimizer, scheduler))
      throw new StateError("The object has been disposed.");
    const iteration = this.records.losses.length;
    const storesFrame = (k: number) => this.storesFrame(iteration + k);
    return withDevice(this.device, () => {
      const batch = new Batch({ objectives, metamer, optimizer, scheduler, storesFrame }, count);
      const { current, currentImage } = this;
      this.install(batch.before, current);
      this.currentImage = currentImage;
      return batch;
    });
  }

  private install(
    { metamer, optimizer, scheduler, lr }: Moment,
    known: BatchIteration["next"] | undefined,
  ): void {
    this.replaceMetamer(metamer, known);
    optimizer.restore();
    if (scheduler) this.schedulerInUse?.loadStateDict(scheduler);
    if (this.optimizerInUse) this.optimizerInUse.lr = lr;
  }

  /**
   * Goes through what a batch has done, iteration by iteration, to where synthesis ends, something else is to be descended,
   * or the batch ends. What was made beyond that is forgotten.
   */
  private async replay(
    iterations: readonly BatchIteration[],
    { error }: Batch,
    options: CheckedOptions,
    report: Report,
  ): Promise<{ taken: number; isDone: boolean }> {
    let taken = 0;
    try {
      for (const iteration of iterations) {
        if (taken > 0 && this.objectivesChange(options)) break;
        checkFinite(this.records.losses.length, iteration.loss, iteration.descendedLoss);
        if (iteration.frame) this.frames.push(iteration.frame);
        const isLast = taken === iterations.length - 1;
        this.install(iteration.after, isLast && error !== undefined ? undefined : iteration.next);
        taken++;
        this.currentImage = iteration.image;
        this.record(iteration);
        const isDone = await report(iteration, iteration.learningRate);
        if (isDone || options.signal?.aborted) return { taken, isDone: true };
      }
      return { taken, isDone: false };
    } finally {
      for (const { after } of iterations.slice(taken)) dropMoment(after);
    }
  }

  private async keepForRescue(everyMs = rescueMs): Promise<void> {
    const now = performance.now();
    if (canReadAtOnce(this.device) || (this.rescue && now - this.rescue.at < everyMs)) return;
    this.rescue = { snapshot: await this.snapshot(), at: now };
  }

  /** The object goes back to what was last copied to host memory. */
  protected afterLoss(cause: DeviceLostError): DeviceLostError {
    const snapshot = this.rescue?.snapshot;
    if (!snapshot?.metamer) return cause;
    this.lost = snapshot;
    this.takeRecords(snapshot);
    this.currentImage = snapshot.metamer.values;
    return new DeviceLostError(
      `${cause.message} The state after ${snapshot.losses.length} iterations is kept: losses and savedMetamer can be read, ` +
        'and synthesis can go on elsewhere after await to({ device: "cpu" }).',
      { cause },
    );
  }

  protected forgetRescue(): void {
    this.rescue = undefined;
    this.lost = undefined;
  }
}
