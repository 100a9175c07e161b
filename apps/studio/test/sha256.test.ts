import { createHash } from "node:crypto";
import fc from "fast-check";
import { afterEach, expect, it, vi } from "vitest";
import { sha256 } from "../src/worker/hash.js";

afterEach(() => {
  vi.unstubAllGlobals();
});

it.each(["with", "without"])("SHA-256 %s the browser's is the one that everybody has", async (which) => {
  if (which === "without") vi.stubGlobal("crypto", {});
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
      expect(await sha256(Uint8Array.from(bytes))).toBe(createHash("sha256").update(bytes).digest("hex"));
    }),
  );
});
