import { DataError } from "@plenoptic/tensor";

/** Writes a temporary file beside the target and renames it, so that the target is never half written. */
export async function writeAtomically(path: string, contents: Uint8Array | string): Promise<void> {
  const { open, rename, rm } = await import("node:fs/promises");
  const temporary = `${path}.${process.pid}.${Date.now().toString(36)}.tmp`;
  try {
    const file = await open(temporary, "w");
    try {
      await file.writeFile(contents);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => {});
    throw new DataError(`${path} cannot be written: ${(cause as Error).message}`, { cause });
  }
}
