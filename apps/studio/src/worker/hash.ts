import type { FloatArray } from "@plenoptic/tensor";

/** SHA-256 of values as they lie in memory, as the command writes it; undefined where the browser does not compute it. */
export async function hashValues(values: FloatArray): Promise<string | undefined> {
  if (!globalThis.crypto?.subtle) return undefined;
  const digest = await crypto.subtle.digest("SHA-256", values.slice() as Float32Array<ArrayBuffer>);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
