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
import { iterate, notFinite } from "./iteration.js";
import { MetamerState } from "./metamer-state.js";
import { canRunAhead, dropMoment, type Moment } from "./moment.js";
import type { CheckedOptions } from "./options.js";
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
type Recorded = Pick<BatchIteration, "loss" | "penalty" | "gradientNorm" | "pixelChangeNorm">;

/** A {@link MetamerState} that iterates. */
export abstract class MetamerLoop extends MetamerState {
  /** All values at some iteration not long ago, in host memory; on devices that can be lost. */
  private rescue: { snapshot: Snapshot; at: number } | undefined;
  /** Where the object stands since its device was lost. */
  protected lost: Snapshot | undefined;

  protected async loop(options: CheckedOptions): Promise<void> {
    await this.checks;
    const { maxIter, signal } = options;
    const start = performance.now();
    const report = (recorded: Recorded, learningRate: number) =>
      this.report(recorded, learningRate, options, performance.now() - start);
    try {
      await this.keepForRescue(0);
      const optimizer = this.optimizerInUse;
      const runsAhead =
        !canReadAtOnce(this.device) && optimizer && canRunAhead(optimizer, this.schedulerInUse);
      if (runsAhead) await this.runAhead(maxIter, signal, report);
      else await this.runOneByOne(maxIter, signal, report);
      await this.awaitCurrent();
    } catch (error) {
      if (error instanceof DeviceLostError) throw this.afterLoss(error);
      // What was done can be looked at.
      if (!canReadAtOnce(this.device)) await this.refresh();
      throw error;
    }
    await this.refresh();
  }

  /** Tells what was recorded last; gives whether synthesis has converged. */
  private async report(
    { loss, penalty, gradientNorm, pixelChangeNorm }: Recorded,
    learningRate: number,
    { maxIter, stopCriterion, stopItersToCheck, onProgress }: CheckedOptions,
    elapsedMs: number,
  ): Promise<boolean> {
    const { losses } = this.records;
    const iteration = losses.length;
    if (onProgress) {
      const numbers = { loss, penalty, gradientNorm, pixelChangeNorm };
      await onProgress({ iteration, maxIter, ...numbers, learningRate, elapsedMs });
    }
    const isDone = hasConverged(losses, stopCriterion, stopItersToCheck);
    if (isDone) warn("synthesis", "Loss has converged, stopping synthesis");
    return isDone;
  }

  private record({ loss, penalty, gradientNorm, pixelChangeNorm }: Recorded): void {
    const { records } = this;
    records.losses.push(loss);
    records.penalties.push(penalty);
    records.gradientNorm.push(gradientNorm);
    records.pixelChangeNorm.push(pixelChangeNorm);
  }

  private storesFrame(iteration: number): boolean {
    return this.storeEvery ? iteration % this.storeEvery === 0 : false;
  }

