import type { FloatArray } from "@plenoptic/tensor";

/** SHA-256 in hexadecimal; undefined where the browser does not compute it: outside secure contexts. */
export async function sha256(bytes: BufferSource): Promise<string | undefined> {
  if (!globalThis.crypto?.subtle) return undefined;
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** SHA-256 of values as they lie in memory, as the command writes it. */
export const hashValues = (values: FloatArray): Promise<string | undefined> =>
  sha256(values.slice() as Float32Array<ArrayBuffer>);
