import {
  gather,
  invalidArgument,
  PerDevice,
  reshape,
  ShapeError,
  type Tensor,
  ValidationError,
} from "@plenoptic/tensor";
import { BuiltInModel, checkOptionNames, describeModel } from "../model.js";
import { dictToTensor, type StatisticDict, tensorToDict } from "./conversion.js";
import { type Layout, makeLayout, type Scale, scalesFromCoarse } from "./layout.js";
import { type MaskTensors, maskTensors } from "./mask-tensors.js";
import { measure } from "./measurements.js";
import { normalize } from "./normalize.js";
import { type SpectralMasks, spectralMasks } from "./spectral-masks.js";

/** Options of {@link PortillaSimoncelli}. */
export interface PortillaSimoncelliOptions {
  /** Number of scales of the pyramid. Default 4. */
  nScales?: number;
  /** Number of orientations, at least 2. Default 4. */
  nOrientations?: number;
  /** Height and width of the window of shifts of autocorrelations, in samples of each scale. Default 7. */
  spatialCorrWidth?: number;
}

const optionNames = ["nScales", "nOrientations", "spatialCorrWidth"] as const;

function checkCount(name: string, value: number, least: number): number {
  if (!Number.isInteger(value) || value < least)
    throw invalidArgument(name, value, `a whole number of at least ${least}`);
  return value;
}

/** The size of images, as two numbers that the scales divide and whose coarsest scale holds the window. */
function checkShape(shape: readonly number[], nScales: number, width: number): readonly [number, number] {
  const unit = 2 ** nScales;
  const [height, wide] = shape;
  if (shape.length !== 2 || !shape.every((extent) => Number.isInteger(extent) && extent > 0))
    throw invalidArgument("imageShape", [...shape], "the height and width of the images");
  if (shape.some((extent) => extent % unit !== 0)) {
    throw new ValidationError(
      "Because of how the Portilla-Simoncelli model handles multiscale representations, it only works with images whose shape " +
        `can be divided by 2 \`nScales\` times. With nScales ${nScales} height and width must be multiples of ${unit}, but are ` +
        `${height} × ${wide}.`,
      { argument: "imageShape", value: [...shape] },
    );
  }
  const [coarsestHeight, coarsestWidth] = [height / unit, wide / unit];
  // Autocorrelations of odd width have one column less.
  if (Math.min(coarsestHeight, coarsestWidth - (coarsestWidth % 2)) < width) {
    throw new ValidationError(
      `spatialCorrWidth ${width} is bigger than image height/width at the coarsest scale: ${height} × ${wide} halved ${nScales} ` +
        `times is ${coarsestHeight} × ${coarsestWidth}. Use larger images, fewer scales or a narrower window.`,
      { argument: "spatialCorrWidth", value: width },
    );
  }
  return [height, wide];
}

/**
 * The texture statistics of Portilla and Simoncelli, "A parametric texture model based on joint statistics of complex wavelet
 * coefficients" (International Journal of Computer Vision 40, 2000): two textures that have them in common look alike.
 *
 * They are taken of a complex steerable pyramid: autocorrelations of the magnitudes of its bands and of the image as it is
 * at each scale, correlations of magnitudes between orientations and between scales, correlations of real parts between
 * scales (with the coarser phase doubled), standard deviations, skews and kurtoses, and the moments and range of the pixels.
 * Autocorrelations and correlations are symmetric: each number is kept once. Borders are circular. Images of a batch, and
 * their channels, are independent of each other.
 *
 * In float64 a few spectra are rounded to float32 on the way, as in the Python library, with whose numbers those are meant
 * to agree.
 *
 * @param imageShape - height and width of the images, each a multiple of 2 to the power `nScales`
 * @throws {@link ValidationError} for sizes that cannot be halved so often or are too small for the window, and for options
 *   that are no whole numbers or too small; {@link ShapeError} in `forward`, for an image of another size
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { PortillaSimoncelli } from "@plenoptic/models";
 * import { rand } from "@plenoptic/tensor";
 * const model = new PortillaSimoncelli([128, 128]);
 * const statistics = model.forward(rand([1, 1, 128, 128]));
 * console.log(statistics.shape); // [1, 1, 710]
 * console.log(model.convertToDict(statistics).magnitude_std.shape); // [1, 1, 4, 4]: orientations, scales
 * ```
 */
export class PortillaSimoncelli extends BuiltInModel {
  /** The names of the options, for programs that offer them. */
  static readonly optionNames: readonly string[] = optionNames;
  readonly name = "PortillaSimoncelli";
  readonly imageShape: readonly [height: number, width: number];
  readonly nScales: number;
  readonly nOrientations: number;
  readonly spatialCorrWidth: number;
  /** The scales from coarse to fine, for synthesis in this order. */
  readonly scales: readonly Scale[];
  private readonly layout: Layout;
  private readonly masks: PerDevice<SpectralMasks, MaskTensors>;

