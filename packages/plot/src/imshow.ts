import {
  checkArray,
  checkIndex,
  extent,
  isComplex,
  type PlotArray,
  type RealArray,
  shapeOf,
  subarray,
} from "./arrays.js";
import { type Box, grid, type Panel } from "./box.js";
import { type Colormap, colorTable } from "./colormaps.js";
import { PlotShapeError, PlotValueError } from "./errors.js";
import { Figure } from "./figure.js";
import { formatNumber } from "./numbers.js";
import { headingSize, makeHeading, picture, withHeading } from "./picture.js";
import { averageBlocks, mapPixels, type Plane } from "./pixels.js";
import type { Size } from "./titled.js";
import { defaultColormap, type Range, type Ranged, type ValueRange, valueRanges } from "./vrange.js";
import { warn } from "./warnings.js";

/** How a complex image becomes two pictures. */
export type ComplexParts = "rectangular" | "polar" | "logpolar";

/** Options of {@link imshow}. */
export interface ImshowOptions {
  /**
   * Which values are shown as the ends of the colour map: `"auto0"` to `"auto3"` are shared by all pictures, `"indep0"` to
   * `"indep3"` are for each alone; 0 is symmetric about zero, 1 from the smallest to the largest value, 2 the mean ± 2
   * standard deviations, 3 such that the 10th and 90th percentile of values lie there in the map. Or a pair, or a pair for
   * each picture. Default `"indep1"`. Colour images always have [0, 1].
   */
  vrange?: ValueRange;
  /**
   * Pixels on the page for a pixel of the largest image (default 1): a whole number, or less than 1 such that sizes stay
   * whole. 1/d averages blocks of d × d.
   */
  zoom?: number;
  /** Above each picture, or one for each image; null for neither title nor subtitle. */
  title?: string | readonly string[] | null;
  /** Pictures in a row; all in one by default. */
  colWrap?: number | null;
  /** By default grey, and blue to red where the range is symmetric by rule. */
  cmap?: Colormap;
  /** Real and imaginary part (default), amplitude and phase, or log(1 + amplitude) and phase. */
  plotComplex?: ComplexParts;
  /** Which one along the first axis; all by default. */
  batchIdx?: number | null;
  /** Which one along the second axis; all by default. */
  channelIdx?: number | null;
  /** Whether the 3 or 4 channels are red, green, blue (and opacity). */
  asRgb?: boolean;
}

/** A picture with its name, before its range is known. */
export interface NamedPlane extends Plane {
  readonly title: string | null;
}

const partNames: Record<ComplexParts, readonly [string, string]> = {
  rectangular: ["real", "imaginary"],
  polar: ["amplitude", "phase"],
  logpolar: ["log(1+amplitude)", "phase"],
};

function complexParts(
  re: ArrayLike<number>,
  im: ArrayLike<number>,
  parts: ComplexParts,
): ArrayLike<number>[] {
  if (parts === "rectangular") return [re, im];
  const amplitude = Float64Array.from(re, (value, i) => Math.hypot(value, im[i]));
  const phase = Float64Array.from(re, (value, i) => Math.atan2(im[i], value));
  return [parts === "polar" ? amplitude : amplitude.map((value) => Math.log1p(value)), phase];
}

