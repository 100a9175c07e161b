import { invalidArgument, type SeparableFilters, ValidationError } from "@plenoptic/tensor";
import { checkFilterArguments, type KernelSize } from "./filter-arguments.js";
import { gaussianTerm } from "./gaussian.js";
import type { OneOrMany } from "./one-or-many.js";

/** The input channel that an output channel reads. */
export type ChannelOf = (output: number) => number;

const first: ChannelOf = () => 0;

/**
 * Circular Gaussians, each normalized to sum 1, in the form that runs along columns and rows in turn.
 *
 * @param kernelSize - whole number or [height, width]
 * @param std - standard deviation in pixels, one for all channels or one for each; rounded to float32
 * @param outChannels - number of filters; the length of `std` when left out
 * @param channelOf - which input channel each filter reads; the first when left out
 * @throws {@link ValidationError} when an argument is not positive or lengths differ
 *
 * @example
 * ```ts
 * import { gaussianFilters } from "@plenoptic/process";
 * const depthwise = gaussianFilters(15, [2, 4], 2, (output) => output);
 * console.log(depthwise.map((filter) => filter.channel)); // [0, 1]
 * ```
 */
export function gaussianFilters(
  kernelSize: KernelSize,
  std: OneOrMany,
  outChannels?: number,
  channelOf: ChannelOf = first,
): SeparableFilters {
  const checked = checkFilterArguments(kernelSize, std, outChannels);
  return checked.std.map((s, k) => ({ channel: channelOf(k), terms: [gaussianTerm(checked.kernelSize, s)] }));
}

/** What {@link differenceOfGaussiansFilters} is made from. */
export interface DifferenceOfGaussiansOptions {
  /** Standard deviation of the centre in pixels, one for all channels or one for each. Default 1. */
  centerStd?: OneOrMany;
  /** Standard deviation of the surround. Default 4. */
  surroundStd?: OneOrMany;
  /** Sign of the centre: plus when true. One for all channels or one for each. Default true. */
  onCenter?: boolean | readonly boolean[];
  /** Factor of the whole filter, at least 1. Default 1.25. */
  amplitudeRatio?: number;
  /** Number of filters; the length of `onCenter` or `centerStd` when left out. */
  outChannels?: number;
  /** Which input channel each filter reads; the first when left out. */
  channelOf?: ChannelOf;
}

/** The checked arguments and the filters made from them. */
export interface DifferenceOfGaussians {
  readonly kernelSize: readonly [height: number, width: number];
  readonly centerStd: readonly number[];
  readonly surroundStd: readonly number[];
  readonly onCenter: readonly boolean[];
  readonly amplitudeRatio: number;
  readonly filters: SeparableFilters;
}

function checkSigns(onCenter: boolean | readonly boolean[], outChannels: number): boolean[] {
  const signs = typeof onCenter === "boolean" ? [onCenter] : [...onCenter];
  if (signs.length === 1) return Array(outChannels).fill(signs[0]);
  if (signs.length === outChannels) return signs;
  throw new ValidationError(
    `The length of onCenter must equal outChannels, but they are ${signs.length} and ${outChannels}.`,
    { argument: "onCenter", value: onCenter },
  );
}

/**
 * Differences of Gaussians, ± amplitudeRatio · (G(centerStd) - G(surroundStd)), each G normalized to sum 1, so that
 * each filter sums to 0. The numbers pass through float32, as the reference's parameters do.
 *
 * @param kernelSize - whole number or [height, width]
 * @throws {@link ValidationError} when an argument is not positive, amplitudeRatio is below 1, or lengths differ
 *
 * @example
 * ```ts
 * import { differenceOfGaussiansFilters } from "@plenoptic/process";
 * const { filters } = differenceOfGaussiansFilters(31, { onCenter: [true, false] });
 * console.log(filters.length, filters[0].terms.length); // 2 filters of 2 terms
 * ```
 */
export function differenceOfGaussiansFilters(
  kernelSize: KernelSize,
  options: DifferenceOfGaussiansOptions = {},
): DifferenceOfGaussians {
  const {
    centerStd = 1,
    surroundStd = 4,
    onCenter = true,
    amplitudeRatio = 1.25,
    channelOf = first,
  } = options;
  const several = typeof onCenter !== "boolean" && onCenter.length !== 1 ? onCenter.length : undefined;
  const center = checkFilterArguments(kernelSize, centerStd, options.outChannels ?? several, "centerStd");
  const surround = checkFilterArguments(kernelSize, surroundStd, center.outChannels, "surroundStd");
  const signs = checkSigns(onCenter, center.outChannels);
  const ratio = Math.fround(amplitudeRatio);
  if (!(typeof amplitudeRatio === "number" && ratio >= 1 && Number.isFinite(ratio))) {
    throw invalidArgument("amplitudeRatio", amplitudeRatio, "a number, at least 1");
  }
  const filters = signs.map((on, k) => {
    const amplitude = on ? ratio : -ratio;
    const terms = [
      gaussianTerm(center.kernelSize, center.std[k], amplitude),
      gaussianTerm(center.kernelSize, surround.std[k], -amplitude),
    ];
    return { channel: channelOf(k), terms };
  });
  return {
    kernelSize: center.kernelSize,
    centerStd: center.std,
    surroundStd: surround.std,
    onCenter: signs,
    amplitudeRatio: ratio,
    filters,
  };
}

/**
 * Each filter times a number, as a new list: a factor behind a filter costs nothing inside its taps.
 *
 * @param factors - one for all filters or one for each
 * @throws {@link ValidationError} when there are not as many factors as filters
 *
 * @example
 * ```ts
 * import { gaussianFilters, scaleFilters } from "@plenoptic/process";
 * const twice = scaleFilters(gaussianFilters(1, 1), 2);
 * console.log(twice[0].terms[0].vertical[0]); // 2
 * ```
 */
export function scaleFilters(filters: SeparableFilters, factors: OneOrMany): SeparableFilters {
  const listed = typeof factors === "number" ? Array<number>(filters.length).fill(factors) : factors;
  if (listed.length !== filters.length) {
    throw invalidArgument("factors", [...listed], `${filters.length} numbers, one for each filter`);
  }
  return filters.map(({ channel, terms }, k) => ({
    channel,
    terms: terms.map(({ vertical, horizontal }) => ({
      vertical: Float64Array.from(vertical, (tap) => tap * listed[k]),
      horizontal,
    })),
  }));
}
