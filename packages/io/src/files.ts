import { FormatError } from "./format-error.js";

/**
 * Writes a temporary file beside the target, flushes it to the disk and renames it: whatever happens, the target is
 * the old file or the new one, whole.
 *
 * @throws {@link FormatError} when it cannot be written; the target is as before
 */
export async function writeFileAtomically(path: string, pieces: readonly Uint8Array[]): Promise<void> {
  const { open, rename, rm } = await import("node:fs/promises");
  const temporary = `${path}.${process.pid}.${Date.now().toString(36)}.tmp`;
  try {
    const file = await open(temporary, "w");
    try {
      await file.writev(pieces);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => {});
    throw new FormatError(`${path} cannot be written: ${(cause as Error).message}`, { cause });
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
