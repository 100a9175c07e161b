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

/** Whether filters are moved pixel by pixel and their taps are neighbours, without zeros around the image. */
const isPlain = ({ stride, dilation, padding }: kernelNames.Conv2dAttrs) =>
  [...stride, ...dilation].every((n) => n === 1) && padding.every((n) => n === 0);

export const conv2d: NodeKernel<kernelNames.Conv2dAttrs> = {
  name: kernelNames.Conv2d,
  run: ({ x, weight }, attrs) => {
    const { groups } = attrs;
    if (!isPlain(attrs) || (groups !== 1 && groups !== x.shape[1]))
      return compose(kernelNames.Conv2d, { x, weight }, attrs);
    if (groups === 1) return channelsFirst(correlate(channelsLast(x), transpose(weight, [2, 3, 1, 0])));
    return channelsFirst(correlateChannelwise(channelsLast(x), channelwiseFilters(weight, groups)));
  },
};
