import { ShapeError } from "@plenoptic/tensor";
import { backend_util, type TensorInfo } from "@tensorflow/tfjs-core";
import type { CpuBackend } from "../backend.js";
import { castTo, withDtype } from "./cast.js";
import { type Attrs, expectFloats, type Kernel, sizeOf } from "./kernel.js";

/** Kinds of assembly/pool.ts. */
const kinds = { max: 0, mean: 1, spread: 2, spreadWhole: 3 };

/** [input, output, taps, stride, dilation, zeros before], for each of three spatial axes. */
export type PoolAxis = readonly [number, number, number, number, number, number];

export interface Pooling {
  readonly batch: number;
  readonly channels: number;
  readonly axes: readonly PoolAxis[];
  readonly outShape: number[];
}

const noAxis: PoolAxis = [1, 1, 1, 1, 1, 0];

interface PoolAttrs {
  filterSize: [number, number] | number;
  strides: [number, number] | number;
  pad: "valid" | "same" | number | backend_util.ExplicitPadding;
  dimRoundingMode?: "floor" | "round" | "ceil";
}

type Describe = (shape: number[], attrs: Attrs) => Pooling;

function expectRank(rank: number, shape: readonly number[]): void {
  if (shape.length !== rank)
    throw new ShapeError(`Pooling needs ${rank} axes, channels last, but got [${shape.join(", ")}].`);
}

const describe2D: Describe = (shape, attrs) => {
  expectRank(4, shape);
  const { filterSize, strides, pad, dimRoundingMode } = attrs as unknown as PoolAttrs;
  const x = shape as [number, number, number, number];
  const info = backend_util.computePool2DInfo(x, filterSize, strides, 1, pad, dimRoundingMode);
  const { padInfo } = info;
  return {
    batch: info.batchSize,
    channels: info.inChannels,
    outShape: info.outShape,
    axes: [
      noAxis,
      [info.inHeight, info.outHeight, info.effectiveFilterHeight, info.strideHeight, 1, padInfo.top],
      [info.inWidth, info.outWidth, info.effectiveFilterWidth, info.strideWidth, 1, padInfo.left],
    ],
  };
};

const describe3D: Describe = (shape, attrs) => {
  expectRank(5, shape);
  const { filterSize, strides, pad, dimRoundingMode } = attrs as unknown as {
    filterSize: [number, number, number] | number;
    strides: [number, number, number] | number;
    pad: "valid" | "same" | number;
    dimRoundingMode?: "floor" | "round" | "ceil";
  };
  const x = shape as [number, number, number, number, number];
  const info = backend_util.computePool3DInfo(x, filterSize, strides, 1, pad, dimRoundingMode);
  const { padInfo } = info;
  return {
    batch: info.batchSize,
    channels: info.inChannels,
    outShape: info.outShape,
    axes: [
      [info.inDepth, info.outDepth, info.effectiveFilterDepth, info.strideDepth, 1, padInfo.front],
      [info.inHeight, info.outHeight, info.effectiveFilterHeight, info.strideHeight, 1, padInfo.top],
      [info.inWidth, info.outWidth, info.effectiveFilterWidth, info.strideWidth, 1, padInfo.left],
    ],
  };
};

function runPool(
  kind: keyof typeof kinds,
  x: TensorInfo,
  y: TensorInfo,
  pooling: Pooling,
  backend: CpuBackend,
): void {
  const table = backend.writeTable(pooling.axes.flat());
  const [from, to] = [backend.address(x), backend.address(y)];
  backend.fn("pool")(kinds[kind], from, to, pooling.batch, pooling.channels, table);
}

/** Maximum or mean over each window. */
function pooled(kind: "max" | "mean", x: TensorInfo, pooling: Pooling, backend: CpuBackend): TensorInfo {
  const y = backend.output(pooling.outShape);
  runPool(kind, x, y, pooling, backend);
  return y;
}

/** The transpose of the mean over windows; with `whole`, of a mean that counts the places outside the input too. */
function meanGradient(
  dy: TensorInfo,
  shape: number[],
  pooling: Pooling,
  whole: boolean,
  backend: CpuBackend,
): TensorInfo {
  const dx = backend.output(shape);
  backend.fn("fill")(backend.address(dx), sizeOf(shape), 0);
  runPool(whole ? "spreadWhole" : "spread", dx, dy, pooling, backend);
  return dx;
}

/** Where in its image each window's maximum is, as whole numbers. */
export function maxPlaces(x: TensorInfo, pooling: Pooling, backend: CpuBackend, nan = false): TensorInfo {
  const places = backend.output(pooling.outShape, "int32");
  const table = backend.writeTable(pooling.axes.flat());
  const [from, to] = [backend.address(x), backend.address(places)];
  backend.fn("maxPlaces")(Number(nan), from, to, pooling.batch, pooling.channels, table);
  return places;
}

