import type { FloatArray } from "@plenoptic/tensor";

/** SHA-256 in hexadecimal. */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  // Browsers compute it in secure contexts only.
  if (!globalThis.crypto?.subtle) return (await import("./sha256.js")).sha256InScript(bytes);
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** SHA-256 of values as they lie in memory, as the command writes it. */
export const hashValues = (values: FloatArray): Promise<string> =>
  sha256(new Uint8Array(values.slice().buffer as ArrayBuffer));
