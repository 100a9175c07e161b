import type { FileHandle } from "node:fs/promises";
import { FormatError } from "./format-error.js";

/**
 * Writes a temporary file beside the target, flushes it to the disk and renames it: whatever happens, the target is
 * the old file or the new one, whole.
 *
 * @throws {@link FormatError} when it cannot be written; the target is as before
 */
export async function writeFileAtomically(path: string, pieces: Iterable<Uint8Array>): Promise<void> {
  const { open, rename, rm } = await import("node:fs/promises");
  const temporary = `${path}.${process.pid}.${Date.now().toString(36)}.tmp`;
  // While somebody has it open, the system does not free the old file: that takes a fifth of the time, and can come later.
  // (Windows does not replace a file that is open.)
  const old = process.platform === "win32" ? undefined : await open(path, "r").catch(() => undefined);
  try {
    const file = await open(temporary, "w");
    try {
      await writeAll(file, pieces);
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => {});
    throw new FormatError(`${path} cannot be written: ${(cause as Error).message}`, { cause });
  } finally {
    old?.close().catch(() => {});
  }
}

/** Bytes that are handed to the system, or asked for, at a time; and batches that are flushed to the disk at a time. */
const batchBytes = 2 ** 20;
const batchesPerFlush = 4;

/** Writes pieces in batches, and flushes them to the disk; while one is written and flushed, the next is made. */
async function writeAll(file: FileHandle, pieces: Iterable<Uint8Array>): Promise<void> {
  let writing: Promise<unknown> = Promise.resolve();
  let flushing: Promise<unknown> = Promise.resolve();
  let batch: Uint8Array[] = [];
  let size = 0;
  let batches = 0;
  const flush = async () => {
    const ready = batch;
    [batch, size] = [[], 0];
    await writing;
    writing = file.writev(ready);
    if (++batches % batchesPerFlush !== 0) return;
    flushing = Promise.all([flushing, writing.then(() => file.datasync())]);
    // A failure is thrown below, where it is waited for.
    flushing.catch(() => {});
  };
  for (const piece of pieces) {
    batch.push(piece);
    size += piece.length;
    if (size >= batchBytes) await flush();
  }
  await flush();
  await writing;
  await flushing;
  await file.sync();
}

/**
 * Reads a file in batches; `onBatch` hears how much is there, while the next one is read. The last bytes come first,
 * for those who need to know what is before them.
 */
export async function readInBatches(
  path: string | URL,
  tailBytes: number,
  onTail: (bytes: Uint8Array<ArrayBuffer>) => (end: number) => void,
): Promise<void> {
  const { open } = await import("node:fs/promises");
  const fail = (cause: Error): never => {
    if (cause instanceof FormatError) throw cause;
    throw new FormatError(`${path} cannot be read: ${cause.message}`, { cause });
  };
  const file = await open(path, "r").catch(fail);
  try {
    const { size } = await file.stat();
    // Not filled with zeros: every byte is read.
    const bytes = Buffer.allocUnsafeSlow(size);
    const read = async (start: number, end: number) => {
      const { bytesRead } = await file.read(bytes, start, end - start, start);
      if (bytesRead !== end - start) throw new FormatError(`${path} has changed while it was read.`);
    };
    const tail = Math.max(0, size - tailBytes);
    await read(tail, size);
    const onBatch = onTail(bytes);
    // Two are on their way while one is checked.
    const reading: Promise<void>[] = [];
    let ahead = 0;
    const readAhead = () => {
      for (; reading.length < 2 && ahead < tail; ahead += batchBytes) {
        reading.push(read(ahead, Math.min(ahead + batchBytes, tail)));
      }
    };
    readAhead();
    for (let end = 0; end < tail; ) {
      await reading.shift();
      readAhead();
      end = Math.min(end + batchBytes, tail);
      onBatch(end);
    }
  } catch (cause) {
    fail(cause as Error);
  } finally {
    await file.close();
  }
}

/** Where a file is read from: its path or URL, a Blob, or the bytes themselves. */
export type FileSource = string | URL | Blob | Uint8Array | ArrayBuffer;

/**
 * The bytes of a file, of a Blob, or as they are given.
 *
 * @throws {@link FormatError} when the file cannot be read
 */
export async function readBytes(source: FileSource): Promise<Uint8Array> {
  if (source instanceof Uint8Array) return source;
  if (source instanceof ArrayBuffer) return new Uint8Array(source);
  if (typeof Blob !== "undefined" && source instanceof Blob)
    return new Uint8Array(await source.arrayBuffer());
  const { readFile } = await import("node:fs/promises");
  try {
    return await readFile(source as string | URL);
  } catch (cause) {
    throw new FormatError(`${source} cannot be read: ${(cause as Error).message}`, { cause });
  }
}
