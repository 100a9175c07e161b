import {
  reshape,
  type SeparableFilters,
  type SeparableTerm,
  type Tensor,
  tensor,
  tidy,
} from "@plenoptic/tensor";
import { exp } from "./exp.js";
import { checkFilterArguments, type KernelSize, kernelShape } from "./filter-arguments.js";
import type { OneOrMany } from "./one-or-many.js";

/**
 * The taps of a centred Gaussian, normalized to sum 1: exp(-d² / 2σ²) / Σ, d being the distance of a tap to the middle
 * of the window (between two taps when their number is even).
 *
 * @param size - number of taps
 * @param std - standard deviation σ in pixels, above 0
 *
 * @example
 * ```ts
 * import { gaussian1d } from "@plenoptic/process";
 * console.log(gaussian1d(3, 0.5)); // 0.107 0.787 0.107
 * ```
 */
export function gaussian1d(size: number, std: number): Float64Array {
  const middle = (size - 1) / 2;
  // Relative to the innermost tap, which cancels in the sum: a very narrow Gaussian between two taps is then ½ and ½,
  // where underflow would give 0 / 0.
  const innermost = size % 2 === 0 ? 0.25 : 0;
  const taps = Float64Array.from({ length: size }, (_, i) =>
    exp((innermost - (i - middle) ** 2) / (2 * std * std)),
  );
  const total = taps.reduce((sum, tap) => sum + tap, 0);
  return taps.map((tap) => tap / total);
}

/**
 * A Gaussian of two dimensions as the product of two of one: exp(-(y² + x²) / 2σ²) factors, and so does its sum.
 *
 * @param weight - factor for the whole filter
 */
export function gaussianTerm(kernelSize: KernelSize, std: number, weight = 1): SeparableTerm {
  const [height, width] = kernelShape(kernelSize);
  return { vertical: gaussian1d(height, std).map((tap) => tap * weight), horizontal: gaussian1d(width, std) };
}

/**
 * Circular Gaussian filters, each normalized to sum 1.
 *
 * @param kernelSize - whole number or [height, width]
 * @param std - standard deviation in pixels, one for all channels or one for each
 * @param outChannels - number of filters; the length of `std` when left out
 * @returns filters `[outChannels, 1, height, width]`
 * @throws {@link ValidationError} when an argument is not positive or lengths differ
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { circularGaussian2d } from "@plenoptic/process";
 * console.log(circularGaussian2d(5, [1, 2]).shape); // [2, 1, 5, 5]
 * ```
 */
export function circularGaussian2d(kernelSize: KernelSize, std: OneOrMany, outChannels?: number): Tensor {
  const checked = checkFilterArguments(kernelSize, std, outChannels);
  return filterTensor(checked.std.map((s) => ({ channel: 0, terms: [gaussianTerm(checked.kernelSize, s)] })));
}

/** The taps in two dimensions of separable filters: `[filters.length, 1, height, width]`. */
export function filterTensor(filters: SeparableFilters): Tensor {
  const { vertical, horizontal } = filters[0].terms[0];
  const [height, width] = [vertical.length, horizontal.length];
  const taps = filters.flatMap(({ terms }) =>
    Array.from({ length: height * width }, (_, at) => {
      const [i, j] = [Math.floor(at / width), at % width];
      return terms.reduce((sum, term) => sum + term.vertical[i] * term.horizontal[j], 0);
    }),
  );
  return tidy(() => reshape(tensor(taps), [filters.length, 1, height, width]));
}
