import { getKernel, type TensorInfo } from "@tensorflow/tfjs-core";
import type { GpuBackend } from "../backend.js";
import { type GpuKernel, sizeOf } from "./kernel.js";

type Run = (backend: GpuBackend, inputs: Record<string, TensorInfo>, attrs: object) => TensorInfo;

/** The kernel that tfjs has registered under a name. */
function original(name: string, backendName: string): Run {
  const func = getKernel(name, backendName).kernelFunc;
  return (backend, inputs, attrs) => func({ inputs, backend, attrs: attrs as never }) as TensorInfo;
}

/** The same values as `[outer, extent, inner]`, which is as many axes as every program of tfjs's knows. */
function aroundAxis(x: TensorInfo, axis: number): TensorInfo {
  const shape = [sizeOf(x.shape.slice(0, axis)), x.shape[axis], sizeOf(x.shape.slice(axis + 1))];
  return { ...x, shape };
}

/** The place of an extreme value of a vector is one number; tfjs gives a list of one. */
function placeOfExtreme(name: string, run: Run): GpuKernel<{ axis: number | number[] }> {
  return {
    name,
    run: (backend, { x }, attrs) => {
      const [axis] = [attrs.axis].flat();
      const y = run(backend, { x: aroundAxis(x, axis) }, { axis: 1 });
      return { ...y, shape: x.shape.toSpliced(axis, 1) };
    },
  };
}

/** tfjs's kernels that are right but for one thing. */
export function mendedKernels(backendName: string): GpuKernel<never>[] {
  return [
    placeOfExtreme("ArgMax", original("ArgMax", backendName)),
    placeOfExtreme("ArgMin", original("ArgMin", backendName)),
  ];
}
