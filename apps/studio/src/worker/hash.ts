import type { FloatArray } from "@plenoptic/tensor";

/** SHA-256 in hexadecimal. */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = await digestOf(bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Browsers compute it in secure contexts only. */
async function digestOf(bytes: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer | Uint8Array<ArrayBuffer>> {
  if (globalThis.crypto?.subtle) return crypto.subtle.digest("SHA-256", bytes);
  return (await import("@noble/hashes/sha2.js")).sha256(bytes) as Uint8Array<ArrayBuffer>;
}

/** SHA-256 of values as they lie in memory, as the command writes it. */
export const hashValues = (values: FloatArray): Promise<string> =>
  sha256(new Uint8Array(values.slice().buffer as ArrayBuffer));
