import { invalidArgument, ShapeError } from "../../errors.js";
import { tidy } from "../../memory.js";
import type { Tensor } from "../../tensor-type.js";
import { addBias, conv2dInputGradient } from "./conv2d.js";
import { type Conv2dOptions, checkFilters, expectImage, type PerAxis, perAxis, sides } from "./options.js";

export interface ConvTranspose2dOptions extends Conv2dOptions {
  /** Pixels added to the output below and to the right, fewer than the stride or the dilation; default 0. */
  readonly outputPadding?: PerAxis;
}

/**
 * The transpose of {@link conv2d} as a linear map of images, as in PyTorch: each pixel of x adds its value times the filter
 * to the output, `stride` pixels apart. `padding` pixels are cut off each side.
 *
 * @param x - image `[B, C, H, W]`
 * @param weight - filters `[C, K / groups, kh, kw]`
 * @param options - by name, see {@link ConvTranspose2dOptions}
 * @returns `[B, K, (H - 1) s - top - bottom + d (kh - 1) + outputPadding + 1, …]`
 * @throws {@link ShapeError} when channels and filters do not match, or nothing is left of the output;
 *   {@link ValidationError} when an option has a value that it cannot have
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { convTranspose2d, ones } from "@plenoptic/tensor";
 * const y = convTranspose2d(ones([1, 8, 16, 16]), ones([8, 3, 3, 3]), { stride: 2, padding: 1, outputPadding: 1 });
 * console.log(y.shape); // [1, 3, 32, 32]
 * ```
 */
export function convTranspose2d(x: Tensor, weight: Tensor, options: ConvTranspose2dOptions = {}): Tensor {
  const { groups = 1, bias } = options;
  expectImage("convTranspose2d", x);
  checkFilters("convTranspose2d", x, weight, groups, weight.shape[0]);
  const kernel = [weight.shape[2], weight.shape[3]] as const;
  const stride = perAxis("stride", options.stride ?? 1, 1);
  const dilation = perAxis("dilation", options.dilation ?? 1, 1);
  const extra = perAxis("outputPadding", options.outputPadding ?? 0, 0);
  if (extra.some((n, d) => n >= Math.max(stride[d], dilation[d])))
    throw invalidArgument("outputPadding", options.outputPadding, "less than the stride or the dilation");
  const padding = sides(options.padding ?? 0, kernel, dilation, stride);
  const [height, width] = [0, 1].map(
    (d) =>
      (x.shape[2 + d] - 1) * stride[d] -
      padding[2 * d] -
      padding[2 * d + 1] +
      dilation[d] * (kernel[d] - 1) +
      extra[d] +
      1,
  );
  if (height < 1 || width < 1)
    throw new ShapeError(`convTranspose2d() output would be ${height}×${width}; use less padding.`);
  const attrs = { stride, dilation, padding, groups, inputSize: [height, width] as const };
  return tidy(() => addBias("convTranspose2d", conv2dInputGradient(x, weight, attrs), bias));
}
