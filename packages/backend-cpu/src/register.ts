import { type DType, registerBackend } from "@plenoptic/tensor";
import { registerKernel, registerBackend as registerWithEngine } from "@tensorflow/tfjs-core";
import { CpuBackend } from "./backend.js";
import { kernels } from "./kernels/index.js";
import { toKernelFunc } from "./kernels/kernel.js";

const dtypes: readonly DType[] = ["float32", "float64"];

export const engineName = (dtype: DType): string => `plenoptic-cpu-${dtype}`;

for (const dtype of dtypes) {
  registerWithEngine(engineName(dtype), () => new CpuBackend(dtype));
  for (const kernel of kernels) {
    registerKernel({
      kernelName: kernel.name,
      backendName: engineName(dtype),
      kernelFunc: toKernelFunc(kernel),
    });
  }
}

registerBackend({ device: "cpu", dtypes, engineName });
