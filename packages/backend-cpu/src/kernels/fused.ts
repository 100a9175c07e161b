import { DeviceError } from "@plenoptic/tensor";
import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { CpuBackend } from "../backend.js";
import { combine } from "./binary.js";
import { callKernel } from "./call-kernel.js";
import type { Inputs } from "./kernel.js";

export interface ActivationAttrs {
  activation: string;
  leakyreluAlpha?: number;
}

/** The kernel behind each activation's name. */
const activations: Record<string, string> = {
  relu: "Relu",
  relu6: "Relu6",
  elu: "Elu",
  sigmoid: "Sigmoid",
  prelu: "Prelu",
  leakyrelu: "LeakyRelu",
};

/** A vector with one value for each channel, shaped so that it broadcasts with the channels' axis, `after` axes before the last. */
function perChannel(x: TensorInfo, after: number): TensorInfo {
  if (x.shape.length !== 1 || x.shape[0] === 1) return x;
  return { ...x, shape: [...x.shape, ...Array<number>(after).fill(1)] };
}

/**
 * What fused kernels do to the product `y`, which is freed: add the bias, apply the activation.
 *
 * @param after - how many axes come after that of the channels
 */
export function addBiasAndActivate(
  y: TensorInfo,
  { bias, preluActivationWeights }: Inputs,
  { activation, leakyreluAlpha }: ActivationAttrs,
  backend: CpuBackend,
  after = 0,
): TensorInfo {
  const sum = bias ? combine("Add", y, perChannel(bias, after), backend) : y;
  if (bias) backend.disposeIntermediate(y);
  if (activation === undefined || activation === "linear") return sum;
  const name = activations[activation];
  if (!name) throw new DeviceError(`backend-cpu has no fused activation "${activation}".`);
  const inputs: Inputs = { x: sum };
  if (activation === "prelu") inputs.alpha = perChannel(preluActivationWeights, after);
  const result = callKernel(name, inputs, backend, { alpha: leakyreluAlpha ?? 0.2 });
  backend.disposeIntermediate(sum);
  return result;
}
