import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { CpuBackend } from "../backend.js";
import { fill } from "./fill.js";
import { type Inputs, type Kernel, sizeOf } from "./kernel.js";

/** Row-major strides in values. */
export function contiguous(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    strides[i] = stride;
    stride *= shape[i];
  }
  return strides;
}

/**
 * Copies a block of values between two strided arrays. Offsets and strides are in values; a stride may be 0 or negative.
 */
function copyBlock(
  backend: CpuBackend,
  extents: readonly number[],
  from: { x: TensorInfo; offset: number; strides: readonly number[] },
  to: { x: TensorInfo; offset: number; strides: readonly number[] },
): void {
  if (sizeOf(extents) === 0) return;
  const size = backend.bytesPer(from.x.dtype);
  const rows: [number, number, number][] = [];
  for (let i = 0; i < extents.length; i++) {
    if (extents[i] === 1) continue;
    const [sx, sy] = [from.strides[i] * size, to.strides[i] * size];
    const last = rows.at(-1);
    if (last && last[1] === sx * extents[i] && last[2] === sy * extents[i]) {
      last[0] *= extents[i];
      last[1] = sx;
      last[2] = sy;
    } else {
      rows.push([extents[i], sx, sy]);
    }
  }
  if (rows.length === 0) rows.push([1, size, size]);
  const source = backend.address(from.x) + from.offset * size;
  const target = backend.address(to.x) + to.offset * size;
  backend.wasm.functions.copyStrided(source, target, backend.writeTable(rows.flat()), rows.length, size);
}

/** A copy with the axes in another order. */
export function transposed(x: TensorInfo, perm: readonly number[], backend: CpuBackend): TensorInfo {
  const y = backend.output(
    perm.map((i) => x.shape[i]),
    x.dtype,
  );
  const strides = contiguous(x.shape);
  const to = { x: y, offset: 0, strides: contiguous(y.shape) };
  copyBlock(backend, y.shape, { x, offset: 0, strides: perm.map((i) => strides[i]) }, to);
  return y;
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((total, v, i) => total + v * b[i], 0);
}

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

const list = (inputs: Inputs): TensorInfo[] => (Array.isArray(inputs) ? inputs : Object.values(inputs));

/** x read from `offset` with `strides`, written densely. */
function readBlock(
  backend: CpuBackend,
  x: TensorInfo,
  shape: number[],
  offset: number,
  strides: number[],
): TensorInfo {
  const y = backend.output(shape, x.dtype);
  copyBlock(backend, shape, { x, offset, strides }, { x: y, offset: 0, strides: contiguous(shape) });
  return y;
}

/** x repeated along the axes that it lacks, or has once. */
export function broadcasted(x: TensorInfo, shape: readonly number[], backend: CpuBackend): TensorInfo {
  const lead = shape.length - x.shape.length;
  const own = contiguous(x.shape);
  const strides = shape.map((_, i) => (i < lead || x.shape[i - lead] === 1 ? 0 : own[i - lead]));
  return readBlock(backend, x, [...shape], 0, strides);
}

const kernels: Record<string, Kernel["run"]> = {
  Reshape: ({ x }, backend, { shape }) => backend.alias(x, shape as number[]),
  Identity: ({ x }, backend) => backend.alias(x, x.shape),
  ExpandDims: ({ input }, backend, { dim }) => {
    const shape = [...input.shape];
    shape.splice(dim as number, 0, 1);
    return backend.alias(input, shape);
  },
  Transpose: ({ x }, backend, { perm }) => transposed(x, perm as number[], backend),
  Slice: ({ x }, backend, { begin, size }) => {
    const strides = contiguous(x.shape);
    return readBlock(backend, x, size as number[], dot(begin as number[], strides), strides);
  },
  Reverse: ({ x }, backend, { dims }) => {
    const strides = contiguous(x.shape);
    const turned = strides.map((s, i) => ((dims as number[]).includes(i) ? -s : s));
    const offset = strides.reduce(
      (o, s, i) => o + ((dims as number[]).includes(i) ? s * (x.shape[i] - 1) : 0),
      0,
    );
    return readBlock(backend, x, x.shape, offset, turned);
  },
  Concat: (inputs, backend, { axis }) => concatenated(list(inputs), axis as number, backend),
  Pack: (inputs, backend, { axis }) => {
    const aliases = list(inputs).map((x) => {
      const shape = [...x.shape];
      shape.splice(axis as number, 0, 1);
      return { ...x, shape };
    });
    return concatenated(aliases, axis as number, backend);
  },
  Unpack: ({ value }, backend, { axis }) => {
    const strides = contiguous(value.shape);
    const a = axis as number;
    const shape = value.shape.filter((_, i) => i !== a);
    const rest = strides.filter((_, i) => i !== a);
    return Array.from({ length: value.shape[a] }, (_, k) =>
      readBlock(backend, value, shape, k * strides[a], rest),
    );
  },
  Tile: ({ x }, backend, { reps }) => {
    const counts = reps as number[];
    const y = backend.output(
      x.shape.map((extent, i) => extent * counts[i]),
      x.dtype,
    );
    if (sizeOf(x.shape) === 1 && x.dtype === "float32") {
      backend.fn("fillWith")(backend.address(y), sizeOf(y.shape), backend.address(x));
      return y;
    }
    // Each axis is two: the repetition, which does not move in x, and the position.
    const [sx, sy] = [contiguous(x.shape), contiguous(y.shape)];
    const extents = x.shape.flatMap((extent, i) => [counts[i], extent]);
    const from = { x, offset: 0, strides: sx.flatMap((s) => [0, s]) };
    copyBlock(backend, extents, from, {
      x: y,
      offset: 0,
      strides: sy.flatMap((s, i) => [s * x.shape[i], s]),
    });
    return y;
  },
  BroadcastTo: ({ x }, backend, { shape }) => broadcasted(x, shape as number[], backend),
  PadV2: ({ x }, backend, { paddings, constantValue }) => {
    const pads = paddings as [number, number][];
    const shape = x.shape.map((extent, i) => extent + pads[i][0] + pads[i][1]);
    const y = fill(backend, shape, x.dtype, constantValue as number);
    const strides = contiguous(shape);
    const offset = dot(
      pads.map(([before]) => before),
      strides,
    );
    copyBlock(backend, x.shape, { x, offset: 0, strides: contiguous(x.shape) }, { x: y, offset, strides });
    return y;
  },
  GatherV2: ({ x, indices }, backend, { axis }) => {
    const a = axis as number;
    const count = sizeOf(indices.shape);
    const y = backend.output([...x.shape.slice(0, a), ...indices.shape, ...x.shape.slice(a + 1)], x.dtype);
    const inner = sizeOf(x.shape.slice(a + 1)) * backend.bytesPer(x.dtype);
    const [from, to, at] = [backend.address(x), backend.address(y), backend.address(indices)];
    backend.wasm.functions.gather(from, to, sizeOf(x.shape.slice(0, a)), x.shape[a], inner, at, count);
    return y;
  },
};

export const shapeKernels: Kernel[] = Object.entries(kernels).map(([name, run]) => ({ name, run }));
