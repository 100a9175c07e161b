import type { Tensor } from "@plenoptic/tensor";
import { execute, intsAttr, stringAttr, typeAttr } from "../tensorflow.js";

const attrs = () => [
  typeAttr("T"),
  intsAttr("strides", [1, 1, 1, 1]),
  stringAttr("padding", "VALID"),
  stringAttr("data_format", "NHWC"),
  intsAttr("dilations", [1, 1, 1, 1]),
];

/** Cross-correlation of `[B, H, W, C]` with `[kh, kw, C, K]` where the filter fits. */
export function correlate(x: Tensor, filter: Tensor): Tensor {
  return execute("Conv2D", attrs(), [x, filter]);
}

/** Each channel of `[B, H, W, C]` with its own filters, `[kh, kw, C, K / C]`. */
export function correlateChannelwise(x: Tensor, filter: Tensor): Tensor {
  return execute("DepthwiseConv2dNative", attrs(), [x, filter]);
}
