import { DataError } from "@plenoptic/tensor";
import type { Pixels } from "../pixels.js";
import { decodeJpeg } from "./jpeg.js";
import { decodePng } from "./png.js";
import { decodePnm } from "./pnm.js";

const startsWith = (bytes: Uint8Array, signature: readonly number[]) =>
  signature.every((b, i) => bytes[i] === b);

/**
 * Decodes a picture by its first bytes: PNG, JPEG, PGM or PPM.
 *
 * @throws {@link DataError} for an empty file, another format, or a damaged or truncated file
 */
export async function decodeImage(bytes: Uint8Array): Promise<Pixels> {
  if (bytes.length === 0) throw new DataError("The file is empty (0 bytes).");
  if (startsWith(bytes, [0x89, 0x50, 0x4e, 0x47])) return decodePng(bytes);
  if (startsWith(bytes, [0xff, 0xd8])) return decodeJpeg(bytes);
  if (bytes[0] === 0x50 && [0x32, 0x33, 0x35, 0x36].includes(bytes[1])) return decodePnm(bytes);
  const first = Array.from(bytes.subarray(0, 8), (b) => b.toString(16).padStart(2, "0")).join(" ");
  throw new DataError(
    `This is no picture that can be read: it starts with ${first}. Formats read: PNG, JPEG, PGM, PPM.`,
  );
}
