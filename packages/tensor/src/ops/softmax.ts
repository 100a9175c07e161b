import { tidy } from "../memory.js";
import { declareOp } from "../op.js";
import { run } from "../run.js";
import type { Tensor } from "../tensor-type.js";
import { mul, sub } from "./binary.js";
import { max, resolveAxes, sum } from "./reduce.js";
import { transpose } from "./shape.js";
import { exp, log } from "./unary.js";

/** Runs a kernel that works along the last axis along another one. */
function alongAxis(x: Tensor, axis: number, f: (x: Tensor) => Tensor): Tensor {
  const last = x.rank - 1;
  const [a] = resolveAxes(axis, x.rank);
  if (a === last) return f(x);
  const swapped = x.shape.map((_, i) => (i === a ? last : i === last ? a : i));
  return tidy(() => transpose(f(transpose(x, swapped)), swapped));
}

/**
 * exp(x) / Σ exp(x), the sum over one axis: positive numbers that add up to 1. Large numbers do not overflow.
 *
 * @param axis - the axis; the last one by default
 * @throws {@link OutOfRangeError} when x has no such axis
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { readSync, softmax, tensor } from "@plenoptic/tensor";
 * console.log(readSync(softmax(tensor([0, 0, 1000])))); // [0, 0, 1]
 * ```
 */
export function softmax(x: Tensor, axis = -1): Tensor {
  return alongAxis(x, axis, (logits) => run("Softmax", { logits }, { dim: logits.rank - 1 }));
}

/**
 * The logarithm of {@link softmax}, accurate also where that is 0.
 *
 * @param axis - the axis; the last one by default
 * @throws {@link OutOfRangeError} when x has no such axis
 */
export function logSoftmax(x: Tensor, axis = -1): Tensor {
  return alongAxis(x, axis, (logits) => run("LogSoftmax", { logits }, { axis: logits.rank - 1 }));
}

// tfjs has a name for this kernel, but most of its backends do not have the kernel.
declareOp({
  kernelName: "LogSoftmax",
  compose: ({ logits }) => {
    const shifted = sub(logits, max(logits, -1, true));
    return sub(shifted, log(sum(exp(shifted), -1, true)));
  },
  inputsToSave: ["logits"],
  gradient: (dy, [logits]) => ({
    logits: () => sub(dy, mul(softmax(logits), sum(dy, -1, true))),
  }),
});
