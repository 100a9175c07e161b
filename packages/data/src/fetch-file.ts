import { DataError } from "@plenoptic/tensor";
import { knownFiles } from "./known-files.js";

/** Where the reference keeps its pictures. */
export const dataAddress =
  "https://raw.githubusercontent.com/plenoptic-org/plenoptic/2.1.0/src/plenoptic/data/";

/** Options of {@link fetchFile}, for tests and mirrors. */
export interface FetchFileOptions {
  /** Address of the folder to download from. */
  address?: string;
  /** Folder of the cache; PLENOPTIC_CACHE_DIR or the system's by default. */
  cacheDir?: string;
}

async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new Uint8Array(bytes));
  return Array.from(new Uint8Array(digest), (b) => b.toString(16).padStart(2, "0")).join("");
}

async function systemCache(): Promise<string> {
  const { homedir } = await import("node:os");
  const { join } = await import("node:path");
  const { env, platform } = process;
  if (env.PLENOPTIC_CACHE_DIR) return env.PLENOPTIC_CACHE_DIR;
  if (platform === "win32")
    return join(env.LOCALAPPDATA ?? join(homedir(), "AppData", "Local"), "plenoptic-js");
  if (platform === "darwin") return join(homedir(), "Library", "Caches", "plenoptic-js");
  return join(env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "plenoptic-js");
}

async function readIfThere(folder: string, name: string): Promise<Uint8Array | null> {
  const { readFile } = await import("node:fs/promises");
  const { join } = await import("node:path");
  return readFile(join(folder, name)).catch(() => null);
}

async function download(url: string, where: string): Promise<Uint8Array> {
  try {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  } catch (cause) {
    throw new DataError(
      `${url} cannot be downloaded (${(cause as Error).message}). Download it by hand and put it ${where}.`,
      { cause },
    );
  }
}

async function verify(name: string, bytes: Uint8Array, from: string): Promise<void> {
  const actual = await sha256(bytes);
  if (actual !== knownFiles[name]) {
    throw new DataError(
      `${name} from ${from} has SHA-256 ${actual}, expected ${knownFiles[name]}. It has been changed or damaged; it is not used.`,
    );
  }
}

/**
 * One of the reference's pictures: from the folder that PLENOPTIC_DATA_DIR names, else from the cache, else downloaded
 * once. The SHA-256 is always checked.
 *
 * @param name - file name, e.g. `"einstein.pgm"`
 * @throws {@link DataError} when the name is unknown, the hash is wrong, or there is neither file nor network
 */
export async function fetchFile(
  name: string,
  { address = dataAddress, cacheDir }: FetchFileOptions = {},
): Promise<Uint8Array> {
  if (!knownFiles[name])
    throw new DataError(`There is no file "${name}"; there are ${Object.keys(knownFiles).join(", ")}.`);
  if (typeof process === "undefined" || !process.versions?.node) {
    const bytes = await download(`${address}${name}`, "on your own server, and load it with loadImages(url)");
    await verify(name, bytes, address);
    return bytes;
  }
  const own = process.env.PLENOPTIC_DATA_DIR;
  const cache = cacheDir ?? (await systemCache());
  for (const folder of own ? [own, cache] : [cache]) {
    const bytes = await readIfThere(folder, name);
    if (bytes) {
      await verify(name, bytes, folder);
      return bytes;
    }
  }
  const bytes = await download(`${address}${name}`, `into ${own ?? cache}`);
  await verify(name, bytes, address);
  const { mkdir } = await import("node:fs/promises");
  const { join } = await import("node:path");
  const { writeAtomically } = await import("./write-atomically.js");
  await mkdir(cache, { recursive: true });
  await writeAtomically(join(cache, name), bytes);
  return bytes;
}
