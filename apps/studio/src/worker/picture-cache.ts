import { decodeImage, type Pixels, reducePixels } from "@plenoptic/data";
import { DataError } from "@plenoptic/tensor";
import { sha256 } from "./hash.js";

/** More than this is not decoded: it would be gigabytes. */
const mostPixels = 120e6;

/** A decoded picture that is larger gives its memory back when a run begins. */
const keptPixels = 4e6;

/** The picture that was looked at last, decoded, so that another square of it costs nothing. */
class CachedPicture {
  private decoded: Promise<Pixels> | undefined;
  private reduced: { readonly shorterSide: number; readonly pixels: Promise<Pixels> } | undefined;
  private hashed: Promise<string> | undefined;
  private known: { readonly width: number; readonly height: number } | undefined;

  constructor(readonly bytes: Uint8Array<ArrayBuffer>) {}

  /** SHA-256 of the file. */
  hash(): Promise<string> {
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

  /** The picture, made smaller where its shorter side is to be. */
  async prepare(shorterSide: number | undefined): Promise<Pixels> {
    if (shorterSide === undefined) return this.pixels();
    if (this.reduced?.shorterSide !== shorterSide) {
      const pixels = this.pixels().then((whole) => reducePixels(whole, shorterSide));
      this.reduced = { shorterSide, pixels };
    }
    return this.reduced.pixels;
  }

  /** Gives back the memory of what is large: a run needs it more. */
  release(): void {
    if (this.known && this.known.width * this.known.height > keptPixels) this.decoded = undefined;
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
