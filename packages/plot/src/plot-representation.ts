import {
  checkArray,
  checkIndex,
  isComplex,
  largestMagnitude,
  type PlotArray,
  type RealArray,
  shapeOf,
  sizeOf,
  takeFirst,
} from "./arrays.js";
import { type Box, centered, grid, type Panel } from "./box.js";
import { PlotShapeError, PlotValueError } from "./errors.js";
import { Figure } from "./figure.js";
import { imagePanel } from "./imshow.js";
import {
  drawPortillaSimoncelli,
  isPortillaSimoncelli,
  portillaSimoncelliGroups,
} from "./portilla-simoncelli.js";
import { type ArrayDictionary, isOneArray, type Representation } from "./representation.js";
import { describeStems, stemBox, type YLimits } from "./stem-plot.js";
import { checkSize, type Size } from "./titled.js";
import type { ValueRange } from "./vrange.js";
import { warn } from "./warnings.js";

/** Options that a model's own way of plotting receives. */
export interface ModelPlotOptions {
  readonly ylim: YLimits;
  readonly batchIdx: number;
  readonly title: string;
  readonly width: number;
  readonly height: number;
}

/** A model that knows how its representation is best shown. */
export interface PlottingModel {
  plotRepresentation(data: Representation, options: ModelPlotOptions): Figure;
}

/** Options of {@link plotRepresentation}. */
export interface PlotRepresentationOptions {
  /** If it has a method `plotRepresentation(data, options)`, that draws. */
  model?: unknown;
  /** Limits of y of all stem plots: false (default) each its own, null the same for all and symmetric, or a pair. */
  ylim?: YLimits;
  /** Which one along the first axis (default 0). */
  batchIdx?: number;
  /** Names the parts of a single array, as `title_00`, `title_01`, …; a dictionary brings its own names. */
  title?: string;
  /** Whether channels of pictures are colours. */
  asRgb?: boolean;
  /** Whether four parts stand beside or below each other before the next row or column begins. */
  axesDirection?: "horizontal" | "vertical";
  /** Width in pixels (default 300 for each of up to four columns). */
  width?: number;
  /** Height in pixels (default 310 for each row). */
  height?: number;
}

const perLine = 4;
const gap = 14;

export function isPlottingModel(model: unknown): model is PlottingModel {
  return typeof (model as PlottingModel | undefined)?.plotRepresentation === "function";
}

function pick(array: PlotArray, f: (part: RealArray) => RealArray): PlotArray {
  return isComplex(array) ? { real: f(array.real), imag: f(array.imag) } : f(array);
}

/** One channel, which stays as an axis of size 1. */
function channelOf({ data, shape }: RealArray, channel: number): RealArray {
  const [batches, channels, ...rest] = shape;
  const size = sizeOf(rest);
  const out = new Float64Array(batches * size);
  for (let b = 0; b < batches; b++) {
    for (let i = 0; i < size; i++) out[b * size + i] = data[(b * channels + channel) * size + i];
  }
  return { data: out, shape: [batches, 1, ...rest] };
}

function toDictionary(data: Representation, title: string, asRgb: boolean): ArrayDictionary {
  if (!isOneArray(data)) {
    if (title) warn("data has keys, so we're ignoring title!");
    return data;
  }
  checkArray(data, "data");
  const rank = shapeOf(data).length;
  if (rank !== 3 && rank !== 4) throw rankError("data", shapeOf(data));
  if (asRgb) return { [title]: data };
  const channels = Array.from({ length: shapeOf(data)[1] }, (_, i) => i);
  const name = (i: number) => `${title}_${String(i).padStart(2, "0")}`;
  return Object.fromEntries(channels.map((i) => [name(i), pick(data, (part) => channelOf(part, i))]));
}

const rankError = (name: string, shape: readonly number[]): PlotShapeError =>
  new PlotShapeError(
    `Don't know what to do with data of ${shape.length} axes: "${name}" has the shape [${shape}]. Give vectors as ` +
      "[batch, channel, n] and pictures as [batch, channel, height, width].",
  );

function stemCell(name: string, array: RealArray, batchIdx: number, ylim: YLimits, size: Size): Panel {
  const batch = takeFirst(array, checkIndex("batchIdx", batchIdx, array.shape[0], 0) as number);
  const series = Array.from({ length: batch.shape[0] }, (_, c) => takeFirst(batch, c).data);
  return {
    box: stemBox(series, { title: name, ylim }, size),
    description: series.map((values) => describeStems(name, values)).join("; "),
  };
}

/** Symmetric limits over all vectors, every batch of them, as the reference has it; false where all are 0. */
export function symmetricLimits(data: Representation, batchIdx: number): YLimits {
  const parts = isOneArray(data) ? [data] : Object.values(data);
  const vectors = isPortillaSimoncelli(data)
    ? [...portillaSimoncelliGroups(data, batchIdx).values()]
    : parts.flatMap((part) => (!isComplex(part) && part.shape.length === 3 ? [part.data] : []));
  const largest = largestMagnitude(vectors);
  return largest > 0 ? [-largest, largest] : false;
}

