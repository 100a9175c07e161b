import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { buildStudio } from "./studio-page.js";

/** How a WebAssembly module begins in base64. */
const wasmStart = "AGFzbQEAAAA";

it("the page and its worker load at most 350 kB of JavaScript and WebAssembly, gzipped", async () => {
  const folder = mkdtempSync(join(tmpdir(), "studio-size-"));
  try {
    await buildStudio(folder);
    const assets = join(folder, "assets");
    const text = (name: string) => readFileSync(join(assets, name), "utf8");
    const needed = new Set<string>();
    const add = (name: string) => {
      if (needed.has(name)) return;
      needed.add(name);
      for (const [, target] of text(name).matchAll(/(?:from|import)\s*["']\.\/([^"']+)["']/g)) add(target);
    };
    const [, entry] =
      readFileSync(join(folder, "index.html"), "utf8").match(/src="\.\/assets\/([^"]+\.js)"/) ?? [];
    const worker = readdirSync(assets).find(
      (name) => text(entry).includes(name) && text(name).includes("onmessage"),
    );
    add(entry);
    add(worker ?? "the worker is missing");
    const code = [...needed].map(text);
    expect(code.some((part) => part.includes(wasmStart))).toBe(true);
    // WebGPU, decoders of JPEG and films come when they are asked for.
    expect(code.some((part) => part.includes("workgroupBarrier"))).toBe(false);
    const size = code.reduce((sum, part) => sum + gzipSync(part).length, 0);
    expect(size).toBeGreaterThan(100_000);
    expect(size).toBeLessThan(350_000);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
