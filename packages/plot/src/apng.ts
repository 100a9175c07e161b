import { PlotStateError } from "./errors.js";

const signature = Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10);

const crcTable = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = crcTable[(crc ^ byte) & 255] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const out = new Uint8Array(12 + data.length);
  const view = new DataView(out.buffer);
  view.setUint32(0, data.length);
  for (let i = 0; i < 4; i++) out[4 + i] = type.charCodeAt(i);
  out.set(data, 8);
  view.setUint32(8 + data.length, crc32(out.subarray(4, 8 + data.length)));
  return out;
}

/** Header and packed pixels of a PNG. */
function takeApart(png: Uint8Array): { header: Uint8Array; pixels: Uint8Array[] } {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  let header = new Uint8Array();
  const pixels: Uint8Array[] = [];
  for (let at = signature.length; at < png.length; ) {
    const length = view.getUint32(at);
    const type = String.fromCharCode(...png.subarray(at + 4, at + 8));
    const data = png.subarray(at + 8, at + 8 + length);
    if (type === "IHDR") header = new Uint8Array(data);
    if (type === "IDAT") pixels.push(data);
    at += 12 + length;
  }
  return { header, pixels };
}

function concatenate(pieces: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}

/**
 * Writes PNGs of equal size and kind into one animated PNG ("PNG Specification, third edition", W3C 2025, section 11.3.6):
 * their packed pixels are taken as they are. Programs that know no animation show the first frame.
 */
export function apngWriter(delayMs: number, repeat: boolean) {
  const frames: { header: Uint8Array; pixels: Uint8Array[] }[] = [];
  const numbers = (values: readonly (readonly [size: 1 | 2 | 4, value: number])[]): Uint8Array =>
    Uint8Array.from(
      values.flatMap(([size, value]) =>
        Array.from({ length: size }, (_, i) => (value >>> (8 * (size - 1 - i))) & 255),
      ),
    );
  return {
    add(png: Uint8Array): void {
      const frame = takeApart(png);
      if (frames.length && frame.header.join() !== frames[0].header.join()) {
        throw new PlotStateError("The frames of an animated PNG differ in size or kind of pixels.");
      }
      frames.push(frame);
    },
    finish(): Uint8Array {
      const { header } = frames[0];
      const size = new DataView(header.buffer);
      let sequence = 0;
      const pieces = [signature, chunk("IHDR", header)];
      pieces.push(
        chunk(
          "acTL",
          numbers([
            [4, frames.length],
            [4, repeat ? 0 : 1],
          ]),
        ),
      );
      frames.forEach(({ pixels }, i) => {
        const place = [
          [4, size.getUint32(0)],
          [4, size.getUint32(4)],
          [4, 0],
          [4, 0],
        ] as const;
        const delay = [
          [2, Math.round(delayMs)],
          [2, 1000],
          [1, 0],
          [1, 0],
        ] as const;
        pieces.push(chunk("fcTL", numbers([[4, sequence++], ...place, ...delay])));
        for (const data of pixels) {
          pieces.push(
            i === 0 ? chunk("IDAT", data) : chunk("fdAT", concatenate([numbers([[4, sequence++]]), data])),
          );
        }
      });
      pieces.push(chunk("IEND", new Uint8Array()));
      return concatenate(pieces);
    },
  };
}
