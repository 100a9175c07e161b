import { ShapeError } from "../../errors.js";
import {
  Conv2d,
  type Conv2dAttrs,
  Conv2dInputGradient,
  type Conv2dInputGradientAttrs,
  Conv2dWeightGradient,
  type Conv2dWeightGradientAttrs,
} from "../../kernel-names.js";
import { tidy } from "../../memory.js";
import { declareOp } from "../../op.js";
import { run } from "../../run.js";
import type { Tensor } from "../../tensor-type.js";
import { add } from "../binary.js";
import { reshape } from "../shape.js";
import { composeConv2d, composeInputGradient, composeWeightGradient } from "./compose.js";
import { type Conv2dOptions, checkFilters, expectImage, outputSize, perAxis, sides } from "./options.js";

/** Adds a number for each channel, if there are any. */
export function addBias(op: string, y: Tensor, bias: Tensor | undefined): Tensor {
  if (!bias) return y;
  if (bias.rank !== 1 || bias.shape[0] !== y.shape[1]) {
    throw new ShapeError(
      `${op}() needs a bias of shape [${y.shape[1]}], one number for each filter, but got [${bias.shape.join(", ")}].`,
    );
  }
  return add(y, reshape(bias, [1, -1, 1, 1]));
}

/**
 * Cross-correlation of an image with learned or arbitrary filters, as in PyTorch:
 * y[b, k, i, j] = bias[k] + Σ_{c, u, v} weight[k, c, u, v] · x[b, group(k) + c, i s + u d - top, j s + v d - left],
 * where x is 0 outside the image. It can be differentiated any number of times.
 *
 * @param x - image `[B, C, H, W]`
 * @param weight - filters `[K, C / groups, kh, kw]`
 * @param options - by name, see {@link Conv2dOptions}
 * @returns `[B, K, ⌊(H + top + bottom - d (kh - 1) - 1) / s⌋ + 1, …]`; with the default options `[B, K, H - kh + 1, W - kw + 1]`
 * @throws {@link ShapeError} when channels and filters do not match or the filter is larger than the padded image;
 *   {@link ValidationError} when an option has a value that it cannot have
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { conv2d, ones } from "@plenoptic/tensor";
 * const y = conv2d(ones([1, 3, 32, 32]), ones([8, 3, 3, 3]), { stride: 2, padding: 1 });
 * console.log(y.shape); // [1, 8, 16, 16]
 * ```
 */
export function conv2d(x: Tensor, weight: Tensor, options: Conv2dOptions = {}): Tensor {
  const { groups = 1, bias } = options;
  expectImage("conv2d", x);
  checkFilters("conv2d", x, weight, groups, weight.shape[1] * groups);
  const kernel = [weight.shape[2], weight.shape[3]] as const;
  const stride = perAxis("stride", options.stride ?? 1, 1);
  const dilation = perAxis("dilation", options.dilation ?? 1, 1);
  const padding = sides(options.padding ?? 0, kernel, dilation, stride);
  const attrs: Conv2dAttrs = { stride, dilation, padding, groups };
  if (outputSize(x.shape.slice(2), kernel, attrs).some((extent) => extent < 1)) {
    throw new ShapeError(
      `conv2d() filter of ${kernel.join("×")} is larger than the image of ${x.shape.slice(2).join("×")} with its padding; pad it more.`,
    );
  }
  return tidy(() => addBias("conv2d", run(Conv2d, { x, weight }, attrs), bias));
}

/**
 * As {@link conv2d} with as many groups as channels: each channel has filters of its own.
 *
 * @param x - image `[B, C, H, W]`
 * @param weight - filters `[C · m, 1, kh, kw]`: m for each channel, in order
 * @param options - those of {@link conv2d}, but `groups`
 * @returns `[B, C · m, H′, W′]`
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { depthwiseConv2d, ones } from "@plenoptic/tensor";
 * console.log(depthwiseConv2d(ones([1, 3, 32, 32]), ones([3, 1, 5, 5])).shape); // [1, 3, 28, 28]
 * ```
 */
export function depthwiseConv2d(
  x: Tensor,
  weight: Tensor,
  options: Omit<Conv2dOptions, "groups"> = {},
): Tensor {
  expectImage("depthwiseConv2d", x);
  checkFilters("depthwiseConv2d", x, weight, x.shape[1], weight.shape[1] * x.shape[1]);
  return conv2d(x, weight, { ...options, groups: x.shape[1] });
}

/** The gradient of a convolution's image, which is linear in both arguments. */
export function conv2dInputGradient(dy: Tensor, weight: Tensor, attrs: Conv2dInputGradientAttrs): Tensor {
  return run(Conv2dInputGradient, { dy, weight }, attrs);
}

function weightGradient(x: Tensor, dy: Tensor, attrs: Conv2dWeightGradientAttrs): Tensor {
  return run(Conv2dWeightGradient, { x, dy }, attrs);
}

// y = f(x, w), dx = g(dy, w) and dw = h(x, dy) are three views of one form that is linear in x, w and dy: the derivatives of
// each are the other two.
const plain = ({ stride, dilation, padding, groups }: Conv2dAttrs): Conv2dAttrs => ({
  stride,
  dilation,
  padding,
  groups,
});
const sized = (attrs: Conv2dAttrs, { shape: [, , h, w] }: Tensor): Conv2dInputGradientAttrs => ({
  ...plain(attrs),
  inputSize: [h, w],
});
const tapped = (attrs: Conv2dAttrs, { shape: [, , kh, kw] }: Tensor): Conv2dWeightGradientAttrs => ({
  ...plain(attrs),
  kernelSize: [kh, kw],
});

declareOp({
  kernelName: Conv2d,
  compose: composeConv2d,
  inputsToSave: ["x", "weight"],
  gradient: (dy, [x, weight], rawAttrs) => {
    const attrs = rawAttrs as unknown as Conv2dAttrs;
    return {
      x: () => conv2dInputGradient(dy, weight, sized(attrs, x)),
      weight: () => weightGradient(x, dy, tapped(attrs, weight)),
    };
  },
});

declareOp({
  kernelName: Conv2dInputGradient,
  compose: composeInputGradient,
  inputsToSave: ["dy", "weight"],
  gradient: (g, [dy, weight], rawAttrs) => {
    const attrs = rawAttrs as unknown as Conv2dAttrs;
    return {
      dy: () => run(Conv2d, { x: g, weight }, plain(attrs)),
      weight: () => weightGradient(g, dy, tapped(attrs, weight)),
    };
  },
});

declareOp({
  kernelName: Conv2dWeightGradient,
  compose: composeWeightGradient,
  inputsToSave: ["x", "dy"],
  gradient: (g, [x, dy], rawAttrs) => {
    const attrs = rawAttrs as unknown as Conv2dAttrs;
    return {
      x: () => conv2dInputGradient(dy, g, sized(attrs, x)),
      dy: () => run(Conv2d, { x, weight: g }, plain(attrs)),
    };
  },
});
