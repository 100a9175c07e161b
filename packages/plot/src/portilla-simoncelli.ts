import {
  checkArray,
  checkIndex,
  isComplex,
  largestMagnitude,
  type RealArray,
  sizeOf,
  takeFirst,
} from "./arrays.js";
import { grid, type Panel } from "./box.js";
import { PlotShapeError, PlotValueError } from "./errors.js";
import { Figure } from "./figure.js";
import type { ArrayDictionary, Representation } from "./representation.js";
import { describeStems, stemBox, type YLimits } from "./stem-plot.js";
import { checkSize, type Size, titled } from "./titled.js";

/** Options of {@link portillaSimoncelliRepresentation}. */
export interface PortillaSimoncelliPlotOptions {
  /** Limits of y of all charts: false (default) each its own, null the same for all and symmetric, or a pair. */
  ylim?: YLimits;
  /** Which one along the first axis (default 0). */
  batchIdx?: number;
  title?: string;
  /** Width in pixels (default 960). */
  width?: number;
  /** Height in pixels (default 480). */
  height?: number;
}

/** Groups that are lists already: several statistics in one. */
const lists: Record<string, readonly string[]> = {
  "pixels+var_highpass": ["pixel_statistics", "var_highpass_residual"],
  "std+skew+kurtosis recon": ["std_reconstructed", "skew_reconstructed", "kurtosis_reconstructed"],
  magnitude_std: ["magnitude_std"],
};

/** Groups of matrices, of which only the magnitude over their first two axes is shown. */
const magnitudes = [
  "auto_correlation_reconstructed",
  "auto_correlation_magnitude",
  "cross_orientation_correlation_magnitude",
  "cross_scale_correlation_magnitude",
  "cross_scale_correlation_real",
];

/** With one scale there are no correlations between scales. */
const isOptional = (name: string): boolean => name.startsWith("cross_scale");

/** One batch, the mean over its channels. */
function meanOfChannels(name: string, array: RealArray, batchIdx: number): RealArray {
  if (array.shape.length < 2) {
    throw new PlotShapeError(
      `"${name}" must have the axes batch and channel first, but has the shape [${array.shape}].`,
    );
  }
  const batch = takeFirst(array, checkIndex("batchIdx", batchIdx, array.shape[0], 0) as number);
  const [channels, ...shape] = batch.shape;
  const data = new Float64Array(sizeOf(shape));
  for (let i = 0; i < batch.data.length; i++) data[i % data.length] += batch.data[i] / channels;
  return { data, shape };
}

/** Square roots of sums of squares over the first two axes; NaN, which stands for statistics left out, counts as 0. */
function magnitudeOf(name: string, { data, shape }: RealArray): Float64Array {
  if (shape.length < 2) {
    throw new PlotShapeError(
      `"${name}" must have two axes or more after batch and channel, but has [${shape}].`,
    );
  }
  const out = new Float64Array(sizeOf(shape.slice(2)));
  for (let i = 0; i < data.length; i++) if (!Number.isNaN(data[i])) out[i % out.length] += data[i] ** 2;
  return out.map(Math.sqrt);
}

function checkKeys(statistics: ArrayDictionary): void {
  const known = [...Object.values(lists).flat(), ...magnitudes];
  const additional = Object.keys(statistics).filter((name) => !known.includes(name));
  if (additional.length) {
    throw new PlotValueError(`representation contains additional keys: ${additional.join(", ")}.`);
  }
  const missing = known.filter((name) => !isOptional(name) && !(name in statistics));
  if (missing.length) throw new PlotValueError(`representation is missing keys: ${missing.join(", ")}.`);
  for (const name of Object.keys(statistics)) {
    checkArray(statistics[name], `"${name}"`);
    if (isComplex(statistics[name])) throw new PlotShapeError(`"${name}" must be real, but is complex.`);
  }
}

