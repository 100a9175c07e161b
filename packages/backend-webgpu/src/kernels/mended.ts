import { getKernel, type TensorInfo } from "@tensorflow/tfjs-core";
import type { GpuBackend } from "../backend.js";
import type { GpuKernel } from "./kernel.js";
import { reversed } from "./strided-copy.js";

type Run = (backend: GpuBackend, inputs: Record<string, TensorInfo>, attrs: object) => TensorInfo;

/** The kernel that tfjs has registered under a name. */
function original(name: string, backendName: string): Run {
  const func = getKernel(name, backendName).kernelFunc;
  return (backend, inputs, attrs) => func({ inputs, backend, attrs: attrs as never }) as TensorInfo;
}

/** The place of an extreme value of a vector is one number; tfjs gives a list of one. */
function placeOfExtreme(name: string, run: Run): GpuKernel<{ axis: number | number[] }> {
  return {
    name,
    run: (backend, { x }, attrs) => {
      const [axis] = [attrs.axis].flat();
      const y = run(backend, { x }, attrs);
      return { ...y, shape: x.shape.toSpliced(axis, 1) };
    },
  };
}

interface CumsumAttrs {
  axis: number;
  exclusive: boolean;
  reverse: boolean;
}

/** From the end, tfjs's sums are wrong: the axis is turned round before and after instead. */
function sumsSoFar(run: Run): GpuKernel<CumsumAttrs> {
  return {
    name: "Cumsum",
    run: (backend, { x }, attrs) => {
      if (!attrs.reverse) return run(backend, { x }, attrs);
      const turned = reversed(backend, x, [attrs.axis]);
      const sums = run(backend, { x: turned }, { ...attrs, reverse: false });
      const y = reversed(backend, sums, [attrs.axis]);
      backend.disposeData(turned.dataId);
      backend.disposeData(sums.dataId);
      return y;
    },
  };
}

/** tfjs's kernels that are right but for one thing. */
export function mendedKernels(backendName: string): GpuKernel<never>[] {
  return [
    placeOfExtreme("ArgMax", original("ArgMax", backendName)),
    placeOfExtreme("ArgMin", original("ArgMin", backendName)),
    sumsSoFar(original("Cumsum", backendName)),
  ];
}
