/**
 * Names and attributes of the kernels that plenoptic.js adds to tfjs's registry.
 * A backend that registers a kernel under one of these names is used for it; on any other
 * backend the op's composition of tfjs kernels serves (see `declareOp`).
 */
import type { Padding, PadMode, SeparableFilters } from "./image-types.js";

export const Pad2d = "PlenopticPad2d";
export interface Pad2dAttrs {
  padding: Padding;
  mode: PadMode;
  value: number;
}

export const Pad2dAdjoint = "PlenopticPad2dAdjoint";
export interface Pad2dAdjointAttrs {
  padding: Padding;
  mode: PadMode;
  inputShape: number[];
}

export const SeparableFilter = "PlenopticSeparableFilter";
export interface SeparableFilterAttrs {
  filters: SeparableFilters;
  padding: Padding;
  mode: PadMode;
  /** Shape of the image, `[B, C, H, W]`: what the adjoint gives back. */
  inputShape: number[];
}

export const SeparableFilterAdjoint = "PlenopticSeparableFilterAdjoint";
export type SeparableFilterAdjointAttrs = SeparableFilterAttrs;

/**
 * Inputs `{x, weight}`, `[B, C, H, W]` and `[K, C / groups, kh, kw]`; output `[B, K, H′, W′]`,
 * y[b, k, i, j] = Σ_{c, u, v} weight[k, c, u, v] · x[b, group(k) + c, i s + u d - top, j s + v d - left].
 */
export const Conv2d = "PlenopticConv2d";
export interface Conv2dAttrs {
  stride: readonly [number, number];
  dilation: readonly [number, number];
  padding: Padding;
  groups: number;
}

/** The transpose of {@link Conv2d} in x: inputs `{dy, weight}`, output of the shape of x. */
export const Conv2dInputGradient = "PlenopticConv2dInputGradient";
export interface Conv2dInputGradientAttrs extends Conv2dAttrs {
  /** H and W. */
  inputSize: readonly [number, number];
}

/** The transpose of {@link Conv2d} in its filters: inputs `{x, dy}`, output of the shape of weight. */
export const Conv2dWeightGradient = "PlenopticConv2dWeightGradient";
export interface Conv2dWeightGradientAttrs extends Conv2dAttrs {
  /** kh and kw. */
  kernelSize: readonly [number, number];
}

/**
 * The transpose of tfjs's GatherV2. Inputs `{x, indices}`, `x` of the shape that GatherV2 gives; output `[…, extent, …]`, in
 * which slice `k` of `x` along the axes of `indices` is added to slice `indices[k]` of zeros.
 */
export const ScatterAdd = "PlenopticScatterAdd";
export interface ScatterAddAttrs {
  /** Axis of the output that the indices count along. */
  axis: number;
  /** Leading axes that `indices` shares with `x`. */
  batchDims: number;
  extent: number;
}

/** Input `{x}`, `[B, C, H, W]`; output `[B, C, …outputSize]`, the largest value in each window; what is outside does not count. */
export const MaxPool2d = "PlenopticMaxPool2d";
export interface MaxPool2dAttrs {
  kernelSize: readonly [number, number];
  stride: readonly [number, number];
  dilation: readonly [number, number];
  padding: Padding;
  outputSize: readonly [number, number];
}

/** Inputs `{g, x}` of one shape; output the values of g where the windows of x have their (first) maxima. */
export const MaxPool2dTake = "PlenopticMaxPool2dTake";
export type MaxPool2dTakeAttrs = MaxPool2dAttrs;

/** The transpose of {@link MaxPool2dTake} in g: inputs `{dy, x}`, output of the shape of x. */
export const MaxPool2dGradient = "PlenopticMaxPool2dGradient";
export type MaxPool2dGradientAttrs = MaxPool2dAttrs;

/** Where a resampled value lies between two values of an axis, and the weight of the second. */
export interface ResamplePlace {
  readonly first: number;
  readonly second: number;
  readonly weight: number;
}

/** Input `{x}`, `[B, C, H, W]`; output `[B, C, rows, columns]`, each value between two rows and two columns of x. */
export const Resample2d = "PlenopticResample2d";
export interface Resample2dAttrs {
  rows: readonly ResamplePlace[];
  columns: readonly ResamplePlace[];
  /** H and W: what the adjoint gives back. */
  inputSize: readonly [number, number];
}

/** The transpose of {@link Resample2d}: input `{dy}`. */
export const Resample2dAdjoint = "PlenopticResample2dAdjoint";
export type Resample2dAdjointAttrs = Resample2dAttrs;