function planesOf(image: PlotArray, title: string | null, options: ImshowOptions): NamedPlane[] {
  const { plotComplex = "rectangular", asRgb = false } = options;
  const [batches, channels, height, width] = shapeOf(image);
  const batch = checkIndex("batchIdx", options.batchIdx, batches, 0);
  const channel = checkIndex("channelIdx", options.channelIdx, channels, 1);
  const shownChannels = channel === null ? channels : 1;
  if (asRgb && shownChannels !== 3 && shownChannels !== 4) {
    throw new PlotShapeError(
      `If asRgb is true, then channel must have 3 or 4 elements, but there are ${shownChannels}.`,
    );
  }
  if (!asRgb && shownChannels > 1 && batch === null && batches > 1) {
    throw new PlotShapeError(
      "Don't know how to plot non-rgb images with more than one channel and batch! Use batchIdx / channelIdx to " +
        `choose a subset for plotting (the shape is [${shapeOf(image)}]).`,
    );
  }
  const size = height * width;
  const chosenBatches = batch === null ? Array.from({ length: batches }, (_, i) => i) : [batch];
  const perPicture = asRgb ? channels : 1;
  const chosenChannels =
    channel === null ? Array.from({ length: channels / perPicture }, (_, i) => i * perPicture) : [channel];
  return chosenBatches.flatMap((b) =>
    chosenChannels.flatMap((c) => {
      const at = (b * channels + c) * size;
      const part = (array: RealArray) => subarray(array.data, at, at + perPicture * size);
      const shape = { height, width, channels: perPicture };
      if (!isComplex(image)) return [{ ...shape, data: part(image), title }];
      const [first, second] = complexParts(part(image.real), part(image.imag), plotComplex);
      const name = (i: number) => (title === null ? null : `${title} ${partNames[plotComplex][i]}`.trim());
      return [
        { ...shape, data: first, title: name(0) },
        { ...shape, data: second, title: name(1) },
      ];
    }),
  );
}

/** All pictures of some images, by the rules of {@link imshow}. */
export function collectPlanes(images: readonly PlotArray[], options: ImshowOptions): NamedPlane[] {
  const { title = "", plotComplex = "rectangular" } = options;
  if (!(plotComplex in partNames)) {
    throw new PlotValueError(
      `Don't know how to handle plotComplex value "${plotComplex}": choose ${Object.keys(partNames).join(", ")}.`,
    );
  }
  for (const image of images) {
    checkArray(image, "image");
    if (shapeOf(image).length !== 4) {
      throw new PlotShapeError(
        `imshow only accepts images as 4d arrays [batch, channel, height, width], but the shape is [${shapeOf(image)}].`,
      );
    }
  }
  const planes = images.map((image) => planesOf(image, "", options));
  if (!Array.isArray(title)) {
    const named = (plane: NamedPlane) => (title === null ? null : joined(title as string, plane));
    return planes.flat().map((plane) => ({ ...plane, title: named(plane) }));
  }
  // One title for each picture of the input, before complex ones are split in two.
  const parts = planes.flatMap((list, i) => list.map(() => (isComplex(images[i]) ? 2 : 1)));
  const owner = parts.map((_, i) => parts.slice(0, i).reduce((sum: number, n) => sum + 1 / n, 0));
  const count = parts.reduce((sum: number, n) => sum + 1 / n, 0);
  if (title.length !== count) {
    throw new PlotValueError(
      `There must be the same number of titles and images, but there are ${title.length} titles for ${count}.`,
    );
  }
  return planes.flat().map((plane, i) => ({ ...plane, title: joined(title[Math.floor(owner[i])], plane) }));
}

const joined = (title: string, plane: NamedPlane): string => [title, plane.title].filter(Boolean).join(" ");

/** By how much each picture is enlarged to be as large as the largest, and how large that is. */
function relativeZooms(planes: readonly Plane[]): { zooms: number[]; height: number; width: number } {
  const height = Math.max(...planes.map((plane) => plane.height));
  const width = Math.max(...planes.map((plane) => plane.width));
  const zooms = planes.map((plane) => {
    const factors = [height / plane.height, width / plane.width];
    if (!factors.every(Number.isInteger)) {
      throw new PlotShapeError(
        "All images must be able to be 'zoomed in' to the largest image: its height and width must be whole multiples " +
          `of theirs, but [${plane.height}, ${plane.width}] does not fit [${height}, ${width}].`,
      );
    }
    if (factors[0] !== factors[1]) {
      throw new PlotShapeError(
        "Both height and width must be multiplied by same amount, but " +
          `[${plane.height}, ${plane.width}] and [${height}, ${width}] have other proportions.`,
      );
    }
    return factors[0];
  });
  return { zooms, height, width };
}

