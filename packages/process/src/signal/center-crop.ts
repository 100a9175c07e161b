import { type ComplexPair, invalidArgument, slice, type Tensor } from "@plenoptic/tensor";
import { mapParts, pictureSize, type RealOrComplex, shapeOf } from "../complex.js";

/**
 * The square in the middle of an image. What is the middle of `n` pixels is pixel ⌊n / 2⌋, where also the zero shift of
 * {@link autocorrelation} lies; a square of odd side is centred on it, one of even side has one more pixel before it.
 *
 * @param x - `[…, H, W]`, real or complex
 * @param size - side of the square, at most H and W
 * @returns `[…, size, size]`
 * @throws {@link ValidationError} when the size is no whole number above 0, or larger than the image;
 *   {@link ShapeError} when there are fewer than two axes
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { centerCrop } from "@plenoptic/process";
 * import { readSync, tensor } from "@plenoptic/tensor";
 * const x = tensor([[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11], [12, 13, 14, 15]]);
 * console.log(readSync(centerCrop(x, 3))); // 5 6 7 9 10 11 13 14 15
 * ```
 */
export function centerCrop(x: Tensor, size: number): Tensor;
export function centerCrop(x: ComplexPair, size: number): ComplexPair;
export function centerCrop(x: RealOrComplex, size: number): RealOrComplex;
export function centerCrop(x: RealOrComplex, size: number): RealOrComplex {
  const shape = shapeOf(x);
  const [height, width] = pictureSize("centerCrop", shape);
  if (!Number.isInteger(size)) throw invalidArgument("size", size, "one whole number");
  if (size > height || size > width) {
    throw invalidArgument("size", size, `at most the image's height and width, ${height} and ${width}`);
  }
  if (size <= 0) throw invalidArgument("size", size, "positive");
  const start = (extent: number) => Math.floor(extent / 2) - Math.floor(size / 2);
  const lead = shape.slice(0, -2);
  const begin = [...lead.map(() => 0), start(height), start(width)];
  return mapParts(x, (part) => slice(part, begin, [...lead, size, size]));
}
