import { kernelNames as K } from "@plenoptic/tensor";
import { expectFloats, type Kernel } from "../kernel.js";
import { filterGradient, forward, inputGradient } from "./convolve.js";
import { type Convolution, imageLayout, torchFilterLayout } from "./geometry.js";

/** A convolution of `tensor`'s: channels first, filters in torch's order. */
function describe(
  [batch, channels, ...input]: readonly number[],
  [filters, perGroup, ...taps]: readonly number[],
  { stride, dilation, padding, groups }: K.Conv2dAttrs,
): { conv: Convolution; outShape: number[] } {
  const output = input.map((extent, d) => {
    const padded = extent + padding[2 * d] + padding[2 * d + 1];
    return Math.floor((padded - (taps[d] - 1) * dilation[d] - 1) / stride[d]) + 1;
  });
  const conv: Convolution = {
    batch,
    groups,
    inputChannels: perGroup,
    outputChannels: filters / groups,
    axes: input.map((extent, d) => ({
      input: extent,
      output: output[d],
      taps: taps[d],
      stride: stride[d],
      dilation: dilation[d],
      before: padding[2 * d],
    })),
    x: imageLayout(channels, input, true),
    y: imageLayout(filters, output, true),
    filter: torchFilterLayout(taps, perGroup, filters / groups),
  };
  return { conv, outShape: [batch, filters, ...output] };
}

const conv2d: Kernel = {
  name: K.Conv2d,
  run: ({ x, weight }, backend, attrs) => {
    expectFloats("Conv2d", x, weight);
    const { conv, outShape } = describe(x.shape, weight.shape, attrs as unknown as K.Conv2dAttrs);
    const y = backend.output(outShape);
    forward(backend.address(x), backend.address(weight), backend.address(y), conv, backend);
    return y;
  },
};

const conv2dInputGradient: Kernel = {
  name: K.Conv2dInputGradient,
  run: ({ dy, weight }, backend, rawAttrs) => {
    expectFloats("Conv2dInputGradient", dy, weight);
    const attrs = rawAttrs as unknown as K.Conv2dInputGradientAttrs;
    const xShape = [dy.shape[0], weight.shape[1] * attrs.groups, ...attrs.inputSize];
    const { conv } = describe(xShape, weight.shape, attrs);
    const dx = backend.output(xShape);
    inputGradient(backend.address(dy), backend.address(weight), backend.address(dx), conv, backend);
    return dx;
  },
};

const conv2dWeightGradient: Kernel = {
  name: K.Conv2dWeightGradient,
  run: ({ x, dy }, backend, rawAttrs) => {
    expectFloats("Conv2dWeightGradient", x, dy);
    const attrs = rawAttrs as unknown as K.Conv2dWeightGradientAttrs;
    const shape = [dy.shape[1], x.shape[1] / attrs.groups, ...attrs.kernelSize];
    const { conv } = describe(x.shape, shape, attrs);
    const dw = backend.output(shape);
    filterGradient(backend.address(x), backend.address(dy), backend.address(dw), conv, backend);
    return dw;
  },
};

export const ownConvKernels: Kernel[] = [conv2d, conv2dInputGradient, conv2dWeightGradient];
