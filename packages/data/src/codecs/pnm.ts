import { DataError } from "@plenoptic/tensor";
import type { Pixels } from "../pixels.js";

/** Reads the numbers of a header, past white space and comments. */
class Header {
  position = 2;

  constructor(private readonly bytes: Uint8Array) {}

  number(): number {
    this.skip();
    let value = 0;
    let digits = 0;
    for (; this.position < this.bytes.length; this.position++, digits++) {
      const digit = this.bytes[this.position] - 48;
      if (!(digit >= 0 && digit <= 9)) break;
      value = value * 10 + digit;
    }
    if (digits === 0 || digits > 9) throw new DataError("The PNM header is damaged: a number was expected.");
    return value;
  }

  private skip(): void {
    const { bytes } = this;
    for (; this.position < bytes.length; this.position++) {
      const byte = bytes[this.position];
      if (byte === 35) while (this.position < bytes.length && bytes[this.position] !== 10) this.position++;
      else if (byte > 32) return;
    }
  }
}

/** Reads PGM and PPM (P2, P3, P5, P6; one or two bytes a value). */
export function decodePnm(bytes: Uint8Array): Pixels {
  const kind = bytes[1] - 48;
  const channels = kind === 3 || kind === 6 ? 3 : 1;
  const header = new Header(bytes);
  const [width, height, maxValue] = [header.number(), header.number(), header.number()];
  const count = width * height * channels;
  if (width < 1 || height < 1 || maxValue < 1 || maxValue > 65535) {
    throw new DataError(`The PNM header is damaged: ${width}×${height}, largest value ${maxValue}.`);
  }
  if (kind < 4) {
    const data = new Uint16Array(Math.min(count, bytes.length));
    for (let i = 0; i < count; i++) {
      if (header.position >= bytes.length) throw truncated(i, count);
      data[i] = header.number();
    }
    return { width, height, channels, maxValue, data };
  }
  // One white-space character, then the values.
  const start = header.position + 1;
  const size = maxValue > 255 ? 2 : 1;
  const there = Math.max(0, Math.floor((bytes.length - start) / size));
  if (there < count) throw truncated(there, count);
  if (size === 1) return { width, height, channels, maxValue, data: bytes.slice(start, start + count) };
  const view = new DataView(bytes.buffer, bytes.byteOffset + start);
  const data = Uint16Array.from({ length: count }, (_, i) => view.getUint16(2 * i));
  return { width, height, channels, maxValue, data };
}

function truncated(there: number, count: number): DataError {
  return new DataError(`The PNM file is truncated: it has ${there} of ${count} values.`);
}
