import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, it } from "vitest";
import { sha256InScript } from "../src/worker/sha256.js";

it("SHA-256 without the browser's is the one that everybody has", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(sha256InScript(bytes)).toBe(createHash("sha256").update(bytes).digest("hex"));
    }),
  );
});
