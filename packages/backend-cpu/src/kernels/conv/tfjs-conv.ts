import { backend_util, type TensorInfo } from "@tensorflow/tfjs-core";
import type { CpuBackend } from "../../backend.js";
import { type ActivationAttrs, addBiasAndActivate } from "../fused.js";
import { type Attrs, expectFloats, type Kernel, sizeOf } from "../kernel.js";
import { type Convolution, imageLayout, tfjsFilterLayout } from "./geometry.js";
import { inputGradient } from "./input-gradient.js";
import { filterGradient, forward } from "./products.js";

/** A convolution of tfjs's and the shape of its output. */
interface TfjsConvolution {
  readonly conv: Convolution;
  readonly outShape: number[];
}

type Pair = [number, number];
type Triple = [number, number, number];

interface Conv2DAttrs {
  strides: Pair | number;
  pad: "valid" | "same" | number | backend_util.ExplicitPadding;
  dataFormat: "NHWC" | "NCHW";
  dilations?: Pair | number;
  dimRoundingMode?: "floor" | "round" | "ceil";
}

/** What tfjs works out about a 2-D convolution, in this package's words. */
export function describeConv2D(xShape: number[], filterShape: number[], attrs: Attrs): TfjsConvolution {
  const { strides, pad, dataFormat, dilations, dimRoundingMode } = attrs as unknown as Conv2DAttrs;
  const info = backend_util.computeConv2DInfo(
    xShape as [number, number, number, number],
    filterShape as [number, number, number, number],
    strides,
    dilations ?? 1,
    pad,
    dimRoundingMode,
    false,
    backend_util.convertConv2DDataFormat(dataFormat ?? "NHWC"),
  );
  const first = info.dataFormat === "channelsFirst";
  const [inputs, outputs] = [
    [info.inHeight, info.inWidth],
    [info.outHeight, info.outWidth],
  ];
  const taps = [info.filterHeight, info.filterWidth];
  // The input may have several times the filter's channels: so many groups.
  const perGroup = filterShape[2];
  const groups = info.inChannels / perGroup;
  const conv: Convolution = {
    batch: info.batchSize,
    groups,
    inputChannels: perGroup,
    outputChannels: info.outChannels / groups,
    axes: [0, 1].map((d) => ({
      input: inputs[d],
      output: outputs[d],
      taps: taps[d],
      stride: [info.strideHeight, info.strideWidth][d],
      dilation: [info.dilationHeight, info.dilationWidth][d],
      before: [info.padInfo.top, info.padInfo.left][d],
    })),
    x: imageLayout(info.inChannels, inputs, first),
    y: imageLayout(info.outChannels, outputs, first),
    filter: tfjsFilterLayout(taps, perGroup, info.outChannels),
  };
  return { conv, outShape: info.outShape };
}

/** As {@link describeConv2D}, in three dimensions. */
export function describeConv3D(xShape: number[], filterShape: number[], attrs: Attrs): TfjsConvolution {
  const { strides, pad, dilations } = attrs as {
    strides: Triple | number;
    pad: "valid" | "same";
    dilations?: Triple | number;
  };
  const info = backend_util.computeConv3DInfo(
    xShape as [number, number, number, number, number],
    filterShape as [number, number, number, number, number],
    strides,
    dilations ?? 1,
    pad,
  );
  const inputs = [info.inDepth, info.inHeight, info.inWidth];
  const outputs = [info.outDepth, info.outHeight, info.outWidth];
  const taps = [info.filterDepth, info.filterHeight, info.filterWidth];
  const conv: Convolution = {
    batch: info.batchSize,
    groups: 1,
    inputChannels: info.inChannels,
    outputChannels: info.outChannels,
    axes: [0, 1, 2].map((d) => ({
      input: inputs[d],
      output: outputs[d],
      taps: taps[d],
      stride: [info.strideDepth, info.strideHeight, info.strideWidth][d],
      dilation: [info.dilationDepth, info.dilationHeight, info.dilationWidth][d],
      before: [info.padInfo.front, info.padInfo.top, info.padInfo.left][d],
    })),
    x: imageLayout(info.inChannels, inputs, false),
    y: imageLayout(info.outChannels, outputs, false),
    filter: tfjsFilterLayout(taps, info.inChannels, info.outChannels),
  };
  return { conv, outShape: info.outShape };
}

type Describe = typeof describeConv2D;

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

function inputGradientKernel(name: string, describe: Describe): Kernel {
  return {
    name,
    run: ({ dy, filter }, backend, attrs) => {
      expectFloats(name, dy, filter);
      const { inputShape } = attrs as { inputShape: number[] };
      const { conv } = describe(inputShape, filter.shape, attrs);
      const dx = backend.output(inputShape);
      if (sizeOf(inputShape) > 0)
        inputGradient(backend.address(dy), backend.address(filter), backend.address(dx), conv, backend);
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
      const { conv } = describe(x.shape, filterShape, attrs);
      const dw = backend.output(filterShape);
      if (sizeOf(filterShape) > 0)
        filterGradient(backend.address(x), backend.address(dy), backend.address(dw), conv, backend);
      return dw;
    },
  };
}

const fusedConv2D: Kernel = {
  name: "FusedConv2D",
  run: ({ x, filter, ...rest }, backend, attrs) => {
    const y = runForward("FusedConv2D", describeConv2D, x, filter, attrs, backend);
    const after = attrs.dataFormat === "NCHW" ? 2 : 0;
    return addBiasAndActivate(y, rest, attrs as unknown as ActivationAttrs, backend, after);
  },
};

export const tfjsConvKernels: Kernel[] = [
  forwardKernel("Conv2D", describeConv2D),
  inputGradientKernel("Conv2DBackpropInput", describeConv2D),
  filterGradientKernel("Conv2DBackpropFilter", describeConv2D),
  fusedConv2D,
  forwardKernel("Conv3D", describeConv3D),
  inputGradientKernel("Conv3DBackpropInputV2", describeConv3D),
  filterGradientKernel("Conv3DBackpropFilterV2", describeConv3D),
];
