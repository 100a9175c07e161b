import { extentOfAll } from "./arrays.js";
import { type Box, centered } from "./box.js";
import { chart } from "./chart.js";
import { PlotShapeError } from "./errors.js";
import { Figure } from "./figure.js";
import { stemMark, zeroMark } from "./marks.js";
import { formatNumber } from "./numbers.js";
import { seriesColor } from "./theme.js";
import { checkSize, type Size, titled } from "./titled.js";

/** The ends of y: from 0 to what is needed for null, all there is for false, or a pair. */
export type YLimits = readonly [number, number] | null | false;

/** Options of {@link stemPlot}. */
export interface StemPlotOptions {
  title?: string | null;
  /** null (default): from 0 upwards; false: all values; or a pair. */
  ylim?: YLimits;
  /** Where the line at 0 starts and ends, in pieces: two lists of equal length. From end to end by default. */
  xvals?: readonly [readonly number[], readonly number[]] | null;
  /** Width in pixels (default 420). */
  width?: number;
  /** Height in pixels (default 320). */
  height?: number;
}

function yDomain(series: readonly ArrayLike<number>[], ylim: YLimits): [number, number] {
  if (ylim) return [ylim[0], ylim[1]];
  const range = extentOfAll(series) ?? [0, 1];
  const [low, high] = [Math.min(0, range[0]), Math.max(0, range[1])];
  const room = 0.05 * (high - low || 1);
  if (ylim === null) return [0, high + room];
  return [low < 0 ? low - room : 0, high > 0 ? high + room : 0];
}

/** Stems of one or several lists of numbers on the same axes. */
export function stemBox(
  series: readonly ArrayLike<number>[],
  { title = "", ylim = null, xvals }: StemPlotOptions,
  size: Size,
): Box {
  const count = Math.max(0, ...series.map((values) => values.length));
  const pieces = xvals?.[0].map((from, i) => [from, xvals[1][i]] as const);
  return titled(title ?? "", size, (rest) =>
    chart({
      ...rest,
      x: { domain: [-0.5 - 0.02 * count, count - 0.5 + 0.02 * count], ticks: false },
      y: { domain: yDomain(series, ylim) },
      marks: [...series.map((values, i) => stemMark(values, seriesColor(i))), zeroMark(pieces)],
      grid: false,
    }),
  );
}

export function describeStems(title: string, values: ArrayLike<number>): string {
  const range = extentOfAll([values]);
  const what = `${title || "stem plot"}: ${values.length} values`;
  return range ? `${what} from ${formatNumber(range[0])} to ${formatNumber(range[1])}` : what;
}

/**
 * A stem and a point for each number of a list.
 *
 * @param data - numbers, or an array of one axis
 * @throws {@link PlotShapeError} for an array of several axes
 *
 * @example
 * ```ts
 * import { stemPlot } from "@plenoptic/plot";
 * const figure = stemPlot([1, -2, 3], { title: "weights", ylim: false });
 * console.log(figure.description); // "weights: 3 values from −2 to 3."
 * ```
 */
export function stemPlot(
  data: ArrayLike<number> | { readonly data: ArrayLike<number>; readonly shape: readonly number[] },
  options: StemPlotOptions = {},
): Figure {
  if ("shape" in data && data.shape.filter((size) => size !== 1).length > 1) {
    throw new PlotShapeError(`stemPlot takes a list of numbers, but the shape is [${data.shape}].`);
  }
  const values = "shape" in data ? data.data : data;
  const { width = 420, height = 320, title } = options;
  checkSize({ width, height });
  const box = centered(stemBox([values], options, { width, height }), width, height);
  return new Figure(box, {
    title: title || "Stem plot",
    description: `${describeStems(title ?? "", values)}.`,
  });
}
