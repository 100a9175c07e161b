import { kurtosis, shrink, skew } from "@plenoptic/process";
import {
  add,
  deviceOf,
  div,
  expandDims,
  less,
  mul,
  stack,
  type Tensor,
  tidy,
  unstack,
  where,
} from "@plenoptic/tensor";

/** The part of an image that one level of a pyramid contributes, at the full size. */
export type Reconstruct = (level: number | "residual_lowpass") => Tensor;

/**
 * The image as it is at each scale, without orientation: the sum of all bands from the coarsest to that scale and of the
 * lowpass residual, at the size of the bands. The factor 4 for each halving makes up for the gain of the pyramid.
 *
 * @param reconstruct - from coefficients whose lowpass residual has been freed from its mean
 * @returns from the finest scale to the lowpass residual alone, `[B, C, h, w]` each
 */
export function reconstructions(reconstruct: Reconstruct, nScales: number): Tensor[] {
  const smaller = (x: Tensor, halvings: number) =>
    halvings === 0 ? x : mul(shrink(x, 2 ** halvings), 4 ** halvings);
  return tidy(() => {
    let whole = reconstruct("residual_lowpass");
    const images = [smaller(whole, nScales)];
    for (let scale = nScales - 1; scale >= 0; scale--) {
      whole = add(whole, reconstruct(scale));
      images.unshift(smaller(whole, scale));
    }
    return images;
  });
}

/** Skew and kurtosis of images of mean 0, `[B, C, S]` each. */
export interface Moments {
  readonly skew: Tensor;
  readonly kurtosis: Tensor;
}

/**
 * Skew ⟨x³⟩ / σ³ and kurtosis ⟨x⁴⟩ / σ⁴ of the image at each scale; those of a normal distribution, 0 and 3, where there is
 * so little of the image that rounding would decide.
 *
 * @param images - of mean 0, `[B, C, h, w]` each
 * @param variances - of them, `[B, C, S]`
 * @param imageVariance - of the whole image, `[B, C]`
 */
export function momentsAcrossScales(
  images: readonly Tensor[],
  variances: Tensor,
  imageVariance: Tensor,
): Moments {
  return tidy(() => {
    const scales = unstack(variances, -1);
    const given = (i: number) => ({ mean: 0, var: scales[i], axes: [-2, -1] });
    const isFaint = less(div(variances, expandDims(imageVariance, -1)), resolution(variances));
    return {
      skew: where(
        isFaint,
        0,
        stack(
          images.map((x, i) => skew(x, given(i))),
          -1,
        ),
      ),
      kurtosis: where(
        isFaint,
        3,
        stack(
          images.map((x, i) => kurtosis(x, given(i))),
          -1,
        ),
      ),
    };
  });
}

/** The digits that a number has, as `torch.finfo(…).resolution`. */
const resolution = (x: Tensor): number => (deviceOf(x).dtype === "float64" ? 1e-15 : 1e-6);
