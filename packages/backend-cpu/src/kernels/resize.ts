import type { kernelNames } from "@plenoptic/tensor";
import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { CpuBackend } from "../backend.js";
import { castTo, withDtype } from "./cast.js";
import { type Attrs, expectFloats, type Kernel, sizeOf } from "./kernel.js";
import { between, exactly, type Pixels, resample, resampleAdjoint } from "./resampling.js";

interface ResizeAttrs {
  alignCorners: boolean;
  halfPixelCenters: boolean;
}

type Places = (from: number, to: number, attrs: ResizeAttrs) => kernelNames.ResamplePlace[];

function stepOf(from: number, to: number, alignCorners: boolean): number {
  return alignCorners && to > 1 ? (from - 1) / (to - 1) : from / to;
}

const bilinear: Places = (from, to, { alignCorners, halfPixelCenters }) => {
  const step = stepOf(from, to, alignCorners);
  return Array.from({ length: to }, (_, i) =>
    between(halfPixelCenters ? step * (i + 0.5) - 0.5 : step * i, from),
  );
};

const nearest: Places = (from, to, { alignCorners, halfPixelCenters }) => {
  const step = stepOf(from, to, alignCorners);
  return Array.from({ length: to }, (_, i) => {
    const u = step * (halfPixelCenters ? i + 0.5 : i);
    return exactly(alignCorners ? Math.round(u) : Math.floor(u), from);
  });
};

function pixelsOf([batch, height, width, channels]: readonly number[]): Pixels {
  return { batch, height, width, channels };
}

function resized(
  images: TensorInfo,
  [height, width]: readonly number[],
  places: Places,
  attrs: ResizeAttrs,
  backend: CpuBackend,
): TensorInfo {
  const size = pixelsOf(images.shape);
  const y = backend.output([size.batch, height, width, size.channels]);
  if (sizeOf(images.shape) === 0 || sizeOf(y.shape) === 0) return y;
  const [rows, columns] = [places(size.height, height, attrs), places(size.width, width, attrs)];
  resample(images, y, size, rows, columns, backend);
  return y;
}

function resizeKernel(name: string, places: Places, keepsDtype: boolean): Kernel {
  return {
    name,
    run: ({ images }, backend, attrs) => {
      const size = attrs.size as number[];
      const y = withDtype([images], "float32", backend, (x) =>
        resized(x, size, places, attrs as unknown as ResizeAttrs, backend),
      );
      if (!keepsDtype || images.dtype === "float32") return y;
      const same = castTo(y, images.dtype, backend);
      backend.disposeIntermediate(y);
      return same;
    },
  };
}

function gradientKernel(name: string, places: Places): Kernel {
  return {
    name,
    run: ({ images, dy }, backend, rawAttrs: Attrs) => {
      expectFloats(name, dy);
      const attrs = rawAttrs as unknown as ResizeAttrs;
      const size = pixelsOf(images.shape);
      const dx = backend.output(images.shape);
      if (sizeOf(images.shape) === 0) return dx;
      const rows = places(size.height, dy.shape[1], attrs);
      const columns = places(size.width, dy.shape[2], attrs);
      resampleAdjoint(dy, dx, size, rows, columns, backend);
      return dx;
    },
  };
}

export const resizeKernels: Kernel[] = [
  resizeKernel("ResizeBilinear", bilinear, false),
  resizeKernel("ResizeNearestNeighbor", nearest, true),
  gradientKernel("ResizeBilinearGrad", bilinear),
  gradientKernel("ResizeNearestNeighborGrad", nearest),
];
