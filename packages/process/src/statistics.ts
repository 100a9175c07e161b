import {
  div,
  mean as meanOf,
  mul,
  pow,
  square,
  sub,
  type Tensor,
  type TensorLike,
  tidy,
} from "@plenoptic/tensor";

/** Options of {@link variance}. */
export interface VarianceOptions {
  /** The mean, when it is known: a number, or a tensor that broadcasts with `x`. Computed when left out. */
  mean?: TensorLike;
  /** Axes to average over, negative ones counted from the end. All when left out. */
  axes?: number | readonly number[];
  /** Whether these axes stay, with an extent of 1. Default false. */
  keepDims?: boolean;
}

/** Options of {@link skew} and {@link kurtosis}. */
export interface MomentOptions extends VarianceOptions {
  /** The variance, when it is known: a number, or a tensor that broadcasts with the result. Computed when left out. */
  var?: TensorLike;
}

/** x less its mean, and the mean of its squares. */
function central(x: Tensor, { mean, axes, keepDims, var: known }: MomentOptions) {
  const deviation = sub(x, mean ?? meanOf(x, axes, true));
  const squared = square(deviation);
  return { deviation, squared, var: known ?? meanOf(squared, axes, keepDims) };
}

/**
 * The mean square deviation from the mean, ⟨(x - μ)²⟩: the sample's variance without a correction for its size.
 *
 * @param x - of any shape
 * @param options - by name, see {@link VarianceOptions}
 * @returns the shape of `x` without the axes averaged over, or with extents of 1 there if `keepDims`
 * @throws {@link OutOfRangeError} when there is no such axis; {@link ShapeError} when `mean` does not broadcast
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { variance } from "@plenoptic/process";
 * import { readSync, tensor } from "@plenoptic/tensor";
 * console.log(readSync(variance(tensor([[1, 2, 3], [0, 0, 6]]), { axes: 1 }))); // 0.667 8
 * ```
 */
export function variance(x: Tensor, options: VarianceOptions = {}): Tensor {
  const { mean, axes, keepDims } = options;
  return tidy(() => meanOf(square(sub(x, mean ?? meanOf(x, axes, true))), axes, keepDims));
}

/**
 * The skewness ⟨(x - μ)³⟩ / σ³: 0 for what is symmetric about its mean, positive when the larger values spread further.
 * Where the variance is 0 it is NaN.
 *
 * @param x - of any shape
 * @param options - by name, see {@link MomentOptions}
 * @returns the shape of `x` without the axes averaged over, or with extents of 1 there if `keepDims`
 * @throws {@link OutOfRangeError} when there is no such axis; {@link ShapeError} when `mean` or `var` does not broadcast
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { skew } from "@plenoptic/process";
 * import { readSync, tensor } from "@plenoptic/tensor";
 * console.log(readSync(skew(tensor([0, 0, 3])))[0]); // 0.707…
 * ```
 */
export function skew(x: Tensor, options: MomentOptions = {}): Tensor {
  return tidy(() => {
    const { deviation, squared, var: v } = central(x, options);
    return div(meanOf(mul(squared, deviation), options.axes, options.keepDims), power1p5(v));
  });
}

/** v^1.5; of a number, without a tensor. */
const power1p5 = (v: TensorLike): TensorLike => (typeof v === "number" ? v * Math.sqrt(v) : pow(v, 1.5));

/**
 * The kurtosis ⟨(x - μ)⁴⟩ / σ⁴: 3 for a normal distribution, more for one with heavier tails. Where the variance is 0 it is NaN.
 *
 * @param x - of any shape
 * @param options - by name, see {@link MomentOptions}
 * @returns the shape of `x` without the axes averaged over, or with extents of 1 there if `keepDims`
 * @throws {@link OutOfRangeError} when there is no such axis; {@link ShapeError} when `mean` or `var` does not broadcast
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { kurtosis } from "@plenoptic/process";
 * import { readSync, tensor } from "@plenoptic/tensor";
 * console.log(readSync(kurtosis(tensor([-1, 1])))[0]); // 1
 * ```
 */
export function kurtosis(x: Tensor, options: MomentOptions = {}): Tensor {
  return tidy(() => {
    const { squared, var: v } = central(x, options);
    const fourth = meanOf(square(squared), options.axes, options.keepDims);
    return div(fourth, typeof v === "number" ? v * v : square(v));
  });
}
