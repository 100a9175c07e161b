import { decodeImage, encodePixels } from "@plenoptic/data";
import { DataError } from "@plenoptic/tensor";
import type { ImportedPicture } from "../protocol.js";
import { isTooLarge, tooLarge } from "./picture-cache.js";
import { readHeader } from "./picture-header.js";
import { upright } from "./upright.js";

/**
 * A file that the command reads as it is, or a PNG of one that it does not, or not upright: cameras write how they were held, which
 * the reference passes over.
 */
export async function importPicture(file: Blob): Promise<ImportedPicture> {
  const bytes = await bytesOf(file);
  if (bytes.length === 0) throw new DataError("The file is empty (0 bytes).");
  const header = readHeader(bytes);
  if (header && isTooLarge(header.width, header.height)) throw tooLarge(header.width, header.height);
  const isForPrinters = header?.kind === "jpeg" && header.channels === 4;
  if (header && header.orientation !== 1 && !isForPrinters) {
    // Not by the browser: the same file gives the same bits in all of them.
    const png = encodePixels(upright(await decodeImage(bytes), header.orientation));
    return { file: asPng(png), change: "turned" };
  }
  if (header && !isForPrinters) return { file };
  return { file: await byBrowser(file), change: "format" };
}

async function bytesOf(file: Blob): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch (cause) {
    throw new DataError(
      "The file cannot be read: it is a folder, was changed or deleted meanwhile, or may not be read.",
      { cause },
    );
  }
}

const asPng = (bytes: Uint8Array) => new Blob([bytes as Uint8Array<ArrayBuffer>], { type: "image/png" });

async function byBrowser(file: Blob): Promise<Blob> {
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
  if (isTooLarge(width, height)) throw tooLarge(width, height);
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext("2d")?.drawImage(bitmap, 0, 0);
  bitmap.close();
  return canvas.convertToBlob({ type: "image/png" });
}
