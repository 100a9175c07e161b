import { crc32 } from "./crc32.js";
import { FormatError } from "./format-error.js";

// A zip file of entries that are not compressed, as torch writes it: each with its data at a multiple of 64 bytes, so
// that tensors can be looked at where they lie. APPNOTE.TXT of PKWARE, sections 4.3 and 4.4, says what the fields are.

const alignment = 64;
const localSignature = 0x04034b50;
const entrySignature = 0x02014b50;
const endSignature = 0x06054b50;
const end64Signature = 0x06064b50;
const locatorSignature = 0x07064b50;
const localSize = 30;
const entrySize = 46;
const endSize = 22;
const locatorSize = 20;
const longestComment = 0xffff;
/** Tag of the padding in the extra field. */
const paddingTag = 0x4246;
/** 1 January 1980: files of the same values are the same bytes. */
const date = 33;

const utf8 = new TextDecoder();
const broken = (what: string) => new FormatError(`The zip file is broken or truncated: ${what}.`);

/** A line of the directory. */
interface Entry {
  readonly name: string;
  readonly crc: number;
  /** Of its own header. */
  readonly offset: number;
  readonly size: number;
}

/** Reads a zip file of which the end, with the directory, must be there; the rest may still be coming. */
export class ZipReader {
  private readonly view: DataView;
  private readonly waiting: Entry[];
  private free = 0;
  private readonly found = new Map<string, Uint8Array>();

  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    // Backwards, for the next one to be taken from the end.
    this.waiting = this.directory().sort((a, b) => b.offset - a.offset);
  }

  /** Checks the entries that lie within the first so many bytes. */
  takeUpTo(end: number): void {
    for (;;) {
      const entry = this.waiting.at(-1);
      if (!entry || entry.offset + localSize > end) return;
      const start = this.startOf(entry);
      if (start + entry.size > end) return;
      this.waiting.pop();
      this.take(entry, start);
    }
  }

  /** All entries, once everything is there. */
  finish(): Map<string, Uint8Array> {
    this.takeUpTo(this.bytes.length);
    const [missing] = this.waiting;
    if (missing) throw broken(`the entry ${missing.name} reaches beyond its end`);
    return this.found;
  }

  private startOf({ name, offset }: Entry): number {
    if (this.uint32(offset) !== localSignature) throw broken(`the entry ${name} is not where it should be`);
    return offset + localSize + this.uint16(offset + 26) + this.uint16(offset + 28);
  }

  private take({ name, crc, offset, size }: Entry, start: number): void {
    if (offset < this.free) throw broken(`the entry ${name} overlaps another`);
    if (this.found.has(name)) throw broken(`there are two entries ${name}`);
    this.free = start + size;
    const data = this.slice(start, size);
    if (crc32(data) !== crc) throw broken(`the entry ${name} does not have its checksum`);
    this.found.set(name, data);
  }

  private directory(): Entry[] {
    const { count, start } = this.findDirectory();
    const entries: Entry[] = [];
    let at = start;
    for (let i = 0; i < count; i++) {
      if (this.uint32(at) !== entrySignature) throw broken("its directory is not where it should be");
      const [nameLength, extraLength, commentLength] = [28, 30, 32].map((field) => this.uint16(at + field));
      entries.push(this.entry(at, nameLength, extraLength));
      at += entrySize + nameLength + extraLength + commentLength;
    }
    return entries;
  }

  private entry(at: number, nameLength: number, extraLength: number): Entry {
    const name = utf8.decode(this.slice(at + entrySize, nameLength));
    const extra = at + entrySize + nameLength;
    let [compressed, size, offset] = [20, 24, 42].map((field) => this.uint32(at + field));
    const large = {
      size: size === 0xffffffff,
      compressed: compressed === 0xffffffff,
      offset: offset === 0xffffffff,
    };
    let field = this.extra64(extra, extraLength);
    const next = () => {
      field += 8;
      return this.uint64(field - 8);
    };
    if (large.size) size = next();
    if (large.compressed) compressed = next();
    if (large.offset) offset = next();
    if (this.uint16(at + 10) !== 0 || compressed !== size) {
      throw new FormatError(
        `The entry ${name} is compressed, which torch's never are. Load the file with torch and save it again.`,
      );
    }
    if (offset + localSize + size > this.bytes.length)
      throw broken(`the entry ${name} reaches beyond its end`);
    return { name, crc: this.uint32(at + 16), offset, size };
  }

  /** Place of the 64-bit fields of an entry, or the end of the extra field where there are none. */
  private extra64(start: number, length: number): number {
    for (let at = start; at + 4 <= start + length; at += 4 + this.uint16(at + 2)) {
      if (this.uint16(at) === 1) return at + 4;
    }
    return start + length;
  }

  private findDirectory(): { count: number; start: number } {
    const last = this.bytes.length - endSize;
    for (let at = last; at >= Math.max(0, last - longestComment); at--) {
      if (this.uint32(at) !== endSignature) continue;
      const [count, start] = [this.uint16(at + 10), this.uint32(at + 16)];
      if (count !== 0xffff && start !== 0xffffffff) return { count, start };
      return this.findDirectory64(at - locatorSize);
    }
    throw broken("it has no end");
  }

  private findDirectory64(locator: number): { count: number; start: number } {
    if (locator < 0 || this.uint32(locator) !== locatorSignature) throw broken("it has no directory");
    const at = this.uint64(locator + 8);
    if (this.uint32(at) !== end64Signature) throw broken("its directory is not where it should be");
    const count = this.uint64(at + 32);
    if (count > this.bytes.length / entrySize) throw broken("it lists more entries than fit into it");
    return { count, start: this.uint64(at + 48) };
  }

  private slice(start: number, length: number): Uint8Array {
    if (start + length > this.bytes.length) throw broken("an entry reaches beyond its end");
    return this.bytes.subarray(start, start + length);
  }

  private uint16(at: number): number {
    this.slice(at, 2);
    return this.view.getUint16(at, true);
  }

  private uint32(at: number): number {
    this.slice(at, 4);
    return this.view.getUint32(at, true);
  }

  private uint64(at: number): number {
    this.slice(at, 8);
    const value = this.view.getBigUint64(at, true);
    if (value > BigInt(this.bytes.length)) throw broken("a number in it is too large");
    return Number(value);
  }
}

