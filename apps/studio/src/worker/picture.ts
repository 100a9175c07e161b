import { centerCrop, decodeImage, encodePNG, loadImages } from "@plenoptic/data";
import { savedArrays } from "@plenoptic/synthesis";
import { DataError, read, ShapeError, slice, type Tensor, tensor, useBackend } from "@plenoptic/tensor";
import type { PictureOrder, Preview } from "../protocol.js";
import type { Settings } from "../settings/settings.js";
import { toRaster } from "./raster.js";
import { reducePixels } from "./reduce.js";

/** More than this is not decoded: it would be gigabytes. */
const mostPixels = 120e6;

const isZip = (bytes: Uint8Array) => bytes[0] === 0x50 && bytes[1] === 0x4b;

/** A file that this page reads as it is, or a PNG of one that only the browser can read. */
export async function importPicture(file: Blob): Promise<Blob> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (bytes.length === 0) throw new DataError("The file is empty (0 bytes).");
  const isKnown = [[0x89, 0x50, 0x4e, 0x47], [0xff, 0xd8], [0x50]].some((start) =>
    start.every((byte, i) => bytes[i] === byte),
  );
  if (isKnown) return file;
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch (cause) {
    throw new DataError(
      "This file is no picture that can be read here. PNG, JPEG, PGM and PPM always can; WebP, AVIF, GIF and BMP where the browser can.",
      { cause },
    );
  }
  const { width, height } = bitmap;
  if (width * height > mostPixels) throw tooLarge(width, height);
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext("2d")?.drawImage(bitmap, 0, 0);
  bitmap.close();
  return canvas.convertToBlob({ type: "image/png" });
}

/** The image that is to be matched: the part of a picture that is used, or what a `.pt` file has. */
export async function loadTarget(file: Blob, settings: Settings): Promise<Tensor> {
  const bytes = await preparePicture(file, settings);
  if (isZip(bytes)) {
    const { image } = await savedArrays(bytes);
    return tensor(image.data, image.shape);
  }
  const picture = await loadImages(bytes, { asGray: !settings.color });
  return cropped(picture, settings);
}

/** The bytes that are synthesized from: those of the file, or of a PNG where it is reduced. */
async function preparePicture(file: Blob, { reduce }: Settings): Promise<Uint8Array> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (reduce === undefined || isZip(bytes)) return bytes;
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
function cropped(picture: Tensor, { crop, left, top }: Settings): Tensor {
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
  // A run may have made the GPU the active device; a look at a picture needs none.
  await useBackend("cpu");
  const bytes = new Uint8Array(await file.arrayBuffer());
  const target = await loadTarget(file, settings);
  const used = toRaster(await read(target), target.shape);
  target.dispose();
  const whole = isZip(bytes) ? used : await decodeImage(bytes);
  if (whole.width * whole.height > mostPixels) throw tooLarge(whole.width, whole.height);
  return { whole: { width: whole.width, height: whole.height }, used, hash: await hashOf(file) };
}
