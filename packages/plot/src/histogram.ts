import { checkArray, checkIndex, extent, extentOfAll, type RealArray, takeFirst } from "./arrays.js";
import type { Panel } from "./box.js";
import { chart } from "./chart.js";
import { PlotShapeError, PlotValueError } from "./errors.js";
import { Figure } from "./figure.js";
import { barMark } from "./marks.js";
import { formatNumber } from "./numbers.js";
import { seriesColor } from "./theme.js";
import { checkSize, type Size, titled } from "./titled.js";
import { percentiles } from "./vrange.js";

/** Options of {@link histogram}. */
export interface HistogramOptions {
  /** Names for the legend, as many as there are arrays; no legend by default. */
  labels?: string | readonly string[] | null;
  /** Which one along the first axis (default 0); all for null. */
  batchIdx?: number | null;
  /** Which one along the second axis; all by default. */
  channelIdx?: number | null;
  /** The ends of y; from 0 to the largest count by default. */
  ylim?: readonly [number, number] | false;
  /** The ends of x: `"range"` (default) and false are from the smallest to the largest value of all. */
  xlim?: readonly [number, number] | "range" | false;
  /** What stands below x (default "Values"). */
  xlabel?: string | false;
  title?: string;
  /** Opacity of the bars (default 0.4 for several arrays, else 0.7). */
  alpha?: number;
  /** Width in pixels (default 420). */
  width?: number;
  /** Height in pixels (default 340). */
  height?: number;
}

const maximumBins = 50;

/**
 * Number of bins as the reference chooses it. Its rule of Freedman and Diaconis takes percentiles 0.25 and 0.75 where the
 * quartiles are meant, which nearly always leads to the limit of 50; the same here, so that histograms can be compared.
 */
function binCount(values: ArrayLike<number>, low: number, high: number): number {
  if (values.length < 2) return 1;
  const [first, second] = percentiles([values], [0.25, 0.75]);
  const width = (2 * (second - first)) / Math.cbrt(values.length);
  const bins = width === 0 ? Math.floor(Math.sqrt(values.length)) : Math.ceil((high - low) / width);
  return Math.max(1, Math.min(maximumBins, bins));
}

interface Bars {
  readonly counts: number[];
  readonly edges: number[];
}

export function countBins(values: ArrayLike<number>): Bars {
  const [from, to] = extent(values) ?? [0, 1];
  // As NumPy: numbers that are all equal get a bin of width 1 around them.
  const [low, high] = from === to ? [from - 0.5, to + 0.5] : [from, to];
  const bins = binCount(values, from, to);
  const counts = new Array<number>(bins).fill(0);
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) continue;
    counts[Math.min(bins - 1, Math.floor(((values[i] - low) / (high - low)) * bins))]++;
  }
  return { counts, edges: Array.from({ length: bins + 1 }, (_, i) => low + ((high - low) * i) / bins) };
}

function chosenValues(
  array: RealArray,
  batchIdx: number | null,
  channelIdx: number | null,
): ArrayLike<number> {
  checkArray(array, "data");
  const needed = channelIdx !== null ? 2 : batchIdx !== null ? 1 : 0;
  if (array.shape.length < needed) {
    throw new PlotShapeError(
      `batchIdx=${batchIdx} and channelIdx=${channelIdx} need ${needed} axes, but the shape is [${array.shape}].`,
    );
  }
  const batch = checkIndex("batchIdx", batchIdx, array.shape[0], 0);
  const batches = batch === null ? [array] : [takeFirst(array, batch)];
  if (channelIdx === null) return batches[0].data;
  const channel = checkIndex("channelIdx", channelIdx, array.shape[1], 1) as number;
  const ofBatch = (index: number) => takeFirst(takeFirst(array, index), channel).data;
  if (batch !== null) return ofBatch(batch);
  return Array.from({ length: array.shape[0] }, (_, i) => Array.from(ofBatch(i))).flat();
}

/** The chart of {@link histogram} and what it shows in words. */
export function histogramPanel(arrays: readonly RealArray[], options: HistogramOptions, size: Size): Panel {
  const { labels = null, batchIdx = 0, channelIdx = null, ylim = false, xlim = "range" } = options;
  const { xlabel = "Values", title = "Histogram of values", alpha = arrays.length > 1 ? 0.4 : 0.7 } = options;
  const names = labels === null ? null : typeof labels === "string" ? [labels] : labels;
  if (names && names.length !== arrays.length) {
    throw new PlotValueError(
      `labels must have the same length as data, but there are ${names.length} for ${arrays.length}.`,
    );
  }
  const values = arrays.map((array) => chosenValues(array, batchIdx, channelIdx));
  const bars = values.map(countBins);
  const range = extentOfAll(values) ?? [0, 1];
  const highest = Math.max(1, ...bars.flatMap(({ counts }) => counts));
  const box = titled(title, size, (rest) =>
    chart({
      ...rest,
      x: { domain: xlim && xlim !== "range" ? xlim : range, label: xlabel || undefined },
      y: { domain: ylim || [0, 1.05 * highest], label: "Count" },
      marks: bars.map(({ counts, edges }, i) => barMark(counts, edges, seriesColor(i), alpha)),
      legend: names?.map((text, i) => ({ text, color: seriesColor(i), shape: "square" })) ?? [],
    }),
  );
  const described = values.map((list, i) => {
    const [low, high] = extent(list) ?? [Number.NaN, Number.NaN];
    return `${names?.[i] || "values"}: ${list.length} from ${formatNumber(low)} to ${formatNumber(high)}`;
  });
  return { box, description: described.join("; ") };
}

/**
 * How often values occur, for one or several arrays on the same axes.
 *
 * @param data - arrays of any rank; the first axis is the batch, the second the channel
 * @throws {@link PlotValueError} when labels and arrays differ in number; {@link PlotIndexError} for an index out of bounds
 *
 * @example
 * ```ts
 * import { histogram } from "@plenoptic/plot";
 * const noise = { data: [0.1, 0.2, 0.2, 0.9], shape: [1, 1, 2, 2] };
 * console.log(histogram(noise).description); // "values: 4 from 0.1 to 0.9."
 * ```
 */
export function histogram(data: RealArray | readonly RealArray[], options: HistogramOptions = {}): Figure {
  const { width = 420, height = 340, title = "Histogram of values" } = options;
  checkSize({ width, height });
  const arrays = (Array.isArray(data) ? data : [data]) as readonly RealArray[];
  const { box, description } = histogramPanel(arrays, options, { width, height });
  return new Figure(box, { title, description: `${description}.` });
}
