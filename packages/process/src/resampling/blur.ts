import { deviceOf, invalidArgument, type Tensor, tensor, tidy, withDevice } from "@plenoptic/tensor";
import { correlateDownsample, type Odd, upsampleConvolve } from "./correlate-downsample.js";
import { namedFilter } from "./named-filter.js";

/** Options of {@link blurDownsample} and {@link upsampleBlur}. */
export interface BlurOptions {
  /** How often it is done, one result being the next one's image; at least 1. Default 1. */
  nScales?: number;
  /** The filter, for rows as well as columns, see {@link namedFilter}. Default "binom5". */
  filtname?: string;
  /** Whether the mean brightness stays; if not, it doubles when blurring down and halves when blurring up. Default true. */
  scaleFilter?: boolean;
}

/** The filter in two dimensions, times `factor`. */
function outer(like: Tensor, filtname: string, factor: number): Tensor {
  const taps = Array.from(namedFilter(filtname));
  return withDevice(deviceOf(like), () => tensor(taps.map((a) => taps.map((b) => a * b * factor))));
}

function repeat(nScales: number, image: Tensor, step: (image: Tensor) => Tensor): Tensor {
  if (!Number.isInteger(nScales) || nScales < 1) {
    throw invalidArgument("nScales", nScales, "a positive whole number");
  }
  return Array.from({ length: nScales }).reduce<Tensor>(step, image);
}

/**
 * Blurs an image and keeps every second row and column. It goes on by reflection beyond its border.
 *
 * @param image - `[B, C, H, W]`
 * @param options - by name, see {@link BlurOptions}
 * @returns `[B, C, ⌈H/2⌉, ⌈W/2⌉]`, for one scale
 * @throws {@link ShapeError} when the image is not 4-D or too small for the filter; {@link ValidationError} for an unknown filter, or when
 *   `nScales` is no whole number above 0
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { blurDownsample } from "@plenoptic/process";
 * import { ones } from "@plenoptic/tensor";
 * console.log(blurDownsample(ones([1, 1, 64, 64]), { nScales: 2 }).shape); // [1, 1, 16, 16]
 * ```
 */
export function blurDownsample(image: Tensor, options: BlurOptions = {}): Tensor {
  const { nScales = 1, filtname = "binom5", scaleFilter = true } = options;
  return tidy(() => {
    const filt = outer(image, filtname, scaleFilter ? 0.5 : 1);
    return repeat(nScales, image, (x) => correlateDownsample(x, filt));
  });
}

/**
 * Enlarges an image to twice its size by zeros between its pixels and a blur. It goes on by reflection beyond its border.
 *
 * @param image - `[B, C, H, W]`
 * @param odd - for height and width, 1 when the result's is to be odd, 0 when even; the same at each scale
 * @param options - by name, see {@link BlurOptions}
 * @returns `[B, C, 2 H - odd[0], 2 W - odd[1]]`, for one scale
 * @throws {@link ShapeError} when the image is not 4-D or too small for the filter; {@link ValidationError} for an unknown filter, when
 *   `odd` is not two numbers, each 0 or 1, or when `nScales` is no whole number above 0
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { upsampleBlur } from "@plenoptic/process";
 * import { ones } from "@plenoptic/tensor";
 * console.log(upsampleBlur(ones([1, 1, 16, 16]), [0, 1]).shape); // [1, 1, 32, 31]
 * ```
 */
export function upsampleBlur(image: Tensor, odd: Odd, options: BlurOptions = {}): Tensor {
  const { nScales = 1, filtname = "binom5", scaleFilter = true } = options;
  return tidy(() => {
    const filt = outer(image, filtname, scaleFilter ? 2 : 1);
    return repeat(nScales, image, (x) => upsampleConvolve(x, odd, filt));
  });
}

/** Which of an image's height and width are odd: what {@link upsampleBlur} needs to come back to its size. */
export function oddOf(shape: readonly number[]): Odd {
  return [shape[shape.length - 2] % 2, shape[shape.length - 1] % 2];
}
