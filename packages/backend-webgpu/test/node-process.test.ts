import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { missing, titled } from "./support.js";

const here = fileURLToPath(new URL(".", import.meta.url));
const root = fileURLToPath(new URL("../../..", import.meta.url));

const program = `
import "@plenoptic/backend-webgpu";
import { add, read, tensor, useBackend } from "@plenoptic/tensor";
const globalsBefore = Object.keys(globalThis).length;
try {
  await useBackend("webgpu");
  const values = Array.from(await read(add(tensor([1, 2]), 1)));
  const listed = Object.keys(globalThis).length - globalsBefore;
  console.log(JSON.stringify({ values, gpu: String(globalThis.navigator?.gpu), listed }));
} catch ({ name, code, message }) {
  console.log(JSON.stringify({ name, code, message }));
}`;

/** Runs the program in a Node of its own. It ends by itself, or the test fails. */
async function result(folder: string, env: Record<string, string> = {}): Promise<Record<string, unknown>> {
  const path = join(folder, "program.mjs");
  const output = await new Promise<string>((resolve, reject) => {
    const options = { cwd: folder, env: { ...process.env, ...env }, timeout: 30_000 };
    execFile(process.execPath, [path], options, (error, stdout) => (error ? reject(error) : resolve(stdout)));
  });
  return JSON.parse(output.trim().split("\n").at(-1) ?? "");
}

describe("a program in Node", () => {
  /** One folder from which Node finds the package \`webgpu\`, and one from which it does not. */
  const near = mkdtempSync(join(here, "program-"));
  const far = mkdtempSync(join(tmpdir(), "plenoptic-program-"));

  beforeAll(async () => {
    const { outputFiles } = await build({
      stdin: { contents: program, resolveDir: here },
      bundle: true,
      write: false,
      format: "esm",
      platform: "node",
      mainFields: ["module", "main"],
      // tfjs-core asks for Node's util with require, which an ES module has not.
      banner: {
        js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
      },
      external: ["node-fetch", "util", "crypto"],
      logLevel: "error",
      alias: Object.fromEntries(
        ["backend-webgpu", "tensor"].map((name) => [
          `@plenoptic/${name}`,
          join(root, `packages/${name}/src/index.ts`),
        ]),
      ),
    });
    for (const folder of [near, far]) writeFileSync(join(folder, "program.mjs"), outputFiles[0].text);
  });
  afterAll(() => {
    for (const folder of [near, far]) rmSync(folder, { recursive: true, force: true });
  });

  it.skipIf(missing)(
    titled("computes, ends by itself, and finds its globals as they were, but for hidden ones"),
    async () => {
      expect(await result(near)).toEqual({ values: [2, 3], gpu: "undefined", listed: 0 });
    },
  );

  it("says how to install the package that is missing", async () => {
    const error = await result(far);
    expect(error).toMatchObject({ name: "DeviceError", code: "device" });
    expect(error.message).toMatch(/npm install webgpu/);
  });

  it.skipIf(process.platform !== "linux")("says what a machine without a driver needs (Linux)", async () => {
    const error = await result(near, { VK_ICD_FILENAMES: "/nowhere.json" });
    expect(error).toMatchObject({ name: "DeviceError", code: "device" });
    expect(error.message).toMatch(/Vulkan driver.*libvulkan1.*VK_ICD_FILENAMES.*useBackend\("cpu"\)/s);
  });
});
