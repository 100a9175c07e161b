import { backend_util } from "@tensorflow/tfjs-core";
import type { Attrs } from "../kernel.js";
import { type Convolution, imageLayout, tfjsFilterLayout } from "./geometry.js";

/** A convolution of tfjs's and the shape of its output. */
export interface TfjsConvolution {
  readonly conv: Convolution;
  readonly outShape: number[];
}

/** Works out a convolution from the shapes of its input and filters and a kernel's attributes. */
export type Describe = (xShape: number[], filterShape: number[], attrs: Attrs) => TfjsConvolution;

type Pair = [number, number];
type Triple = [number, number, number];
type Shape4D = [number, number, number, number];
type Shape5D = [number, number, number, number, number];

interface Conv2DAttrs {
  strides: Pair | number;
  pad: "valid" | "same" | number | backend_util.ExplicitPadding;
  dataFormat?: "NHWC" | "NCHW";
  dilations?: Pair | number | null;
  dimRoundingMode?: "floor" | "round" | "ceil";
}

function describe2D(
  xShape: number[],
  filterShape: number[],
  attrs: Attrs,
  depthwise: boolean,
): TfjsConvolution {
  const { strides, pad, dataFormat, dilations, dimRoundingMode } = attrs as unknown as Conv2DAttrs;
  const info = backend_util.computeConv2DInfo(
    xShape as Shape4D,
    filterShape as Shape4D,
    strides,
    dilations ?? 1,
    pad,
    dimRoundingMode,
    depthwise,
    backend_util.convertConv2DDataFormat(dataFormat ?? "NHWC"),
  );
  const channelsFirst = info.dataFormat === "channelsFirst";
  const inputs = [info.inHeight, info.inWidth];
  const outputs = [info.outHeight, info.outWidth];
  const taps = [info.filterHeight, info.filterWidth];
  // Without depthwise the input may have several times the filters' channels: so many groups.
  const groups = depthwise ? info.inChannels : info.inChannels / filterShape[2];
  const [inputChannels, outputChannels] = [info.inChannels / groups, info.outChannels / groups];
  const conv: Convolution = {
    batch: info.batchSize,
    groups,
    inputChannels,
    outputChannels,
    axes: [0, 1].map((d) => ({
      input: inputs[d],
      output: outputs[d],
      taps: taps[d],
      stride: [info.strideHeight, info.strideWidth][d],
      dilation: [info.dilationHeight, info.dilationWidth][d],
      before: [info.padInfo.top, info.padInfo.left][d],
    })),
    x: imageLayout(info.inChannels, inputs, channelsFirst),
    y: imageLayout(info.outChannels, outputs, channelsFirst),
    filter: tfjsFilterLayout(taps, inputChannels, groups, outputChannels),
  };
  return { conv, outShape: info.outShape };
}

export const describeConv2D: Describe = (x, filter, attrs) => describe2D(x, filter, attrs, false);
export const describeDepthwise: Describe = (x, filter, attrs) => describe2D(x, filter, attrs, true);

export const describeConv3D: Describe = (xShape, filterShape, attrs) => {
  const { strides, pad, dilations } = attrs as {
    strides: Triple | number;
    pad: "valid" | "same";
    dilations?: Triple | number;
  };
  const info = backend_util.computeConv3DInfo(
    xShape as Shape5D,
    filterShape as Shape5D,
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
    filter: tfjsFilterLayout(taps, info.inChannels, 1, info.outChannels),
  };
  return { conv, outShape: info.outShape };
};
