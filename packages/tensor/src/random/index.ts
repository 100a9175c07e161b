import { activeDevice, deviceOf, withDevice } from "../backend.js";
import { floatArray, sizeOf, tensor } from "../create.js";
import type { Tensor } from "../tensor-type.js";
import { fillNormal, fillUniform } from "./generator.js";

export { getRandomState, type RandomState, setRandomState, setSeed } from "./generator.js";

/** Uniform numbers in [0, 1), drawn in the active precision: the bits of `torch.rand` on the CPU. */
export function rand(shape: readonly number[]): Tensor {
  return tensor(fillUniform(floatArray(sizeOf(shape)), activeDevice().dtype), shape);
}

/** As {@link rand}, with the shape and device of `x`. */
export function randLike(x: Tensor): Tensor {
  return withDevice(deviceOf(x), () => rand(x.shape));
}

/** Normal numbers of mean 0 and variance 1: those of `torch.randn` on the CPU, to rounding. */
export function randn(shape: readonly number[]): Tensor {
  return tensor(fillNormal(floatArray(sizeOf(shape)), activeDevice().dtype), shape);
}

/** As {@link randn}, with the shape and device of `x`. */
export function randnLike(x: Tensor): Tensor {
  return withDevice(deviceOf(x), () => randn(x.shape));
}
