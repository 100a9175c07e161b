import { reshape, type Tensor, transpose } from "@plenoptic/tensor";
import { execute, intsAttr, stringAttr, typeAttr } from "../tensorflow.js";

/** Cross-correlation of `[B, H, W, C]` with `[kh, kw, C, K]` where the filter fits. */
export function correlate(x: Tensor, filter: Tensor): Tensor {
  const attrs = [
    typeAttr("T"),
    intsAttr("strides", [1, 1, 1, 1]),
    stringAttr("padding", "VALID"),
    stringAttr("data_format", "NHWC"),
    intsAttr("dilations", [1, 1, 1, 1]),
  ];
  return execute("Conv2D", attrs, [x, filter]);
}

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
