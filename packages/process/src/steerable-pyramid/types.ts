import type { ComplexPair, Tensor } from "@plenoptic/tensor";

/** A scale of a pyramid: 0 is the finest band, `residual_highpass` is above all bands, `residual_lowpass` below. */
export type PyramidScale = number | "residual_lowpass" | "residual_highpass";

/**
 * Coefficients by scale, from fine to coarse: `residual_highpass`, 0, 1, …, `residual_lowpass`. Bands are
 * `[B, C, orientations, h, w]`, pairs where the pyramid is complex; residuals are real, `[B, C, h, w]`.
 */
export type PyramidCoefficients = Map<PyramidScale, Tensor | ComplexPair>;

/** What the masks of a steerable pyramid depend on, beside the image's size. */
export interface SteerableMaskOptions {
  /** Number of scales between the residuals, at most ⌊log₂ min(height, width)⌋ - 2. Default `"auto"`: as many as there can be. */
  height?: "auto" | number;
  /** Order of the derivative that the filters take, 0 to 15; there are `order + 1` orientations. Default 3. */
  order?: number;
  /** Width of the transition between low and high frequencies, in octaves. Default 1. */
  twidth?: number;
  /** Whether coefficients have an imaginary part, the response of filters of the other symmetry. Default false. */
  isComplex?: boolean;
  /** Whether each scale has half of the size of the one before. Default true. */
  downsample?: boolean;
  /**
   * `"float32"` (default): the masks of the reference, interpolated in a table of the radial and angular curves and rounded
   * to float32, whatever the precision of the image. Reconstruction is then good to some 10⁻⁵. `"float64"`: the curves
   * themselves, without table and rounding, with which reconstruction is exact to rounding.
   */
  maskPrecision?: "float32" | "float64";
}

/** Options of `SteerablePyramidFreq`. */
export interface SteerablePyramidOptions extends SteerableMaskOptions {
  /** Whether the coefficients have the energy of the image (Parseval). Default false, as in matlabPyrTools and pyrtools. */
  tightFrame?: boolean;
}
