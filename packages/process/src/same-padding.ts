import {
  type Padding,
  type PadMode,
  pad2d,
  reshape,
  type SeparableFilters,
  ShapeError,
  separableFilter,
  type Tensor,
  tidy,
} from "@plenoptic/tensor";
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

/** Throws unless the picture is large enough to be continued so; the words are those of somebody who chose a kernel. */
function checkKernelFits(
  size: readonly [number, number],
  kernel: readonly [number, number],
  [, bottom, , right]: Padding,
  padMode: PadMode,
): void {
  // Below and to the right goes the larger half. Reflection does not repeat the border pixel, so it has one less.
  const spare = padMode === "reflect" ? 1 : 0;
  const needed = [bottom + spare, right + spare];
  if ((padMode !== "reflect" && padMode !== "circular") || (size[0] >= needed[0] && size[1] >= needed[1]))
    return;
  throw new ShapeError(
    `A kernel of ${kernel.join(" × ")} with padMode "${padMode}" needs a picture of at least ${needed.join(" × ")}, ` +
      `but this one is ${size.join(" × ")}. ` +
      'Use a smaller kernel, a larger picture, or padMode "replicate" or "constant".',
  );
}

/**
 * Pads an image so that a convolution with a kernel of the given size gives back an image of its own size.
 *
 * @param image - `[..., H, W]`, at least 2-D
 * @param kernelSize - whole number or [height, width]
 * @returns the padded image, of the same rank
 * @throws {@link ShapeError} when the image is not at least 2-D, or too small for `"reflect"` or `"circular"`;
 *   {@link ValidationError} for a kernel size, stride or dilation that is no whole number above 0, or an unknown padMode
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
  if (image.rank < 2) {
    throw new ShapeError(
      `samePadding() needs a tensor whose last axes are height and width, but got [${image.shape.join(", ")}].`,
    );
  }
  const leading = image.shape.slice(0, -2);
  const [height, width] = image.shape.slice(-2);
  const padding = samePaddingAmounts([height, width], kernelSize, rest);
  checkKernelFits([height, width], kernelShape(kernelSize), padding, padMode);
  if (image.rank === 4) return pad2d(image, padding, padMode);
  return tidy(() => {
    const padded = pad2d(
      reshape(image, [1, leading.reduce((a, b) => a * b, 1), height, width]),
      padding,
      padMode,
    );
    return reshape(padded, [...leading, ...padded.shape.slice(-2)]);
  });
}

/**
 * Filters an image with separable filters and keeps its size, padding and filtering in one step.
 *
 * @param x - image `[B, C, H, W]`
 * @param filters - one per output channel. Pass the same object each time: backends prepare it once.
 * @param padMode - how the image goes on beyond its border. Default "reflect".
 * @returns `[B, filters.length, H, W]`
 * @throws {@link ShapeError} when the image is not 4-D, lacks a channel, or is too small for the padding
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { gaussianFilters, sameFilter } from "@plenoptic/process";
 * import { ones } from "@plenoptic/tensor";
 * const blur = gaussianFilters(7, [1, 2]);
 * console.log(sameFilter(ones([1, 1, 16, 16]), blur).shape); // [1, 2, 16, 16]
 * ```
 */
export function sameFilter(x: Tensor, filters: SeparableFilters, padMode: PadMode = "reflect"): Tensor {
  if (x.rank !== 4) {
    throw new ShapeError(
      `sameFilter() needs an image [batch, channel, height, width], but got [${x.shape.join(", ")}].`,
    );
  }
  const { vertical, horizontal } = filters[0].terms[0];
  const kernel = [vertical.length, horizontal.length] as const;
  const size = [x.shape[2], x.shape[3]] as const;
  const padding = samePaddingAmounts(size, kernel);
  checkKernelFits(size, kernel, padding, padMode);
  return separableFilter(x, filters, padding, padMode);
}
