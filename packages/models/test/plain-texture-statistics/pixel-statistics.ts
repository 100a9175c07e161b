import { kurtosis, skew } from "@plenoptic/process";
import { max, mean, min, stack, type Tensor, tidy, variance } from "@plenoptic/tensor";

/** Axes of height and width, from the end. */
const space = [-2, -1];

/**
 * Mean, variance, skew, kurtosis, least and largest of the pixels of images `[B, C, H, W]`: `[B, C, 6]`. The variance is the
 * unbiased one, here and under the skew and the kurtosis.
 */
export function pixelStatistics(image: Tensor): Tensor {
  return tidy(() => {
    const center = mean(image, space, true);
    const spread = variance(image, space);
    const given = { mean: center, var: spread, axes: space };
    return stack(
      [
        mean(image, space),
        spread,
        skew(image, given),
        kurtosis(image, given),
        min(image, space),
        max(image, space),
      ],
      -1,
    );
  });
}
