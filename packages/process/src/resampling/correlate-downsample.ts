import {
  conv2d,
  convTranspose2d,
  invalidArgument,
  type PadMode,
  pad2d,
  reshape,
  ShapeError,
  type Tensor,
  tidy,
} from "@plenoptic/tensor";
import { samePadding } from "../same-padding.js";

/** Whether height and width of an enlarged image are to be odd (1) or even (0). */
export type Odd = readonly [height: number, width: number];

function checkShapes(name: string, image: Tensor, filt: Tensor): void {
  if (image.rank !== 4) {
    throw new ShapeError(
      `${name}() needs a 4-D image, [batch, channel, height, width], but got [${image.shape.join(", ")}].`,
    );
  }
  if (filt.rank !== 2) {
    throw new ShapeError(
      `${name}() needs a 2-D filter, [height, width], but got [${filt.shape.join(", ")}].`,
    );
  }
}

/** All channels as pictures of one channel, through `f`, and back. */
function overChannels(image: Tensor, f: (planes: Tensor) => Tensor): Tensor {
  const [batch, channels, height, width] = image.shape;
  const y = f(reshape(image, [batch * channels, 1, height, width]));
  return reshape(y, [batch, channels, ...y.shape.slice(2)]);
}

const asWeight = (filt: Tensor) => reshape(filt, [1, 1, ...filt.shape]);

/**
 * Correlates each channel with a filter and keeps every second row and column, from the first on.
 *
 * @param image - `[B, C, H, W]`
 * @param filt - `[height, width]`. Gradients flow to it, too.
 * @param padMode - how the image goes on beyond its border. Default "reflect".
 * @returns `[B, C, ⌈H/2⌉, ⌈W/2⌉]`
 * @throws {@link ShapeError} when the image is not 4-D or too small for the filter, or the filter not 2-D;
 *   {@link ValidationError} for an unknown padMode
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { correlateDownsample } from "@plenoptic/process";
 * import { full, ones } from "@plenoptic/tensor";
 * console.log(correlateDownsample(ones([1, 3, 9, 16]), full([3, 3], 1 / 9)).shape); // [1, 3, 5, 8]
 * ```
 */
export function correlateDownsample(image: Tensor, filt: Tensor, padMode: PadMode = "reflect"): Tensor {
  checkShapes("correlateDownsample", image, filt);
  return tidy(() =>
    overChannels(image, (planes) =>
      conv2d(samePadding(planes, filt.shape as [number, number], { padMode }), asWeight(filt), { stride: 2 }),
    ),
  );
}

/** For an axis: pixels added before zeros come between them, zeros added after, and taps that fall off. */
function enlargement(taps: number, odd: number) {
  const start = Math.floor(taps / 2);
  const end = taps - odd - start;
  return {
    before: [Math.floor(start / 2), Math.floor(end / 2)] as const,
    cut: [taps - 1 - (start % 2), Math.max(0, taps - 1 - (end % 2))] as const,
    // A filter of a single tap does not reach the zero behind the last pixel.
    extra: Math.max(0, (end % 2) - (taps - 1)),
  };
}

/**
 * Puts zeros between the pixels of each channel and convolves the result with a filter. With the same filter this is the transpose of
 * {@link correlateDownsample}, but for what the border does.
 *
 * @param image - `[B, C, H, W]`
 * @param odd - for height and width, 1 when the result's is to be odd, 0 when even
 * @param filt - `[height, width]`. Gradients flow to it, too.
 * @param padMode - how the image goes on beyond its border, before zeros are put in. Default "reflect".
 * @returns `[B, C, 2 H - odd[0], 2 W - odd[1]]`
 * @throws {@link ShapeError} when the image is not 4-D or too small for the filter, or the filter not 2-D;
 *   {@link ValidationError} when `odd` is not two numbers, each 0 or 1, or for an unknown padMode
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { upsampleConvolve } from "@plenoptic/process";
 * import { ones } from "@plenoptic/tensor";
 * console.log(upsampleConvolve(ones([1, 1, 5, 8]), [1, 0], ones([3, 3])).shape); // [1, 1, 9, 16]
 * ```
 */
export function upsampleConvolve(
  image: Tensor,
  odd: Odd,
  filt: Tensor,
  padMode: PadMode = "reflect",
): Tensor {
  checkShapes("upsampleConvolve", image, filt);
  if (odd.length !== 2 || odd.some((o) => o !== 0 && o !== 1)) {
    throw invalidArgument("odd", [...odd], "two numbers [height, width], each 0 (even) or 1 (odd)");
  }
  const [down, across] = [0, 1].map((axis) => enlargement(filt.shape[axis], odd[axis]));
  return tidy(() =>
    overChannels(image, (planes) =>
      // A transposed convolution: it never multiplies with the zeros.
      convTranspose2d(pad2d(planes, [...down.before, ...across.before], padMode), asWeight(filt), {
        stride: 2,
        padding: [...down.cut, ...across.cut],
        outputPadding: [down.extra, across.extra],
      }),
    ),
  );
}
