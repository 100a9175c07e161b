import type { Device, FloatArray, Tensor } from "@plenoptic/tensor";
import type { CheckOptions } from "./saving/checks.js";
import type { CoarseToFine } from "./scale-schedule.js";
import type { LossFunction, OptimizerClass, PenaltyFunction, SchedulerClass } from "./types.js";

/** Options of {@link Metamer}. */
export interface MetamerOptions {
  /** Distance of two representations. Default `mse`. */
  lossFunction?: LossFunction;
  /** What an image costs by itself. Default `penalizeRange`. */
  penaltyFunction?: PenaltyFunction;
  /** Weight λ of the penalty, ≥ 0. Default 0.1. */
  penaltyLambda?: number;
}

/** Options of {@link MetamerCTF}. */
export interface MetamerCTFOptions extends MetamerOptions {
  /**
   * "together": each scale is matched along with all coarser ones; "separate": each by itself. At the end all are, either
   * way. Default "together".
   */
  coarseToFine?: CoarseToFine;
}

/** Options of {@link Metamer.setup}. */
export interface SetupOptions {
  /** Where to start, of the image's shape. Default: uniform noise. */
  initialImage?: Tensor;
  /** A class of optimizers. Default Adam, with amsgrad. */
  optimizer?: OptimizerClass;
  /** Its options; the learning rate is 0.01 unless it is given. */
  optimizerOptions?: object;
  /** A class of learning-rate schedulers. Default none. */
  scheduler?: SchedulerClass;
  schedulerOptions?: object;
}

/** Options of {@link Metamer.load}. */
export interface LoadOptions extends CheckOptions {
  /** Where the object goes once it is loaded, e.g. `{ device: "webgpu" }`. Default: where it is. */
  mapLocation?: Partial<Device>;
}

/** What {@link Metamer.getProgress} gives. */
export interface Progress {
  /** The iteration, counted from 0. */
  iteration: number;
  losses: number;
  penalties: number;
  /** Null for the current image, whose gradient has not been computed. */
  gradientNorm: number | null;
  pixelChangeNorm: number | null;
  /** With storeProgress: the stored image that goes with the iteration. */
  savedMetamer?: FloatArray;
  /** With storeProgress: the iteration of that image. */
  storeProgressIteration?: number;
}
