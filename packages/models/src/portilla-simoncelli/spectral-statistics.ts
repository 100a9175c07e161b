import {
  add,
  bandProducts,
  type ComplexPair,
  concat,
  deviceOf,
  div,
  expandDims,
  irfft2,
  less,
  max,
  mean,
  min,
  mul,
  pow,
  powerMeans,
  reshape,
  rfft2,
  slice,
  spectralBands,
  spectrumLags,
  sqrt,
  square,
  stack,
  sub,
  sum,
  type Tensor,
  transpose,
  where,
} from "@plenoptic/tensor";
import { imageSpectra } from "./image-spectra.js";
import type { MaskTensors } from "./mask-tensors.js";
import type { PyramidLayout } from "./spectral-masks.js";

/** The numbers from `begin` on along the last axis. */
function part(x: Tensor, begin: number, count: number): Tensor {
  const lead = x.shape.slice(0, -1);
  return slice(x, [...lead.map(() => 0), begin], [...lead, count]);
}

/** a_i b_j along the last axes of `a` and `b`. */
const outer = (a: Tensor, b: Tensor): Tensor => mul(expandDims(a, a.rank), expandDims(b, b.rank - 1));

const secondToLast = (x: Tensor): Tensor => {
  const [first, second, ...rest] = x.shape.map((_, i) => i);
  return transpose(x, [first, ...rest, second]);
};

/** Mean, variance, skew, kurtosis, least and largest of images `[P, H, W]`: `[P, 6]`. */
function pixelStatistics(x: Tensor): Tensor {
  const [, height, width] = x.shape;
  const count = height * width;
  const center = mean(x, [-2, -1], true);
  const moments = powerMeans(sub(x, center));
  const variance = mul(part(moments, 1, 1), count / (count - 1));
  return concat(
    [
      reshape(center, [-1, 1]),
      variance,
      div(part(moments, 2, 1), pow(variance, 1.5)),
      div(part(moments, 3, 1), square(variance)),
      min(x, [-2, -1]),
      max(x, [-2, -1]),
    ].map((s) => (s.rank === 1 ? expandDims(s, 1) : s)),
    1,
  );
}

/** Autocorrelations and the variances that they were divided by. */
function normalizedLags(lags: Tensor): { correlations: Tensor; variances: Tensor } {
  const width = lags.shape[lags.rank - 1];
  const middle = Math.floor(width / 2);
  const lead = lags.shape.slice(0, -2);
  const at = [...lead.map(() => 0), middle, middle];
  const variances = slice(lags, at, [...lead, 1, 1]);
  return { correlations: div(lags, variances), variances: reshape(variances, lead) };
}

/** The magnitudes of all scales, and correlations between scales. */
function bandStatistics(spectrum: ComplexPair, masks: MaskTensors, options: SpectralOptions) {
  const { imageShape, nScales, nOrientations: count, spatialCorrWidth } = options;
  const turns = (3 * (count - 1)) % 4;
  const means: Tensor[] = [];
  const lags = masks.bands.map((mask, scale) => {
    const size = [imageShape[0] >> scale, imageShape[1] >> scale] as const;
    const at = { width: imageShape[1], size, turns };
    const bands = spectralBands(spectrum, mask, at);
    const next = masks.bands[scale + 1];
    const products = bandProducts(bands, next && spectralBands(spectrum, next, at));
    means.push(products.means);
    const demeaned = { width: size[1], demean: true };
    return spectrumLags(rfft2(products.magnitude), spatialCorrWidth, demeaned);
  });
  const { correlations, variances } = normalizedLags(stack(lags, 1));
  const own = stack(
    means.map((m) => part(m, 0, count * (1 + count))),
    1,
  );
  const m = part(own, 0, count);
  const grid = (x: Tensor, columns: number) => reshape(x, [...x.shape.slice(0, -1), count, columns]);
  const covariances = sub(grid(part(own, count, count * count), count), outer(m, m));
  const orientation = div(covariances, sqrt(outer(variances, variances)));
  const result = {
    // [P, S, O, w, w] to [P, w, w, O, S].
    auto_correlation_magnitude: transpose(correlations, [0, 3, 4, 2, 1]),
    cross_orientation_correlation_magnitude: secondToLast(orientation),
    magnitude_std: secondToLast(sqrt(variances)),
  };
  if (nScales === 1) return result;
  const fine = (x: Tensor) => slice(x, [0, 0], [x.shape[0], nScales - 1]);
  const both = stack(means.slice(0, -1), 1);
  let begin = count * (1 + count);
  const next = (length: number) => {
    begin += length;
    return part(both, begin - length, length);
  };
  const n = next(count);
  const nVariances = sub(next(count), square(n));
  const crossed = sub(grid(next(count * count), count), outer(fine(m), n));
  const realVariances = next(count);
  const doubledVariances = next(2 * count);
  const real = grid(next(2 * count * count), 2 * count);
  return {
    ...result,
    cross_scale_correlation_magnitude: secondToLast(div(crossed, sqrt(outer(fine(variances), nVariances)))),
    cross_scale_correlation_real: secondToLast(div(real, sqrt(outer(realVariances, doubledVariances)))),
  };
}

