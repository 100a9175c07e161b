import { DataError } from "@plenoptic/tensor";
import { decode, encode } from "fast-png";
import type { Pixels } from "../pixels.js";

/** Reads a PNG of any kind: grey or colour, palette, alpha, 1 to 16 bits. */
export function decodePng(bytes: Uint8Array): Pixels {
  let png: ReturnType<typeof decode>;
  try {
    png = decode(bytes, { checkCrc: true });
  } catch (cause) {
    throw new DataError(`The PNG file is damaged or truncated: ${(cause as Error).message}`, { cause });
  }
  const { width, height, channels, depth, palette } = png;
  if (palette) return fromPalette(png, palette);
  const expected = width * height * channels;
  // Below 8 bits several pixels share a byte, and each row starts a new one.
  const data = depth < 8 ? unpack(png.data, width, height, depth) : png.data;
  if (data.length < expected)
    throw new DataError(`The PNG file is truncated: ${data.length} of ${expected} values.`);
  return { width, height, channels, maxValue: 2 ** depth - 1, data };
}

function unpack(packed: ArrayLike<number>, width: number, height: number, depth: number): Uint8Array {
  const rowBytes = Math.ceil((width * depth) / 8);
  const mask = 2 ** depth - 1;
  return Uint8Array.from({ length: width * height }, (_, at) => {
    const [y, bit] = [Math.floor(at / width), (at % width) * depth];
    return (packed[y * rowBytes + (bit >> 3)] >> (8 - depth - (bit & 7))) & mask;
  });
}

function fromPalette({ width, height, depth, data }: ReturnType<typeof decode>, palette: number[][]): Pixels {
  const indices = depth < 8 ? unpack(data, width, height, depth) : data;
  const colors = new Uint8Array(3 * width * height);
  for (let i = 0; i < width * height; i++) {
    const color = palette[indices[i]];
    if (color) for (let c = 0; c < 3; c++) colors[3 * i + c] = color[c];
  }
  return { width, height, channels: 3, maxValue: 255, data: colors };
}

/** Writes a PNG of 1 to 4 channels, 8 or 16 bits. */
export function encodePng(
  { width, height, channels, maxValue, data }: Pixels,
  zlib: { level?: 1 } = {},
): Uint8Array {
  const depth = maxValue > 255 ? 16 : 8;
  const values = depth === 16 ? Uint16Array.from(data) : Uint8Array.from(data);
  return encode({ width, height, channels, depth, data: values }, { zlib });
}

/**
 * Writes decoded pixels as PNG, as they are; the file is larger than need be, and written in a fraction of the time. The same bytes on
 * every machine.
 *
 * @example
 * ```ts
 * import { decodeImage, encodePixels } from "@plenoptic/data";
 * const picture = await decodeImage(new TextEncoder().encode("P2 2 1 255 0 255"));
 * console.log((await decodeImage(encodePixels(picture))).data); // 0 255
 * ```
 */
export const encodePixels = (pixels: Pixels): Uint8Array => encodePng(pixels, { level: 1 });
