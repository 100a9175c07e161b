import { indices as indexTensor } from "../create.js";
import { DTypeError, invalidArgument } from "../errors.js";
import { tidy } from "../memory.js";
import { offTape, run } from "../run.js";
import type { Tensor } from "../tensor-type.js";
import { expandDims, reshape, resolveAxis, transpose } from "./shape.js";

/** `x` with an axis brought to the end, and the order of axes that brings it back. */
function withAxisLast(x: Tensor, axis: number): { moved: Tensor; back: number[] | undefined } {
  const last = x.rank - 1;
  if (axis === last) return { moved: x, back: undefined };
  const perm = [...x.shape.map((_, i) => i).filter((i) => i !== axis), axis];
  return { moved: transpose(x, perm), back: perm.map((_, i) => perm.indexOf(i)) };
}

function argExtreme(kernelName: string, x: Tensor, axis: number | undefined, keepDims: boolean): Tensor {
  return tidy(() =>
    offTape(() => {
      const whole = axis === undefined;
      const a = whole ? 0 : resolveAxis(axis, x.rank);
      const y = run(kernelName, { x: whole ? reshape(x, [-1]) : x }, { axis: a });
      if (!keepDims) return y;
      return whole ? reshape(y, Array(x.rank).fill(1)) : expandDims(y, a);
    }),
  );
}

/**
 * Where the largest value along an axis is, as whole numbers; the first of equal ones. Without `axis`, its position in row-major
 * order. It has no gradient. What comes of NaN depends on the backend.
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { argMax, tensor } from "@plenoptic/tensor";
 * console.log(argMax(tensor([[1, 3], [5, 2]]), 1).dataSync()); // 1 0
 * ```
 */
export function argMax(x: Tensor, axis?: number, keepDims = false): Tensor {
  return argExtreme("ArgMax", x, axis, keepDims);
}

/** Where the smallest value along an axis is: see {@link argMax}. */
export function argMin(x: Tensor, axis?: number, keepDims = false): Tensor {
  return argExtreme("ArgMin", x, axis, keepDims);
}

/**
 * The `k` largest values along an axis, largest first, and their places, as whole numbers; of equal values the first comes first.
 * The gradient flows to the values that were chosen.
 *
 * @param k - from 1 to the extent of the axis
 * @throws {@link ValidationError} for another `k`
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { readSync, tensor, topk } from "@plenoptic/tensor";
 * const { values, indices } = topk(tensor([3, 9, 4]), 2);
 * console.log(readSync(values), indices.dataSync()); // [9, 4] [1, 2]
 * ```
 */
export function topk(x: Tensor, k: number, axis = -1): { values: Tensor; indices: Tensor } {
  const a = resolveAxis(axis, x.rank);
  if (!Number.isInteger(k) || k < 1 || k > x.shape[a])
    throw invalidArgument("k", k, `a whole number from 1 to ${x.shape[a]}, the extent of axis ${a}`);
  return tidy(() => {
    const { moved, back } = withAxisLast(x, a);
    const [values, indices] = run<Tensor[]>("TopK", { x: moved }, { k, sorted: true });
    if (!back) return { values, indices };
    return { values: transpose(values, back), indices: offTape(() => transpose(indices, back)) };
  });
}

/**
 * The sums of all values up to each along an axis.
 *
 * @param options - by name
 * @param options.exclusive - without the value itself
 * @param options.reverse - from the end
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { cumsum, readSync, tensor } from "@plenoptic/tensor";
 * console.log(readSync(cumsum(tensor([1, 2, 3])))); // 1 3 6
 * ```
 */
export function cumsum(
  x: Tensor,
  axis = 0,
  { exclusive = false, reverse = false }: { exclusive?: boolean; reverse?: boolean } = {},
): Tensor {
  return run("Cumsum", { x }, { axis: resolveAxis(axis, x.rank), exclusive, reverse });
}

/**
 * A new last axis of `depth`, with `onValue` at the place that an index names and `offValue` elsewhere: everywhere, if the index
 * is outside. It has no gradient.
 *
 * @param indices - numbers, or a tensor of whole numbers
 * @throws {@link DTypeError} for a tensor of floats
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { oneHot, readSync } from "@plenoptic/tensor";
 * console.log(readSync(oneHot([1, 0], 3))); // 0 1 0  1 0 0
 * ```
 */
export function oneHot(
  indices: Tensor | readonly number[] | Int32Array,
  depth: number,
  { onValue = 1, offValue = 0 }: { onValue?: number; offValue?: number } = {},
): Tensor {
  if (!Number.isInteger(depth) || depth < 1) throw invalidArgument("depth", depth, "a whole number above 0");
  const attrs = { depth, onValue, offValue, dtype: "float32" };
  if (Array.isArray(indices) || indices instanceof Int32Array)
    return tidy(() => run("OneHot", { indices: indexTensor(indices) }, attrs));
  const places = indices as Tensor;
  if (places.dtype !== "int32")
    throw new DTypeError(`oneHot() needs whole numbers, but got ${places.dtype}; cast(x, "int32") first.`);
  return offTape(() => run("OneHot", { indices: places }, attrs));
}
