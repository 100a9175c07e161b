import {
  add,
  type ComplexPair,
  div,
  equal,
  mul,
  reshape,
  ShapeError,
  sqrt,
  square,
  type Tensor,
  tidy,
  where,
} from "@plenoptic/tensor";
import { isComplex, mapParts, type RealOrComplex, shapeOf } from "./complex.js";
import { blurDownsample, oddOf, upsampleBlur } from "./resampling/blur.js";
import { squaredModulus } from "./signal/polar.js";

/** The local amplitude of a signal, and the signal divided by it. */
export interface LocalGain<X extends RealOrComplex = RealOrComplex> {
  /** Local amplitude, at half of the size. */
  norm: Tensor;
  /** The signal over its local amplitude. */
  direction: X;
}

/** The shape of images: of five axes, the second and third as channels one after the other. */
function imageShape(name: string, shape: readonly number[]): number[] {
  if (shape.length === 4) return [...shape];
  if (shape.length === 5) return [shape[0], shape[1] * shape[2], shape[3], shape[4]];
  throw new ShapeError(`${name}() needs a tensor of 4 or 5 axes, but got [${shape.join(", ")}].`);
}

/** √x, with a slope of 0 where x is 0. */
function safeRoot(x: Tensor): Tensor {
  const isZero = equal(x, 0);
  return where(isZero, 0, sqrt(where(isZero, 1, x)));
}

/** The local amplitude at the size of the signal, never below epsilon. */
function gainOf(norm: Tensor, shape: readonly number[], epsilon: number): Tensor {
  return add(upsampleBlur(norm, oddOf(shape)), epsilon);
}

/**
 * Divides a signal by its local amplitude, the root of the blurred square: norm = √{@link blurDownsample}(|x|²) and
 * direction = x / ({@link upsampleBlur}(norm) + ε). For real signals it is what {@link rectangularToPolar} is for complex ones.
 * Where the signal is 0 all around, the slope of the norm is taken to be 0.
 *
 * @param x - `[B, C, H, W]`, or coefficients `[B, C, orientations, H, W]`; real or complex
 * @param epsilon - keeps the divisor from 0. Default 1e-8.
 * @returns `norm`, `[…, ⌈H/2⌉, ⌈W/2⌉]` and real, and `direction`, as `x`
 * @throws {@link ShapeError} when there are not 4 or 5 axes, or height or width are below 3
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { localGainControl, localGainRelease } from "@plenoptic/process";
 * import { rand } from "@plenoptic/tensor";
 * const { norm, direction } = localGainControl(rand([1, 1, 16, 16]));
 * console.log(norm.shape, localGainRelease(norm, direction).shape); // [1, 1, 8, 8] [1, 1, 16, 16]
 * ```
 */
export function localGainControl(x: Tensor, epsilon?: number): LocalGain<Tensor>;
export function localGainControl(x: ComplexPair, epsilon?: number): LocalGain<ComplexPair>;
export function localGainControl(x: RealOrComplex, epsilon?: number): LocalGain;
export function localGainControl(x: RealOrComplex, epsilon = 1e-8): LocalGain {
  const shape = shapeOf(x);
  const flat = imageShape("localGainControl", shape);
  return tidy(() => {
    const images = mapParts(x, (part) => reshape(part, flat));
    const norm = safeRoot(blurDownsample(isComplex(images) ? squaredModulus(images) : square(images)));
    const gain = gainOf(norm, flat, epsilon);
    return {
      norm: reshape(norm, [...shape.slice(0, -2), ...norm.shape.slice(-2)]),
      direction: mapParts(images, (part) => reshape(div(part, gain), shape)),
    };
  });
}

/**
 * Undoes {@link localGainControl}: direction · ({@link upsampleBlur}(norm) + ε).
 *
 * @param norm - local amplitude, `[…, ⌈H/2⌉, ⌈W/2⌉]`
 * @param direction - `[B, C, H, W]` or `[B, C, orientations, H, W]`; real or complex
 * @param epsilon - the one that was used. Default 1e-8.
 * @returns the signal, as `direction`
 * @throws {@link ShapeError} when there are not 4 or 5 axes, or the sizes do not fit together
 */
export function localGainRelease(norm: Tensor, direction: Tensor, epsilon?: number): Tensor;
export function localGainRelease(norm: Tensor, direction: ComplexPair, epsilon?: number): ComplexPair;
export function localGainRelease(norm: Tensor, direction: RealOrComplex, epsilon?: number): RealOrComplex;
export function localGainRelease(norm: Tensor, direction: RealOrComplex, epsilon = 1e-8): RealOrComplex {
  const shape = shapeOf(direction);
  const flat = imageShape("localGainRelease", shape);
  return tidy(() => {
    const gain = gainOf(reshape(norm, imageShape("localGainRelease", norm.shape)), flat, epsilon);
    return mapParts(direction, (part) => reshape(mul(reshape(part, flat), gain), shape));
  });
}
