import { invalidArgument, ValidationError, warn } from "@plenoptic/tensor";
import type { SteerableMaskOptions } from "./types.js";

/** The options of the masks, checked and filled in. */
export type CheckedMaskOptions = Required<Omit<SteerableMaskOptions, "height">> & {
  readonly imageShape: readonly [height: number, width: number];
  readonly numScales: number;
};

function checkImageShape(imageShape: readonly number[]): [number, number] {
  if (!imageShape.every((n) => Number.isInteger(n) && n > 0)) {
    throw invalidArgument("imageShape", imageShape, "castable to ints: two whole numbers above 0");
  }
  if (imageShape.length !== 2) {
    throw invalidArgument("imageShape", imageShape, "of length 2: [height, width]");
  }
  return [imageShape[0], imageShape[1]];
}

function checkHeight(height: "auto" | number, [rows, columns]: readonly [number, number]): number {
  const most = 31 - Math.clz32(Math.min(rows, columns)) - 2;
  if (height === "auto") return Math.max(0, most);
  if (typeof height === "number" && height > most && height > 0) {
    throw new ValidationError(
      `Cannot build pyramid higher than ${Math.max(0, most)} levels from ${rows} × ${columns} pixels, but height is ${height}.`,
      { argument: "height", value: height },
    );
  }
  if (!Number.isInteger(height) || height < 0) {
    throw new ValidationError(`Height must be a non-negative integer or "auto", but got ${height}.`, {
      argument: "height",
      value: height,
    });
  }
  return height;
}

/**
 * Checks what a pyramid is made from.
 *
 * @throws {@link ValidationError} when a value is out of range
 */
export function checkMaskOptions(
  imageShape: readonly number[],
  options: SteerableMaskOptions,
): CheckedMaskOptions {
  const { height = "auto", order = 3, twidth = 1, isComplex = false, downsample = true } = options;
  const { maskPrecision = "float32" } = options;
  const shape = checkImageShape(imageShape);
  const numScales = checkHeight(height, shape);
  if (!Number.isInteger(order) || order < 0 || order > 15) {
    throw invalidArgument("order", order, "an integer in the range [0, 15]");
  }
  if (order === 0 && isComplex) {
    throw new ValidationError(
      "Complex pyramid cannot have order=0! See https://github.com/plenoptic-org/plenoptic/issues/326 for an explanation.",
      { argument: "order", value: order },
    );
  }
  if (!(twidth > 0 && Number.isInteger(twidth))) {
    throw invalidArgument("twidth", twidth, "positive, a whole number of octaves");
  }
  if (maskPrecision !== "float32" && maskPrecision !== "float64") {
    throw invalidArgument("maskPrecision", maskPrecision, '"float32" or "float64"');
  }
  return { imageShape: shape, numScales, order, twidth, isComplex, downsample, maskPrecision };
}

/** Warns of images that cannot be reconstructed exactly. */
export function warnOfOddSize([height, width]: readonly [number, number]): void {
  if (height % 2 !== 0 || width % 2 !== 0) {
    warn("pyramid", "Reconstruction will not be perfect with odd-sized images");
  }
}
