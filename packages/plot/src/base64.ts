/** Bytes in base64, in Node and in browsers. */
export function toBase64(bytes: Uint8Array): string {
  const node = (globalThis as { Buffer?: { from(bytes: Uint8Array): { toString(as: string): string } } })
    .Buffer;
  if (node) return node.from(bytes).toString("base64");
  let text = "";
  // In pieces: a call takes a limited number of arguments.
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(text);
}

export function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
