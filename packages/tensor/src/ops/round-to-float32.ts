import { deviceOf } from "../backend.js";
import { RoundToFloat32 } from "../kernel-names.js";
import { clone } from "../memory.js";
import { declareOp } from "../op.js";
import { run } from "../run.js";
import type { Tensor } from "../tensor-type.js";
import { mul, sub } from "./binary.js";

/**
 * The nearest float32 number of each value, in the precision of `x`: what float64 values become that pass through float32 storage on
 * their way. Gradients pass through the same storage, and are rounded too.
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { readSync, roundToFloat32, tensor, useBackend } from "@plenoptic/tensor";
 * await useBackend("cpu", { dtype: "float64" });
 * console.log(readSync(roundToFloat32(tensor([0.1])))[0]); // 0.10000000149011612
 * ```
 */
export function roundToFloat32(x: Tensor): Tensor {
  return run(RoundToFloat32, { x });
}

declareOp({
  kernelName: RoundToFloat32,
  compose: ({ x }) => {
    if (deviceOf(x).dtype === "float32") return clone(x);
    // Veltkamp's splitting: what is left of a double are the 24 bits that a float32 has.
    const scaled = mul(x, 2 ** 29 + 1);
    return sub(scaled, sub(scaled, x));
  },
  gradient: (dy) => ({ x: () => roundToFloat32(dy) }),
});
