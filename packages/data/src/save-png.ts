import { invalidArgument, read, ShapeError, type Tensor } from "@plenoptic/tensor";
import { encodePng } from "./codecs/png.js";

/** Options of {@link encodePNG} and {@link savePNG}. */
export interface EncodeOptions {
  /** Bits per value, 8 (default) or 16. */
  bitDepth?: 8 | 16;
}

/**
 * Encodes one image as PNG. Values are limited to [0, 1] and rounded.
 *
 * @param image - `[1, 1, H, W]`, `[1, 3, H, W]`, or the same without the first axis, or `[H, W]`
 * @throws {@link ShapeError} for several images or another number of channels
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { encodePNG, loadImages } from "@plenoptic/data";
 * import { rand } from "@plenoptic/tensor";
 * const bytes = await encodePNG(rand([1, 3, 8, 8]));
 * console.log((await loadImages(bytes, { asGray: false })).shape); // [1, 3, 8, 8]
 * ```
 */
export async function encodePNG(image: Tensor, { bitDepth = 8 }: EncodeOptions = {}): Promise<Uint8Array> {
  if (bitDepth !== 8 && bitDepth !== 16) throw invalidArgument("bitDepth", bitDepth, "8 or 16");
  const shape = [1, 1, ...image.shape].slice(-4);
  const [batch, channels, height, width] = shape;
  if (image.rank < 2 || image.rank > 4 || batch !== 1 || (channels !== 1 && channels !== 3)) {
    throw new ShapeError(
      `A PNG holds one image of 1 or 3 channels, but the shape is [${image.shape.join(", ")}]. Take one with slice(images, [i, 0, 0, 0], [1, -1, -1, -1]).`,
    );
  }
  const planes = await read(image);
  const maxValue = 2 ** bitDepth - 1;
  const count = height * width;
  const data = new Uint16Array(channels * count);
  for (let i = 0; i < data.length; i++) {
    const value = planes[(i % channels) * count + Math.floor(i / channels)];
    data[i] = Math.round(Math.min(1, Math.max(0, value)) * maxValue);
  }
  return encodePng({ width, height, channels, maxValue, data });
}

/** As {@link encodePNG}, to a file (Node). The file is there whole or not at all. */
export async function savePNG(image: Tensor, path: string, options: EncodeOptions = {}): Promise<void> {
  const { writeAtomically } = await import("./write-atomically.js");
  await writeAtomically(path, await encodePNG(image, options));
}
