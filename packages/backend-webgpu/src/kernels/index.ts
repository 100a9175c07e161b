import { getKernel, registerKernel, type TensorInfo, unregisterKernel } from "@tensorflow/tfjs-core";
import type { GpuBackend } from "../backend.js";
import { binaryKernels } from "./binary.js";
import { castKernel } from "./cast.js";
import { convKernels } from "./conv2d.js";
import { cumsumKernel } from "./cumsum.js";
import { fourierKernels } from "./fft/fft2d.js";
import type { GpuKernel } from "./kernel.js";
import { mendedKernels } from "./mended.js";
import { optimizerKernels } from "./optimizer.js";
import { padKernels } from "./pad.js";
import { padAnyKernel } from "./pad-any.js";
import { reduceKernels } from "./reduce.js";
import { selectKernel } from "./select.js";
import { separableFilterKernels } from "./separable-filter.js";
import { stridedCopyKernels } from "./strided-copy.js";
import { unaryKernels } from "./unary.js";

const ownKernels: readonly GpuKernel<never>[] = [
  ...unaryKernels,
  ...binaryKernels,
  castKernel,
  ...stridedCopyKernels,
  padAnyKernel,
  selectKernel,
  cumsumKernel,
  ...reduceKernels,
  ...padKernels,
  ...separableFilterKernels,
  ...convKernels,
  ...optimizerKernels,
  ...fourierKernels,
];

/** Registers our kernels, in place of tfjs's where it has one of the name. */
export function registerKernels(backendName: string): void {
  const kernels = [...ownKernels, ...mendedKernels(backendName)];
  for (const { name, run } of kernels) {
    if (getKernel(name, backendName)) unregisterKernel(name, backendName);
    registerKernel({
      kernelName: name,
      backendName,
      kernelFunc: ({ inputs, backend, attrs }) =>
        run(backend as GpuBackend, inputs as Record<string, TensorInfo>, attrs as never),
    });
  }
}