/**
 * The entries of a zip file: views of its bytes, not copies. Compressed entries are refused, so that nothing can blow
 * up, and so are entries that overlap or whose checksum is wrong.
 *
 * @throws {@link FormatError} for a file that is broken
 */
export function readZip(bytes: Uint8Array): Map<string, Uint8Array> {
  return new ZipReader(bytes).finish();
}

/** Fields that an entry's own header and its line in the directory share, from the flags on. */
function setShared(
  view: DataView,
  at: number,
  crc: number,
  size: number,
  nameLength: number,
  extra: number,
): void {
  view.setUint16(at + 6, date, true);
  view.setUint32(at + 8, crc, true);
  view.setUint32(at + 12, size, true);
  view.setUint32(at + 16, size, true);
  view.setUint16(at + 20, nameLength, true);
  view.setUint16(at + 22, extra, true);
}

function localHeader(name: Uint8Array, data: Uint8Array, crc: number, offset: number): Uint8Array {
  const unpadded = offset + localSize + name.length + 4;
  const padding = (alignment - (unpadded % alignment)) % alignment;
  const header = new Uint8Array(localSize + name.length + 4 + padding);
  const view = new DataView(header.buffer);
  view.setUint32(0, localSignature, true);
  setShared(view, 6, crc, data.length, name.length, 4 + padding);
  header.set(name, localSize);
  view.setUint16(localSize + name.length, paddingTag, true);
  view.setUint16(localSize + name.length + 2, padding, true);
  return header;
}

function directoryEntry(name: Uint8Array, data: Uint8Array, crc: number, offset: number): Uint8Array {
  const entry = new Uint8Array(entrySize + name.length);
  const view = new DataView(entry.buffer);
  view.setUint32(0, entrySignature, true);
  setShared(view, 8, crc, data.length, name.length, 0);
  view.setUint32(42, offset, true);
  entry.set(name, entrySize);
  return entry;
}

/**
 * The bytes of a zip file, in pieces to be written one after the other; the data of the entries are not copied. Each
 * checksum is computed when its entry is asked for, so that the one before can be written meanwhile.
 *
 * @throws {@link FormatError} for more than 4 GB or 65,534 entries
 */
export function* zipPieces(entries: ReadonlyMap<string, Uint8Array>): Generator<Uint8Array, void> {
  const ascii = new TextEncoder();
  const directory: Uint8Array[] = [];
  const total = [...entries].reduce(
    (sum, [name, data]) => sum + localSize + name.length + 2 * alignment + data.length,
    0,
  );
  if (total > 0xfffffffe || entries.size > 0xfffe) {
    throw new FormatError(
      "The file would be larger than a zip file can be: 4 GB, 65,534 tensors. Store fewer images.",
    );
  }
  let offset = 0;
  for (const [key, data] of entries) {
    const [name, crc] = [ascii.encode(key), crc32(data)];
    const header = localHeader(name, data, crc, offset);
    yield header;
    yield data;
    directory.push(directoryEntry(name, data, crc, offset));
    offset += header.length + data.length;
  }
  const end = new Uint8Array(endSize);
  const view = new DataView(end.buffer);
  view.setUint32(0, endSignature, true);
  view.setUint16(8, entries.size, true);
  view.setUint16(10, entries.size, true);
  view.setUint32(
    12,
    directory.reduce((sum, { length }) => sum + length, 0),
    true,
  );
  view.setUint32(16, offset, true);
  yield* directory;
  yield end;
}

/** {@link zipPieces}, all of them. */
export const writeZip = (entries: ReadonlyMap<string, Uint8Array>): Uint8Array[] => [...zipPieces(entries)];
