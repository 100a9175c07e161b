import { activeDevice, type DType, deviceOf, withDevice } from "../backend.js";
import { type FloatArray, floatArray, sizeOf, tensor } from "../create.js";
import { invalidArgument } from "../errors.js";
import type { Tensor } from "../tensor-type.js";
import { fillNormal, fillUniform } from "./generator.js";

export { getRandomState, type RandomState, setRandomState, setSeed } from "./generator.js";

/** An array for the shape, checked before anything is drawn: a failed call must not move the generator. */
function arrayFor(shape: readonly number[]) {
  if (!shape.every((extent) => Number.isInteger(extent) && extent >= 0)) {
    throw invalidArgument("shape", [...shape], "a list of whole numbers that are not negative");
  }
  return floatArray(sizeOf(shape));
}

/** Uniform numbers in [0, 1) as a plain array, drawn in the given precision whatever the active device. */
export function uniformNumbers(count: number, dtype: DType = activeDevice().dtype): FloatArray {
  return fillUniform(dtype === "float64" ? new Float64Array(count) : new Float32Array(count), dtype);
}

/**
 * Uniform numbers in [0, 1), drawn in the active precision: the bits of `torch.rand` on the CPU. In float32 each takes
 * one draw of the Mersenne Twister (its low 24 bits), in float64 two (the low 53 bits, the first draw being high).
 *
 * @param shape - extents, outermost first; `[]` for one number
 * @throws {@link ValidationError} for a shape that is none
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { rand, readSync, setSeed } from "@plenoptic/tensor";
 * setSeed(0);
 * const image = rand([1, 1, 2, 2]);
 * console.log(readSync(image)); // 0.4963 0.7682 0.0885 0.1320
 * ```
 */
export function rand(shape: readonly number[]): Tensor {
  return tensor(fillUniform(arrayFor(shape), activeDevice().dtype), shape);
}

/** As {@link rand}, with the shape and device of `x`, drawn in the precision of `x`. */
export function randLike(x: Tensor): Tensor {
  return withDevice(deviceOf(x), () => rand(x.shape));
}

/**
 * Normal numbers of mean 0 and variance 1: those of `torch.randn` on the CPU, to rounding (about 1e-16 in float64; in
 * float32 PyTorch's own differ by 5e-7 between processors). The bits are the same in every JavaScript engine.
 *
 * @param shape - extents, outermost first; `[]` for one number
 * @throws {@link ValidationError} for a shape that is none
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { randn, readSync, setSeed } from "@plenoptic/tensor";
 * setSeed(0);
 * console.log(readSync(randn([3]))); // 1.5410 -0.2934 -2.1788
 * ```
 */
export function randn(shape: readonly number[]): Tensor {
  return tensor(fillNormal(arrayFor(shape), activeDevice().dtype), shape);
}

/** As {@link randn}, with the shape and device of `x`, drawn in the precision of `x`. */
export function randnLike(x: Tensor): Tensor {
  return withDevice(deviceOf(x), () => randn(x.shape));
}
