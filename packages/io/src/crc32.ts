/** Tables for sixteen bytes at a time: entry 256 s + b is the checksum of byte b with s zero bytes after it. */
function makeTables(): Int32Array {
  const tables = new Int32Array(16 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    tables[byte] = crc;
  }
  for (let i = 256; i < tables.length; i++) {
    tables[i] = (tables[i - 256] >>> 8) ^ tables[tables[i - 256] & 255];
  }
  return tables;
}

let tables: Int32Array | undefined;

/** CRC-32 (ISO 3309, as in zip), sixteen bytes a turn: Kounavis & Berry, "Novel table lookup-based algorithms" (2008). */
export function crc32InJavaScript(bytes: Uint8Array): number {
  tables ??= makeTables();
  const t = tables;
  let crc = -1;
  let i = 0;
  for (; i + 16 <= bytes.length; i += 16) {
    const a = crc ^ word(bytes, i);
    crc =
      t[15 * 256 + (a & 255)] ^
      t[14 * 256 + ((a >>> 8) & 255)] ^
      t[13 * 256 + ((a >>> 16) & 255)] ^
      t[12 * 256 + (a >>> 24)];
    for (let j = 4; j < 16; j++) crc ^= t[(15 - j) * 256 + bytes[i + j]];
  }
  for (; i < bytes.length; i++) crc = (crc >>> 8) ^ t[(crc ^ bytes[i]) & 255];
  return ~crc >>> 0;
}

const word = (bytes: Uint8Array, i: number): number =>
  bytes[i] | (bytes[i + 1] << 8) | (bytes[i + 2] << 16) | (bytes[i + 3] << 24);

type Crc32 = (bytes: Uint8Array) => number;

/** Node's own is three times as fast, where there is one (20.15 and later). */
function findNative(): Crc32 | undefined {
  const { process } = globalThis as {
    process?: { getBuiltinModule?(name: string): { crc32?: Crc32 } | undefined };
  };
  return process?.getBuiltinModule?.("node:zlib")?.crc32;
}

/** The checksum of zip entries. */
export const crc32: Crc32 = findNative() ?? crc32InJavaScript;
