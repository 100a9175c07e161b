import { invalidArgument, OutOfRangeError, ShapeError, StateError, type Tensor } from "@plenoptic/tensor";
import { isComplex as isPair } from "../complex.js";
import type { PyramidCoefficients, PyramidScale } from "./types.js";

const residuals = ["residual_lowpass", "residual_highpass"] as const;

function checkScales(name: string, scales: readonly PyramidScale[], numScales: number): Set<PyramidScale> {
  for (const scale of scales) {
    if (typeof scale === "string" && !residuals.includes(scale)) {
      throw invalidArgument(
        name,
        scale,
        `made of scale numbers, ${residuals.map((r) => `"${r}"`).join(" and ")}`,
      );
    }
    if (typeof scale === "number" && !(Number.isInteger(scale) && scale >= 0 && scale < numScales)) {
      throw new OutOfRangeError(
        name === "scales"
          ? `Scales must be within 0 and numScales-1, that is ${numScales - 1}, but got ${scale}.`
          : `Level numbers must be non-negative and in the range [0, ${numScales - 1}], but got ${scale}.`,
      );
    }
  }
  return new Set(scales);
}

/** The scales that are asked for; all when left out. */
export function checkForwardScales(
  scales: readonly PyramidScale[] | undefined,
  all: readonly PyramidScale[],
  numScales: number,
): Set<PyramidScale> {
  if (scales !== undefined && !Array.isArray(scales)) {
    throw invalidArgument("scales", scales, "a list of scales, or left out for all");
  }
  return checkScales("scales", scales ?? all, numScales);
}

/** The levels to reconstruct from. */
export function checkLevels(
  levels: "all" | readonly PyramidScale[],
  all: readonly PyramidScale[],
  numScales: number,
): Set<PyramidScale> {
  if (levels === "all") return new Set(all);
  if (!Array.isArray(levels)) {
    throw invalidArgument("levels", levels, "a list of levels or the string 'all'");
  }
  return checkScales("levels", levels, numScales);
}

/** The bands to reconstruct from; undefined stands for all. */
export function checkBands(
  bands: "all" | readonly number[],
  numOrientations: number,
): readonly number[] | undefined {
  if (bands === "all") return undefined;
  if (!Array.isArray(bands)) {
    throw invalidArgument("bands", bands, "a list of ints or the string 'all'");
  }
  for (const band of bands as readonly number[]) {
    if (!(Number.isInteger(band) && band >= 0 && band < numOrientations)) {
      throw new OutOfRangeError(
        `band numbers must be in the range [0, ${numOrientations - 1}], but got ${band}.`,
      );
    }
  }
  return bands;
}

/** What coefficients of a scale must look like. */
export interface Expected {
  readonly size: readonly number[];
  /** Left out: a residual. */
  readonly orientations?: number;
  readonly isComplex?: boolean;
}

/** The coefficients of a scale, checked: [real part, imaginary part where there is one]. */
export function partsOf(
  coefficients: PyramidCoefficients,
  scale: PyramidScale,
  { size, orientations, isComplex = false }: Expected,
): Tensor[] {
  const found = coefficients.get(scale);
  if (found === undefined) {
    throw new StateError(
      `scale ${scale} not in pyrCoeffs! It must include all scales, so make sure forward() was called without scales.`,
    );
  }
  if (isPair(found) !== isComplex) {
    throw new ShapeError(
      `Scale ${scale} must be ${isComplex ? "a pair of real and imaginary parts" : "real"}, but the coefficients are not.`,
    );
  }
  const parts = isPair(found) ? [found.real, found.imag] : [found];
  const own = orientations === undefined ? [...size] : [orientations, ...size];
  for (const { shape } of parts) {
    if (shape.length !== 2 + own.length || own.some((extent, axis) => shape[axis + 2] !== extent)) {
      throw new ShapeError(
        `Coefficients of scale ${scale} must have the shape [B, C, ${own.join(", ")}], but got [${shape.join(", ")}].`,
      );
    }
  }
  return parts;
}
