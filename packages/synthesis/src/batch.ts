import type { Optimizer, Scheduler } from "@plenoptic/optim";
import {
  clone,
  concat,
  dispose,
  type FloatArray,
  keep,
  read,
  reshape,
  type Tensor,
  tidy,
} from "@plenoptic/tensor";
import { advance, evaluate, numbersPerIteration, type Objective, type Objectives } from "./iteration.js";
import { captureMoment, dropMoment, type Moment } from "./moment.js";

/** One iteration of a batch, as it was read. */
export interface BatchIteration {
  readonly loss: number;
  readonly descendedLoss: number;
  readonly penalty: number;
  readonly gradientNorm: number;
  readonly pixelChangeNorm: number;
  /** Rate that the step was made with. */
  readonly learningRate: number;
  /** The image at its start, where it is to be stored. */
  readonly frame: FloatArray | undefined;
  /** What there was after it. */
  readonly after: Moment;
  /** Objective and penalty of the image after it. */
  readonly next: { loss: number; penalty: number };
  /** That image; read for the last iteration of a batch only. */
  readonly image: FloatArray | undefined;
}

/** What a batch starts from. It changes the optimizer and the scheduler; taking over {@link Batch.before} takes that back. */
export interface BatchStart {
  readonly objectives: Objectives;
  readonly metamer: Tensor;
  readonly optimizer: Optimizer & Required<Pick<Optimizer, "capture">>;
  readonly scheduler: Scheduler | undefined;
  /** Whether the image at the start of the k-th iteration of the batch is stored. */
  storesFrame(k: number): boolean;
}

/**
 * Several iterations made one after the other without waiting for their numbers, which stay on the device. All are made when
 * it is constructed; {@link read} then fetches what they left, at one go.
 */
export class Batch {
  /** What there was before the first iteration. */
  readonly before: Moment;
  /** Why there are fewer iterations than were asked for: the model failed. */
  readonly error: unknown;
  private readonly moments: Moment[] = [];
  private readonly learningRates: number[] = [];
  private readonly frames: (Tensor | undefined)[] = [];
  private readonly numbers: Tensor[] = [];

  constructor(start: BatchStart, count: number) {
    const { objectives, optimizer, scheduler } = start;
    this.before = captureMoment(start.metamer, optimizer, scheduler);
    let { metamer } = start;
    try {
      for (let k = 0; k < count; k++) {
        const learningRate = optimizer.lr;
        const done = advance(objectives, metamer, optimizer);
        scheduler?.step();
        this.numbers.push(keep(done.numbers));
        this.frames.push(start.storesFrame(k) ? keep(clone(metamer)) : undefined);
        this.learningRates.push(learningRate);
        this.moments.push(captureMoment(done.metamer, optimizer, scheduler));
        done.metamer.dispose();
        metamer = this.moments[k].metamer;
      }
      this.numbers.push(keep(currentNumbers(objectives.recorded, metamer)));
    } catch (error) {
      this.error = error;
    }
  }

  /** Waits for the device, and gives the iterations in order. Their moments, and {@link before}, belong to the caller. */
  async read(): Promise<BatchIteration[]> {
    const count = this.moments.length;
    const last = count > 0 ? this.moments[count - 1].metamer : undefined;
    const all = this.numbers.length > 0 ? tidy(() => keep(concat(this.numbers))) : undefined;
    try {
      const [numbers, image, ...frames] = await Promise.all(
        [all, last, ...this.frames].map((x) => (x ? read(x) : undefined)),
      );
      return this.moments.map((after, k) => {
        const at = k * numbersPerIteration;
        const [loss, penalty, descendedLoss, gradient, change, nextLoss, nextPenalty] = (
          numbers as FloatArray
        ).subarray(at);
        return {
          loss,
          descendedLoss,
          penalty,
          gradientNorm: Math.sqrt(gradient),
          pixelChangeNorm: Math.sqrt(change),
          learningRate: this.learningRates[k],
          frame: frames[k],
          after,
          // What the next iteration started from; NaN where the model failed there.
          next: { loss: nextLoss ?? Number.NaN, penalty: nextPenalty ?? Number.NaN },
          image: k === count - 1 ? image : undefined,
        };
      });
    } catch (error) {
      for (const moment of this.moments) dropMoment(moment);
      throw error;
    } finally {
      dispose(all, this.numbers, this.frames);
    }
  }
}

/** Objective and penalty of an image, left on the device. */
function currentNumbers(objective: Objective, image: Tensor): Tensor {
  return tidy(() => {
    const { loss, penalty } = evaluate(objective, image);
    return concat([reshape(loss, [1]), reshape(penalty, [1])]);
  });
}
