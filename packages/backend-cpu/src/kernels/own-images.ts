import { kernelNames as K } from "@plenoptic/tensor";
import type { TensorInfo } from "@tensorflow/tfjs-core";
import { expectFloats, type Kernel } from "./kernel.js";
import { maxGradient, type PoolAxis, type Pooling, takeMaxima } from "./pool.js";
import { resample, resampleAdjoint } from "./resampling.js";

/** The windows of an image with its channels first: each plane is an image of one channel. */
function describe({ shape }: TensorInfo, attrs: K.MaxPool2dAttrs): Pooling {
  const { kernelSize, stride, dilation, padding, outputSize } = attrs;
  const [batch, channels, ...size] = shape;
  const axes = size.map(
    (extent, d): PoolAxis => [extent, outputSize[d], kernelSize[d], stride[d], dilation[d], padding[2 * d]],
  );
  return {
    batch: batch * channels,
    channels: 1,
    axes: [[1, 1, 1, 1, 1, 0], ...axes],
    outShape: [batch, channels, ...outputSize],
  };
}

const maxPool2d: Kernel = {
  name: K.MaxPool2d,
  run: ({ x }, backend, attrs) => {
    expectFloats("MaxPool2d", x);
    const { batch, axes, outShape } = describe(x, attrs as unknown as K.MaxPool2dAttrs);
    const [, down, across] = axes;
    const [input, output, taps, stride, dilation, before] = across;
    // A row, what the windows reach beyond it on both sides, and what is read in whole vectors.
    const reach = Math.max(before + input, (output - 1) * stride + (taps - 1) * dilation + 1);
    const length = reach + 32 / backend.floatBytes;
    const y = backend.output(outShape);
    const buffer = backend.allocator.allocate(length * backend.floatBytes);
    const table = backend.writeTable([...down, ...across]);
    backend.fn("maxPlanes")(backend.address(x), backend.address(y), batch, table, buffer, length);
    backend.allocator.release(buffer);
    return y;
  },
};

const maxPool2dTake: Kernel = {
  name: K.MaxPool2dTake,
  run: ({ g, x }, backend, attrs) => {
    expectFloats("MaxPool2dTake", g, x);
    return takeMaxima(g, x, describe(x, attrs as unknown as K.MaxPool2dAttrs), backend, true);
  },
};

const maxPool2dGradient: Kernel = {
  name: K.MaxPool2dGradient,
  run: ({ dy, x }, backend, attrs) => {
    expectFloats("MaxPool2dGradient", dy, x);
    return maxGradient(dy, x, describe(x, attrs as unknown as K.MaxPool2dAttrs), backend, true);
  },
};

/** Planes one after the other, each an image of one channel. */
function planes({ shape: [batch, channels] }: TensorInfo, [height, width]: readonly number[]) {
  return { batch: batch * channels, height, width, channels: 1 };
}

const resample2d: Kernel = {
  name: K.Resample2d,
  run: ({ x }, backend, attrs) => {
    expectFloats("Resample2d", x);
    const { rows, columns, inputSize } = attrs as unknown as K.Resample2dAttrs;
    const y = backend.output([x.shape[0], x.shape[1], rows.length, columns.length]);
    resample(x, y, planes(x, inputSize), rows, columns, backend);
    return y;
  },
};

const resample2dAdjoint: Kernel = {
  name: K.Resample2dAdjoint,
  run: ({ dy }, backend, attrs) => {
    expectFloats("Resample2dAdjoint", dy);
    const { rows, columns, inputSize } = attrs as unknown as K.Resample2dAdjointAttrs;
    const dx = backend.output([dy.shape[0], dy.shape[1], ...inputSize]);
    resampleAdjoint(dy, dx, planes(dy, inputSize), rows, columns, backend);
    return dx;
  },
};

export const ownImageKernels: Kernel[] = [
  maxPool2d,
  maxPool2dTake,
  maxPool2dGradient,
  resample2d,
  resample2dAdjoint,
];