const imageSize = ({ channels, axes }: Pooling) => axes.reduce((n, [input]) => n * input, channels);

/** Takes from each image of x the values at the given places, or adds dy's values to them. */
function atPlaces(
  name: "takePlaces" | "addToPlaces",
  x: TensorInfo,
  places: TensorInfo,
  y: TensorInfo,
  pooling: Pooling,
  backend: CpuBackend,
): void {
  const [from, at, to] = [x, places, y].map((t) => backend.address(t));
  const count = sizeOf(pooling.outShape) / Math.max(1, pooling.batch);
  backend.fn(name)(from, at, to, pooling.batch, imageSize(pooling), count);
}

/** The values of g where the windows of x have their maxima. */
export function takeMaxima(
  g: TensorInfo,
  x: TensorInfo,
  pooling: Pooling,
  backend: CpuBackend,
  nan = false,
): TensorInfo {
  const places = maxPlaces(x, pooling, backend, nan);
  const y = backend.output(pooling.outShape);
  atPlaces("takePlaces", g, places, y, pooling, backend);
  backend.disposeIntermediate(places);
  return y;
}

/** The transpose of {@link takeMaxima}: dy's values where the windows of x have their maxima. */
export function maxGradient(
  dy: TensorInfo,
  x: TensorInfo,
  pooling: Pooling,
  backend: CpuBackend,
  nan = false,
): TensorInfo {
  const places = maxPlaces(x, pooling, backend, nan);
  const dx = backend.output(x.shape);
  backend.fn("fill")(backend.address(dx), sizeOf(x.shape), 0);
  atPlaces("addToPlaces", dx, places, dy, pooling, backend);
  backend.disposeIntermediate(places);
  return dx;
}

/**
 * Windows of one value give back the input. tfjs's kernels do so, and its tests want it, even where a stride and zeros
 * around the input happen to leave the shape as it was.
 */
function isIdentity({ axes, outShape }: Pooling, shape: readonly number[]): boolean {
  return axes.every(([, , taps]) => taps === 1) && outShape.every((extent, i) => extent === shape[i]);
}

function poolKernel(name: string, kind: "max" | "mean", describe: Describe): Kernel {
  return {
    name,
    run: ({ x }, backend, attrs) => {
      const pooling = describe(x.shape, attrs);
      if (isIdentity(pooling, x.shape)) return backend.alias(x, x.shape);
      const y = withDtype([x], "float32", backend, (floats) => pooled(kind, floats, pooling, backend));
      if (x.dtype === "float32" || kind === "mean") return y;
      const same = castTo(y, x.dtype, backend);
      backend.disposeIntermediate(y);
      return same;
    },
  };
}

function gradientKernel(name: string, kind: "max" | "mean", describe: Describe): Kernel {
  return {
    name,
    run: ({ dy, input }, backend, attrs) => {
      expectFloats(name, dy, input);
      const pooling = describe(input.shape, attrs);
      if (kind === "max") return maxGradient(dy, input, pooling, backend);
      // tfjs's forward kernel leaves the zeros out of the mean in every case. But where they are given side by side, its
      // tests want a gradient that counts them.
      return meanGradient(dy, input.shape, pooling, Array.isArray(attrs.pad), backend);
    },
  };
}

/** Adds to the places in each image where that image begins. */
function countFromBatch(places: TensorInfo, { batch, ...rest }: Pooling, backend: CpuBackend): void {
  const count = sizeOf(places.shape);
  const values = new Int32Array(backend.wasm.memory.buffer, backend.address(places), count);
  const [each, size] = [count / Math.max(1, batch), imageSize({ batch, ...rest })];
  for (let i = 0; i < count; i++) values[i] += Math.floor(i / each) * size;
}

const maxPoolWithArgmax: Kernel = {
  name: "MaxPoolWithArgmax",
  run: ({ x }, backend, attrs) => {
    expectFloats("MaxPoolWithArgmax", x);
    const pooling = describe2D(x.shape, attrs);
    const y = pooled("max", x, pooling, backend);
    const places = maxPlaces(x, pooling, backend);
    if (attrs.includeBatchInIndex) countFromBatch(places, pooling, backend);
    return [y, places];
  },
};

export const poolKernels: Kernel[] = [
  poolKernel("MaxPool", "max", describe2D),
  poolKernel("AvgPool", "mean", describe2D),
  poolKernel("MaxPool3D", "max", describe3D),
  poolKernel("AvgPool3D", "mean", describe3D),
  gradientKernel("MaxPoolGrad", "max", describe2D),
  gradientKernel("AvgPoolGrad", "mean", describe2D),
  gradientKernel("MaxPool3DGrad", "max", describe3D),
  gradientKernel("AvgPool3DGrad", "mean", describe3D),
  maxPoolWithArgmax,
];
