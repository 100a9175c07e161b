import { deviceOf, withDevice } from "../backend.js";
import { ones } from "../create.js";
import { OutOfRangeError } from "../errors.js";
import { tidy } from "../memory.js";
import { offTape, run } from "../run.js";
import type { Tensor } from "../tensor-type.js";
import { add, div, mul, sub } from "./binary.js";
import { isFinite as isFiniteNumber, where } from "./compare.js";
import { concat, reshape, slice, transpose } from "./shape.js";
import { exp, log, square } from "./unary.js";

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

/** Products of pairs of rows of `[n, rest]`, until one is left: the derivative of any order is right where values are 0. */
function multiplyRows(x: Tensor): Tensor {
  const [n, rest] = x.shape;
  if (n === 1) return x;
  const half = n >> 1;
  const rows = (from: number, count: number) => slice(x, [from, 0], [count, rest]);
  const pairs = mul(rows(0, half), rows(half, half));
  return multiplyRows(n % 2 === 0 ? pairs : concat([pairs, rows(n - 1, 1)]));
}

/**
 * Product over the given axes, or all; 1 if there are no values. Its gradient is right where values are 0, too.
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { grad, prod, readSync, tensor } from "@plenoptic/tensor";
 * console.log(readSync(grad((x) => prod(x))(tensor([2, 0, 3])))); // 0 6 0
 * ```
 */
export function prod(x: Tensor, axis?: Axis, keepDims = false): Tensor {
  const axes = resolveAxes(axis, x.rank);
  const kept = x.shape.map((_, i) => i).filter((i) => !axes.includes(i));
  const extent = (list: readonly number[]) => list.reduce((n, i) => n * x.shape[i], 1);
  const shape = x.shape.flatMap((e, i) => (axes.includes(i) ? (keepDims ? [1] : []) : [e]));
  return tidy(() => {
    if (extent(axes) === 0) return withDevice(deviceOf(x), () => ones(shape));
    const front = axes.every((a, i) => a === i) ? x : transpose(x, [...axes, ...kept]);
    return reshape(multiplyRows(reshape(front, [extent(axes), extent(kept)])), shape);
  });
}

/**
 * log Σ exp(x) over the given axes, or all, computed from the differences to the largest value, so that nothing overflows.
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { logSumExp, readSync, tensor } from "@plenoptic/tensor";
 * console.log(readSync(logSumExp(tensor([1000, 1000])))[0]); // 1000.693…
 * ```
 */
export function logSumExp(x: Tensor, axis?: Axis, keepDims = false): Tensor {
  const axes = resolveAxes(axis, x.rank);
  return tidy(() => {
    // A constant for the gradient; 0 where the largest value is infinite, from which there are no differences.
    const shift = offTape(() => {
      const largest = max(x, axes, true);
      return where(isFiniteNumber(largest), largest, 0);
    });
    const total = log(sum(exp(sub(x, shift)), axes, true));
    const y = add(total, shift);
    return keepDims
      ? y
      : reshape(
          y,
          x.shape.filter((_, i) => !axes.includes(i)),
        );
  });
}