/** The largest magnitude of each picture over several representations, by the names that their panels have. */
export function limitsOfPictures(
  representations: readonly Representation[],
  { title = "", batchIdx = 0, asRgb = false }: PlotRepresentationOptions,
): Map<string, number> {
  const limits = new Map<string, number>();
  for (const data of representations) {
    if (isPortillaSimoncelli(data)) continue;
    for (const [name, part] of Object.entries(toDictionary(data, title, asRgb))) {
      if (isComplex(part) || part.shape.length !== 4) continue;
      const batch = takeFirst(part, checkIndex("batchIdx", batchIdx, part.shape[0], 0) as number);
      limits.set(name, Math.max(limits.get(name) ?? 0, largestMagnitude([batch.data])));
    }
  }
  return limits;
}

/** The panel of {@link plotRepresentation}, and what it shows in words. */
export function representationPanel(
  data: Representation,
  options: PlotRepresentationOptions & { pictureLimits?: ReadonlyMap<string, number> },
  size: Size | undefined,
): Panel {
  const {
    model,
    ylim = false,
    batchIdx = 0,
    title = "",
    asRgb = false,
    axesDirection = "horizontal",
  } = options;
  if (isPlottingModel(model)) {
    const { width, height } = size ?? { width: 900, height: 480 };
    const figure = model.plotRepresentation(data, { ylim, batchIdx, title, width, height });
    return { box: figure.content, description: figure.description.replace(/\.$/, "") };
  }
  if (isPortillaSimoncelli(data)) {
    return drawPortillaSimoncelli(data, { ylim, batchIdx, title }, size ?? { width: 960, height: 480 });
  }
  if (axesDirection !== "horizontal" && axesDirection !== "vertical") {
    throw new PlotValueError(
      `Don't know how to handle axesDirection="${axesDirection}": choose "horizontal" or "vertical".`,
    );
  }
  const parts = Object.entries(toDictionary(data, title, asRgb));
  if (parts.length === 0) throw new PlotValueError("data must have at least one array, but is empty.");
  const lines = Math.ceil(parts.length / perLine);
  const short = Math.min(perLine, parts.length);
  const [columns, rows] = axesDirection === "horizontal" ? [short, lines] : [lines, short];
  const { width, height } = size ?? { width: 300 * columns, height: 310 * rows };
  const cellSize = {
    width: Math.floor((width - gap * (columns - 1)) / columns),
    height: Math.floor((height - gap * (rows - 1)) / rows),
  };
  const limits = ylim === null ? symmetricLimits(data, batchIdx) : ylim;
  const cells = parts.map(([name, array]) => {
    checkArray(array, `"${name}"`);
    const rank = shapeOf(array).length;
    if (rank === 4) {
      const limit = options.pictureLimits?.get(name);
      const vrange: ValueRange = limit ? [-limit, limit] : "indep0";
      return imagePanel([array], { batchIdx, asRgb, title: name, vrange, cmap: "RdBu_r" }, cellSize);
    }
    if (rank === 3 && !isComplex(array)) return stemCell(name, array, batchIdx, limits, cellSize);
    throw rankError(name, shapeOf(array));
  });
  const placed = cells.map(({ box }) => centered(box, cellSize.width, box.height));
  // Vertical: four below each other, then the next column.
  const ordered = axesDirection === "horizontal" ? placed : transposed(placed, rows);
  return {
    box: grid(ordered, columns, gap, gap),
    description: cells.map((cell) => cell.description).join("; "),
  };
}

function transposed(boxes: readonly Box[], rows: number): Box[] {
  const columns = Math.ceil(boxes.length / rows);
  const empty: Box = { width: 0, height: 0, draw: () => [] };
  return Array.from(
    { length: rows * columns },
    (_, i) => boxes[(i % columns) * rows + Math.floor(i / columns)] ?? empty,
  );
}

/**
 * Shows what a model answers with: vectors as stem plots, pictures as pictures (blue to red, symmetric about zero), and a
 * dictionary as one of these for each of its entries. A model that has a method `plotRepresentation` draws itself.
 *
 * @param data - `[batch, channel, n]` or `[batch, channel, height, width]`, each channel on axes of its own, or a
 *   dictionary of such
 * @throws {@link PlotShapeError} for another rank; {@link PlotIndexError} for a batch that does not exist
 *
 * @example
 * ```ts
 * import { plotRepresentation } from "@plenoptic/plot";
 * const data = { means: { data: [1, 2, 3], shape: [1, 1, 3] }, map: { data: [-1, 0, 0, 1], shape: [1, 1, 2, 2] } };
 * const figure = plotRepresentation(data);
 * console.log(figure.description.startsWith("means: 3 values from 1 to 3; map: 2 by 2 pixels")); // true
 * ```
 */
export function plotRepresentation(data: Representation, options: PlotRepresentationOptions = {}): Figure {
  const { width, height, title } = options;
  const size = width || height ? { width: width ?? 900, height: height ?? 400 } : undefined;
  if (size) checkSize(size);
  const { box, description } = representationPanel(data, options, size);
  return new Figure(box, { title: title || "Representation", description: `${description}.` });
}
