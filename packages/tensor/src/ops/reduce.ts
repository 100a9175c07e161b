import { OutOfRangeError } from "../errors.js";
import { tidy } from "../memory.js";
import { run } from "../run.js";
import type { Tensor } from "../tensor-type.js";
import { div, sub } from "./binary.js";
import { square } from "./unary.js";

/** Axes counted from 0, sorted; all of them when none is given. Negative axes count from the end. */
export function resolveAxes(axis: number | readonly number[] | undefined, rank: number): number[] {
  if (axis === undefined) return Array.from({ length: rank }, (_, i) => i);
  const axes = (typeof axis === "number" ? [axis] : [...axis]).map((a) => (a < 0 ? a + rank : a));
  for (const a of axes) {
    if (!Number.isInteger(a) || a < 0 || a >= rank) {
      throw new OutOfRangeError(`axis ${a} is outside the ${rank} axes of the tensor.`);
    }
  }
  return [...new Set(axes)].sort((p, q) => p - q);
}

type Axis = number | readonly number[];

function reduce(kernelName: string, x: Tensor, axis: Axis | undefined, keepDims: boolean): Tensor {
  const axes = resolveAxes(axis, x.rank);
  // tfjs's Max calls the attribute reductionIndices, every other reduction axis.
  return run(kernelName, { x }, { axis: axes, reductionIndices: axes, keepDims });
}

/** Sum over the given axes, or all. Summed in a fixed order, in blocks, so that rounding stays small. */
export function sum(x: Tensor, axis?: Axis, keepDims = false): Tensor {
  return reduce("Sum", x, axis, keepDims);
}

/** Mean over the given axes, or all. */
export function mean(x: Tensor, axis?: Axis, keepDims = false): Tensor {
  return reduce("Mean", x, axis, keepDims);
}

/** Largest value over the given axes, or all; equal largest values share the gradient. */
export function max(x: Tensor, axis?: Axis, keepDims = false): Tensor {
  return reduce("Max", x, axis, keepDims);
}

/** Smallest value over the given axes, or all; equal smallest values share the gradient. */
export function min(x: Tensor, axis?: Axis, keepDims = false): Tensor {
  return reduce("Min", x, axis, keepDims);
}

/** Whether a boolean tensor holds everywhere along the given axes. */
export function all(x: Tensor, axis?: Axis, keepDims = false): Tensor {
  return reduce("All", x, axis, keepDims);
}

/** Whether a boolean tensor holds anywhere along the given axes. */
export function any(x: Tensor, axis?: Axis, keepDims = false): Tensor {
  return reduce("Any", x, axis, keepDims);
}

/**
 * Variance over the given axes: Σ(x - x̄)² / (n - correction).
 *
 * @param options - by name
 * @param options.correction - 1 (default) for the unbiased estimate, 0 for the mean square deviation
 */
export function variance(
  x: Tensor,
  axis?: Axis,
  { correction = 1, keepDims = false }: { correction?: number; keepDims?: boolean } = {},
): Tensor {
  const axes = resolveAxes(axis, x.rank);
  const count = axes.reduce((n, a) => n * x.shape[a], 1);
  return tidy(() =>
    div(sum(square(sub(x, mean(x, axes, true))), axes, keepDims), Math.max(0, count - correction)),
  );
}
