import type { RealArray } from "./arrays.js";
import { PlotIndexError, PlotValueError } from "./errors.js";
import type { Representation } from "./representation.js";
import { warn } from "./warnings.js";

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

interface Stored {
  /** A frame was stored every so many iterations; false, 0 or undefined when none were. */
  readonly storeProgress?: number | boolean | null;
}

/** A metamer, finished or in the making, as plain numbers. */
export interface MetamerArrays extends MetamerLosses, Stored {
  /** The target, `[batch, channel, height, width]`. */
  readonly image: RealArray;
  readonly metamer: RealArray;
  /** Stored frames, the last of them being `metamer`. */
  readonly savedMetamer?: readonly RealArray[];
  /** May have a method `plotRepresentation(data, options)`, which then draws. */
  readonly model?: unknown;
  /** The model's answer to a stored frame (null: to `metamer`) minus that to `image`. */
  readonly representationError?: (frame: number | null) => Representation;
}

/** A MAD competition as plain numbers. */
export interface MadArrays extends MadLosses, Stored {
  /** The reference image, `[batch, channel, height, width]`. */
  readonly image: RealArray;
  readonly madImage: RealArray;
  readonly savedMadImage?: readonly RealArray[];
}

/** Eigendistortions as plain numbers. */
export interface EigendistortionArrays {
  /** The reference image, `[1, channel, height, width]`. */
  readonly image: RealArray;
  /** `[number, channel, height, width]` */
  readonly eigendistortions: RealArray;
  /** Which one of all each of them is. */
  readonly eigenindex: ArrayLike<number>;
}

/** Something synthesized, as plain numbers. */
export type SynthesisArrays = MetamerArrays | MadArrays | EigendistortionArrays;

export type SynthesisKind = "Metamer" | "MADCompetition" | "Eigendistortion";

export function kindOf(object: SynthesisArrays): SynthesisKind {
  if ("metamer" in object) return "Metamer";
  if ("madImage" in object) return "MADCompetition";
  if ("eigendistortions" in object) return "Eigendistortion";
  throw new PlotValueError(
    "The object must be a Metamer, MADCompetition or Eigendistortion as plain arrays, but has neither metamer nor " +
      "madImage nor eigendistortions.",
  );
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

/** The nearest whole number, a half to the even one, as Python rounds. */
function roundHalfToEven(x: number): number {
  const below = Math.floor(x);
  if (x - below !== 0.5) return Math.round(x);
  return below % 2 === 0 ? below : below + 1;
}

/** What a synthesis had come to at some iteration. */
export interface Moment {
  readonly image: RealArray;
  /** Its place among the stored frames; null for the current image. */
  readonly frame: number | null;
  /** The iteration of the image, which may be another than the one asked for; undefined for eigendistortions. */
  readonly iteration: number | undefined;
}

type Iterated = MetamerArrays | MadArrays;

/** Stored frames, the last of them being the current image. */
export const savedFrames = (object: Iterated): readonly RealArray[] =>
  ("metamer" in object ? object.savedMetamer : object.savedMadImage) ?? [];

/** The image at an iteration: the nearest stored one, with a warning where it is not that itself, or for null the current one. */
export function momentAt(object: SynthesisArrays, iteration: number | null | undefined): Moment {
  kindOf(object);
  const isCurrent = iteration === null || iteration === undefined;
  if ("eigendistortions" in object) {
    if (isCurrent) return { image: object.eigendistortions, frame: null, iteration: undefined };
    throw new PlotValueError("When synthesis_object is an Eigendistortion, iteration must be None (null)!");
  }
  const at = resolveIteration(iteration, object.losses.length);
  if (isCurrent) {
    return { image: "metamer" in object ? object.metamer : object.madImage, frame: null, iteration: at };
  }
  if (!object.storeProgress) {
    throw new PlotIndexError(
      "When synthesis_object.store_progress=False, iteration must be None (null)! Only synthesize with storeProgress " +
        "keeps images of earlier iterations.",
    );
  }
  const frame = Math.min(roundHalfToEven(at / Number(object.storeProgress)), savedFrames(object).length - 1);
  const moment = momentOfFrame(object, frame);
  if (moment.iteration !== at) {
    warn(`loss iteration and iteration for the saved image are not the same: ${at} and ${moment.iteration}.`);
  }
  return moment;
}

/** What a stored frame shows. */
export function momentOfFrame(object: Iterated, frame: number): Moment {
  const iteration = Math.min(frame * Number(object.storeProgress), object.losses.length - 1);
  return { image: savedFrames(object)[frame], frame, iteration };
}
