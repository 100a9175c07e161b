import {
  checkArray,
  checkIndex,
  isComplex,
  type PlotArray,
  type RealArray,
  shapeOf,
  takeFirst,
} from "./arrays.js";
import { PlotShapeError, PlotValueError } from "./errors.js";
import type { Figure } from "./figure.js";
import { type ImshowOptions, imshow } from "./imshow.js";

/** Coefficients of a pyramid by scale, in a map or an object: numbers for bands, names for residuals. */
export type PyramidArrays = ReadonlyMap<number | string, PlotArray> | { readonly [scale: string]: PlotArray };

/** Options of {@link pyrshow}. */
export interface PyrshowOptions
  extends Pick<ImshowOptions, "vrange" | "zoom" | "cmap" | "plotComplex" | "colWrap"> {
  /** Which one along the first axis (default 0). */
  batchIdx?: number;
  /** Which one along the second axis (default 0). */
  channelIdx?: number;
  /** Whether the high-pass and the low-pass residual are shown (default true). */
  showResiduals?: boolean;
}

interface Band {
  readonly title: string;
  readonly picture: PlotArray;
}

/** Applies to both parts of a complex array. */
function both(array: PlotArray, f: (part: RealArray) => RealArray): PlotArray {
  return isComplex(array) ? { real: f(array.real), imag: f(array.imag) } : f(array);
}

const isScale = (key: number | string): boolean => /^\d+$/.test(String(key));
const digits = (n: number): string => String(n).padStart(2, "0");

function chosen(name: string, index: number, size: number, axis: number): number {
  const found = checkIndex(name, index, size, axis);
  if (found === null) throw new PlotValueError(`${name} must be an int, but got ${index}.`);
  return found;
}

/** The pictures of one scale: a band for each orientation, or a residual. */
function bandsOf(key: number | string, array: PlotArray, batchIdx: number, channelIdx: number): Band[] {
  checkArray(array, `the coefficients of "${key}"`);
  const shape = shapeOf(array);
  if (shape.length !== (isScale(key) ? 5 : 4)) {
    throw new PlotShapeError(
      `Bands must be [batch, channel, orientation, height, width] and residuals [batch, channel, height, width], but ` +
        `"${key}" has the shape [${shape}].`,
    );
  }
  const batch = chosen("batchIdx", batchIdx, shape[0], 0);
  const channel = chosen("channelIdx", channelIdx, shape[1], 1);
  const one = both(array, (part) => takeFirst(takeFirst(part, batch), channel));
  const asImage = (picture: PlotArray) =>
    both(picture, ({ data, shape: [height, width] }) => ({ data, shape: [1, 1, height, width] }));
  if (!isScale(key)) return [{ title: String(key).replaceAll("_", " "), picture: asImage(one) }];
  return Array.from({ length: shape[2] }, (_, band) => ({
    title: `height ${digits(Number(key))}, band ${digits(band)}`,
    picture: asImage(both(one, (part) => takeFirst(part, band))),
  }));
}

function checkSizes(bands: readonly Band[]): void {
  const shapes = bands.map(({ picture }) => shapeOf(picture).slice(2));
  const largest = [0, 1].map((axis) => Math.max(...shapes.map((shape) => shape[axis])));
  const odd = shapes.find((shape) => shape.some((size, axis) => largest[axis] % size !== 0));
  if (!odd) return;
  throw new PlotShapeError(
    "In order to correctly display pyramid coefficients, the shape of the initial image must be evenly divisible by two at " +
      `each scale, but [${odd}] does not fit [${largest}]. Crop the image first.`,
  );
}

/**
 * The coefficients of a steerable pyramid: a row of bands for each scale, enlarged to the size of the largest, then the
 * residuals.
 *
 * @param coefficients - bands `[batch, channel, orientation, height, width]` by their scale 0, 1, …, complex or not, and
 *   residuals `[batch, channel, height, width]` by name
 * @throws {@link PlotShapeError} for other shapes and for sizes that cannot be halved; {@link PlotIndexError} for an index
 *   out of bounds
 *
 * @example
 * ```ts
 * import { pyrshow } from "@plenoptic/plot";
 * const band = (n) => ({ data: new Float32Array(2 * n * n), shape: [1, 1, 2, n, n] });
 * const lowpass = { data: new Float32Array(4), shape: [1, 1, 2, 2] };
 * const figure = pyrshow(new Map([[0, band(8)], [1, band(4)], ["residual_lowpass", lowpass]]));
 * console.log(figure.description.includes("height 01, band 01: 4 by 4 pixels")); // true
 * ```
 */
export function pyrshow(coefficients: PyramidArrays, options: PyrshowOptions = {}): Figure {
  const { batchIdx = 0, channelIdx = 0, showResiduals = true, colWrap, ...shown } = options;
  const entries = [
    ...(coefficients instanceof Map
      ? (coefficients as ReadonlyMap<number | string, PlotArray>)
      : Object.entries(coefficients as { [scale: string]: PlotArray })),
  ];
  const scales = entries.filter(([key]) => isScale(key)).sort(([a], [b]) => Number(a) - Number(b));
  if (scales.length === 0) throw new PlotValueError("coefficients must have at least one scale (0, 1, …).");
  const residuals = ["residual_highpass", "residual_lowpass"].flatMap((name) =>
    entries.filter(([key]) => key === name && showResiduals),
  );
  const bands = [...scales, ...residuals].flatMap(([key, array]) =>
    bandsOf(key, array, batchIdx, channelIdx),
  );
  checkSizes(bands);
  const orientations = shapeOf(scales[0][1])[2];
  const parts = scales.some(([, array]) => isComplex(array)) ? 2 : 1;
  const figure = imshow(
    bands.map(({ picture }) => picture),
    {
      ...shown,
      title: bands.map(({ title }) => title),
      colWrap: colWrap ?? (orientations > 1 ? orientations * parts : null),
    },
  );
  return figure.named("Pyramid coefficients");
}
