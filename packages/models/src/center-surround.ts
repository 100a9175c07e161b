import {
  checkPadMode,
  differenceOfGaussiansFilters,
  filterTensor,
  type KernelSize,
  type OneOrMany,
  sameFilter,
} from "@plenoptic/process";
import type { PadMode, SeparableFilters, Tensor } from "@plenoptic/tensor";
import { BuiltInModel, checkOptionNames, describeModel, expectOneChannel } from "./model.js";

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
  /** Number of output channels; the length of `onCenter` or of `centerStd` when left out. */
  outChannels?: number;
  /** How the image goes on beyond its border. Default "reflect". */
  padMode?: PadMode;
  /** Accepted for the reference's sake: filters are always made once and kept. Default false. */
  cacheFilt?: boolean;
}

const optionNames = [
  "onCenter",
  "amplitudeRatio",
  "centerStd",
  "surroundStd",
  "outChannels",
  "padMode",
  "cacheFilt",
] as const;

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
export class CenterSurround extends BuiltInModel {
  /** The names of the options, for programs that offer them. */
  static readonly optionNames: readonly string[] = optionNames;
  readonly name = "CenterSurround";
  readonly kernelSize: readonly [height: number, width: number];
  readonly onCenter: readonly boolean[];
  readonly amplitudeRatio: number;
  readonly centerStd: readonly number[];
  readonly surroundStd: readonly number[];
  readonly outChannels: number;
  readonly padMode: PadMode;
  readonly cacheFilt: boolean;
  /** The filters as `forward` runs them: the same object for the life of the model. */
  readonly filters: SeparableFilters;

  constructor(kernelSize: KernelSize, options: CenterSurroundOptions = {}) {
    super();
    checkOptionNames("CenterSurround", options, optionNames);
    const { padMode = "reflect", cacheFilt = false, ...shape } = options;
    const made = differenceOfGaussiansFilters(kernelSize, shape);
    this.kernelSize = made.kernelSize;
    this.onCenter = made.onCenter;
    this.amplitudeRatio = made.amplitudeRatio;
    this.centerStd = made.centerStd;
    this.surroundStd = made.surroundStd;
    this.filters = made.filters;
    this.outChannels = made.filters.length;
    this.padMode = checkPadMode(padMode);
    this.cacheFilt = cacheFilt;
  }

  /** The filters `[outChannels, 1, height, width]`, on the active device; a new tensor each time. */
  get filt(): Tensor {
    return filterTensor(this.filters);
  }

  parameters(): Record<"centerStd" | "surroundStd" | "amplitudeRatio", number | readonly number[]> {
    const { centerStd, surroundStd, amplitudeRatio } = this;
    return { centerStd, surroundStd, amplitudeRatio };
  }

  forward(x: Tensor): Tensor {
    expectOneChannel("CenterSurround", x);
    return sameFilter(x, this.filters, this.padMode);
  }

  override toString(): string {
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
