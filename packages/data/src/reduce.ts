import { invalidArgument } from "@plenoptic/tensor";
import { overWhite, type Pixels } from "./pixels.js";

/** Which source pixels a target pixel covers along one axis, and how much of it is each. */
interface Overlap {
  readonly first: number;
  readonly weights: readonly number[];
}

function overlaps(from: number, to: number): Overlap[] {
  const scale = from / to;
  return Array.from({ length: to }, (_, i) => {
    const [begin, end] = [i * scale, (i + 1) * scale];
    const first = Math.floor(begin);
    // What rounding makes of a border between two pixels is not a pixel.
    const last = Math.min(from, Math.ceil(end - 1e-9));
    const part = (k: number) => (Math.min(end, first + k + 1) - Math.max(begin, first + k)) / scale;
    return { first, weights: Array.from({ length: last - first }, (_, k) => part(k)) };
  });
}

/** A row of colours in [0, 1], each the mean of what it covers. */
function reduceRow(pixels: Pixels, row: number, colors: number, columns: readonly Overlap[]): Float64Array {
  const { width, channels, maxValue, data } = pixels;
  const hasAlpha = channels !== colors;
  const means = new Float64Array(columns.length * colors);
  for (const [x, { first, weights }] of columns.entries()) {
    for (let k = 0; k < weights.length; k++) {
      const at = (row * width + first + k) * channels;
      const alpha = hasAlpha ? data[at + colors] / maxValue : 1;
      for (let c = 0; c < colors; c++)
        means[x * colors + c] += weights[k] * overWhite(data[at + c] / maxValue, alpha);
    }
  }
  return means;
}

/**
 * A smaller picture, in which every pixel is the mean of the area that it covers, over white. One that is small enough stays as
 * it is. The same on every machine.
 *
 * @param shorterSide - pixels that its shorter side is to have
 * @throws {@link ValidationError} for a side that is no whole number above 0
 */
export function reducePixels(pixels: Pixels, shorterSide: number): Pixels {
  if (!Number.isInteger(shorterSide) || shorterSide < 1)
    throw invalidArgument("shorterSide", shorterSide, "a whole number above 0");
  const { width, height, channels } = pixels;
  const shorter = Math.min(width, height);
  if (shorter <= shorterSide) return pixels;
  const [toWidth, toHeight] = [width, height].map((side) => Math.round((side * shorterSide) / shorter));
  const colors = channels < 3 ? 1 : 3;
  const columns = overlaps(width, toWidth);
  const data = new Float64Array(toWidth * toHeight * colors);
  for (const [y, { first, weights }] of overlaps(height, toHeight).entries()) {
    for (const [k, weight] of weights.entries()) {
      const row = reduceRow(pixels, first + k, colors, columns);
      for (let i = 0; i < row.length; i++) data[y * row.length + i] += weight * row[i];
    }
  }
  return { width: toWidth, height: toHeight, channels: colors, maxValue: 1, data };
}
