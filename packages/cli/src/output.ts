import { createHash } from "node:crypto";
import { mkdir, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { encodePNG, writeAtomically } from "@plenoptic/data";
import type { FloatArray, Tensor } from "@plenoptic/tensor";
import { CommandError } from "./errors.js";

const reasons: Record<string, string> = {
  EACCES: "permission denied",
  EEXIST: "there is a file of that name",
  ENOTDIR: "a part of the path is a file",
  EROFS: "the disk is read-only",
  ENOENT: "no folder can be made there",
  ENOSPC: "the disk is full",
};

/** As `mkdir -p`. Node's own `recursive` never comes back where the system refuses new folders with ENOENT (/proc). */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST" && (await stat(path)).isDirectory()) return;
    if (code !== "ENOENT" || dirname(path) === path) throw error;
    await makeFolder(dirname(path));
    await mkdir(path);
  }
}

/**
 * Makes the folder if need be and writes a file into it, to find out now, not after synthesis, whether that works.
 *
 * @returns its absolute path
 * @throws {@link CommandError} when nothing can be written there
 */
export async function prepareFolder(folder: string, cwd: string): Promise<string> {
  const path = resolve(cwd, folder);
  const probe = join(path, `.plenoptic-${process.pid}.tmp`);
  try {
    await makeFolder(path);
    await writeFile(probe, "");
    await rm(probe);
  } catch (cause) {
    const { code = "", message } = cause as NodeJS.ErrnoException;
    throw new CommandError(
      `Nothing can be written to the output folder ${path}: ${reasons[code] ?? message}. Choose another with --out.`,
      { cause },
    );
  }
  return path;
}

/** SHA-256 of the values as they lie in memory: row-major, little-endian, in the precision they have. */
export function hashValues(values: FloatArray): string {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return createHash("sha256").update(bytes).digest("hex");
}

/** JSON that people can read: indented, but a list of numbers on one line. */
export function formatRecord(record: object): string {
  const lists: string[] = [];
  const text = JSON.stringify(
    record,
    (_, value: unknown) =>
      Array.isArray(value) ? `list ${lists.push(JSON.stringify(value)) - 1} of ${mark}` : value,
    2,
  );
  return text.replace(new RegExp(`"list (\\d+) of ${mark}"`, "g"), (_, i) => lists[Number(i)]);
}
/** Stands for a list until the rest has been laid out; nobody calls a file that. */
const mark = "\u2060progress\u2060";

/** A file to be written: a picture of one or three channels, a record, or what stands in it already. */
export type Content = Tensor | object | string | Uint8Array;

async function bytesOf(content: Content): Promise<string | Uint8Array> {
  if (typeof content === "string" || content instanceof Uint8Array) return content;
  return "dataId" in content ? encodePNG(content as Tensor) : `${formatRecord(content)}\n`;
}

/**
 * Writes pictures as PNG (values limited to [0, 1]), records as JSON and anything else as it is, each file whole or not at
 * all.
 *
 * @returns the paths, in order
 */
export async function writeFiles(folder: string, files: Record<string, Content>): Promise<string[]> {
  const paths: string[] = [];
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    await writeAtomically(path, await bytesOf(content));
    paths.push(path);
  }
  return paths;
}
