import { checkArray, checkIndex, type RealArray, takeFirst } from "./arrays.js";
import type { Panel } from "./box.js";
import { PlotIndexError, PlotValueError } from "./errors.js";
import { Figure } from "./figure.js";
import { type HistogramOptions, histogramPanel } from "./histogram.js";
import { type ImshowOptions, imagePanel } from "./imshow.js";
import {
  type EigendistortionArrays,
  kindOf,
  type Moment,
  momentAt,
  type SynthesisArrays,
} from "./synthesis-object.js";
import { checkSize, type Size } from "./titled.js";

/** Options of {@link synthesisImshow}. */
export interface SynthesisImshowOptions
  extends Omit<ImshowOptions, "batchIdx" | "title" | "asRgb" | "colWrap"> {
  /** Which one along the first axis (default 0); of eigendistortions, by their eigenindex. */
  batchIdx?: number;
  /** Which iteration; the current image by default. Others need stored frames, of which the nearest is taken. */
  iteration?: number | null;
  /** Eigendistortions are shown as the image plus this many times the distortion (default 5). */
  distortionScale?: number;
  /** What is done to the image before it is shown. */
  processImage?: (image: RealArray) => RealArray;
  title?: string | null;
  /** Width in pixels of the place that the picture must fit (default 420); not used with `zoom`. */
  width?: number;
  /** Height in pixels of that place (default 420). */
  height?: number;
}

/** Options of {@link synthesisHistogram}. */
export interface SynthesisHistogramOptions extends Omit<HistogramOptions, "labels" | "batchIdx"> {
  /** Which one along the first axis; by default all, each with a histogram of its own. */
  batchIdx?: number | null;
  /** Which iteration; the current image by default. */
  iteration?: number | null;
}

/** What the index-th image of a moment is called. */
function nameOf(object: SynthesisArrays, { iteration }: Moment, index: number): string {
  if ("eigendistortions" in object) return `Eigendistortion[${object.eigenindex[index]}]`;
  return `${"metamer" in object ? "Metamer" : "MAD"}[${index}] [iteration=${iteration}]`;
}

/** The place along the first axis; eigendistortions are asked for by their number among all. */
function placeOf(object: SynthesisArrays, batchIdx: number, size: number): number {
  if (!("eigendistortions" in object)) return checkIndex("batchIdx", batchIdx, size, 0) as number;
  const place = Array.from(object.eigenindex).indexOf(batchIdx);
  if (place < 0) {
    throw new PlotIndexError(
      `batchIdx=${batchIdx} is not the index of one of the eigendistortions: [${Array.from(object.eigenindex)}].`,
    );
  }
  return place;
}

function distorted(
  { image, eigendistortions }: EigendistortionArrays,
  place: number,
  scale: number,
): RealArray {
  const distortion = takeFirst(eigendistortions, place);
  const data = Float64Array.from(distortion.data, (value, i) => image.data[i] + scale * value);
  return { data, shape: [1, ...distortion.shape] };
}

const oneOf = (image: RealArray, index: number): RealArray => {
  const { data, shape } = takeFirst(image, index);
  return { data, shape: [1, ...shape] };
};

/** The image that {@link synthesisImshow} shows of a moment, `[1, channel, height, width]`, and its title. */
export function shownImage(
  object: SynthesisArrays,
  options: SynthesisImshowOptions,
  moment: Moment,
): { image: RealArray; title: string | null; asRgb: boolean } {
  const { batchIdx = 0, distortionScale, processImage, title } = options;
  if (!Number.isInteger(batchIdx)) {
    throw new PlotValueError(`batchIdx must be a single integer, but got ${batchIdx}.`);
  }
  const isEigen = "eigendistortions" in object;
  if (!isEigen && distortionScale !== undefined && distortionScale !== 5) {
    throw new PlotValueError(`If synthesis_object is a ${kindOf(object)}, distortionScale cannot be set.`);
  }
  const scale = distortionScale ?? 5;
  checkArray(moment.image, "image");
  const index = placeOf(object, batchIdx, moment.image.shape[0]);
  const one = isEigen ? distorted(object, index, scale) : oneOf(moment.image, index);
  const image = processImage ? processImage(one) : one;
  const asRgb = (options.channelIdx ?? null) === null && image.shape[1] > 1;
  const name = nameOf(object, moment, index);
  return { image, asRgb, title: title === undefined ? (isEigen ? `${scale} * ${name}` : name) : title };
}

