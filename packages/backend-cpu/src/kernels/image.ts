import { ShapeError } from "@plenoptic/tensor";
import { backend_util, type DataType, type TensorInfo } from "@tensorflow/tfjs-core";
import type { CpuBackend } from "../backend.js";
import { withDtype } from "./cast.js";
import { fill } from "./fill.js";
import { type Attrs, type Inputs, type Kernel, sizeOf } from "./kernel.js";

/** Codes of assembly/image/resample.ts. */
const fillModes = { constant: 0, reflect: 1, wrap: 2, nearest: 3 };

interface CropAttrs {
  cropSize: [number, number];
  method: "bilinear" | "nearest";
  extrapolationValue: number;
}

function crop(
  image: TensorInfo,
  boxes: TensorInfo,
  boxInd: TensorInfo,
  attrs: CropAttrs,
  backend: CpuBackend,
) {
  const [batch, height, width, channels] = image.shape;
  const [rows, columns] = attrs.cropSize;
  const chosen = backend.readSync(boxInd.dataId) as Int32Array;
  for (const i of chosen) {
    if (i < 0 || i >= batch)
      throw new ShapeError(`A box is in picture ${i}, but there are ${batch} pictures.`);
  }
  const y = backend.output([boxes.shape[0], rows, columns, channels]);
  const bytes = backend.floatBytes;
  const [from, box, to] = [image, boxes, y].map((x) => backend.address(x));
  chosen.forEach((picture, i) => {
    backend.fn("crop")(
      from + picture * height * width * channels * bytes,
      height,
      width,
      channels,
      box + i * 4 * bytes,
      to + i * rows * columns * channels * bytes,
      rows,
      columns,
      attrs.method === "bilinear" ? 1 : 0,
      attrs.extrapolationValue,
    );
  });
  return y;
}

interface TransformAttrs {
  interpolation: "nearest" | "bilinear";
  fillMode: keyof typeof fillModes;
  fillValue: number;
  outputShape?: [number, number];
}

function transform({ image, transforms }: Inputs, backend: CpuBackend, attrs: TransformAttrs): TensorInfo {
  const [batch, height, width, channels] = image.shape;
  const [rows, columns] = attrs.outputShape ?? [height, width];
  const y = backend.output([batch, rows, columns, channels]);
  const bytes = backend.floatBytes;
  const [from, matrix, to] = [image, transforms, y].map((x) => backend.address(x));
  for (let i = 0; i < batch; i++) {
    backend.fn("project")(
      from + i * height * width * channels * bytes,
      height,
      width,
      channels,
      matrix + (transforms.shape[0] === 1 ? 0 : i * 8 * bytes),
      to + i * rows * columns * channels * bytes,
      rows,
      columns,
      attrs.interpolation === "bilinear" ? 1 : 0,
      fillModes[attrs.fillMode],
      attrs.fillValue,
    );
  }
  return y;
}

interface LrnAttrs {
  depthRadius: number;
  bias: number;
  alpha: number;
  beta: number;
}

function localResponse(fn: string, xs: TensorInfo[], attrs: LrnAttrs, backend: CpuBackend): TensorInfo {
  const { shape } = xs[0];
  const y = backend.output(shape);
  const depth = shape[shape.length - 1];
  const runs = depth === 0 ? 0 : sizeOf(shape) / depth;
  const { depthRadius, bias, alpha, beta } = attrs;
  backend.fn(fn)(...[...xs, y].map((x) => backend.address(x)), runs, depth, depthRadius, bias, alpha, beta);
  return y;
}

/** Codes of assembly/image/dilation.ts. */
const dilations = { Dilation2D: 0, Dilation2DBackpropInput: 1, Dilation2DBackpropFilter: 2 };

interface DilationAttrs {
  strides: [number, number] | number;
  pad: "valid" | "same" | number;
  dilations: [number, number] | number;
}

function dilate(
  code: number,
  { x, filter, dy }: Inputs,
  attrs: DilationAttrs,
  backend: CpuBackend,
): TensorInfo {
  const info = backend_util.computeDilation2DInfo(
    x.shape as [number, number, number, number],
    filter.shape as [number, number, number],
    attrs.strides,
    attrs.pad,
    "NHWC",
    attrs.dilations,
  );
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, padInfo } = info;
  const shape = [[batchSize, outHeight, outWidth, inChannels], x.shape, filter.shape][code];
  const y = code === 0 ? backend.output(shape) : fill(backend, shape, "float32", 0);
  const table = [inHeight, inWidth, inChannels, outHeight, outWidth, filter.shape[0], filter.shape[1]].concat(
    [info.strideHeight, info.strideWidth, padInfo.top, padInfo.left, info.dilationHeight, info.dilationWidth],
  );
  const at = backend.writeTable(table);
  const bytes = backend.floatBytes;
  const inner = [inHeight * inWidth, outHeight * outWidth].map((pixels) => pixels * inChannels * bytes);
  for (let i = 0; i < batchSize; i++) {
    const input = i * inner[0];
    const output = i * inner[1];
    backend.fn("dilate")(
      code,
      backend.address(x) + input,
      backend.address(filter),
      dy ? backend.address(dy) + output : 0,
      backend.address(y) + [output, input, 0][code],
      at,
    );
  }
  return y;
}

const asFloats = (xs: TensorInfo[], backend: CpuBackend, f: (...xs: TensorInfo[]) => TensorInfo) =>
  withDtype(xs, "float32" satisfies DataType, backend, f);

const kernels: Record<string, (inputs: Inputs, backend: CpuBackend, attrs: Attrs) => TensorInfo> = {
  CropAndResize: ({ image, boxes, boxInd }, backend, attrs) =>
    asFloats([image, boxes], backend, (pictures, box) =>
      crop(pictures, box, boxInd, attrs as unknown as CropAttrs, backend),
    ),
  Transform: (inputs, backend, attrs) => transform(inputs, backend, attrs as unknown as TransformAttrs),
  LRN: ({ x }, backend, attrs) => localResponse("localResponse", [x], attrs as unknown as LrnAttrs, backend),
  LRNGrad: ({ x, dy }, backend, attrs) =>
    localResponse("localResponseGrad", [x, dy], attrs as unknown as LrnAttrs, backend),
};

const dilationKernels = Object.entries(dilations).map(
  ([name, code]): Kernel => ({
    name,
    run: ({ x, filter, dy }, backend, attrs) =>
      asFloats(dy ? [x, filter, dy] : [x, filter], backend, (a, b, c) =>
        dilate(code, { x: a, filter: b, dy: c }, attrs as unknown as DilationAttrs, backend),
      ),
  }),
);

export const imageKernels: Kernel[] = [
  ...Object.entries(kernels).map(([name, run]) => ({ name, run })),
  ...dilationKernels,
];