function checkZoom(zoom: number, height: number, width: number): void {
  if (!(zoom > 0 && Number.isFinite(zoom)))
    throw new PlotValueError(`zoom must be positive, but got ${zoom}.`);
  if (!Number.isInteger(zoom * height) || !Number.isInteger(zoom * width)) {
    throw new PlotValueError(
      `zoom * signal.shape must result in integers, but ${zoom} * [${height}, ${width}] does not. ` +
        "Choose a whole number, or 1/d where d divides both sizes.",
    );
  }
}

/** The largest zoom at which a picture fits a place: a whole number, or 1/d where d divides both sizes. */
export function fittingZoom(height: number, width: number, place: { height: number; width: number }): number {
  const room = Math.min(place.height / height, place.width / width);
  if (room >= 1) return Math.floor(room);
  for (let d = Math.ceil(1 / room); d <= Math.min(height, width); d++) {
    if (height % d === 0 && width % d === 0) return 1 / d;
  }
  // Sizes without a common divisor cannot be averaged in whole blocks; the browser's own scaling has to do.
  return room;
}

/** A picture as it is drawn: its range, its zoom, its title. */
export interface Shown {
  readonly plane: NamedPlane;
  readonly range: Range;
  readonly zoom: number;
  readonly cmap: Colormap;
}

/** A pixel box of one picture without its title. */
export function pictureBox({ plane, range, zoom, cmap }: Shown, label: string): Box {
  const blocks = Math.round(1 / zoom);
  const averaged =
    blocks > 1 && plane.height % blocks === 0 && plane.width % blocks === 0
      ? averageBlocks(plane, blocks)
      : plane;
  const pixels = mapPixels(averaged, range, colorTable(cmap));
  return picture(pixels, Math.round(plane.width * zoom), Math.round(plane.height * zoom), label);
}

export const subtitleOf = ({ plane, range, zoom }: Shown): string[] => [
  `range: [${formatNumber(range[0])}, ${formatNumber(range[1])}]`,
  `dims: [${plane.height}, ${plane.width}] × ${formatNumber(zoom)}`,
];

export const describePicture = ({ plane, range, zoom }: Shown): string =>
  `${plane.title || "image"}: ${plane.height} by ${plane.width} pixels${plane.channels > 1 ? " in colour" : ""}, ` +
  `shown at ${formatNumber(zoom)}, values from ${formatNumber(range[0])} to ${formatNumber(range[1])}`;

/** Pictures in a row; null for all of them. */
export function checkColWrap(colWrap: number | null | undefined): number | null {
  if (colWrap === undefined || colWrap === null) return null;
  if (Number.isInteger(colWrap) && colWrap > 0) return colWrap;
  throw new PlotValueError(`colWrap must be a whole number above 0 or null, but got ${colWrap}.`);
}

/** Boxes of pictures with their titles, all equally high. */
export function titledBoxes(shown: readonly Shown[]): Box[] {
  const pictures = shown.map((one) => pictureBox(one, one.plane.title ?? ""));
  const headings = shown.map((one, i) => {
    const { title } = one.plane;
    return makeHeading(title ?? "", title === null ? [] : subtitleOf(one), Math.max(140, pictures[i].width));
  });
  const top = Math.max(0, ...headings.map((heading) => headingSize(heading).height));
  return pictures.map((box, i) => withHeading(box, headings[i], top));
}

/** Pictures in a row that fit a place together with their titles. */
export function imagePanel(images: readonly PlotArray[], options: ImshowOptions, place: Size): Panel {
  const planes = collectPlanes(images, options);
  const gap = 14;
  const share = Math.floor((place.width - gap * (planes.length - 1)) / planes.length);
  const tallest = Math.max(
    ...planes.map(({ title }) => {
      const subtitle = title === null ? [] : ["range: [−0.000e−0, 0.000e−0]", "dims: [0000, 0000] × 1"];
      return headingSize(makeHeading(title ?? "", subtitle, Math.max(140, share))).height;
    }),
  );
  const room = { width: Math.max(1, share), height: Math.max(1, place.height - tallest) };
  const shown = prepare(planes, options, room);
  return {
    box: grid(titledBoxes(shown), shown.length, gap, gap),
    description: shown.map(describePicture).join("; "),
  };
}

