import type { PlotArray, RealArray } from "./arrays.js";
import { PlotIndexError, PlotValueError } from "./errors.js";

/** A number for each iteration, and one for the state after the last. */
export type Record = ArrayLike<number>;

/** What a synthesis has recorded of its losses. */
export interface MetamerLosses {
  /** Values of the objective function, loss + λ · penalty. */
  readonly losses: Record;
  readonly penalties: Record;
  readonly penaltyLambda: number;
}

/** What a maximum differentiation (MAD) competition has recorded of its losses. */
export interface MadLosses extends MetamerLosses {
  readonly referenceMetricLoss: Record;
  readonly optimizedMetricLoss: Record;
}

/** Either of them. */
export type SynthesisLosses = MetamerLosses | MadLosses;

export const isMad = (object: SynthesisLosses): object is MadLosses => "referenceMetricLoss" in object;

/** The loss without the penalty: how far the representations are from each other. */
export const metamerLoss = ({ losses, penalties, penaltyLambda }: MetamerLosses): number[] =>
  Array.from(losses, (loss, i) => loss - penaltyLambda * penalties[i]);

/** A finished or running synthesis as plain numbers. */
export interface SynthesisArrays extends MetamerLosses {
  /** `[batch, channel, height, width]` */
  readonly image: RealArray;
  readonly metamer: RealArray;
  /** Stored frames, each of the shape of `image`; undefined or empty when none were stored. */
  readonly savedMetamer?: readonly RealArray[];
  /** A frame was stored every so many iterations; false, 0 or undefined when none were. */
  readonly storeProgress?: number | false;
  readonly gradientNorm?: Record;
  readonly pixelChangeNorm?: Record;
  readonly targetRepresentation?: PlotArray;
}

/** An iteration counted from 0, from one that may be null (the last) or negative (from the end). */
export function resolveIteration(iteration: number | null | undefined, count: number): number {
  if (iteration === null || iteration === undefined) return count - 1;
  if (!Number.isInteger(iteration)) {
    throw new PlotValueError(`iteration must be an int or None (null for the last), but got ${iteration}.`);
  }
  const found = iteration < 0 ? count + iteration : iteration;
  if (found < 0 || found >= count) {
    throw new PlotIndexError(
      `iteration=${iteration} out of bounds with ${count} iterations of synthesis. Choose ${-count} to ${count - 1}.`,
    );
  }
  return found;
}
