import { kernelNames, OutOfRangeError } from "@plenoptic/tensor";
import {
  backend_util,
  type GatherV2Attrs,
  gather_util,
  type ScatterNdAttrs,
  type SparseToDenseAttrs,
  scatter_util,
  type TensorInfo,
  type UnsortedSegmentSumAttrs,
  util,
} from "@tensorflow/tfjs-core";
import type { CpuBackend } from "../backend.js";
import { fill } from "./fill.js";
import { type Kernel, sizeOf } from "./kernel.js";

function checkIndices(name: string, indices: ArrayLike<number>, extent: number): void {
  for (let i = 0; i < indices.length; i++) {
    if (indices[i] < 0 || indices[i] >= extent) {
      throw new OutOfRangeError(`${name}: the index value ${indices[i]} is not in [0, ${extent - 1}]`);
    }
  }
}

function gatherAlong(
  x: TensorInfo,
  indices: TensorInfo,
  attrs: GatherV2Attrs,
  backend: CpuBackend,
): TensorInfo {
  const axis = util.parseAxisParam(attrs.axis, x.shape)[0];
  const { batchDims } = attrs;
  const info = backend_util.segment_util.collectGatherOpShapeInfo(x, indices, axis, batchDims);
  const { batchSize, outerSize, dimSize, sliceSize } = info;
  checkIndices("GatherV2", backend.values(indices), dimSize);
  const y = backend.output(info.outputShape, x.dtype);
  const count = sizeOf(indices.shape) / batchSize;
  const bytes = backend.bytesPer(x.dtype);
  const inner = sliceSize * bytes;
  for (let batch = 0; batch < batchSize; batch++) {
    const from = backend.address(x) + batch * outerSize * dimSize * inner;
    const to = backend.address(y) + batch * outerSize * count * inner;
    const list = backend.address(indices) + batch * count * 4;
    backend.wasm.functions.gather(from, to, outerSize, dimSize, inner, list, count);
  }
  return y;
}

/** Row-major positions, in slices, of index tuples in the leading axes of a shape. */
function flatIndices(
  name: string,
  indices: TensorInfo,
  shape: readonly number[],
  rank: number,
  backend: CpuBackend,
): TensorInfo {
  const count = rank === 0 ? sizeOf(indices.shape) : sizeOf(indices.shape) / rank;
  const flat = backend.output([count], "int32");
  const [tuples, values] = [backend.values(indices), backend.values(flat)];
  for (let i = 0; i < count; i++) {
    let position = 0;
    for (let axis = 0; axis < rank; axis++) {
      const index = tuples[i * rank + axis];
      if (index < 0 || index >= shape[axis]) {
        backend.disposeIntermediate(flat);
        throw new OutOfRangeError(
          `${name}: index ${index} is outside axis ${axis} of the shape [${shape.join(", ")}].`,
        );
      }
      position = position * shape[axis] + index;
    }
    values[i] = position;
  }
  return flat;
}

function gatherTuples(params: TensorInfo, indices: TensorInfo, backend: CpuBackend): TensorInfo {
  const [shape, count, sliceSize] = gather_util.prepareAndValidate(params, indices);
  const rank = indices.shape[indices.shape.length - 1];
  const flat = flatIndices("GatherNd", indices, params.shape, rank, backend);
  const y = backend.output(shape, params.dtype);
  const inner = sliceSize * backend.bytesPer(params.dtype);
  const [from, to, list] = [params, y, flat].map((t) => backend.address(t));
  backend.wasm.functions.gather(from, to, 1, sizeOf(params.shape) / sliceSize, inner, list, count);
  backend.disposeIntermediate(flat);
  return y;
}

/** Sums of the slices of x that have the same index. Floats are added up as doubles, in the order of the indices. */
function scatterAdd(
  x: TensorInfo,
  indices: TensorInfo,
  sizes: { batch: number; outer: number; extent: number; inner: number },
  backend: CpuBackend,
): TensorInfo {
  const { batch, outer, extent, inner } = sizes;
  const count = sizeOf(indices.shape) / batch;
  const size = batch * outer * extent * inner;
  const y = fill(backend, [size], x.dtype, 0);
  const narrow = x.dtype === "float32" && backend.floatBytes === 4;
  const wideBytes = x.dtype === "float32" ? 8 : 4;
  const sums = narrow ? backend.allocator.allocate(size * 8) : backend.address(y);
  if (narrow) new Float64Array(backend.wasm.memory.buffer, sums, size).fill(0);
  for (let b = 0; b < batch; b++) {
    const from = backend.address(x) + b * outer * count * inner * backend.bytesPer(x.dtype);
    const to = sums + b * outer * extent * inner * wideBytes;
    const list = backend.address(indices) + b * count * 4;
    backend.fnFor("scatterAdd", x.dtype)(from, to, outer, extent, inner, list, count);
  }
  if (narrow) {
    backend.wasm.functions.roundToFloats(sums, backend.address(y), size);
    backend.allocator.release(sums);
  }
  return y;
}