/**
 * Ranges, zooms and colours of all pictures. `place` is where each must fit when no zoom is given; `frames` are, for each
 * picture, those of a film that share its range (by default the picture itself).
 */
export function prepare(
  planes: readonly NamedPlane[],
  options: ImshowOptions,
  place?: { height: number; width: number },
  frames: readonly (readonly ArrayLike<number>[])[] = planes.map((plane) => [plane.data]),
): Shown[] {
  const { vrange = "indep1", colWrap } = options;
  const { zooms, height, width } = relativeZooms(planes);
  const zoom = options.zoom ?? (place ? fittingZoom(height, width, place) : 1);
  if (options.zoom !== undefined || !place) checkZoom(zoom, height, width);
  const pictures = planes.map((plane, i) => ({ data: frames[i], rgb: plane.channels > 1 }));
  if (pictures.some(({ rgb }) => rgb)) warnOfColor(pictures, vrange);
  const ranges = valueRanges(vrange, pictures, colWrap ?? planes.length);
  const cmap = options.cmap ?? defaultColormap(vrange);
  return planes.map((plane, i) => ({ plane, range: ranges[i], zoom: zoom * zooms[i], cmap }));
}

function warnOfColor(pictures: readonly Ranged[], vrange: ValueRange): void {
  if (vrange !== "indep1") {
    warn("RGB images cannot have their vrange set: they are always shown with vrange [0, 1].");
  }
  const frames = pictures.filter(({ rgb }) => rgb).flatMap(({ data }) => data);
  const outside = frames.filter((data) => {
    const range = extent(data);
    return range && (range[0] < 0 || range[1] > 1);
  }).length;
  if (outside) {
    warn(
      `Colour values outside [0, 1] are shown as 0 or 1 (${outside} of ${frames.length} pictures are clipped).`,
    );
  }
}

/**
 * Shows images without interpolation: each number is a square of pixels, or one of a whole block that a pixel is the mean
 * of. Every picture has its range of values and its size below its title.
 *
 * There is one picture for each image × batch × channel × complex part; with `asRgb` the channels are one.
 *
 * @param image - one or several `[batch, channel, height, width]`; sizes must be whole multiples of each other
 * @throws {@link PlotShapeError} for another rank, for several batches and several channels at once, for `asRgb` without 3
 *   or 4 channels; {@link PlotValueError} for an index that is no whole number, a zoom that is not positive or gives sizes
 *   that are not whole, an unknown option; {@link PlotIndexError} for an index out of bounds
 *
 * @example
 * ```ts
 * import { imshow } from "@plenoptic/plot";
 * const ramp = { data: Float32Array.from({ length: 64 }, (_, i) => i / 63), shape: [1, 1, 8, 8] };
 * const figure = imshow(ramp, { zoom: 16, title: "ramp", vrange: [0, 1] });
 * console.log(figure.description); // "ramp: 8 by 8 pixels, shown at 16, values from 0 to 1."
 * ```
 */
export function imshow(image: PlotArray | readonly PlotArray[], options: ImshowOptions = {}): Figure {
  const images = (Array.isArray(image) ? image : [image]) as readonly PlotArray[];
  if (images.length === 0) throw new PlotValueError("image must be an array or a list of at least one.");
  const colWrap = checkColWrap(options.colWrap);
  const shown = prepare(collectPlanes(images, options), options);
  const content = grid(titledBoxes(shown), colWrap ?? shown.length, 14, 14);
  const names = shown.map(({ plane }) => plane.title).filter(Boolean);
  return new Figure(content, {
    title: names.length ? [...new Set(names)].join(", ") : shown.length > 1 ? "Images" : "Image",
    description: `${shown.map(describePicture).join("; ")}.`,
  });
}
