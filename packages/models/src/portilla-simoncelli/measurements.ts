import {
  bandProducts,
  type ComplexPair,
  imageMoments,
  irfft2,
  maskSpectrum,
  mul,
  powerMeans,
  reshape,
  rfft2,
  spectralBands,
  spectrumLags,
  type Tensor,
} from "@plenoptic/tensor";
import { imageSpectra } from "./image-spectra.js";
import type { MaskTensors } from "./mask-tensors.js";
import type { PyramidLayout } from "./spectral-masks.js";

/** What decides how images are measured. */
export interface MeasurementOptions extends PyramidLayout {
  /** How many shifts autocorrelations have along each axis. */
  readonly spatialCorrWidth: number;
}

/**
 * Sums over all positions of P images, from which the statistics follow by arithmetic on a few numbers. Lists go from fine to coarse, and
 * those of images end with the lowpass residual.
 */
export interface Measurements {
  /** Mean, second to fourth central moment, least and largest of the pixels, `[P, 6]`. */
  readonly pixels: Tensor;
  /** Variance of the highpass residual, `[P, 1]`. */
  readonly highpass: Tensor;
  /** Of each scale: means of products of bands, `[P, K]`, as `bandProducts` gives them; and autocovariances of magnitudes, `[P, O, w, w]`. */
  readonly means: readonly Tensor[];
  readonly lags: readonly Tensor[];
  /** Of the image at each scale: autocovariances, `[P, w, w]`, and means of powers, `[P, 4]`. */
  readonly imageLags: readonly Tensor[];
  readonly imagePowers: readonly Tensor[];
}

/** Spectra of the image for each scale: of half the frequencies from one to the next. */
function spectraByScale(spectrum: ComplexPair, { crops }: MaskTensors): ComplexPair[] {
  const spectra = [spectrum];
  for (const ones of crops) spectra.push(maskSpectrum(spectra[spectra.length - 1], ones));
  return spectra;
}

/** The magnitudes of all scales, and products between scales. */
function measureBands(spectra: readonly ComplexPair[], masks: MaskTensors, options: MeasurementOptions) {
  const { imageShape, nOrientations, spatialCorrWidth } = options;
  // (-i)ᵒ, o being the order of the derivative that the bands are.
  const turns = (3 * (nOrientations - 1)) % 4;
  const means: Tensor[] = [];
  const lags = masks.bands.map((mask, scale) => {
    const size = [imageShape[0] >> scale, imageShape[1] >> scale] as const;
    const bandsOf = (k: number, by: Tensor) =>
      spectralBands(spectra[k], by, { width: imageShape[1] >> k, size, turns });
    const next = masks.bands[scale + 1];
    const products = bandProducts(bandsOf(scale, mask), next && bandsOf(scale + 1, next));
    means.push(products.means);
    return spectrumLags(rfft2(products.magnitude), spatialCorrWidth, { width: size[1], demean: true });
  });
  return { means, lags };
}

/** Of the image as it is at each scale. */
function measureImages(spectra: readonly ComplexPair[], masks: MaskTensors, options: MeasurementOptions) {
  const { imageShape, spatialCorrWidth } = options;
  const imagePowers: Tensor[] = [];
  const imageLags = imageSpectra(spectra, masks).map((spectrum, scale) => {
    const width = imageShape[1] >> scale;
    imagePowers.push(powerMeans(irfft2(spectrum, width)));
    // The published numbers of images of odd width come from an inverse transform to one column less.
    const even = width - (width % 2);
    const found = spectrumLags(spectrum, spatialCorrWidth, { width: even });
    return even === width ? found : mul(found, even / width);
  });
  return { imageLags, imagePowers };
}

/**
 * Measures images. What their statistics have in common is computed once: every linear part is one mask on the spectrum of the image,
 * magnitudes and products of bands are taken in one pass, and autocorrelations straight from spectra.
 *
 * @param image - `[B, C, H, W]`, P = B · C
 */
export function measure(image: Tensor, masks: MaskTensors, options: MeasurementOptions): Measurements {
  const [batch, channels, height, width] = image.shape;
  const x = reshape(image, [batch * channels, height, width]);
  const spectrum = rfft2(x);
  const spectra = spectraByScale(spectrum, masks);
  const highpass = spectrumLags(maskSpectrum(spectrum, masks.highpass), 1, { width });
  return {
    pixels: imageMoments(x),
    highpass: reshape(highpass, [batch * channels, 1]),
    ...measureBands(spectra, masks, options),
    ...measureImages(spectra, masks, options),
  };
}
