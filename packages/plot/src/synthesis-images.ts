import { checkArray, checkIndex, type RealArray, takeFirst } from "./arrays.js";
import type { Panel } from "./box.js";
import { PlotIndexError, PlotValueError } from "./errors.js";
import { Figure } from "./figure.js";
import { type HistogramOptions, histogramPanel } from "./histogram.js";
import { type ImshowOptions, imagePanel } from "./imshow.js";
import {
  type ChosenFrame,
  type EigendistortionArrays,
  frameAt,
  kindOf,
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

interface Chosen extends Omit<ChosenFrame, "iteration"> {
  /** The index-th one is called so. */
  readonly nameOf: (index: number) => string;
  readonly referenceName: string;
}

function choose(object: SynthesisArrays, iteration: number | null | undefined, quiet = false): Chosen {
  const kind = kindOf(object);
  if ("eigendistortions" in object) {
    if (iteration !== null && iteration !== undefined) {
      throw new PlotValueError("When synthesis_object is an Eigendistortion, iteration must be None (null)!");
    }
    return {
      image: object.eigendistortions,
      frame: null,
      nameOf: (index) => `Eigendistortion[${object.eigenindex[index]}]`,
      referenceName: "Reference image",
    };
  }
  const chosen = frameAt(object, iteration, quiet);
  const name = kind === "Metamer" ? "Metamer" : "MAD";
  return {
    ...chosen,
    nameOf: (index) => `${name}[${index}] [iteration=${chosen.iteration}]`,
    referenceName: kind === "Metamer" ? "Target image" : "Reference image",
  };
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

/** The panel of {@link synthesisImshow}. */
export function synthesisImagePanel(
  object: SynthesisArrays,
  options: SynthesisImshowOptions,
  place: Size,
  quiet = false,
): Panel {
  const { batchIdx = 0, iteration, distortionScale, processImage, title, ...shown } = options;
  if (!Number.isInteger(batchIdx)) {
    throw new PlotValueError(`batchIdx must be a single integer, but got ${batchIdx}.`);
  }
  const isEigen = "eigendistortions" in object;
  if (!isEigen && distortionScale !== undefined && distortionScale !== 5) {
    throw new PlotValueError(`If synthesis_object is a ${kindOf(object)}, distortionScale cannot be set.`);
  }
  const scale = distortionScale ?? 5;
  const { image, nameOf } = choose(object, iteration, quiet);
  checkArray(image, "image");
  const index = placeOf(object, batchIdx, image.shape[0]);
  const one = isEigen ? distorted(object, index, scale) : oneOf(image, index);
  const processed = processImage ? processImage(one) : one;
  const channelIdx = shown.channelIdx ?? null;
  const asRgb = channelIdx === null && processed.shape[1] > 1;
  const name = isEigen ? `${scale} * ${nameOf(index)}` : nameOf(index);
  return imagePanel(
    [processed],
    { ...shown, title: title === undefined ? name : title, asRgb, batchIdx: 0 },
    place,
  );
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
  const { box, description } = synthesisImagePanel(object, rest, { width, height });
  const name = description.split(":")[0];
  return new Figure(box, { title: name, description: `${description}.` });
}

/** The panel of {@link synthesisHistogram}. */
export function synthesisHistogramPanel(
  object: SynthesisArrays,
  options: SynthesisHistogramOptions,
  size: Size,
  quiet = false,
): Panel {
  const { batchIdx = null, iteration, ...rest } = options;
  const { image, nameOf, referenceName } = choose(object, iteration, quiet);
  checkArray(image, "image");
  const places =
    batchIdx === null
      ? Array.from({ length: image.shape[0] }, (_, i) => i)
      : [placeOf(object, batchIdx, image.shape[0])];
  const arrays = places.map((index) => oneOf(image, index));
  const labels = places.map(nameOf);
  if (!("eigendistortions" in object)) {
    labels.push(referenceName);
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
  const { box, description } = synthesisHistogramPanel(object, rest, { width, height });
  return new Figure(box, { title: "Histogram of pixel values", description: `${description}.` });
}
