import { DataError } from "@plenoptic/tensor";
import { type FetchFileOptions, fetchCached } from "./fetch-file.js";

/** Written into an unpacked folder when it is complete: the folder inside that all files share. */
const complete = ".complete";

/** Unpacks an archive beside itself, once; gives the folder that all its files share. */
export async function unpack(archive: string, bytes: Uint8Array): Promise<string> {
  const { mkdir, readFile, rm, writeFile } = await import("node:fs/promises");
  const { dirname, join, resolve } = await import("node:path");
  const { gunzipSync } = await import("node:zlib");
  const folder = archive.replace(/\.tar\.gz$/, "");
  const marker = join(folder, complete);
  const shared = await readFile(marker, "utf8").catch(() => null);
  if (shared !== null) return resolve(folder, shared);
  const { parseTar } = await import("nanotar");
  const files = parseTar(gunzipSync(bytes)).filter(({ type, data }) => type === "file" && data);
  await rm(folder, { recursive: true, force: true });
  for (const { name, data } of files) {
    // parseTar has taken out whatever leads outside.
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, data as Uint8Array);
  }
  const inside = sharedFolder(files.map(({ name }) => name));
  await writeFile(marker, inside);
  return resolve(folder, inside);
}

/** The deepest folder that all paths are in. */
export function sharedFolder(paths: readonly string[]): string {
  const parts = paths.map((path) => path.split("/").slice(0, -1));
  const [first = []] = parts;
  const differs = first.findIndex((part, i) => parts.some((other) => other[i] !== part));
  return first.slice(0, differs < 0 ? first.length : differs).join("/");
}

/**
 * The path of one of the files that the reference publishes: saved metamers, pictures, data of experiments. It is
 * downloaded once; its SHA-256 is checked. Archives (.tar.gz) are unpacked, and the path is that of the folder.
 *
 * @param name - one of {@link downloadableFiles}, or another of the reference's registry
 * @returns the path, in the cache (PLENOPTIC_CACHE_DIR or the system's) or in PLENOPTIC_DATA_DIR
 * @throws {@link DataError} for an unknown name, a wrong hash, or without a network: it says where to put the file by
 *   hand. In a browser, which has no paths: use {@link fetchFile} there
 *
 * @example
 * ```ts no-run
 * import { fetchData } from "@plenoptic/data";
 * const path = await fetchData("example_metamer_gaussian.pt");
 * ```
 */
export async function fetchData(name: string, options: FetchFileOptions = {}): Promise<string> {
  const { bytes, path } = await fetchCached(name, options);
  if (path === "")
    throw new DataError("fetchData() gives the path of a file, which a browser has not. Use fetchFile().");
  return name.endsWith(".tar.gz") ? unpack(path, bytes) : path;
}
