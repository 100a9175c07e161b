import { FormatError } from "./format-error.js";

/** Builds a pickle of protocol 2, byte by byte. */
export class PickleWriter {
  private bytes = new Uint8Array(1024);
  private length = 0;
  private readonly utf8 = new TextEncoder();

  private reserve(count: number): number {
    const start = this.length;
    this.length += count;
    if (this.length > this.bytes.length) {
      const larger = new Uint8Array(2 * this.length);
      larger.set(this.bytes);
      this.bytes = larger;
    }
    return start;
  }

  private view(start: number, count: number): DataView {
    return new DataView(this.bytes.buffer, start, count);
  }

  /** An opcode, by its letter or number. */
  op(code: string | number): void {
    const at = this.reserve(1);
    this.bytes[at] = typeof code === "string" ? code.charCodeAt(0) : code;
  }

  raw(bytes: Uint8Array): void {
    const start = this.reserve(bytes.length);
    this.bytes.set(bytes, start);
  }

  text(value: string): void {
    const bytes = this.utf8.encode(value);
    this.op("X");
    const start = this.reserve(4);
    this.view(start, 4).setUint32(0, bytes.length, true);
    this.raw(bytes);
  }

  float(value: number): void {
    this.op("G");
    const start = this.reserve(8);
    this.view(start, 8).setFloat64(0, value, false);
  }

  /** As {@link float} of each. */
  floats(values: Float64Array): void {
    const start = this.reserve(9 * values.length);
    const view = this.view(start, 9 * values.length);
    for (let i = 0; i < values.length; i++) {
      view.setUint8(9 * i, 0x47);
      view.setFloat64(9 * i + 1, values[i], false);
    }
  }

  int(value: number | bigint): void {
    if (typeof value === "number" && value === (value | 0)) {
      this.op("J");
      const start = this.reserve(4);
      this.view(start, 4).setInt32(0, value, true);
      return;
    }
    const big = BigInt(value);
    if (big < -(2n ** 63n) || big >= 2n ** 63n)
      throw new FormatError(`${value} is too large for an integer in a file.`);
    this.op(0x8a);
    this.op(8);
    const start = this.reserve(8);
    this.view(start, 8).setBigInt64(0, big, true);
  }

  global(module: string, name: string): void {
    this.op("c");
    this.raw(this.utf8.encode(`${module}\n${name}\n`));
  }

  finish(): Uint8Array {
    this.op(".");
    return this.bytes.slice(0, this.length);
  }
}
