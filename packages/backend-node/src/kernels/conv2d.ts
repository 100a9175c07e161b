import { kernelNames, reshape, type Tensor, transpose } from "@plenoptic/tensor";
import { correlate, correlateChannelwise } from "./correlate.js";
import { compose, type NodeKernel } from "./kernel.js";

/** `[B, C, H, W]` with the channels last; with one channel that is the same order of values. */
export function channelsLast(x: Tensor): Tensor {
  const [b, c, h, w] = x.shape;
  return c === 1 ? reshape(x, [b, h, w, 1]) : transpose(x, [0, 2, 3, 1]);
}

/** The way back from {@link channelsLast}. */
export function channelsFirst(x: Tensor): Tensor {
  const [b, h, w, c] = x.shape;
  return c === 1 ? reshape(x, [b, 1, h, w]) : transpose(x, [0, 3, 1, 2]);
}

/** `[K, 1, kh, kw]`, the filters of each channel next to each other, as `[kh, kw, C, K / C]`. */
function channelwiseFilters(weight: Tensor, channels: number): Tensor {
  const [k, , kh, kw] = weight.shape;
  return transpose(reshape(weight, [channels, k / channels, kh, kw]), [2, 3, 0, 1]);
}

export const conv2dValid: NodeKernel<kernelNames.Conv2dValidAttrs> = {
  name: kernelNames.Conv2dValid,
  run: ({ x, weight }, { groups }) => {
    if (groups === 1) return channelsFirst(correlate(channelsLast(x), transpose(weight, [2, 3, 1, 0])));
    if (groups !== x.shape[1]) return compose(kernelNames.Conv2dValid, { x, weight }, { groups });
    return channelsFirst(correlateChannelwise(channelsLast(x), channelwiseFilters(weight, groups)));
  },
};
