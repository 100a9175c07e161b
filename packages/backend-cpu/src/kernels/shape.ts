import {
  type SliceAttrs,
  type StridedSliceAttrs,
  slice_util,
  type TensorInfo,
  util,
} from "@tensorflow/tfjs-core";
import type { CpuBackend } from "../backend.js";
import { type Kernel, sizeOf } from "./kernel.js";

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
export function copyBlock(
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
  // The axis along which x is contiguous goes beside that of y, so that the two are swapped plane by plane.
  const last = rows.length - 1;
  const swap = rows.findIndex(([, sx]) => sx === size);
  if (swap >= 0 && swap < last - 1) rows.splice(last - 1, 0, ...rows.splice(swap, 1));
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

export function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((total, v, i) => total + v * b[i], 0);
}

/** x read from `offset` with `strides`, written densely. */
export function readBlock(
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

/** Every `strides[i]`-th value of axis i from `begin[i]` on, `size[i]` of them. */
function sliced(
  x: TensorInfo,
  begin: readonly number[],
  size: number[],
  strides: readonly number[],
  backend: CpuBackend,
): TensorInfo {
  const own = contiguous(x.shape);
  const steps = own.map((s, i) => s * strides[i]);
  return readBlock(backend, x, size, dot(begin, own), steps);
}

/** x with the order of values turned round along some axes. */
function reversed(x: TensorInfo, axes: readonly number[], backend: CpuBackend): TensorInfo {
  const strides = contiguous(x.shape);
  const turned = strides.map((s, i) => (axes.includes(i) ? -s : s));
  const offset = strides.reduce((o, s, i) => o + (axes.includes(i) ? s * (x.shape[i] - 1) : 0), 0);
  return readBlock(backend, x, x.shape, offset, turned);
}

const kernels: Record<string, Kernel["run"]> = {
  Reshape: ({ x }, backend, { shape }) => {
    const full = util.inferFromImplicitShape(shape as number[], sizeOf(x.shape));
    util.assert(sizeOf(full) === sizeOf(x.shape), () => `Reshape: [${x.shape}] does not fill [${full}].`);
    return backend.alias(x, full);
  },
  Identity: ({ x }, backend) => backend.alias(x, x.shape),
  ExpandDims: ({ input }, backend, { dim }) => {
    const shape = [...input.shape];
    const axis = dim as number;
    const rank = shape.length + 1;
    util.assert(axis >= -rank && axis < rank, () => `ExpandDims: axis ${axis} is outside the ${rank} axes.`);
    shape.splice(axis < 0 ? axis + shape.length + 1 : axis, 0, 1);
    return backend.alias(input, shape);
  },
  Transpose: ({ x }, backend, { perm }) => transposed(x, perm as number[], backend),
  Slice: ({ x }, backend, attrs) => {
    const { begin, size } = attrs as unknown as SliceAttrs;
    const [from, extents] = slice_util.parseSliceParams(x, begin, size);
    slice_util.assertParamsValid(x, from, extents);
    return sliced(x, from, extents, new Array(from.length).fill(1), backend);
  },
  StridedSlice: ({ x }, backend, attrs) => {
    const { begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask } =
      attrs as unknown as StridedSliceAttrs;
    const info = slice_util.sliceInfo(
      x.shape,
      begin,
      end,
      strides,
      beginMask,
      endMask,
      ellipsisMask,
      newAxisMask,
      shrinkAxisMask,
    );
    const extents = slice_util.computeOutShape(info.begin, info.end, info.strides);
    return { ...sliced(x, info.begin, extents, info.strides, backend), shape: info.finalShape };
  },
  Reverse: ({ x }, backend, { dims }) =>
    reversed(x, util.parseAxisParam(dims as number | number[], x.shape), backend),
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
};

export const shapeKernels: Kernel[] = Object.entries(kernels).map(([name, run]) => ({ name, run }));
