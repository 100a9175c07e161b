import { invalidArgument, type Padding, type PadMode, pad2d, type Tensor } from "@plenoptic/tensor";
import { type KernelSize, kernelShape } from "./filter-arguments.js";

/** Options of {@link samePadding}. */
export interface SamePaddingOptions {
  /** Step of the convolution that follows, a whole number or [vertical, horizontal]. Default 1. */
  stride?: KernelSize;
  /** Distance of the kernel's taps. Default 1. */
  dilation?: KernelSize;
  /** How the image goes on beyond its border. Default "circular". */
  padMode?: PadMode;
}

/**
 * Pixels to add so that a convolution of this kernel keeps the size of the image: with an even number, one more
 * goes below and to the right.
 *
 * @param size - [height, width] of the image
 * @returns `[top, bottom, left, right]`
 */
export function samePaddingAmounts(
  size: readonly [number, number],
  kernelSize: KernelSize,
  { stride = 1, dilation = 1 }: Omit<SamePaddingOptions, "padMode"> = {},
): Padding {
  const [k, s, d] = [kernelShape(kernelSize), kernelShape(stride), kernelShape(dilation)];
  const total = (axis: 0 | 1) =>
    Math.max((Math.ceil(size[axis] / s[axis]) - 1) * s[axis] + (k[axis] - 1) * d[axis] + 1 - size[axis], 0);
  const split = (all: number) => [Math.floor(all / 2), all - Math.floor(all / 2)];
  const [[top, bottom], [left, right]] = [split(total(0)), split(total(1))];
  return [top, bottom, left, right];
}

/**
 * Pads an image so that a convolution with a kernel of the given size gives back an image of its own size.
 *
 * @param image - `[B, C, H, W]`
 * @param kernelSize - whole number or [height, width]
 * @returns the padded image
 * @throws {@link ShapeError} when the image is not 4-D, or too small for `"reflect"` or `"circular"`
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { samePadding } from "@plenoptic/process";
 * import { ones } from "@plenoptic/tensor";
 * console.log(samePadding(ones([1, 1, 16, 16]), [5, 4]).shape); // [1, 1, 20, 19]
 * ```
 */
export function samePadding(image: Tensor, kernelSize: KernelSize, options: SamePaddingOptions = {}): Tensor {
  const { padMode = "circular", ...rest } = options;
  if (image.rank < 2)
    throw invalidArgument("image", `rank ${image.rank}`, "a tensor whose last axes are height and width");
  const [height, width] = image.shape.slice(-2);
  return pad2d(image, samePaddingAmounts([height, width], kernelSize, rest), padMode);
}