/** The panel of {@link synthesisImshow}. */
export function synthesisImagePanel(
  object: SynthesisArrays,
  options: SynthesisImshowOptions,
  place: Size,
  moment: Moment,
): Panel {
  const { image, ...named } = shownImage(object, options, moment);
  const { vrange, zoom, cmap, plotComplex, channelIdx } = options;
  return imagePanel([image], { vrange, zoom, cmap, plotComplex, channelIdx, ...named }, place);
}

/**
 * Shows what was synthesized, at an iteration. Three or four channels are colours unless one is chosen.
 *
 * @throws {@link PlotIndexError} for an iteration that does not exist, or that needs stored frames where none are;
 *   {@link PlotValueError} for a batch that is no integer
 *
 * @example
 * ```ts
 * import { synthesisImshow } from "@plenoptic/plot";
 * const image = { data: new Float32Array(64).fill(0.5), shape: [1, 1, 8, 8] };
 * const metamer = { losses: [1, 0.5], penalties: [0, 0], penaltyLambda: 0.1, image, metamer: image };
 * console.log(synthesisImshow(metamer).title); // "Metamer[0] [iteration=1]"
 * ```
 */
export function synthesisImshow(object: SynthesisArrays, options: SynthesisImshowOptions = {}): Figure {
  const { width = 420, height = 420, ...rest } = options;
  checkSize({ width, height });
  const { box, description } = synthesisImagePanel(
    object,
    rest,
    { width, height },
    momentAt(object, rest.iteration),
  );
  const name = description.split(":")[0];
  return new Figure(box, { title: name, description: `${description}.` });
}

/** The panel of {@link synthesisHistogram}. */
export function synthesisHistogramPanel(
  object: SynthesisArrays,
  options: SynthesisHistogramOptions,
  size: Size,
  moment: Moment,
): Panel {
  const { batchIdx = null, iteration: _, ...rest } = options;
  const { image } = moment;
  checkArray(image, "image");
  const places =
    batchIdx === null
      ? Array.from({ length: image.shape[0] }, (_, i) => i)
      : [placeOf(object, batchIdx, image.shape[0])];
  const arrays = places.map((index) => oneOf(image, index));
  const labels = places.map((index) => nameOf(object, moment, index));
  if (!("eigendistortions" in object)) {
    labels.push(`${"metamer" in object ? "Target" : "Reference"} image`);
    arrays.push(batchIdx === null ? object.image : oneOf(object.image, places[0]));
  }
  return histogramPanel(
    arrays,
    { title: "Histogram of pixel values", ...rest, labels, batchIdx: null },
    size,
  );
}

/**
 * How often values occur in what was synthesized, and in the image that it started from.
 *
 * @throws as {@link synthesisImshow}
 *
 * @example
 * ```ts
 * import { synthesisHistogram } from "@plenoptic/plot";
 * const image = { data: new Float32Array(64).fill(0.5), shape: [1, 1, 8, 8] };
 * const metamer = { losses: [1, 0.5], penalties: [0, 0], penaltyLambda: 0.1, image, metamer: image };
 * console.log(synthesisHistogram(metamer).description.includes("Target image: 64")); // true
 * ```
 */
export function synthesisHistogram(object: SynthesisArrays, options: SynthesisHistogramOptions = {}): Figure {
  const { width = 420, height = 340, ...rest } = options;
  checkSize({ width, height });
  const { box, description } = synthesisHistogramPanel(
    object,
    rest,
    { width, height },
    momentAt(object, rest.iteration),
  );
  return new Figure(box, { title: "Histogram of pixel values", description: `${description}.` });
}
