import {
  checkFilterArguments,
  filterTensor,
  gaussianTerm,
  type KernelSize,
  type OneOrMany,
  samePaddingAmounts,
} from "@plenoptic/process";
import { type PadMode, type SeparableFilters, separableFilter, type Tensor } from "@plenoptic/tensor";
import { describeModel, expectOneChannel, type Model } from "./model.js";

/** Options of {@link Gaussian}. */
export interface GaussianOptions {
  /** Standard deviation in pixels, above 0: one for all channels or one for each. Default 3. */
  std?: OneOrMany;
  /** How the image goes on beyond its border. Default "reflect". */
  padMode?: PadMode;
  /** Number of output channels; the length of `std` when left out. */
  outChannels?: number;
  /** Accepted for the reference's sake: filters are always made once and kept. */
  cacheFilt?: boolean;
}

/**
 * Blurs an image with circular Gaussians, each normalized to sum 1. The filter runs along columns and rows in turn.
 *
 * @param kernelSize - height and width of the window, in pixels
 * @throws {@link ValidationError} for sizes or deviations that are not positive or do not match;
 *   {@link ShapeError} in `forward`, for an image that has not one channel or is too small for the padding
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { Gaussian } from "@plenoptic/models";
 * import { ones } from "@plenoptic/tensor";
 * const model = new Gaussian(30, { std: [2, 4] });
 * console.log(model.forward(ones([1, 1, 64, 64])).shape); // [1, 2, 64, 64]
 * ```
 */
export class Gaussian implements Model {
  readonly name = "Gaussian";
  readonly kernelSize: readonly [height: number, width: number];
  readonly std: readonly number[];
  readonly padMode: PadMode;
  readonly outChannels: number;
  private readonly filters: SeparableFilters;
  private readonly perChannel: SeparableFilters;

  constructor(kernelSize: KernelSize, { std = 3, padMode = "reflect", outChannels }: GaussianOptions = {}) {
    const checked = checkFilterArguments(kernelSize, std, outChannels);
    this.kernelSize = checked.kernelSize;
    this.std = checked.std;
    this.outChannels = checked.outChannels;
    this.padMode = padMode;
    const terms = this.std.map((s) => [gaussianTerm(this.kernelSize, s)]);
    this.filters = terms.map((t) => ({ channel: 0, terms: t }));
    this.perChannel = terms.map((t, channel) => ({ channel, terms: t }));
  }

  /** The filters `[outChannels, 1, height, width]`, on the active device. */
  get filt(): Tensor {
    return filterTensor(this.filters);
  }

  forward(x: Tensor): Tensor {
    expectOneChannel("Gaussian", x);
    return this.apply(x, this.filters);
  }

  /** Blurs each of `outChannels` channels with its own Gaussian. */
  forwardPerChannel(x: Tensor): Tensor {
    return this.apply(x, this.perChannel);
  }

  private apply(x: Tensor, filters: SeparableFilters): Tensor {
    const [height, width] = x.shape.slice(-2);
    return separableFilter(x, filters, samePaddingAmounts([height, width], this.kernelSize), this.padMode);
  }

  toString(): string {
    const { kernelSize, std, padMode } = this;
    return describeModel(this.name, { kernelSize, std, padMode });
  }
}