  constructor(imageShape: readonly number[], options: PortillaSimoncelliOptions = {}) {
    super();
    checkOptionNames("PortillaSimoncelli", options, optionNames);
    this.nScales = checkCount("nScales", options.nScales ?? 4, 1);
    // With one orientation the real and the imaginary parts of bands would not be a quadrature pair.
    this.nOrientations = checkCount("nOrientations", options.nOrientations ?? 4, 2);
    this.spatialCorrWidth = checkCount("spatialCorrWidth", options.spatialCorrWidth ?? 7, 1);
    this.imageShape = checkShape(imageShape, this.nScales, this.spatialCorrWidth);
    this.scales = scalesFromCoarse(this.nScales);
    this.layout = makeLayout(this);
    this.masks = new PerDevice(() => spectralMasks(this), maskTensors);
  }

  /** The scale that each number of the representation belongs to; correlations across scales belong to the finer one. */
  get representationScales(): readonly Scale[] {
    return this.layout.scales;
  }

  parameters(): Record<string, number | readonly number[]> {
    const { imageShape, nScales, nOrientations, spatialCorrWidth } = this;
    return { imageShape, nScales, nOrientations, spatialCorrWidth };
  }

  /**
   * @param x - image `[B, C, H, W]`
   * @param options - by name
   * @param options.scales - only the statistics of these, out of the model's scales. Default: all
   * @returns `[B, C, N]`
   */
  forward(x: Tensor, { scales }: { scales?: readonly Scale[] } = {}): Tensor {
    const [height, width] = this.imageShape;
    if (x.rank !== 4 || x.shape[2] !== height || x.shape[3] !== width) {
      throw new ShapeError(
        `PortillaSimoncelli was made for images [batch, channel, ${height}, ${width}], but got [${x.shape.join(", ")}].`,
      );
    }
    return this.masks.with(x, (masks) => {
      const { nScales, nOrientations, spatialCorrWidth, layout } = this;
      const options = { nScales, nOrientations, spatialCorrWidth, layout, pixelCount: height * width };
      const all = normalize(measure(x, masks, this), options);
      const whole = reshape(all, [...x.shape.slice(0, 2), layout.scales.length]);
      return scales ? this.removeScales(whole, scales) : whole;
    });
  }

  /**
   * The statistics of some scales only.
   *
   * @param representation - `[B, C, N]`, whole
   * @param scalesToKeep - out of {@link scales}
   * @throws {@link ValidationError} for a scale that the model does not have; {@link ShapeError} unless the representation
   *   is whole
   */
  removeScales(representation: Tensor, scalesToKeep: readonly Scale[]): Tensor {
    const unknown = scalesToKeep.find((scale) => !this.scales.includes(scale));
    if (unknown !== undefined)
      throw invalidArgument("scalesToKeep", [...scalesToKeep], `a list of ${this.scales.join(", ")}`);
    const { scales } = this.layout;
    if (representation.rank !== 3 || representation.shape[2] !== scales.length) {
      throw new ShapeError(
        `removeScales() needs a whole representation [batch, channel, ${scales.length}], but got [${representation.shape.join(", ")}].`,
      );
    }
    const kept = scales.flatMap((scale, i) => (scalesToKeep.includes(scale) ? [i] : []));
    return gather(representation, kept, -1);
  }

  /**
   * Puts together what {@link convertToDict} took apart.
   *
   * @param dict - the groups by name; what is redundant in them is not read
   * @returns `[B, C, N]`
   * @throws {@link ValidationError} for a group too many or too few; {@link ShapeError} for a group of another shape
   */
  convertToTensor(dict: Readonly<Record<string, Tensor>>): Tensor {
    return dictToTensor(dict, this.layout);
  }

  /**
   * The statistics by their published names, in the order of the representation, for looking at them. Redundant ones are NaN.
   *
   * @param representation - `[B, C, N]`, whole
   * @returns `[B, C, …]` each. With S scales, O orientations and windows of W × W: `pixel_statistics` `[6]` (mean, variance,
   *   skew, kurtosis, least, largest), `auto_correlation_magnitude` `[W, W, O, S]`, `skew_reconstructed`,
   *   `kurtosis_reconstructed` and `std_reconstructed` `[S + 1]`, `auto_correlation_reconstructed` `[W, W, S + 1]`,
   *   `cross_orientation_correlation_magnitude` `[O, O, S]`, `magnitude_std` `[O, S]`, `cross_scale_correlation_magnitude`
   *   `[O, O, S - 1]`, `cross_scale_correlation_real` `[O, 2 O, S - 1]`, `var_highpass_residual` `[1]`. Scales run from fine
   *   to coarse, and end with the lowpass residual where there are S + 1
   * @throws {@link ShapeError} for a representation of another length, such as one of some scales
   */
  convertToDict(representation: Tensor): StatisticDict {
    return tensorToDict(representation, this.layout);
  }

  /** Frees the masks, on all devices. The next `forward` makes them anew. */
  dispose(): void {
    this.masks.dispose();
  }

  override toString(): string {
    return describeModel(this.name, this.parameters());
  }
}
