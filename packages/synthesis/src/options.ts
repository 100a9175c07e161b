import { invalidArgument, ValidationError } from "@plenoptic/tensor";
import type { Scale } from "./types.js";

/** What `onProgress` is told after each iteration. */
export interface ProgressReport {
  /** Iterations done in all, over all calls of `synthesize`. */
  iteration: number;
  /** Iterations that this call of `synthesize` may do. */
  maxIter: number;
  /** Objective at the start of the iteration, penalty included. */
  loss: number;
  /** The penalty function's own value, without λ. */
  penalty: number;
  /** L2 norm of the gradient. */
  gradientNorm: number;
  /** L2 norm of the change of the image. */
  pixelChangeNorm: number;
  /** Rate that the step was made with. */
  learningRate: number;
  /** Milliseconds since this call of `synthesize`. */
  elapsedMs: number;
  /** Coarse to fine: the scale that is being optimized, at the end "all". */
  currentScale?: Scale;
  /** Coarse to fine: objective of the scales that are being optimized, penalty included; what was descended. */
  currentScaleLoss?: number;
}

/** Options of `synthesize`. */
export interface SynthesizeOptions {
  /** Iterations at most. Default 100. */
  maxIter?: number;
  /** Keep every k-th image: false or 0 none, true or 1 all. Default false. */
  storeProgress?: boolean | number;
  /** Change of the loss that counts as none. Default 1e-4. */
  stopCriterion?: number;
  /** Over how many iterations the loss must not have changed. Default 50. */
  stopItersToCheck?: number;
  /** Stops between two iterations; what has been done stays. */
  signal?: AbortSignal;
  /** Called after each iteration, and waited for if it returns a promise. */
  onProgress?: (report: ProgressReport) => unknown;
}

/** Options of `synthesize`, coarse to fine. */
export interface SynthesizeCTFOptions extends SynthesizeOptions {
  /**
   * Change of a scale's loss that counts as none: then the next scale's turn has come. null: it has come after
   * `ctfItersToCheck` iterations, whatever the loss. Greater than `stopCriterion`. Default 1e-2.
   */
  changeScaleCriterion?: number | null;
  /** Over how many iterations a scale's loss must not have changed; at each scale as many are made at least. Default 50. */
  ctfItersToCheck?: number;
}

/** When to go on to the next scale, checked and complete. */
export interface ScaleOptions {
  readonly changeScaleCriterion: number | null;
  readonly ctfItersToCheck: number;
}

/** Options of `synthesize`, checked and complete. */
export interface CheckedOptions {
  maxIter: number;
  /** 0 for none. */
  storeProgress: number;
  stopCriterion: number;
  stopItersToCheck: number;
  signal?: AbortSignal;
  onProgress?: (report: ProgressReport) => unknown;
  /** Coarse to fine only. */
  scales?: ScaleOptions;
}

function wholeNumber(name: string, value: number, least: number): void {
  if (!Number.isInteger(value) || value < least)
    throw invalidArgument(name, value, `a whole number of at least ${least}`);
}

/** Checks everything before anything is changed. */
export function checkSynthesizeOptions(options: SynthesizeOptions): CheckedOptions {
  const {
    maxIter = 100,
    storeProgress = false,
    stopCriterion = 1e-4,
    stopItersToCheck = 50,
    signal,
    onProgress,
  } = options;
  wholeNumber("maxIter", maxIter, 1);
  wholeNumber("stopItersToCheck", stopItersToCheck, 1);
  const every = Number(storeProgress);
  wholeNumber("storeProgress", every, 0);
  if (!(typeof stopCriterion === "number" && stopCriterion >= 0)) {
    throw invalidArgument("stopCriterion", stopCriterion, "a number that is not negative");
  }
  if (onProgress !== undefined && typeof onProgress !== "function") {
    throw invalidArgument("onProgress", onProgress, "a function");
  }
  return { maxIter, storeProgress: every, stopCriterion, stopItersToCheck, signal, onProgress };
}

/** As {@link checkSynthesizeOptions}, with what is asked of scales. */
export function checkCTFOptions(options: SynthesizeCTFOptions): CheckedOptions & { scales: ScaleOptions } {
  const checked = checkSynthesizeOptions(options);
  const { changeScaleCriterion = 1e-2, ctfItersToCheck = 50 } = options;
  wholeNumber("ctfItersToCheck", ctfItersToCheck, 1);
  const criterion: unknown = changeScaleCriterion;
  if (!(criterion === null || (typeof criterion === "number" && criterion >= 0))) {
    throw invalidArgument("changeScaleCriterion", criterion, "a number that is not negative, or null");
  }
  if (changeScaleCriterion !== null && checked.stopCriterion >= changeScaleCriterion) {
    throw new ValidationError(
      "stop_criterion must be strictly less than change_scale_criterion: " +
        `stopCriterion is ${checked.stopCriterion}, changeScaleCriterion ${changeScaleCriterion}.`,
      { argument: "stopCriterion", value: checked.stopCriterion },
    );
  }
  return { ...checked, scales: { changeScaleCriterion, ctfItersToCheck } };
}
