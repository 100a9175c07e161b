import { DataError, nearest } from "@plenoptic/tensor";
import { knownFiles } from "./known-files.js";

/** Options of {@link fetchFile}, for tests and mirrors. */
export interface FetchFileOptions {
  /** Address of a folder to download from, instead of where the file is published. */
  address?: string;
  /** Folder of the cache; PLENOPTIC_CACHE_DIR or the system's by default. */
  cacheDir?: string;
}

async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new Uint8Array(bytes));
  return Array.from(new Uint8Array(digest), (b) => b.toString(16).padStart(2, "0")).join("");
}

/** The folder for what is kept between processes: PLENOPTIC_CACHE_DIR, or the system's. */
export async function cacheFolder(): Promise<string> {
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

/** What is wrong with the contents of a file, if anything is. */
async function problemOf(name: string, bytes: Uint8Array, from: string): Promise<DataError | undefined> {
  const [actual, expected] = [await sha256(bytes), knownFiles.get(name)?.sha256];
  if (actual === expected) return undefined;
  return new DataError(
    `${name} from ${from} has SHA-256 ${actual}, expected ${expected}. It has been changed or damaged; it is not used.`,
  );
}

/** A downloaded file whose hash is right. */
async function downloadChecked(name: string, url: string, where: string): Promise<Uint8Array> {
  const bytes = await download(url, where);
  const problem = await problemOf(name, bytes, url);
  if (problem) throw problem;
  return bytes;
}

function urlOf(name: string, address: string | undefined): string {
  const known = knownFiles.get(name);
  if (known) return address === undefined ? known.url : `${address}${name}`;
  const close = nearest(name, knownFiles.keys());
  const hint = close ? `Did you mean "${close}"?` : `There are ${[...knownFiles.keys()].join(", ")}.`;
  throw new DataError(`There is no file "${name}". ${hint}`);
}

const isNode = () => typeof process !== "undefined" && Boolean(process.versions?.node);

/**
 * One of the reference's files: from the folder that PLENOPTIC_DATA_DIR names, else from the cache, else downloaded
 * once. The SHA-256 is always checked; a damaged file in the cache is downloaded anew.
 *
 * @param name - file name, e.g. `"einstein.pgm"`, or one of `downloadableFiles`
 * @throws {@link DataError} when the name is unknown, the hash is wrong, or there is neither file nor network
 */
export async function fetchFile(name: string, options: FetchFileOptions = {}): Promise<Uint8Array> {
  return (await fetchCached(name, options)).bytes;
}

/** {@link fetchFile}, and where the file lies; nowhere in a browser. */
export async function fetchCached(
  name: string,
  { address, cacheDir }: FetchFileOptions = {},
): Promise<{ bytes: Uint8Array; path: string }> {
  const url = urlOf(name, address);
  if (!isNode()) {
    const byHand = "on your own server, and load it from there";
    return { bytes: await downloadChecked(name, url, byHand), path: "" };
  }
  const { join } = await import("node:path");
  const own = process.env.PLENOPTIC_DATA_DIR;
  const cache = cacheDir ?? (await cacheFolder());
  const chosen = own ? await readIfThere(own, name) : null;
  if (own && chosen) {
    const problem = await problemOf(name, chosen, own);
    if (problem) throw problem;
    return { bytes: chosen, path: join(own, name) };
  }
  const path = join(cache, name);
  const cached = await readIfThere(cache, name);
  if (cached && !(await problemOf(name, cached, cache))) return { bytes: cached, path };
  const bytes = await downloadChecked(name, url, `into ${own ?? cache}, as ${name}`);
  const { mkdir } = await import("node:fs/promises");
  const { writeAtomically } = await import("./write-atomically.js");
  await mkdir(cache, { recursive: true });
  await writeAtomically(path, bytes);
  return { bytes, path };
}
