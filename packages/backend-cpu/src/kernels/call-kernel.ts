import { DeviceError } from "@plenoptic/tensor";
import { getKernel, type TensorInfo } from "@tensorflow/tfjs-core";
import type { CpuBackend } from "../backend.js";
import type { Attrs, Inputs } from "./kernel.js";

/** Runs another kernel of this backend, by its name, that gives one tensor. */
export function callKernel(name: string, inputs: Inputs, backend: CpuBackend, attrs: Attrs = {}): TensorInfo {
  const kernel = getKernel(name, backend.engineName);
  if (!kernel) throw new DeviceError(`backend-cpu has no kernel "${name}".`);
  return kernel.kernelFunc({ inputs, backend, attrs: attrs as Record<string, never> }) as TensorInfo;
}