  private async runOneByOne(
    maxIter: number,
    signal: AbortSignal | undefined,
    report: (recorded: Recorded, learningRate: number) => Promise<boolean>,
  ): Promise<void> {
    let turn = performance.now();
    for (let i = 0; i < maxIter && !signal?.aborted; i++) {
      const learningRate = this.optimizerInUse?.lr ?? Number.NaN;
      const step = this.step();
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
  private step(): Recorded | Promise<Recorded> {
    const iteration = this.records.losses.length;
    const { optimizerInUse: optimizer, device, metamer } = this;
    if (!optimizer) throw new StateError("The object has been disposed.");
    const readNow = canReadAtOnce(device) ? readSync : read;
    const frame = this.storesFrame(iteration) ? readNow(metamer) : undefined;
    const result = runCoroutine(device, () => iterate(this.objective, metamer, optimizer, iteration));
    const finish = (
      done: Recorded & { metamer: typeof metamer },
      image: FloatArray | undefined,
    ): Recorded => {
      if (image) this.frames.push(image);
      this.replaceMetamer(done.metamer, undefined);
      this.record(done);
      this.schedulerInUse?.step(done.loss);
      return done;
    };
    if (result instanceof Promise || frame instanceof Promise) {
      return Promise.all([result, frame]).then(([done, image]) => finish(done, image));
    }
    return finish(result, frame);
  }

  /** Iterations in batches: the device is not waited for after each, and what they give is the same. */
  private async runAhead(
    maxIter: number,
    signal: AbortSignal | undefined,
    report: (recorded: Recorded, learningRate: number) => Promise<boolean>,
  ): Promise<void> {
    let size = 1;
    for (let done = 0; done < maxIter && !signal?.aborted; ) {
      const began = performance.now();
      const batch = this.startBatch(Math.min(size, maxIter - done));
      const iterations = await batch.read();
      const isDone = await this.replay(iterations, batch, signal, report);
      if (isDone) return;
      if (batch.error !== undefined) throw batch.error;
      await this.keepForRescue();
      done += iterations.length;
      size = this.nextSize(size, performance.now() - began);
    }
  }

  private nextSize(size: number, ms: number): number {
    // The image, and up to three moments of Adam, for each iteration.
    const fitting = Math.max(1, Math.floor(batchBytes / (16 * this.image.size)));
    const wanted = ms < batchMs / 2 ? 2 * size : ms > 2 * batchMs ? size >> 1 : size;
    return Math.max(1, Math.min(wanted, fitting, largestBatch));
  }

  /** Makes a batch, and leaves the object at the moment before it: whoever looks meanwhile sees one that is consistent. */
  private startBatch(count: number): Batch {
    const { optimizerInUse: optimizer, schedulerInUse: scheduler, objective, metamer } = this;
    if (!optimizer || !canRunAhead(optimizer, scheduler))
      throw new StateError("The object has been disposed.");
    const iteration = this.records.losses.length;
    const storesFrame = (k: number) => this.storesFrame(iteration + k);
    return withDevice(this.device, () => {
      const batch = new Batch({ objective, metamer, optimizer, scheduler, storesFrame }, count);
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

  /** Goes through what a batch has done, iteration by iteration, to where synthesis ends or the batch does. */
  private async replay(
    iterations: readonly BatchIteration[],
    { error }: Batch,
    signal: AbortSignal | undefined,
    report: (recorded: Recorded, learningRate: number) => Promise<boolean>,
  ): Promise<boolean> {
    let taken = 0;
    try {
      for (const iteration of iterations) {
        if (!Number.isFinite(iteration.loss)) throw notFinite(this.records.losses.length, iteration.loss);
        if (iteration.frame) this.frames.push(iteration.frame);
        const isLast = taken === iterations.length - 1;
        this.install(iteration.after, isLast && error !== undefined ? undefined : iteration.next);
        taken++;
        this.currentImage = iteration.image;
        this.record(iteration);
        const isDone = await report(iteration, iteration.learningRate);
        if (isDone || signal?.aborted) return true;
      }
      return false;
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
  private afterLoss(cause: DeviceLostError): DeviceLostError {
    const snapshot = this.rescue?.snapshot;
    if (!snapshot?.metamer) return cause;
    this.lost = snapshot;
    const { losses, penalties, gradientNorm, pixelChangeNorm, current, frames, metamer } = snapshot;
    this.records = {
      losses: [...losses],
      penalties: [...penalties],
      gradientNorm: [...gradientNorm],
      pixelChangeNorm: [...pixelChangeNorm],
    };
    this.current = current;
    this.currentImage = metamer.values;
    this.frames = frames.map(({ values }) => values);
    return new DeviceLostError(
      `${cause.message} The state after ${losses.length} iterations is kept: losses and savedMetamer can be read, ` +
        'and synthesis can go on elsewhere after await to({ device: "cpu" }).',
      { cause },
    );
  }

  protected forgetRescue(): void {
    this.rescue = undefined;
    this.lost = undefined;
  }
}
