import type { FloatArray } from "@plenoptic/tensor";
import type { Raster } from "../protocol.js";

/** An image of one or three channels, values in [0, 1]; what is beyond is limited, as in a PNG. */
export function toRaster(values: FloatArray, shape: readonly number[]): Raster {
  const [height, width] = shape.slice(-2);
  const channels = shape[shape.length - 3] ?? 1;
  const count = width * height;
  const rgba = new Uint8ClampedArray(4 * count);
  for (let i = 0; i < count; i++) {
    for (let c = 0; c < 3; c++) rgba[4 * i + c] = 255 * values[channels === 3 ? c * count + i : i];
    rgba[4 * i + 3] = 255;
  }
  return { width, height, rgba };
}

/** Blue for less, red for more: told apart by people who do not tell red from green. */
const negative = [33, 102, 172];
const positive = [178, 24, 43];
const middle = 247;

/** Signed numbers from -largest to largest, in colour; `offset` is where the channel begins. */
export function toSignedRaster(
  values: FloatArray,
  offset: number,
  [height, width]: readonly number[],
  largest: number,
): Raster {
  const count = width * height;
  const rgba = new Uint8ClampedArray(4 * count);
  for (let i = 0; i < count; i++) {
    const part = largest > 0 ? values[offset + i] / largest : 0;
    const end = part < 0 ? negative : positive;
    const amount = Math.sqrt(Math.min(1, Math.abs(part)));
    for (let c = 0; c < 3; c++) rgba[4 * i + c] = middle + amount * (end[c] - middle);
    rgba[4 * i + 3] = 255;
  }
  return { width, height, rgba };
}
