import { backend_util, type SplitVAttrs, type TensorInfo, util } from "@tensorflow/tfjs-core";
import type { CpuBackend } from "../backend.js";
import type { Inputs, Kernel } from "./kernel.js";
import { contiguous, copyBlock, readBlock } from "./shape.js";

const list = (inputs: Inputs): TensorInfo[] => (Array.isArray(inputs) ? inputs : Object.values(inputs));

const axisOf = (axis: unknown, rank: number): number =>
  (axis as number) < 0 ? (axis as number) + rank : (axis as number);

/** Joins tensors along an axis; each is a list of runs in the output. */
function concatenated(xs: TensorInfo[], axis: number, backend: CpuBackend): TensorInfo {
  const shape = [...xs[0].shape];
  shape[axis] = xs.reduce((total, x) => total + x.shape[axis], 0);
  const y = backend.output(shape, xs[0].dtype);
  const strides = contiguous(shape);
  let start = 0;
  for (const x of xs) {
    const from = { x, offset: 0, strides: contiguous(x.shape) };
    copyBlock(backend, x.shape, from, { x: y, offset: start * strides[axis], strides });
    start += x.shape[axis];
  }
  return y;
}

const kernels: Record<string, Kernel["run"]> = {
  Concat: (inputs, backend, { axis }) => {
    const xs = list(inputs);
    const a = axisOf(axis, xs[0].shape.length);
    backend_util.assertParamsConsistent(
      xs.map((x) => x.shape),
      a,
    );
    return concatenated(xs, a, backend);
  },
  Pack: (inputs, backend, { axis }) => {
    const xs = list(inputs);
    const a = axisOf(axis, xs[0].shape.length + 1);
    for (const { shape, dtype } of xs) {
      util.assertShapesMatch(xs[0].shape, shape, "All tensors passed to stack must have matching shapes");
      util.assert(xs[0].dtype === dtype, () => "All tensors passed to stack must have matching dtypes");
    }
    const aliases = xs.map((x) => ({ ...x, shape: [...x.shape.slice(0, a), 1, ...x.shape.slice(a)] }));
    return concatenated(aliases, a, backend);
  },
  Unpack: ({ value }, backend, { axis }) => {
    const a = axisOf(axis, value.shape.length);
    const strides = contiguous(value.shape);
    const shape = value.shape.filter((_, i) => i !== a);
    const rest = strides.filter((_, i) => i !== a);
    return Array.from({ length: value.shape[a] }, (_, k) =>
      readBlock(backend, value, shape, k * strides[a], rest),
    );
  },
  SplitV: ({ x }, backend, attrs) => {
    const { numOrSizeSplits, axis } = attrs as unknown as SplitVAttrs;
    const a = axisOf(axis, x.shape.length);
    const strides = contiguous(x.shape);
    let start = 0;
    return backend_util.prepareSplitSize(x as never, numOrSizeSplits, a).map((extent) => {
      const shape = x.shape.map((e, i) => (i === a ? extent : e));
      const part = readBlock(backend, x, shape, start * strides[a], strides);
      start += extent;
      return part;
    });
  },
};

export const joinKernels: Kernel[] = Object.entries(kernels).map(([name, run]) => ({ name, run }));
