import {
  backend_util,
  type CumsumAttrs,
  type DataType,
  type TensorInfo,
  type TopKAttrs,
} from "@tensorflow/tfjs-core";
import type { CpuBackend } from "../backend.js";
import { castTo } from "./cast.js";
import { type Kernel, sizeOf } from "./kernel.js";
import { contiguous, transposed } from "./shape.js";

/** x in the dtype that the module's functions take for it: booleans as whole numbers. */
function countable(x: TensorInfo, backend: CpuBackend): TensorInfo {
  const dtype: DataType = x.dtype === "bool" ? "int32" : x.dtype;
  return castTo(x, dtype, backend);
}

/** x with an axis brought to the end, in memory that the caller must free. */
function axisLast(x: TensorInfo, axis: number, backend: CpuBackend): TensorInfo {
  const numbers = countable(x, backend);
  const last = x.shape.length - 1;
  if (axis === last || x.shape.length === 0) return numbers;
  const perm = [...x.shape.map((_, i) => i).filter((i) => i !== axis), axis];
  const y = transposed(numbers, perm, backend);
  backend.disposeIntermediate(numbers);
  return y;
}

function argExtreme(code: number): Kernel["run"] {
  return ({ x }, backend, attrs) => {
    const axis = resolve(attrs.axis, x.shape.length);
    const rows = axisLast(x, axis, backend);
    const y = backend.output(rows.shape.slice(0, -1), "int32");
    const f = backend.fnFor("argExtreme", rows.dtype);
    f(code, backend.address(rows), backend.address(y), sizeOf(y.shape), rows.shape[rows.shape.length - 1]);
    backend.disposeIntermediate(rows);
    return y;
  };
}

/** One axis, given as a number or a list of one. */
function resolve(axis: unknown, rank: number): number {
  const [a] = [axis as number | number[]].flat();
  return a < 0 ? a + rank : a;
}

/** The sum or the product of all values so far along an axis. */
function cumulate(code: number): Kernel["run"] {
  return ({ x }, backend, attrs) => {
    const { exclusive, reverse } = attrs as unknown as CumsumAttrs;
    const axis = resolve(attrs.axis, x.shape.length);
    const numbers = countable(x, backend);
    const y = backend.output([...x.shape], numbers.dtype);
    const n = x.shape[axis] ?? 1;
    const [outer, inner] = [x.shape.slice(0, axis), x.shape.slice(axis + 1)].map(sizeOf);
    const [from, to] = [backend.address(numbers), backend.address(y)];
    backend.fnFor("cumulate", y.dtype)(code, from, to, outer, n, inner, exclusive ? 1 : 0, reverse ? 1 : 0);
    backend.disposeIntermediate(numbers);
    return y;
  };
}

function topK(x: TensorInfo, k: number, backend: CpuBackend): TensorInfo[] {
  const numbers = countable(x, backend);
  const n = x.shape[x.shape.length - 1];
  const shape = [...x.shape.slice(0, -1), k];
  const [values, places] = [backend.output(shape, numbers.dtype), backend.output(shape, "int32")];
  const [from, to, at] = [numbers, values, places].map((t) => backend.address(t));
  if (k > 0) backend.fnFor("topK", numbers.dtype)(from, to, at, sizeOf(shape) / k, n, k);
  backend.disposeIntermediate(numbers);
  if (x.dtype !== "bool") return [values, places];
  const flags = castTo(values, "bool", backend);
  backend.disposeIntermediate(values);
  return [flags, places];
}

/** What each value of x along an axis is the first of, in the order of their first appearance. */
function unique(x: TensorInfo, axis: number, backend: CpuBackend): TensorInfo[] {
  const extent = x.shape[axis];
  const stride = contiguous(x.shape)[axis];
  const outer = sizeOf(x.shape.slice(0, axis));
  const places = backend.output([extent], "int32");
  const [values, order] = [backend.values(x), backend.values(places)];
  const seen = new Map<string | number, number>();
  const first: number[] = [];
  for (let i = 0; i < extent; i++) {
    const own: number[] = [];
    for (let o = 0; o < outer; o++) {
      const start = (o * extent + i) * stride;
      for (let j = 0; j < stride; j++) own.push(values[start + j]);
    }
    const key = own.length === 1 ? own[0] : own.join();
    let place = seen.get(key);
    if (place === undefined) {
      place = first.length;
      seen.set(key, place);
      first.push(i);
    }
    order[i] = place;
  }
  const y = backend.output(
    x.shape.map((e, i) => (i === axis ? first.length : e)),
    x.dtype,
  );
  const [from, to] = [backend.values(x), backend.values(y)];
  for (let o = 0; o < outer; o++) {
    first.forEach((i, k) => {
      const start = (o * extent + i) * stride;
      to.set(from.subarray(start, start + stride), (o * first.length + k) * stride);
    });
  }
  return [y, places];
}

/** How often each of 0 … size - 1 comes in each row, or the sum of its weights. */
function countBins(
  x: TensorInfo,
  weights: TensorInfo,
  size: number,
  binary: boolean,
  backend: CpuBackend,
): TensorInfo {
  const rows = sizeOf(x.shape.slice(0, -1));
  const y = backend.output([...x.shape.slice(0, -1), size], weights.dtype);
  const [list, sums, own] = [backend.values(x), backend.values(y).fill(0), backend.values(weights)];
  const n = rows === 0 ? 0 : list.length / rows;
  list.forEach((bin, i) => {
    if (bin < 0) throw new RangeError(`Bincount: ${bin} is negative.`);
    if (bin >= size) return;
    const at = Math.floor(i / n) * size + bin;
    if (binary) sums[at] = 1;
    else sums[at] += own.length > 0 ? own[i] : 1;
  });
  return y;
}

const kernels: Record<string, Kernel["run"]> = {
  ArgMax: argExtreme(0),
  ArgMin: argExtreme(1),
  Cumsum: cumulate(0),
  Cumprod: cumulate(1),
  TopK: ({ x }, backend, attrs) => topK(x, (attrs as unknown as TopKAttrs).k, backend),
  Unique: ({ x }, backend, { axis }) => unique(x, resolve(axis, x.shape.length), backend),
  Bincount: ({ x, weights }, backend, { size }) =>
    countBins({ ...x, shape: [sizeOf(x.shape)] }, weights, size as number, false, backend),
  DenseBincount: ({ x, weights }, backend, { size, binaryOutput }) =>
    countBins(x, weights, size as number, Boolean(binaryOutput), backend),
  SearchSorted: ({ sortedSequence, values }, backend, { side }) => {
    const [outer, count] = values.shape;
    const y = backend.output(values.shape, "int32");
    const [from, at, to] = [sortedSequence, values, y].map((t) => backend.address(t));
    const f = backend.fnFor("search", values.dtype);
    f(from, at, to, outer, sortedSequence.shape[1], count, side === "right" ? 1 : 0);
    return y;
  },
  BroadcastArgs: ({ s0, s1 }, backend) => {
    const [a, b] = [s0, s1].map((s) => Array.from(backend.values(s)));
    const shape = backend_util.assertAndGetBroadcastShape(a, b);
    const y = backend.output([shape.length], "int32");
    backend.values(y).set(shape);
    return y;
  },
};

export const selectKernels: Kernel[] = Object.entries(kernels).map(([name, run]) => ({ name, run }));
