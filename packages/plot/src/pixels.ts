import { encode } from "fast-png";
import { toBase64 } from "./base64.js";
import type { Range } from "./vrange.js";

/** One picture to be shown: a plane of numbers, or three or four planes of colour (with opacity) one after another. */
export interface Plane {
  readonly data: ArrayLike<number>;
  readonly height: number;
  readonly width: number;
  /** 1 for a plane that a colour map is for, 3 or 4 for colours. */
  readonly channels: number;
}

/** Pixels as a PNG holds them. */
export interface Pixels {
  readonly data: Uint8Array;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** Means over blocks of `factor` × `factor` numbers. */
export function averageBlocks(plane: Plane, factor: number): Plane {
  const [height, width] = [plane.height / factor, plane.width / factor];
  const data = new Float64Array(plane.channels * height * width);
  for (let c = 0; c < plane.channels; c++) {
    for (let y = 0; y < plane.height; y++) {
      const from = (c * plane.height + y) * plane.width;
      const to = (c * height + Math.floor(y / factor)) * width;
      for (let x = 0; x < plane.width; x++) data[to + Math.floor(x / factor)] += plane.data[from + x];
    }
  }
  for (let i = 0; i < data.length; i++) data[i] /= factor * factor;
  return { data, height, width, channels: plane.channels };
}

const byte = (value: number): number => Math.round(255 * Math.min(1, Math.max(0, value)));

function colorPixels({ data, height, width, channels }: Plane): Pixels {
  const count = height * width;
  const bytes = new Uint8Array(channels * count);
  for (let i = 0; i < count; i++) {
    for (let c = 0; c < channels; c++) bytes[channels * i + c] = byte(data[c * count + i]);
  }
  return { data: bytes, height, width, channels };
}

const isGray = (table: Uint8Array): boolean =>
  table.every((value, i) => value === table[3 * Math.floor(i / 3)]);

/** Looks numbers up in a table of colours, whose ends stand for the ends of the range. NaN is transparent. */
export function mapPixels(plane: Plane, [low, high]: Range, table: Uint8Array): Pixels {
  if (plane.channels > 1) return colorPixels(plane);
  const { data, height, width } = plane;
  const levels = table.length / 3;
  const scale = high > low ? levels / (high - low) : 0;
  const hasNaN = Array.prototype.some.call(data, Number.isNaN);
  const colors = isGray(table) ? 1 : 3;
  const channels = colors + (hasNaN ? 1 : 0);
  const bytes = new Uint8Array(channels * data.length);
  for (let i = 0; i < data.length; i++) {
    if (Number.isNaN(data[i])) continue;
    const level = Math.min(levels - 1, Math.max(0, Math.floor((data[i] - low) * scale)));
    for (let c = 0; c < colors; c++) bytes[channels * i + c] = table[3 * level + c];
    if (hasNaN) bytes[channels * i + colors] = 255;
  }
  return { data: bytes, height, width, channels };
}

/** The pixels as a PNG in an address that a picture can hold. */
export function pngAddress(pixels: Pixels): string {
  return `data:image/png;base64,${toBase64(encode({ ...pixels, depth: 8 }))}`;
}
