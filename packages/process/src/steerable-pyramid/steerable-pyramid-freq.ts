import {
  type ComplexPair,
  deviceOf,
  gather,
  irfft2,
  maskSpectrum,
  PerDevice,
  rfft2,
  ShapeError,
  spectralBands,
  type Tensor,
  withDevice,
  zeros,
} from "@plenoptic/tensor";
import { type AnalysisMasks, analysisMasks, type SynthesisMasks, synthesisMasks } from "./composed-masks.js";
import { fromTensor, type PyramidInfo, toTensor } from "./conversion.js";
import {
  type AnalysisTensors,
  type SynthesisTensors,
  uploadAnalysis,
  uploadSynthesis,
} from "./device-masks.js";
import { type CheckedMaskOptions, checkMaskOptions, warnOfOddSize } from "./mask-options.js";
import { checkBands, checkForwardScales, checkLevels, partsOf } from "./scale-checks.js";
import * as spectra from "./spectra.js";
import { type SteeredCoefficients, steer } from "./steering.js";
import type { PyramidCoefficients, PyramidScale, SteerablePyramidOptions } from "./types.js";

/** Sizes of the coefficients of each scale, from fine to coarse. */
export type PyramidSizes = ReadonlyMap<PyramidScale, readonly [height: number, width: number]>;

function sizesOf({ imageShape, numScales, downsample }: CheckedMaskOptions): PyramidSizes {
  const sizes = new Map<PyramidScale, readonly [number, number]>([["residual_highpass", imageShape]]);
  let [height, width] = imageShape;
  for (let scale = 0; scale < numScales; scale++) {
    sizes.set(scale, [height, width]);
    if (downsample) [height, width] = [Math.ceil(height / 2), Math.ceil(width / 2)];
  }
  return sizes.set("residual_lowpass", [height, width]);
}

/**
 * The steerable pyramid: an image as the sum of bands of different scales (octaves of spatial frequency) and orientations, and two
 * residuals, above and below them. Computed in the Fourier domain, so the image continues periodically beyond its border.
 *
 * With F the spectrum of the image, bands are the inverse transforms of (-i)ᵒ · low₀ … low_s · high_s · angle_k · F, cropped to the
 * frequencies that the low-pass masks leave; see {@link steerableMasks} for the curves. The filter of orientation k at order o is a
 * derivative of order o along πk / (o + 1); derivatives along any other direction are weighted sums of these
 * ({@link SteerablePyramidFreq.steerCoeffs}). Real coefficients of an even order come from even filters, those of an odd order from
 * odd ones; complex coefficients have the other symmetry in their imaginary part.
 *
 * The sum of the squared masks is 1, so `reconPyr` gives the image back, for even sizes: to rounding with `maskPrecision: "float64"`,
 * to some 10⁻⁵ with the masks of the reference (the default), which are interpolated in a table.
 *
 * Sources: Simoncelli & Freeman, "The steerable pyramid: a flexible architecture for multi-scale derivative computation", ICIP 1995;
 * Karasaridis & Simoncelli, "A filter design technique for steerable pyramid image transforms", ICASSP 1996; Portilla & Simoncelli,
 * "A parametric texture model based on joint statistics of complex wavelet coefficients", Int. J. Comput. Vis. 40, 2000 (the complex
 * pyramid).
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { SteerablePyramidFreq } from "@plenoptic/process";
 * import { rand } from "@plenoptic/tensor";
 * const pyramid = new SteerablePyramidFreq([64, 64], { height: 3, order: 1 });
 * const coefficients = pyramid.forward(rand([1, 1, 64, 64]));
 * console.log([...coefficients.keys()]); // residual_highpass, 0, 1, 2, residual_lowpass
 * console.log(pyramid.pyrSize.get(2)); // [16, 16]
 * const image = pyramid.reconPyr(coefficients);
 * console.log(image.shape); // [1, 1, 64, 64]
 * pyramid.dispose();
 * ```
 */
export class SteerablePyramidFreq {
  readonly imageShape: readonly [height: number, width: number];
  /** All scales, from coarse to fine. */
  readonly scales: readonly PyramidScale[];
  readonly numScales: number;
  readonly numOrientations: number;
  readonly order: number;
  readonly twidth: number;
  readonly isComplex: boolean;
  readonly downsample: boolean;
  readonly tightFrame: boolean;
  readonly maskPrecision: "float32" | "float64";
  /** Height and width of the coefficients of each scale, from fine to coarse. */
  readonly pyrSize: PyramidSizes;
  private readonly analysis: PerDevice<AnalysisMasks, AnalysisTensors>;
  private readonly synthesis: PerDevice<SynthesisMasks, SynthesisTensors>;

