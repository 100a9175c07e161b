import type { DataType, TensorInfo } from "@tensorflow/tfjs-core";
import type { CpuBackend } from "../backend.js";
import { castTo } from "./cast.js";
import { type Attrs, expectFloats, type Kernel, sizeOf } from "./kernel.js";
import { transposed } from "./shape.js";

interface Layout {
  /** Input with its axes in three groups [outer, reduced, inner]; a copy, if the reduced ones did not lie together. */
  x: TensorInfo;
  copied: boolean;
  outer: number;
  count: number;
  inner: number;
  shape: number[];
}

/** The axes to reduce, sorted; all of them when none are given. */
function axesOf(attrs: Attrs, rank: number): number[] {
  const axis = (attrs.axis ?? attrs.reductionIndices ?? Array.from({ length: rank }, (_, i) => i)) as
    | number
    | number[];
  return (typeof axis === "number" ? [axis] : axis).map((a) => (a < 0 ? a + rank : a)).sort((p, q) => p - q);
}

/**
 * Brings the reduced axes together. With `middle`, axes may stay in front of and behind them; else they stand last,
 * or first with nothing in front: the order in which a sum runs depends on it.
 */
function arrange(x: TensorInfo, attrs: Attrs, backend: CpuBackend, middle: boolean): Layout {
  const axes = axesOf(attrs, x.shape.length);
  const kept = x.shape.map((_, i) => i).filter((i) => !axes.includes(i));
  const shape = attrs.keepDims
    ? x.shape.map((extent, i) => (axes.includes(i) ? 1 : extent))
    : kept.map((i) => x.shape[i]);
  const extent = (list: number[]) => sizeOf(list.map((i) => x.shape[i]));
  const count = extent(axes);
  // Axes of extent 1 do not matter for where the others lie.
  const real = (list: number[]) => list.filter((i) => x.shape[i] !== 1);
  const [a, k] = [real(axes), real(kept)];
  const before = k.filter((i) => i < a[0]);
  const between = k.some((i) => i > a[0] && i < a[a.length - 1]);
  const behind = k.filter((i) => i > a[a.length - 1]);
  if (a.length === 0) return { x, copied: false, outer: extent(kept), count, inner: 1, shape };
  if (!between && (middle || before.length === 0 || behind.length === 0)) {
    return { x, copied: false, outer: extent(before), count, inner: extent(behind), shape };
  }
  return {
    x: transposed(x, [...kept, ...axes], backend),
    copied: true,
    outer: extent(kept),
    count,
    inner: 1,
    shape,
  };
}

function sumFloats(x: TensorInfo, attrs: Attrs, isMean: boolean, backend: CpuBackend): TensorInfo {
  const { x: arranged, copied, outer, count, inner, shape } = arrange(x, attrs, backend, false);
  const y = backend.output(shape);
  const [from, to, divisor] = [backend.address(arranged), backend.address(y), isMean ? count : 1];
  // A single row is a row, not columns of one value: sums of either differ in their order.
  if (inner === 1) backend.fn("sumRows")(from, to, outer, count, divisor);
  else backend.fn("sumColumns")(from, to, count, inner, divisor);
  if (copied) backend.disposeIntermediate(arranged);
  return y;
}

/** Reduces along axes with a fold of the module: its order does not matter, or is that of the values. */
function foldAlong(x: TensorInfo, attrs: Attrs, code: number, backend: CpuBackend): TensorInfo {
  const { x: arranged, copied, outer, count, inner, shape } = arrange(x, attrs, backend, true);
  const y = backend.output(shape, x.dtype);
  backend.fnFor("foldAxis", x.dtype)(
    code,
    backend.address(arranged),
    backend.address(y),
    outer,
    count,
    inner,
  );
  if (copied) backend.disposeIntermediate(arranged);
  return y;
}

/** Codes of assembly/fold.ts. */
const folds = { max: 0, min: 1, prod: 2, sum: 3 };

/** Runs a kernel on x in another dtype. */
function inDtype(x: TensorInfo, dtype: DataType, backend: CpuBackend, run: (x: TensorInfo) => TensorInfo) {
  const converted = castTo(x, dtype, backend);
  const y = run(converted);
  backend.disposeIntermediate(converted);
  return y;
}

/** Σx over the axes of floats. */
export function sumAlong(x: TensorInfo, axis: readonly number[], backend: CpuBackend): TensorInfo {
  return sumFloats(x, { axis }, false, backend);
}

const kernels: Record<string, Kernel["run"]> = {
  Sum: ({ x }, backend, attrs) => {
    if (x.dtype === "float32") return sumFloats(x, attrs, false, backend);
    return inDtype(x, "int32", backend, (n) => foldAlong(n, attrs, folds.sum, backend));
  },
  Mean: ({ x }, backend, attrs) =>
    inDtype(x, "float32", backend, (floats) => sumFloats(floats, attrs, true, backend)),
  Prod: ({ x }, backend, attrs) => {
    if (x.dtype === "float32") return foldAlong(x, attrs, folds.prod, backend);
    return inDtype(x, "int32", backend, (n) => foldAlong(n, attrs, folds.prod, backend));
  },
  Max: ({ x }, backend, attrs) => foldAlong(x, attrs, folds.max, backend),
  Min: ({ x }, backend, attrs) => foldAlong(x, attrs, folds.min, backend),
  All: ({ x }, backend, attrs) => inDtype(x, "bool", backend, (b) => foldAlong(b, attrs, folds.min, backend)),
  Any: ({ x }, backend, attrs) => inDtype(x, "bool", backend, (b) => foldAlong(b, attrs, folds.max, backend)),
  PlenopticSumSquares: ({ x }, backend) => {
    expectFloats("PlenopticSumSquares", x);
    const y = backend.output([]);
    backend.fn("sumSquares")(backend.address(x), backend.address(y), sizeOf(x.shape));
    return y;
  },
};

export const reduceKernels: Kernel[] = Object.entries(kernels).map(([name, run]) => ({ name, run }));
