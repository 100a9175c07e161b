import { DataError } from "@plenoptic/tensor";

/** Where a picture comes from: a path or URL, bytes, or a browser's File or Blob. */
export type ImageSource = string | URL | Uint8Array | ArrayBuffer | Blob;

const isUrl = (source: string) => /^(https?|file|blob|data):/.test(source);

async function fetchBytes(url: string): Promise<Uint8Array> {
  let response: Response;
  try {
    response = await fetch(url);
  } catch (cause) {
    throw new DataError(`${url} cannot be fetched: ${(cause as Error).message}. Is the network there?`, {
      cause,
    });
  }
  if (!response.ok) throw new DataError(`${url} cannot be fetched: the server answered ${response.status}.`);
  return new Uint8Array(await response.arrayBuffer());
}

async function readFileBytes(path: string | URL): Promise<Uint8Array> {
  const { readFile } = await import("node:fs/promises");
  try {
    return await readFile(path);
  } catch (cause) {
    const { code } = cause as { code?: string };
    const reasons: Record<string, string> = {
      ENOENT: "there is no such file",
      EISDIR: "it is a folder",
      EACCES: "permission denied",
    };
    throw new DataError(`${path} cannot be read: ${reasons[code ?? ""] ?? (cause as Error).message}.`, {
      cause,
    });
  }
}

/** The bytes of a picture, wherever it comes from. */
export async function readSource(source: ImageSource): Promise<Uint8Array> {
  if (source instanceof Uint8Array) return source;
  if (source instanceof ArrayBuffer) return new Uint8Array(source);
  if (typeof Blob !== "undefined" && source instanceof Blob)
    return new Uint8Array(await source.arrayBuffer());
  const text = String(source);
  if (text.startsWith("file:")) return readFileBytes(new URL(text));
  if (isUrl(text) || typeof process === "undefined") return fetchBytes(text);
  return readFileBytes(text);
}

/** How a source is called in messages. */
export function describeSource(source: ImageSource): string {
  if (typeof source === "string" || source instanceof URL) return String(source);
  return "name" in source && typeof source.name === "string" ? source.name : "the given bytes";
}

/** The files of a folder in alphabetical order; null when the path is no folder, or this is a browser. */
export async function listFolder(source: ImageSource): Promise<string[] | null> {
  if (typeof source !== "string" || isUrl(source) || typeof process === "undefined") return null;
  const { readdir, stat } = await import("node:fs/promises");
  const { join } = await import("node:path");
  const info = await stat(source).catch(() => null);
  if (!info?.isDirectory()) return null;
  return (await readdir(source)).sort().map((name) => join(source, name));
}
