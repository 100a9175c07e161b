import { kernelNames } from "@plenoptic/tensor";
import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { GpuBackend } from "../../backend.js";
import { type GpuKernel, sizeOf } from "../kernel.js";
import { fitsInMemory, packed, transformAlong, transformRows } from "./axis-transform.js";

/** Height, width, and how many such images. */
function imageOf(shape: readonly number[]): { height: number; width: number; count: number } {
  const [height, width] = shape.slice(-2);
  return { height, width, count: sizeOf(shape.slice(0, -2)) };
}

const pair = (backend: GpuBackend, shape: number[]): [TensorInfo, TensorInfo] => [
  backend.makeTensorInfo(shape, "float32"),
  backend.makeTensorInfo(shape, "float32"),
];

const full: GpuKernel<kernelNames.Fft2dAttrs> = {
  name: kernelNames.Fft2d,
  run: (backend, { real, imag }, { inverse, scale }) => {
    const { height, width, count } = imageOf(real.shape);
    const out = pair(backend, real.shape);
    const rows = { outer: count * height, n: width, inner: 1, inverse, inCount: width, outCount: width };
    const columns = { outer: count, n: height, inner: width, inverse, inCount: height, outCount: height };
    const between = packed(backend, count * height * width);
    transformAlong(backend, { ...rows, scale: 1 }, { form: "parts", tensors: [real, imag] }, between);
    transformAlong(backend, { ...columns, scale }, between, { form: "parts", tensors: out });
    backend.disposeData(between.tensors[0].dataId);
    return out;
  },
};

/** The half spectrum of a real image; `doubled` as for the inverse of a real transform. */
const toHalf = (name: string, isDoubled: boolean): GpuKernel<kernelNames.Rfft2dAttrs> => ({
  name,
  run: (backend, { x }, { scale }) => {
    const { height, width, count } = imageOf(x.shape);
    const inner = Math.floor(width / 2) + 1;
    const out = pair(backend, [...x.shape.slice(0, -1), inner]);
    const between = packed(backend, count * height * inner);
    const rows = count * height;
    const common = { n: width, inverse: false, scale: 1 };
    if (fitsInMemory(backend, width)) {
      const from = { form: "realRows", tensors: [x] } as const;
      transformRows(backend, { ...common, rows }, from, { ...between, form: "halfRows" });
    } else {
      const along = { ...common, outer: rows, inner: 1, inCount: width, outCount: inner };
      transformAlong(backend, along, { form: "real", tensors: [x] }, between);
    }
    const columns = { outer: count, n: height, inner, inverse: false, inCount: height, outCount: height };
    const along = { ...columns, scale, doubled: isDoubled ? width : 0 };
    transformAlong(backend, along, between, { form: "parts", tensors: out });
    backend.disposeData(between.tensors[0].dataId);
    return out;
  },
});

/** The real image of a half spectrum. */
const fromHalf = (name: string, isDoubled: boolean): GpuKernel<kernelNames.Rfft2dAdjointAttrs> => ({
  name,
  run: (backend, { real, imag }, { width, scale }) => {
    const { height, width: inner, count } = imageOf(real.shape);
    const x = backend.makeTensorInfo([...real.shape.slice(0, -1), width], "float32");
    const between = packed(backend, count * height * inner);
    const columns = { outer: count, n: height, inner, inverse: true, inCount: height, outCount: height };
    const down = { ...columns, scale: 1, doubled: isDoubled ? width : 0 };
    transformAlong(backend, down, { form: "parts", tensors: [real, imag] }, between);
    const rows = count * height;
    const common = { n: width, inverse: true, scale };
    if (fitsInMemory(backend, width)) {
      const to = { form: "realRows", tensors: [x] } as const;
      transformRows(backend, { ...common, rows }, { ...between, form: "halfRows" }, to);
    } else {
      const along = { ...common, outer: rows, inner: 1, inCount: inner, outCount: width };
      transformAlong(backend, along, between, { form: "real", tensors: [x] });
    }
    backend.disposeData(between.tensors[0].dataId);
    return x;
  },
});

export const fourierKernels = [
  full,
  toHalf(kernelNames.Rfft2d, false),
  toHalf(kernelNames.Irfft2dAdjoint, true),
  fromHalf(kernelNames.Rfft2dAdjoint, false),
  fromHalf(kernelNames.Irfft2d, true),
];