/** Inputs `{x}`; output the derivative of softplus. */
export const SoftplusSlope = "PlenopticSoftplusSlope";

/** Inputs `{x}`; output the nearest float32 numbers, in the precision of x. */
export const RoundToFloat32 = "PlenopticRoundToFloat32";

/** Inputs `{x}`; output the scalar Σx². */
export const SumSquares = "PlenopticSumSquares";

/** Inputs `{param, grad, expAvg, expAvgSq, maxExpAvgSq?}`; outputs the same in that order, less `grad`. */
export const AdamStep = "PlenopticAdamStep";
export interface AdamStepAttrs {
  lr: number;
  beta1: number;
  beta2: number;
  eps: number;
  weightDecay: number;
  /** Weight decay apart from the gradient, as in AdamW. */
  decoupled: boolean;
  amsgrad: boolean;
  /** 1 at the first update. */
  step: number;
}

/** Inputs `{param, grad, momentumBuffer?}`; outputs `[param]` or, with momentum, `[param, momentumBuffer]`. */
export const SgdStep = "PlenopticSgdStep";
export interface SgdStepAttrs {
  lr: number;
  momentum: number;
  dampening: number;
  weightDecay: number;
  nesterov: boolean;
}

/**
 * The two loops of L-BFGS. Inputs in a list: the gradient, the n changes of the gradient from old to new, and the n steps that caused them,
 * all of one shape; output the direction.
 */
export const TwoLoops = "PlenopticTwoLoops";
export interface TwoLoopsAttrs {
  /** 1 / ⟨y, s⟩ of each change y and step s. */
  ro: readonly number[];
  /** What the first approximation of the inverse Hessian has on its diagonal. */
  hDiag: number;
}

/**
 * Inputs `{real, imag}` of one shape `[…, H, W]`; outputs `[real, imag]`, the sums
 * scale · Σ_{y,x} z[y, x] · exp(∓2πi (u y / H + v x / W)), with + when `inverse`.
 */
export const Fft2d = "PlenopticFft2d";
export interface Fft2dAttrs {
  inverse: boolean;
  scale: number;
}

/** Input `{x}`, real, `[…, H, W]`; outputs `[real, imag]`, `[…, H, ⌊W/2⌋ + 1]`: columns 0 … ⌊W/2⌋ of its {@link Fft2d}. */
export const Rfft2d = "PlenopticRfft2d";
export interface Rfft2dAttrs {
  /** W: what the adjoint must know. */
  width: number;
  scale: number;
}

/**
 * The transpose of {@link Rfft2d}. Inputs `{real, imag}`, `[…, H, ⌊W/2⌋ + 1]`; output real, `[…, H, W]`,
 * scale · Σ_{u,v} Re(z[u, v] · exp(2πi (u y / H + v x / W))) over the given half of the columns, each counted once.
 */
export const Rfft2dAdjoint = "PlenopticRfft2dAdjoint";
export type Rfft2dAdjointAttrs = Rfft2dAttrs;

/**
 * As {@link Rfft2dAdjoint}, but with the columns that are not their own mirror images (all but 0 and W/2) counted twice:
 * the inverse of {@link Rfft2d} when scale is 1 / HW. Inputs `{real, imag}`. Composed of {@link Rfft2dAdjoint} where there is no kernel.
 */
export const Irfft2d = "PlenopticIrfft2d";
export type Irfft2dAttrs = Rfft2dAttrs;

/** The transpose of {@link Irfft2d}: {@link Rfft2d} with the same columns doubled. Input `{x}`, outputs `[real, imag]`. */
export const Irfft2dAdjoint = "PlenopticIrfft2dAdjoint";
export type Irfft2dAdjointAttrs = Rfft2dAttrs;

/**
 * Part of the spectrum of a real image, weighted by masks and transformed back: complex bands. Inputs `{real, imag, masks}`, the half
 * spectrum `[…, H, ⌊W/2⌋ + 1]` and `[O, h, w]` with frequency 0 at `[0, 0]`, h ≤ H, w ≤ W; outputs `[real, imag]`, `[…, O, …size]`,
 * scale · iᵗ · Σ masks[o, k] · Z[k] · exp(2πi k·y / size) over the frequencies k of the mask.
 */