function segmentSum(
  x: TensorInfo,
  segmentIds: TensorInfo,
  numSegments: number,
  backend: CpuBackend,
): TensorInfo {
  const ids = backend.values(segmentIds);
  for (let i = 0; i < ids.length; i++) {
    if (ids[i] >= numSegments)
      throw new OutOfRangeError(`UnsortedSegmentSum: segment ${ids[i]} of ${numSegments} segments.`);
  }
  const rest = x.shape.slice(segmentIds.shape.length);
  const sizes = { batch: 1, outer: 1, extent: numSegments, inner: sizeOf(rest) };
  return { ...scatterAdd(x, segmentIds, sizes, backend), shape: [numSegments, ...rest] };
}

/** The transpose of GatherV2. */
function scatterAddAlong(
  x: TensorInfo,
  indices: TensorInfo,
  { axis, batchDims, extent }: kernelNames.ScatterAddAttrs,
  backend: CpuBackend,
): TensorInfo {
  const behind = axis + indices.shape.length - batchDims;
  const [front, back] = [x.shape.slice(0, axis), x.shape.slice(behind)];
  checkIndices(kernelNames.ScatterAdd, backend.values(indices), extent);
  const batch = sizeOf(front.slice(0, batchDims));
  const sizes = { batch, outer: sizeOf(front.slice(batchDims)), extent, inner: sizeOf(back) };
  return { ...scatterAdd(x, indices, sizes, backend), shape: [...front, extent, ...back] };
}

/** Puts slices of `updates` into `y`, in place. A scalar fills every place named. */
function scatterInto(
  name: string,
  y: TensorInfo,
  indices: TensorInfo,
  updates: TensorInfo,
  backend: CpuBackend,
): void {
  const { sliceRank, numUpdates, sliceSize } = scatter_util.calculateShapes(updates, indices, y.shape);
  const flat = flatIndices(name, indices, y.shape, sliceRank, backend);
  if (sizeOf(updates.shape) === 1 && numUpdates * sliceSize !== 1) {
    const [values, list] = [backend.values(y), backend.values(flat)];
    const value = backend.values(updates)[0];
    for (const position of list) values.fill(value, position * sliceSize, (position + 1) * sliceSize);
  } else {
    const inner = sliceSize * backend.bytesPer(y.dtype);
    const [from, to, list] = [updates, y, flat].map((t) => backend.address(t));
    backend.wasm.functions.scatter(from, to, inner, list, numUpdates);
  }
  backend.disposeIntermediate(flat);
}

const kernels: Record<string, Kernel["run"]> = {
  [kernelNames.ScatterAdd]: ({ x, indices }, backend, attrs) =>
    scatterAddAlong(x, indices, attrs as unknown as kernelNames.ScatterAddAttrs, backend),
  GatherV2: ({ x, indices }, backend, attrs) =>
    gatherAlong(x, indices, attrs as unknown as GatherV2Attrs, backend),
  GatherNd: ({ params, indices }, backend) => gatherTuples(params, indices, backend),
  UnsortedSegmentSum: ({ x, segmentIds }, backend, attrs) =>
    segmentSum(x, segmentIds, (attrs as unknown as UnsortedSegmentSumAttrs).numSegments, backend),
  ScatterNd: ({ indices, updates }, backend, attrs) => {
    const { shape } = attrs as unknown as ScatterNdAttrs;
    const { sliceRank, sliceSize } = scatter_util.calculateShapes(updates, indices, shape);
    const flat = flatIndices("ScatterNd", indices, shape, sliceRank, backend);
    const sizes = { batch: 1, outer: 1, extent: sizeOf(shape) / sliceSize, inner: sliceSize };
    const y = scatterAdd(updates, flat, sizes, backend);
    backend.disposeIntermediate(flat);
    return { ...y, shape };
  },
  TensorScatterUpdate: ({ tensor, indices, updates }, backend) => {
    const y = backend.copy(tensor);
    scatterInto("TensorScatterUpdate", y, indices, updates, backend);
    return y;
  },
  SparseToDense: ({ sparseIndices, sparseValues, defaultValue }, backend, attrs) => {
    const { outputShape } = attrs as unknown as SparseToDenseAttrs;
    const y = fill(backend, outputShape, sparseValues.dtype, backend.values(defaultValue)[0]);
    scatterInto("SparseToDense", y, sparseIndices, sparseValues, backend);
    return y;
  },
};

export const gatherKernels: Kernel[] = Object.entries(kernels).map(([name, run]) => ({ name, run }));
