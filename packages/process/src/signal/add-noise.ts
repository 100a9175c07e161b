import {
  add,
  deviceOf,
  div,
  invalidArgument,
  mean,
  mul,
  randn,
  ShapeError,
  sqrt,
  square,
  sub,
  type Tensor,
  tensor,
  tidy,
  ValidationError,
  withDevice,
} from "@plenoptic/tensor";
import type { OneOrMany } from "../one-or-many.js";

/** Number of pictures for so many levels of noise; one of either serves for all of the other. */
function pictureCount(batch: number, levels: number): number {
  if (batch === levels || batch === 1 || levels === 1) return Math.max(batch, levels);
  throw new ValidationError(
    `noiseMse must hold one number, or one for each of the ${batch} images, but it holds ${levels}.`,
    { argument: "noiseMse" },
  );
}

/**
 * Adds normally distributed noise of a given mean square, to rounding, in each channel of each image: the mean squared error of the
 * result.
 *
 * Draws from the generator of {@link setSeed}, in the precision of the image, the numbers that the Python library draws for float32
 * images; for float64 images it draws in float32.
 *
 * @param img - `[B, C, H, W]`
 * @param noiseMse - mean square of the noise, at least 0; several give several noisy images
 * @returns `[max(B, n), C, H, W]` for n numbers
 * @throws {@link ShapeError} when the image is not 4-D; {@link ValidationError} when a number is negative, or there are neither one nor B
 *   numbers for B > 1 images
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { addNoise } from "@plenoptic/process";
 * import { ones } from "@plenoptic/tensor";
 * console.log(addNoise(ones([1, 1, 16, 16]), [0.01, 0.1, 1]).shape); // [3, 1, 16, 16]
 * ```
 */
export function addNoise(img: Tensor, noiseMse: OneOrMany): Tensor {
  if (img.rank !== 4) {
    throw new ShapeError(
      `addNoise() needs an image [batch, channel, height, width], but got [${img.shape.join(", ")}].`,
    );
  }
  const levels = typeof noiseMse === "number" ? [noiseMse] : [...noiseMse];
  if (levels.length === 0 || !levels.every((level) => level >= 0)) {
    throw invalidArgument("noiseMse", noiseMse, "at least 0, one number or several");
  }
  const [batch, ...rest] = img.shape;
  const count = pictureCount(batch, levels.length);
  return tidy(() => {
    // The reference's 200 cancels but for rounding.
    const drawn = withDevice(deviceOf(img), () => mul(randn([count, ...rest]), 200));
    const noise = sub(drawn, mean(drawn));
    const wanted = withDevice(deviceOf(img), () => tensor(levels, [levels.length, 1, 1, 1]));
    return add(img, mul(noise, sqrt(div(wanted, mean(square(noise), [2, 3], true)))));
  });
}
