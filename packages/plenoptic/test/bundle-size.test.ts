import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { bundle, bundleInParts } from "./browser.js";

/** How a WebAssembly module begins in base64. */
const wasmStart = "AGFzbQEAAAA";

it("a page with the cpu backend, Gaussian and Metamer loads less than 250 kB, minified and gzipped", async () => {
  const script = await bundle(new URL("./bundle/entry.ts", import.meta.url), "browser", { minify: true });
  expect(script.includes("kernelSize")).toBe(true);
  expect(script.includes(wasmStart)).toBe(true);
  expect(gzipSync(script).length).toBeLessThan(250_000);
  // Nothing that reads pictures, nor a decoder, comes with it.
  expect(script.includes("mozjpeg")).toBe(false);
  // Nor anything that draws.
  expect(script.includes("plenoptic-figure")).toBe(false);
  expect(script.includes("resvg")).toBe(false);
});

it("WebGPU is loaded when it is asked for: until then a page that may use it is as small", async () => {
  const { atFirst, later } = await bundleInParts(new URL("./bundle/webgpu.ts", import.meta.url));
  expect(atFirst.includes("kernelSize")).toBe(true);
  expect(atFirst.includes(wasmStart)).toBe(true);
  expect(gzipSync(atFirst).length).toBeLessThan(250_000);
  // WGSL, tfjs's and ours.
  expect(atFirst.includes("workgroupBarrier")).toBe(false);
  expect(later.includes("workgroupBarrier")).toBe(true);
});

it("a minified page saves the names of losses, by which other programs check what they load", async () => {
  const script = await bundle(new URL("./bundle/names.ts", import.meta.url), "node", { minify: true });
  const folder = mkdtempSync(join(tmpdir(), "plenoptic-"));
  try {
    writeFileSync(join(folder, "names.mjs"), script);
    await import(/* @vite-ignore */ pathToFileURL(join(folder, "names.mjs")).href);
  } finally {
    rmSync(folder, { recursive: true });
  }
  const { lossNames } = globalThis as unknown as { lossNames: string[] };
  expect(lossNames).toEqual(["mse", "l2Norm", "relativeSse", "penalizeRange", "loss"]);
});
