import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { bundle } from "./browser.js";

it("a page with the cpu backend, Gaussian and Metamer loads less than 250 kB, minified and gzipped", async () => {
  const script = await bundle(new URL("./bundle/entry.ts", import.meta.url), "browser", { minify: true });
  expect(script).toContain("kernelSize");
  expect(gzipSync(script).length).toBeLessThan(250_000);
  // Nothing that reads pictures, nor a decoder, comes with it.
  expect(script).not.toContain("mozjpeg");
});