export const SpectralBands = "PlenopticSpectralBands";
export interface SpectralBandsAttrs {
  /** H and W of the image whose spectrum it is. */
  image: readonly [number, number];
  /** Height and width of the bands, at least those of the masks. */
  size: readonly [number, number];
  /** The power t of i by which all is multiplied: 0, 1, 2 or 3. */
  turns: number;
  scale: number;
}

/** The transpose of {@link SpectralBands}: inputs `{real, imag, masks}`, bands; outputs `[real, imag]`, half spectra. */
export const SpectralBandsAdjoint = "PlenopticSpectralBandsAdjoint";
export type SpectralBandsAdjointAttrs = SpectralBandsAttrs;

/**
 * Part of a half spectrum, weighted. Inputs `{real, imag, mask}`, `[…, H, ⌊W/2⌋ + 1]` and `[h, ⌊w/2⌋ + 1]`; outputs `[real, imag]`,
 * `[…, h, ⌊w/2⌋ + 1]`: the product at the frequencies of the mask, those from -⌊h/2⌋ to ⌈h/2⌉ - 1 and from 0 to ⌊w/2⌋.
 */
export const MaskSpectrum = "PlenopticMaskSpectrum";
export interface MaskSpectrumAttrs {
  /** H: what the adjoint must know. */
  height: number;
  /** Columns of the half spectrum, ⌊W/2⌋ + 1. */
  columns: number;
}

/** The transpose of {@link MaskSpectrum}: zeros where the mask does not reach. */
export const MaskSpectrumAdjoint = "PlenopticMaskSpectrumAdjoint";
export type MaskSpectrumAdjointAttrs = MaskSpectrumAttrs;

/**
 * The middle of the autocorrelation of real images, from their half spectra: inputs `{real, imag}`, `[…, H, ⌊W/2⌋ + 1]`; output
 * `[…, lags, lags]`, the mean over y of x[y] · x[y + d] for d from -⌊lags/2⌋ to ⌈lags/2⌉ - 1 along both axes, circularly.
 */
export const SpectrumLags = "PlenopticSpectrumLags";
export interface SpectrumLagsAttrs {
  /** W. */
  width: number;
  lags: number;
  /** Leaves frequency 0 out: the images' means are taken off first. */
  demean: boolean;
}

/** Inputs `{real, imag, dy}`; outputs the gradients of {@link SpectrumLags} with respect to real and imag. */
export const SpectrumLagsGradient = "PlenopticSpectrumLagsGradient";
export type SpectrumLagsGradientAttrs = SpectrumLagsAttrs;

/** Input `{x}`, `[…, H, W]`; output `[…, 4]`, the means of x, x², x³ and x⁴. */
export const PowerMeans = "PlenopticPowerMeans";

/** Inputs `{x, dy}`; output the gradient of {@link PowerMeans}, of the shape of x. */
export const PowerMeansGradient = "PlenopticPowerMeansGradient";

/** Input `{x}`, `[…, H, W]`; output `[…, 6]`: the mean, the second to fourth central moments, the least and the largest value. */
export const ImageMoments = "PlenopticImageMoments";

/** Inputs `{x, dy}`; output the gradient of {@link ImageMoments}, of the shape of x; equal extremes share theirs. */
export const ImageMomentsGradient = "PlenopticImageMomentsGradient";

/**
 * Magnitudes of complex bands and the means of their products. Inputs `{real, imag}`, `[P, O, h, w]`. Outputs `[magnitude, means]`,
 * `[P, O, h, w]` and `[P, K]`: with m = |z| the means of m (O) and m mᵀ (O × O).
 */
export const BandMagnitudes = "PlenopticBandMagnitudes";

/** Inputs those of {@link BandMagnitudes} and `{dMagnitude, dMeans}`; outputs the gradients `[real, imag]`. */
export const BandMagnitudesGradient = "PlenopticBandMagnitudesGradient";

/**
 * {@link BandMagnitudes} together with products with coarser bands: further inputs `{coarseReal, coarseImag}` of the same shape. With
 * n = |u|, u being the coarser bands, and d = u² / |u| (twice the phase) as 2O real bands, the real parts first, `means` goes on with those of
 * n (O), n² (O), m nᵀ (O × O), (Re z)² (O), d² (2O), Re z · dᵀ (O × 2O).
 */
export const BandProducts = "PlenopticBandProducts";

/** Inputs those of {@link BandProducts} and `{dMagnitude, dMeans}`; outputs the gradients `[real, imag, coarseReal, coarseImag]`. */
export const BandProductsGradient = "PlenopticBandProductsGradient";
