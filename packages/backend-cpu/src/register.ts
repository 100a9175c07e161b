import { type DType, registerBackend } from "@plenoptic/tensor";
import { env, registerKernel, registerBackend as registerWithEngine } from "@tensorflow/tfjs-core";
import { CpuBackend } from "./backend.js";
import { kernels } from "./kernels/index.js";
import { toKernelFunc } from "./kernels/kernel.js";

const dtypes: readonly DType[] = ["float32", "float64"];

export const engineName = (dtype: DType): string => `plenoptic-cpu-${dtype}`;

/**
 * tfjs asks its platform whether something is a typed array, and no platform knows the ones of float64. Without this
 * its own helpers take the values of a float64 tensor for a single value.
 */
function makeFloat64ArraysKnown(): void {
  const { platform } = env();
  const known = platform.isTypedArray.bind(platform);
  platform.isTypedArray = (a: unknown): a is Float32Array => a instanceof Float64Array || known(a);
}

makeFloat64ArraysKnown();
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
