import { centerCrop, decodeImage, encodePNG, loadImages } from "@plenoptic/data";
import { DataError, read, ShapeError, slice, type Tensor, tensor, tidy, useBackend } from "@plenoptic/tensor";
import type { PictureOrder, Preview } from "../protocol.js";
import type { Settings } from "../settings/settings.js";
import { toRaster } from "./raster.js";
import { reducePixels } from "./reduce.js";

/** More than this is not decoded: it would be gigabytes. */
const mostPixels = 120e6;

/** The bytes that are synthesized from: those of the file, or of a PNG where it is reduced. */
export async function preparePicture(file: Blob, { reduce }: Settings): Promise<Uint8Array> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (reduce === undefined) return bytes;
  const pixels = await decodeImage(bytes);
  if (pixels.width * pixels.height > mostPixels) throw tooLarge(pixels.width, pixels.height);
  if (Math.min(pixels.width, pixels.height) <= reduce) return bytes;
  const { values, shape } = reducePixels(pixels, reduce);
  const reduced = tensor(values, shape);
  try {
    return await encodePNG(reduced);
  } finally {
    reduced.dispose();
  }
}

const tooLarge = (width: number, height: number) =>
  new DataError(`The picture has ${width}×${height} pixels, which is more than this page can open.`);

/** The part of a picture that is used. */
export function cropped(picture: Tensor, { crop, left, top }: Settings): Tensor {
  if (crop === undefined) return picture;
  if (left === undefined && top === undefined) return centerCrop(picture, crop);
  const [height, width] = picture.shape.slice(-2);
  const x = left ?? Math.floor((width - crop) / 2);
  const y = top ?? Math.floor((height - crop) / 2);
  if (x + crop > width || y + crop > height)
    throw new ShapeError(
      `A crop of ${crop}×${crop} at ${x}, ${y} reaches beyond the picture, which has ${width}×${height} pixels.`,
    );
  return slice(picture, [0, 0, y, x], [1, picture.shape[1], crop, crop]);
}

async function hashOf(file: Blob): Promise<string | undefined> {
  // Only in secure contexts.
  if (!globalThis.crypto?.subtle) return undefined;
  const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** What a file is, and what of it is used. */
export async function preview({ file, settings }: PictureOrder): Promise<Preview> {
  const { width, height } = await decodeImage(new Uint8Array(await file.arrayBuffer()));
  // A run may have made the GPU the active device; a look at a picture needs none.
  await useBackend("cpu");
  const bytes = await preparePicture(file, settings);
  const picture = await loadImages(bytes, { asGray: !settings.color });
  const used = tidy(() => cropped(picture, settings));
  const raster = toRaster(await read(used), used.shape);
  picture.dispose();
  used.dispose();
  return { whole: { width, height }, used: raster, hash: await hashOf(file) };
}
