import {
  checkFilterArguments,
  filterTensor,
  gaussianTerm,
  type KernelSize,
  type OneOrMany,
  samePaddingAmounts,
} from "@plenoptic/process";
import {
  invalidArgument,
  type PadMode,
  type SeparableFilters,
  separableFilter,
  type Tensor,
  ValidationError,
} from "@plenoptic/tensor";
import { describeModel, expectOneChannel, type Model } from "./model.js";

/** Options of {@link CenterSurround}. */
export interface CenterSurroundOptions {
  /** On-centre (true) or off-centre, one for all channels or one for each. Default true. */
  onCenter?: boolean | readonly boolean[];
  /** Factor of the whole filter, at least 1. Default 1.25. */
  amplitudeRatio?: number;
  /** Standard deviation of the centre in pixels. Default 1. */
  centerStd?: OneOrMany;
  /** Standard deviation of the surround in pixels. Default 4. */
  surroundStd?: OneOrMany;
  /** Number of output channels; the length of the longest list when left out. */
  outChannels?: number;
  /** How the image goes on beyond its border. Default "reflect". */
  padMode?: PadMode;
  /** Accepted for the reference's sake: filters are always made once and kept. */
  cacheFilt?: boolean;
}

/**
 * Difference of Gaussians: ± amplitudeRatio · (G(centerStd) - G(surroundStd)), each G normalized to sum 1. A channel
 * that is on-centre has the plus sign. The sum of a filter is 0.
 *
 * @param kernelSize - height and width of the window, in pixels
 * @throws {@link ValidationError} for deviations that are not positive, lists of different lengths, amplitudeRatio < 1;
 *   {@link ShapeError} in `forward`, for an image that has not one channel or is too small for the padding
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { CenterSurround } from "@plenoptic/models";
 * import { ones } from "@plenoptic/tensor";
 * const model = new CenterSurround(31, { onCenter: [true, false] });
 * console.log(model.forward(ones([1, 1, 64, 64])).shape); // [1, 2, 64, 64]
 * ```
 */
export class CenterSurround implements Model {
  readonly name = "CenterSurround";
  readonly kernelSize: readonly [height: number, width: number];
  readonly onCenter: readonly boolean[];
  readonly amplitudeRatio: number;
  readonly centerStd: readonly number[];
  readonly surroundStd: readonly number[];
  readonly outChannels: number;
  readonly padMode: PadMode;
  private readonly filters: SeparableFilters;

  constructor(kernelSize: KernelSize, options: CenterSurroundOptions = {}) {
    const {
      onCenter = true,
      amplitudeRatio = 1.25,
      centerStd = 1,
      surroundStd = 4,
      padMode = "reflect",
    } = options;
    const several = typeof onCenter !== "boolean" && onCenter.length !== 1 ? onCenter.length : undefined;
    const center = checkFilterArguments(kernelSize, centerStd, options.outChannels ?? several, "centerStd");
    const surround = checkFilterArguments(kernelSize, surroundStd, center.outChannels, "surroundStd");
    this.kernelSize = center.kernelSize;
    this.centerStd = center.std;
    this.surroundStd = surround.std;
    this.outChannels = center.outChannels;
    this.padMode = padMode;
    const signs = typeof onCenter === "boolean" ? [onCenter] : [...onCenter];
    this.onCenter = signs.length === 1 ? Array(this.outChannels).fill(signs[0]) : signs;
    if (this.onCenter.length !== this.outChannels) {
      throw new ValidationError(
        `The length of onCenter must equal outChannels, but they are ${this.onCenter.length} and ${this.outChannels}.`,
        { argument: "onCenter", value: onCenter },
      );
    }
    this.amplitudeRatio = Math.fround(amplitudeRatio);
    if (!(this.amplitudeRatio >= 1)) throw invalidArgument("amplitudeRatio", amplitudeRatio, "at least 1");
    this.filters = this.onCenter.map((on, k) => {
      const amplitude = on ? this.amplitudeRatio : -this.amplitudeRatio;
      const terms = [
        gaussianTerm(this.kernelSize, this.centerStd[k], amplitude),
        gaussianTerm(this.kernelSize, this.surroundStd[k], -amplitude),
      ];
      return { channel: 0, terms };
    });
  }

  /** The filters `[outChannels, 1, height, width]`, on the active device. */
  get filt(): Tensor {
    return filterTensor(this.filters);
  }

  forward(x: Tensor): Tensor {
    expectOneChannel("CenterSurround", x);
    const [height, width] = x.shape.slice(-2);
    return separableFilter(
      x,
      this.filters,
      samePaddingAmounts([height, width], this.kernelSize),
      this.padMode,
    );
  }

  toString(): string {
    const { kernelSize, onCenter, amplitudeRatio, centerStd, surroundStd, padMode } = this;
    return describeModel(this.name, {
      kernelSize,
      onCenter,
      amplitudeRatio,
      centerStd,
      surroundStd,
      padMode,
    });
  }
}
