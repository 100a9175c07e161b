import { ShapeError } from "@plenoptic/tensor";
import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { CpuBackend } from "../../backend.js";
import { type ActivationAttrs, addBiasAndActivate } from "../fused.js";
import { type Attrs, expectFloats, type Kernel, sizeOf } from "../kernel.js";
import { filterGradient, forward, inputGradient } from "./convolve.js";
import {
  type Describe,
  describeConv2D,
  describeConv3D,
  describeDepthwise,
  type TfjsConvolution,
} from "./describe.js";
import { type Convolution, imageLayout } from "./geometry.js";

function runForward(
  name: string,
  describe: Describe,
  x: TensorInfo,
  filter: TensorInfo,
  attrs: Attrs,
  backend: CpuBackend,
): TensorInfo {
  expectFloats(name, x, filter);
  const { conv, outShape } = describe(x.shape, filter.shape, attrs);
  const y = backend.output(outShape);
  if (sizeOf(outShape) > 0)
    forward(backend.address(x), backend.address(filter), backend.address(y), conv, backend);
  return y;
}

function forwardKernel(name: string, describe: Describe): Kernel {
  return {
    name,
    run: ({ x, filter }, backend, attrs) => runForward(name, describe, x, filter, attrs, backend),
  };
}

/** The convolution with y laid out as `dy` is, which may have more rows and columns than are read. */
function withOutput(
  name: string,
  { conv, outShape }: TfjsConvolution,
  dy: TensorInfo,
  { dataFormat }: Attrs,
): Convolution {
  if (dy.shape.some((extent, d) => extent < outShape[d])) {
    const [is, needs] = [dy.shape, outShape].map((shape) => `[${shape.join(", ")}]`);
    throw new ShapeError(`${name} needs the gradient of an output ${needs}, but got ${is}.`);
  }
  const channelsFirst = dataFormat === "NCHW";
  const spatial = channelsFirst ? dy.shape.slice(2) : dy.shape.slice(1, -1);
  return { ...conv, y: imageLayout(conv.groups * conv.outputChannels, spatial, channelsFirst) };
}

function inputGradientKernel(name: string, describe: Describe): Kernel {
  return {
    name,
    run: ({ dy, filter }, backend, attrs) => {
      expectFloats(name, dy, filter);
      const { inputShape } = attrs as { inputShape: number[] };
      const conv = withOutput(name, describe(inputShape, filter.shape, attrs), dy, attrs);
      const [from, w] = [backend.address(dy), backend.address(filter)];
      const dx = backend.output(inputShape);
      if (sizeOf(inputShape) > 0) inputGradient(from, w, backend.address(dx), conv, backend);
      return dx;
    },
  };
}

function filterGradientKernel(name: string, describe: Describe): Kernel {
  return {
    name,
    run: ({ x, dy }, backend, attrs) => {
      expectFloats(name, x, dy);
      const { filterShape } = attrs as { filterShape: number[] };
      const conv = withOutput(name, describe(x.shape, filterShape, attrs), dy, attrs);
      const [from, to] = [backend.address(x), backend.address(dy)];
      const dw = backend.output(filterShape);
      if (sizeOf(filterShape) > 0) filterGradient(from, to, backend.address(dw), conv, backend);
      return dw;
    },
  };
}

function fusedKernel(name: string, describe: Describe): Kernel {
  return {
    name,
    run: ({ x, filter, ...rest }, backend, attrs) => {
      const y = runForward(name, describe, x, filter, attrs, backend);
      const after = attrs.dataFormat === "NCHW" ? 2 : 0;
      return addBiasAndActivate(y, rest, attrs as unknown as ActivationAttrs, backend, after);
    },
  };
}

export const tfjsConvKernels: Kernel[] = [
  forwardKernel("Conv2D", describeConv2D),
  inputGradientKernel("Conv2DBackpropInput", describeConv2D),
  filterGradientKernel("Conv2DBackpropFilter", describeConv2D),
  fusedKernel("FusedConv2D", describeConv2D),
  forwardKernel("DepthwiseConv2dNative", describeDepthwise),
  inputGradientKernel("DepthwiseConv2dNativeBackpropInput", describeDepthwise),
  filterGradientKernel("DepthwiseConv2dNativeBackpropFilter", describeDepthwise),
  fusedKernel("FusedDepthwiseConv2D", describeDepthwise),
  forwardKernel("Conv3D", describeConv3D),
  inputGradientKernel("Conv3DBackpropInputV2", describeConv3D),
  filterGradientKernel("Conv3DBackpropFilterV2", describeConv3D),
];
