import type { PyramidCoefficients, SteerablePyramidFreq } from "@plenoptic/process";
import {
  type ComplexPair,
  mean,
  reshape,
  sqrt,
  square,
  stack,
  type Tensor,
  tidy,
  unstack,
} from "@plenoptic/tensor";
import type { StatisticDict } from "../../src/portilla-simoncelli/conversion.js";
import type { LayoutOptions } from "../../src/portilla-simoncelli/layout.js";
import { doublePhase, magnitude, withoutMean } from "./bands.js";
import { autocorrelations, crossCorrelations, meanSquares } from "./correlations.js";
import { pixelStatistics } from "./pixel-statistics.js";
import { momentsAcrossScales, reconstructions } from "./reconstructions.js";

/** How the statistics of all scales are arranged: the scale is the last axis. */
const acrossScales = (perScale: readonly Tensor[]): Tensor => stack(perScale, -1);

/**
 * Of the magnitudes of bands (less their means): autocorrelations, standard deviations, and correlations between orientations.
 *
 * @param magnitudes - from the finest scale on, `[B, C, O, h, w]` each
 * @returns the statistics, and the variances of each scale, `[B, C, O]`
 */
function magnitudeStatistics(magnitudes: readonly Tensor[], width: number) {
  const { correlations, variances } = autocorrelations(magnitudes, width);
  const ofScale = unstack(variances, -1);
  const statistics = {
    auto_correlation_magnitude: correlations,
    cross_orientation_correlation_magnitude: acrossScales(
      magnitudes.map((x, i) => crossCorrelations(x, x, [ofScale[i], ofScale[i]])),
    ),
    magnitude_std: sqrt(variances),
  };
  return { statistics, variances: ofScale };
}

/**
 * Correlations of each scale with the next coarser one, whose phase is doubled: of magnitudes, and of real parts with real
 * and imaginary ones. None if there is one scale.
 */
function crossScaleStatistics(
  bands: readonly ComplexPair[],
  magnitudes: readonly Tensor[],
  variances: readonly Tensor[],
): Partial<StatisticDict> {
  if (bands.length < 2) return {};
  const coarser = bands.slice(1).map(doublePhase);
  return {
    cross_scale_correlation_magnitude: acrossScales(
      coarser.map((other, i) =>
        crossCorrelations(magnitudes[i], other.magnitude, [variances[i], meanSquares(other.magnitude)]),
      ),
    ),
    cross_scale_correlation_real: acrossScales(
      coarser.map(({ parts }, i) =>
        crossCorrelations(bands[i].real, parts, [meanSquares(bands[i].real), meanSquares(parts)]),
      ),
    ),
  };
}

/** Of the image as it is at each scale: autocorrelations, standard deviations, skews and kurtoses. */
function reconstructionStatistics(images: readonly Tensor[], imageVariance: Tensor, width: number) {
  const { correlations, variances } = autocorrelations(images, width);
  const { skew, kurtosis } = momentsAcrossScales(images, variances, imageVariance);
  return {
    skew_reconstructed: skew,
    kurtosis_reconstructed: kurtosis,
    auto_correlation_reconstructed: correlations,
    std_reconstructed: sqrt(variances),
  };
}

/**
 * All statistics of Portilla and Simoncelli (2000) of an image, the redundant ones too, each computed as it is defined.
 * Batches and channels are independent of each other.
 *
 * @param image - `[B, C, H, W]`, of the pyramid's size
 * @param pyramid - complex, with as many scales and orientations as the layout
 * @param reconstruct - the image that one level of coefficients contributes
 * @returns by published name, `[B, C, …]` each; without those of which there is none
 */
export function textureStatistics(
  image: Tensor,
  pyramid: SteerablePyramidFreq,
  { nScales, spatialCorrWidth }: LayoutOptions,
  reconstruct: (coefficients: PyramidCoefficients, level: number | "residual_lowpass") => Tensor,
): Partial<StatisticDict> {
  return tidy(() => {
    const coefficients = pyramid.forward(image);
    const bands = Array.from({ length: nScales }, (_, i) => coefficients.get(i) as ComplexPair);
    const highpass = coefficients.get("residual_highpass") as Tensor;
    const lowpass = withoutMean(coefficients.get("residual_lowpass") as Tensor);
    const centered = new Map(coefficients).set("residual_lowpass", lowpass);
    const images = reconstructions((level) => reconstruct(centered, level), nScales);
    const magnitudes = bands.map((band) => withoutMean(magnitude(band)));

    const pixels = pixelStatistics(image);
    const { statistics, variances } = magnitudeStatistics(magnitudes, spatialCorrWidth);
    return {
      pixel_statistics: pixels,
      ...statistics,
      ...reconstructionStatistics(images, unstack(pixels, -1)[1], spatialCorrWidth),
      ...crossScaleStatistics(bands, magnitudes, variances),
      var_highpass_residual: reshape(mean(square(highpass), [-2, -1]), [...image.shape.slice(0, 2), 1]),
    };
  });
}