/** Of the image as it is at each scale: autocorrelations, standard deviations, skews and kurtoses. */
function imageStatistics(
  spectrum: ComplexPair,
  masks: MaskTensors,
  imageVariance: Tensor,
  options: SpectralOptions,
) {
  const { imageShape, spatialCorrWidth } = options;
  const moments: Tensor[] = [];
  const lags = imageSpectra(spectrum, masks).map((scaled, scale) => {
    const width = imageShape[1] >> scale;
    moments.push(powerMeans(irfft2(scaled, width)));
    // The published numbers of images of odd width come from an inverse transform to one column less.
    const even = width - (width % 2);
    const found = spectrumLags(scaled, spatialCorrWidth, { width: even });
    return even === width ? found : mul(found, even / width);
  });
  const { correlations, variances } = normalizedLags(stack(lags, 1));
  const powers = stack(moments, 1);
  const isFaint = less(div(variances, imageVariance), resolution(variances));
  const third = reshape(part(powers, 2, 1), variances.shape);
  const fourth = reshape(part(powers, 3, 1), variances.shape);
  return {
    skew_reconstructed: where(isFaint, 0, div(third, pow(variances, 1.5))),
    kurtosis_reconstructed: where(isFaint, 3, div(fourth, square(variances))),
    auto_correlation_reconstructed: transpose(correlations, [0, 2, 3, 1]),
    std_reconstructed: sqrt(variances),
  };
}

/** The digits that a number has, as `torch.finfo(…).resolution`. */
const resolution = (x: Tensor): number => (deviceOf(x).dtype === "float64" ? 1e-15 : 1e-6);

export interface SpectralOptions extends PyramidLayout {
  readonly spatialCorrWidth: number;
}

/**
 * All statistics, the redundant ones too. What they have in common is computed once: every linear part is one mask on the spectrum of
 * the image, magnitudes and products of bands are taken in one pass, and autocorrelations straight from spectra.
 *
 * @param image - `[B, C, H, W]`
 * @returns by published name, `[B · C, …]` each; without those of which there is none
 */
export function spectralStatistics(
  image: Tensor,
  masks: MaskTensors,
  options: SpectralOptions,
): Record<string, Tensor> {
  const [batch, channels, height, width] = image.shape;
  const x = reshape(image, [batch * channels, height, width]);
  const spectrum = rfft2(x);
  const pixels = pixelStatistics(x);
  const power = add(square(spectrum.real), square(spectrum.imag));
  return {
    pixel_statistics: pixels,
    ...bandStatistics(spectrum, masks, options),
    ...imageStatistics(spectrum, masks, part(pixels, 1, 1), options),
    var_highpass_residual: expandDims(sum(mul(power, masks.highpassPower), [-2, -1]), 1),
  };
}