  /**
   * @param imageShape - [height, width] of the images
   * @throws {@link ValidationError} when a value is out of range
   */
  constructor(imageShape: readonly [height: number, width: number], options: SteerablePyramidOptions = {}) {
    const checked = checkMaskOptions(imageShape, options);
    const { order, numScales } = checked;
    this.imageShape = checked.imageShape;
    this.numScales = numScales;
    this.order = order;
    this.numOrientations = order + 1;
    this.twidth = checked.twidth;
    this.isComplex = checked.isComplex;
    this.downsample = checked.downsample;
    this.tightFrame = options.tightFrame ?? false;
    this.maskPrecision = checked.maskPrecision;
    this.pyrSize = sizesOf(checked);
    this.scales = [...this.pyrSize.keys()].reverse();
    this.analysis = new PerDevice(() => analysisMasks(checked, this.tightFrame), uploadAnalysis);
    this.synthesis = new PerDevice(() => synthesisMasks(checked, this.tightFrame), uploadSynthesis);
    warnOfOddSize(checked.imageShape);
  }

  /**
   * The coefficients of images.
   *
   * @param x - `[B, C, height, width]`
   * @param options - `scales`: which scales to compute, in any order; all when left out
   * @returns from fine to coarse. Free it with `dispose(coefficients)`.
   * @throws {@link ShapeError} when the image is not 4-D or of another size than the pyramid
   * @throws {@link OutOfRangeError} when there is no such scale
   */
  forward(x: Tensor, options: { scales?: readonly PyramidScale[] } = {}): PyramidCoefficients {
    const wanted = checkForwardScales(options.scales, this.scales, this.numScales);
    this.checkImage(x);
    return this.analysis.with(x, (masks) => this.analyse(x, masks, wanted));
  }

  /**
   * The image that coefficients make up, or the part of it that some levels and orientations contribute.
   *
   * @param coefficients - as {@link SteerablePyramidFreq.forward} gives them, all scales of them
   * @param options - `levels`: scales and residuals to use; `bands`: orientations to use. All when left out.
   * @returns `[B, C, height, width]`
   * @throws {@link StateError} when a scale is missing
   * @throws {@link OutOfRangeError} when there is no such level or band
   * @throws {@link ShapeError} when coefficients do not belong to this pyramid
   */
  reconPyr(
    coefficients: PyramidCoefficients,
    options: { levels?: "all" | readonly PyramidScale[]; bands?: "all" | readonly number[] } = {},
  ): Tensor {
    const levels = checkLevels(options.levels ?? "all", this.scales, this.numScales);
    const bands = checkBands(options.bands ?? "all", this.numOrientations);
    const parts = this.checkCoefficients(coefficients);
    const [highpass] = parts.get("residual_highpass") as Tensor[];
    return this.synthesis.with(highpass, (masks) => {
      const spectrum = this.synthesize(parts, masks, levels, bands);
      if (spectrum) return irfft2(spectrum, this.imageShape[1]);
      return withDevice(deviceOf(highpass), () => zeros(highpass.shape));
    });
  }

  /**
   * The bands that filters at other angles would give: for each position a weighted sum over the orientations
   * (Simoncelli & Freeman, 1995). The pyramid's own bands are those at the angles πk / (order + 1).
   *
   * @param coefficients - real ones, as {@link SteerablePyramidFreq.forward} gives them; residuals are passed over
   * @param angles - radians
   * @param options - `evenPhase` (default true): whether the harmonics of the basis are in cosine or in sine phase about its angles
   * @returns by scale, bands `[B, C, angles, h, w]`, and the weights `[orientations, angles]` they were made with
   * @throws {@link ValidationError} when the coefficients are complex, or there are no angles
   *
   * @example
   * ```ts
   * import "@plenoptic/backend-cpu";
   * import { SteerablePyramidFreq } from "@plenoptic/process";
   * import { rand } from "@plenoptic/tensor";
   * const pyramid = new SteerablePyramidFreq([32, 32], { order: 1 });
   * const { resteeredCoeffs } = pyramid.steerCoeffs(pyramid.forward(rand([1, 1, 32, 32])), [0, 0.3, 0.6]);
   * console.log(resteeredCoeffs.get(1)?.shape); // [1, 1, 3, 16, 16]
   * ```
   */
  steerCoeffs(
    coefficients: PyramidCoefficients,
    angles: readonly number[],
    { evenPhase = true }: { evenPhase?: boolean } = {},
  ): SteeredCoefficients {
    return steer(coefficients, angles, evenPhase);
  }

