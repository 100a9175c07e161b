import { decodeImage, encodePNG, type Pixels } from "@plenoptic/data";
import { DataError, tensor, withDevice } from "@plenoptic/tensor";
import { sha256 } from "./hash.js";
import { reducePixels } from "./reduce.js";

/** More than this is not decoded: it would be gigabytes. */
const mostPixels = 120e6;

/** A decoded picture that is larger gives its memory back when a run begins. */
const keptPixels = 4e6;

/** A picture from which a square is cut, and the bytes that are synthesized from. */
interface Prepared {
  readonly bytes: Uint8Array;
  readonly pixels: Pixels;
}

/** The picture that was looked at last, decoded, so that another square of it costs nothing. */
class CachedPicture {
  private decoded: Promise<Pixels> | undefined;
  private reduced: { readonly shorterSide: number; readonly prepared: Promise<Prepared> } | undefined;
  private hashed: Promise<string | undefined> | undefined;
  private known: { readonly width: number; readonly height: number } | undefined;

  constructor(readonly bytes: Uint8Array<ArrayBuffer>) {}

  /** SHA-256 of the file. */
  hash(): Promise<string | undefined> {
    this.hashed ??= sha256(this.bytes);
    return this.hashed;
  }

  private pixels(): Promise<Pixels> {
    this.decoded ??= decodeImage(this.bytes).then((pixels) => {
      const { width, height } = pixels;
      if (width * height > mostPixels) throw tooLarge(width, height);
      this.known = { width, height };
      return pixels;
    });
    return this.decoded;
  }

  /** Height and width of the file's picture, which is decoded once at most for it. */
  async size(): Promise<{ width: number; height: number }> {
    return this.known ?? (await this.pixels());
  }

  /** The file's own bytes, or those of a PNG where its shorter side is to be smaller. */
  async prepare(shorterSide: number | undefined): Promise<Prepared> {
    const { width, height } = await this.size();
    if (shorterSide === undefined || Math.min(width, height) <= shorterSide)
      return { bytes: this.bytes, pixels: await this.pixels() };
    if (this.reduced?.shorterSide !== shorterSide)
      this.reduced = { shorterSide, prepared: this.pixels().then((pixels) => reduce(pixels, shorterSide)) };
    return this.reduced.prepared;
  }

  /** Gives back the memory of what is large: a run needs it more. */
  release(): void {
    if (this.known && this.known.width * this.known.height > keptPixels) this.decoded = undefined;
  }
}

async function reduce(pixels: Pixels, shorterSide: number): Promise<Prepared> {
  const { values, shape } = reducePixels(pixels, shorterSide);
  // A run may compute elsewhere at the same time.
  const image = withDevice({ device: "cpu", dtype: "float32" }, () => tensor(values, shape));
  try {
    const bytes = await encodePNG(image);
    return { bytes, pixels: await decodeImage(bytes) };
  } finally {
    image.dispose();
  }
}

export const tooLarge = (width: number, height: number) =>
  new DataError(`The picture has ${width}×${height} pixels, which is more than this page can open.`);

export const isTooLarge = (width: number, height: number) => width * height > mostPixels;

let last: CachedPicture | undefined;

/** The file, which is what it was the last time if its bytes are: each message brings another `Blob`. */
export async function cachedPicture(file: Blob): Promise<CachedPicture> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (!last || !areSame(last.bytes, bytes)) last = new CachedPicture(bytes);
  return last;
}

function areSame(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