/** The numbers of each group, in the order in which they are shown. */
export function portillaSimoncelliGroups(
  statistics: ArrayDictionary,
  batchIdx = 0,
): Map<string, Float64Array> {
  checkKeys(statistics);
  const of = (name: string) => meanOfChannels(name, statistics[name] as RealArray, batchIdx);
  const groups = new Map<string, Float64Array>();
  for (const [group, names] of Object.entries(lists)) {
    groups.set(group, Float64Array.from(names.flatMap((name) => Array.from(of(name).data))));
  }
  for (const name of magnitudes) {
    if (!(isOptional(name) && !(name in statistics))) groups.set(name, magnitudeOf(name, of(name)));
  }
  return groups;
}

/**
 * The statistics of Portilla and Simoncelli, "A parametric texture model based on joint statistics of complex wavelet
 * coefficients", Int. J. Computer Vision 40 (2000), or a difference of two of them, by group: pixel statistics with the
 * variance of the high-pass residual; standard deviation, skew and kurtosis of the reconstructed low-pass images; standard
 * deviations of magnitudes; and of each matrix of correlations the root of the sum of squares over its first two axes.
 *
 * @param statistics - by their published names, each `[batch, channel, ...]`; channels are averaged
 * @throws {@link PlotValueError} for missing or additional names; {@link PlotShapeError} for axes that are missing
 *
 * @example
 * ```ts
 * import { portillaSimoncelliRepresentation } from "@plenoptic/plot";
 * const list = (n) => ({ data: new Float32Array(n).fill(0.5), shape: [1, 1, n] });
 * const square = (n, m) => ({ data: new Float32Array(n * n * m).fill(0.5), shape: [1, 1, n, n, m] });
 * const figure = portillaSimoncelliRepresentation({
 *   pixel_statistics: list(6), auto_correlation_magnitude: square(3, 4), skew_reconstructed: list(2),
 *   kurtosis_reconstructed: list(2), auto_correlation_reconstructed: square(3, 2), std_reconstructed: list(2),
 *   magnitude_std: list(4), cross_orientation_correlation_magnitude: square(4, 1), var_highpass_residual: list(1),
 * });
 * console.log(figure.description.includes("pixels+var_highpass: 7 values")); // true
 * ```
 */
export function portillaSimoncelliRepresentation(
  statistics: ArrayDictionary,
  options: PortillaSimoncelliPlotOptions = {},
): Figure {
  const { title = "", width = 960, height = 480 } = options;
  checkSize({ width, height });
  const { box, description } = drawPortillaSimoncelli(statistics, options, { width, height });
  return new Figure(box, { title: title || "Representation", description: `${description}.` });
}

/** Whether a representation is made of these statistics. */
export const isPortillaSimoncelli = (data: Representation): data is ArrayDictionary =>
  ["pixel_statistics", ...magnitudes.filter((name) => !isOptional(name))].every((name) => name in data);

/** The panel of {@link portillaSimoncelliRepresentation}. */
export function drawPortillaSimoncelli(
  statistics: ArrayDictionary,
  { ylim = false, batchIdx = 0, title = "" }: PortillaSimoncelliPlotOptions,
  size: Size,
): Panel {
  const groups = [...portillaSimoncelliGroups(statistics, batchIdx)];
  const rows = groups.some(([name]) => isOptional(name)) ? 3 : 2;
  const columns = Math.ceil(groups.length / rows);
  const largest = largestMagnitude(groups.map(([, values]) => values));
  const limits: YLimits = ylim === null && largest > 0 ? [-largest, largest] : ylim;
  const box = titled(title, size, (rest) => {
    const gap = 14;
    const cell = {
      width: Math.floor((rest.width - gap * (columns - 1)) / columns),
      height: Math.floor((rest.height - gap * (rows - 1)) / rows),
    };
    const boxes = groups.map(([name, values]) => stemBox([values], { title: name, ylim: limits }, cell));
    return grid(boxes, columns, gap, gap);
  });
  return { box, description: groups.map(([name, values]) => describeStems(name, values)).join("; ") };
}
