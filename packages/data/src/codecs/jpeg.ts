import { DataError } from "@plenoptic/tensor";
import type { Pixels } from "../pixels.js";

interface Decoder {
  default(bytes: ArrayBuffer): Promise<{ width: number; height: number; data: Uint8ClampedArray }>;
  init(module?: WebAssembly.Module): Promise<unknown>;
}

let decoder: Promise<Decoder> | undefined;

const inNode = typeof process !== "undefined" && Boolean(process.versions?.node);

/** What the decoder makes its result of, where there is no canvas. */
class PlainImageData {
  constructor(
    readonly data: Uint8ClampedArray,
    readonly width: number,
    readonly height: number,
  ) {}
}

async function load(): Promise<Decoder> {
  const jpeg = (await import("@jsquash/jpeg/decode.js")) as unknown as Decoder;
  if (inNode) {
    // Its own start-up fetches the module by URL, which Node does not do for files.
    const { readFile } = await import("node:fs/promises");
    const { createRequire } = await import("node:module");
    const path = createRequire(import.meta.url).resolve("@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm");
    await jpeg.init(new WebAssembly.Module(await readFile(path)));
  }
  Object.assign(globalThis, { ImageData: globalThis.ImageData ?? PlainImageData });
  return jpeg;
}

/** The decoder reads past missing data and fills in grey; a file without its end marker is refused instead. */
function checkComplete(bytes: Uint8Array): void {
  for (let i = bytes.length - 2; i >= 2; i--) {
    if (bytes[i] === 0xff && bytes[i + 1] === 0xd9) return;
  }
  throw new DataError("The JPEG file is truncated: its end marker is missing.");
}

/** Reads a JPEG, to the same pixels as libjpeg-turbo with its default upsampling. */
export async function decodeJpeg(bytes: Uint8Array): Promise<Pixels> {
  checkComplete(bytes);
  const components = componentsOf(bytes);
  if (components === 4)
    throw new DataError(
      "The JPEG has the four inks of a printer (CMYK), which are no colours on a screen. Save it as RGB.",
    );
  decoder ??= load();
  try {
    const jpeg = await decoder;
    const { width, height, data } = await jpeg.default(new Uint8Array(bytes).buffer);
    return withoutAlpha(width, height, data, components === 1);
  } catch (cause) {
    throw new DataError(`The JPEG file is damaged: ${(cause as Error)?.message ?? cause}`, { cause });
  }
}

/** Number of components in the frame header: 1 for a grey picture. */
function componentsOf(bytes: Uint8Array): number | undefined {
  for (let i = 2; i + 9 < bytes.length && bytes[i] === 0xff; ) {
    const marker = bytes[i + 1];
    // Frame headers are C0 to CF but for C4, C8 and CC, which are tables.
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) return bytes[i + 9];
    i += 2 + bytes[i + 2] * 256 + bytes[i + 3];
  }
  return undefined;
}

function withoutAlpha(width: number, height: number, rgba: Uint8ClampedArray, gray: boolean): Pixels {
  const channels = gray ? 1 : 3;
  const data = new Uint8Array(width * height * channels);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < channels; c++) data[i * channels + c] = rgba[4 * i + c];
  }
  return { width, height, channels, maxValue: 255, data };
}
