import {
  checkFilterArguments,
  checkPadMode,
  filterTensor,
  gaussianFilters,
  type KernelSize,
  type OneOrMany,
  sameFilter,
} from "@plenoptic/process";
import {
  invalidArgument,
  type PadMode,
  type SeparableFilters,
  ShapeError,
  type Tensor,
} from "@plenoptic/tensor";
import { BuiltInModel, checkOptionNames, describeModel, expectOneChannel } from "./model.js";

/** Options of {@link Gaussian}. */
export interface GaussianOptions {
  /** Standard deviation in pixels, above 0: one for all channels or one for each. Rounded to float32. Default 3. */
  std?: OneOrMany;
  /** How the image goes on beyond its border. Default "reflect". */
  padMode?: PadMode;
  /** Number of output channels; the length of `std` when left out. */
  outChannels?: number;
  /** Accepted for the reference's sake: filters are always made once and kept. Default false. */
  cacheFilt?: boolean;
}

const optionNames = ["std", "padMode", "outChannels", "cacheFilt"] as const;

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
export class Gaussian extends BuiltInModel {
  /** The names of the options, for programs that offer them. */
  static readonly optionNames: readonly string[] = optionNames;
  readonly name = "Gaussian";
  readonly kernelSize: readonly [height: number, width: number];
  readonly std: readonly number[];
  readonly padMode: PadMode;
  readonly outChannels: number;
  readonly cacheFilt: boolean;
  /** The filters as `forward` runs them: the same object for the life of the model. */
  readonly filters: SeparableFilters;
  private readonly grouped = new Map<number, SeparableFilters>();

  constructor(kernelSize: KernelSize, options: GaussianOptions = {}) {
    super();
    checkOptionNames("Gaussian", options, optionNames);
    const { std = 3, padMode = "reflect", outChannels, cacheFilt = false } = options;
    const checked = checkFilterArguments(kernelSize, std, outChannels);
    this.kernelSize = checked.kernelSize;
    this.std = checked.std;
    this.outChannels = checked.outChannels;
    this.padMode = checkPadMode(padMode);
    this.cacheFilt = cacheFilt;
    this.filters = gaussianFilters(this.kernelSize, this.std);
  }

  /** The filters `[outChannels, 1, height, width]`, on the active device; a new tensor each time. */
  get filt(): Tensor {
    return filterTensor(this.filters);
  }

  parameters(): { std: readonly number[] } {
    return { std: this.std };
  }

  /**
   * @param x - image `[B, groups, H, W]`
   * @param options - by name
   * @param options.groups - the filters are dealt out in order to so many input channels. Default 1: all read one channel.
   * @returns `[B, outChannels, H, W]`
   */
  forward(x: Tensor, { groups = 1 }: { groups?: number } = {}): Tensor {
    if (groups === 1) {
      expectOneChannel("Gaussian", x);
      return sameFilter(x, this.filters, this.padMode);
    }
    const filters = this.filtersFor(groups);
    if (x.rank === 4 && x.shape[1] === groups) return sameFilter(x, filters, this.padMode);
    throw new ShapeError(
      `Gaussian with ${groups} groups takes images [batch, ${groups}, height, width], but got [${x.shape.join(", ")}].`,
    );
  }

  private filtersFor(groups: number): SeparableFilters {
    const perGroup = this.outChannels / groups;
    if (!Number.isInteger(groups) || groups < 1 || !Number.isInteger(perGroup)) {
      throw invalidArgument("groups", groups, `a whole number that divides outChannels, ${this.outChannels}`);
    }
    const made = this.grouped.get(groups);
    if (made) return made;
    const filters = this.filters.map(({ terms }, k) => ({ channel: Math.floor(k / perGroup), terms }));
    this.grouped.set(groups, filters);
    return filters;
  }

  override toString(): string {
    const { kernelSize, std, padMode } = this;
    return describeModel(this.name, { kernelSize, std, padMode });
  }
}