  /**
   * Coefficients as the channels of one tensor, for what takes images: `[B, C·n, height, width]`, for each channel of the image
   * its n bands from fine to coarse. Only without downsampling do they have one size.
   *
   * @param coefficients - from a pyramid with `downsample: false`
   * @param options - `splitComplex` (default false): real and imaginary parts as channels of their own, by turns for each band
   *   (residuals are real, and one channel). Otherwise complex coefficients give a pair.
   * @returns the tensor, and the `info` with which {@link SteerablePyramidFreq.convertTensorToPyr} undoes it
   * @throws {@link ShapeError} when the sizes differ
   * @throws {@link ValidationError} when real coefficients shall be split
   *
   * @example
   * ```ts
   * import "@plenoptic/backend-cpu";
   * import { SteerablePyramidFreq } from "@plenoptic/process";
   * import { rand } from "@plenoptic/tensor";
   * const pyramid = new SteerablePyramidFreq([32, 32], { downsample: false, isComplex: true });
   * const coefficients = pyramid.forward(rand([1, 1, 32, 32]));
   * const { tensor, info } = SteerablePyramidFreq.convertPyrToTensor(coefficients, { splitComplex: true });
   * console.log("shape" in tensor && tensor.shape); // [1, 26, 32, 32]
   * console.log(SteerablePyramidFreq.convertTensorToPyr(tensor, info).size); // 5
   * ```
   */
  static convertPyrToTensor(
    coefficients: PyramidCoefficients,
    { splitComplex = false }: { splitComplex?: boolean } = {},
  ): { tensor: Tensor | ComplexPair; info: PyramidInfo } {
    return toTensor(coefficients, splitComplex);
  }

  /**
   * The inverse of {@link SteerablePyramidFreq.convertPyrToTensor}.
   *
   * @throws {@link ShapeError} when the tensor does not have the channels that `info` tells of
   */
  static convertTensorToPyr(tensor: Tensor | ComplexPair, info: PyramidInfo): PyramidCoefficients {
    return fromTensor(tensor, info);
  }

  /** Frees the masks on all devices. They are made anew if the pyramid is used again. */
  dispose(): void {
    this.analysis.dispose();
    this.synthesis.dispose();
  }

  private analyse(x: Tensor, masks: AnalysisTensors, wanted: Set<PyramidScale>): PyramidCoefficients {
    const coefficients: PyramidCoefficients = new Map();
    const spectrum = rfft2(x);
    // (-i)ᵒ as a power of i.
    const turns = (3 * this.order) % 4;
    for (const [scale, size] of this.pyrSize) {
      if (!wanted.has(scale)) continue;
      if (typeof scale === "string") {
        const mask = scale === "residual_highpass" ? masks.highpass : masks.lowpass;
        coefficients.set(scale, irfft2(maskSpectrum(spectrum, mask), size[1]));
      } else {
        const bands = spectralBands(spectrum, masks.bands[scale], { width: this.imageShape[1], size, turns });
        coefficients.set(scale, this.isComplex ? bands : bands.real);
      }
    }
    return coefficients;
  }

  /** Half spectrum of the image; undefined where no level is used. */
  private synthesize(
    parts: ReadonlyMap<PyramidScale, Tensor[]>,
    masks: SynthesisTensors,
    levels: Set<PyramidScale>,
    bands: readonly number[] | undefined,
  ): ComplexPair | undefined {
    let spectrum: ComplexPair | undefined;
    for (const scale of this.scales) {
      const [height, width] = this.pyrSize.get(scale) as [number, number];
      if (spectrum) spectrum = spectra.embedSpectrum(spectrum, height, width);
      if (!levels.has(scale)) continue;
      const own = parts.get(scale) as Tensor[];
      if (typeof scale === "string") {
        const mask = scale === "residual_highpass" ? masks.highpass : masks.lowpass;
        spectrum = spectra.addSpectra(spectrum, spectra.maskedSpectrum(own[0], mask));
      } else if (bands === undefined || bands.length > 0) {
        const { real, imag } = masks.bands[scale];
        [real, imag].forEach((mask, k) => {
          if (!mask) return;
          const chosen = bands ? gather(own[k], bands, 2) : own[k];
          const chosenMask = bands ? { ...mask, mask: gather(mask.mask, bands) } : mask;
          spectrum = spectra.addSpectra(spectrum, spectra.summedSpectra(chosen, chosenMask));
        });
      }
    }
    return spectrum;
  }

  private checkImage(x: Tensor): void {
    const shape = `[${x.shape.join(", ")}]`;
    const [height, width] = this.imageShape;
    if (x.rank !== 4) {
      throw new ShapeError(`Input image must be 4d [batch, channel, height, width], but got ${shape}.`);
    }
    if (x.shape[2] !== height || x.shape[3] !== width) {
      throw new ShapeError(
        `Input tensor height/width [${x.shape.slice(2).join(", ")}] does not match imageShape set at initialization ` +
          `[${height}, ${width}]. Either resize the input or make a pyramid for its size.`,
      );
    }
  }

  private checkCoefficients(coefficients: PyramidCoefficients): Map<PyramidScale, Tensor[]> {
    const { isComplex, numOrientations } = this;
    const parts = new Map<PyramidScale, Tensor[]>();
    for (const [scale, size] of this.pyrSize) {
      const expected =
        typeof scale === "string" ? { size } : { size, orientations: numOrientations, isComplex };
      parts.set(scale, partsOf(coefficients, scale, expected));
    }
    return parts;
  }
}
