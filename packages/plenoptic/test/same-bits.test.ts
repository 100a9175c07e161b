import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { computeHashes } from "./bits/entry.js";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const otherNode = process.env.PLENOPTIC_OTHER_NODE ?? "";
const chromium = process.env.PLENOPTIC_CHROMIUM ?? "/usr/bin/chromium";
const recorded = JSON.parse(readFileSync(new URL("./bits/recorded.json", import.meta.url), "utf8"));

/** The packages' sources in one file, as a web page or a program would bundle them. */
async function bundle(platform: "node" | "browser"): Promise<string> {
  const packages = ["backend-cpu", "data", "losses", "models", "optim", "process", "synthesis", "tensor"];
  const result = await build({
    entryPoints: [fileURLToPath(new URL("./bits/entry.ts", import.meta.url))],
    bundle: true,
    write: false,
    format: "esm",
    platform,
    target: "es2022",
    mainFields: ["module", "main"],
    logLevel: "error",
    // tfjs-core asks for Node's util with require, which an ES module has not.
    banner:
      platform === "node"
        ? {
            js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
          }
        : {},
    external: platform === "node" ? ["node-fetch", "util", "crypto"] : ["node:*"],
    alias: Object.fromEntries([
      ["plenoptic", join(root, "packages/plenoptic/src/index.ts")],
      ...packages.map((name) => [`@plenoptic/${name}`, join(root, `packages/${name}/src/index.ts`)]),
    ]),
  });
  return result.outputFiles?.[0].text ?? "";
}

describe("the same seed gives the same bits", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "plenoptic-bits-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("as recorded, in this Node", async () => {
    expect(await computeHashes()).toEqual(recorded);
  });

  it.skipIf(!existsSync(otherNode))(
    "in another major version of Node (needs PLENOPTIC_OTHER_NODE)",
    async () => {
      const version = execFileSync(otherNode, ["--version"], { encoding: "utf8" });
      expect(version.split(".")[0]).not.toBe(process.version.split(".")[0]);
      const file = join(folder, "bits.mjs");
      writeFileSync(file, `${await bundle("node")}\nconsole.log(JSON.stringify(await computeHashes()));\n`);
      const printed = execFileSync(otherNode, [file], { encoding: "utf8" });
      expect(JSON.parse(printed.trim().split("\n").at(-1) ?? "")).toEqual(recorded);
    },
  );

  it.skipIf(!existsSync(chromium))(
    "in Chromium (needs /usr/bin/chromium or PLENOPTIC_CHROMIUM)",
    async () => {
      const { chromium: launcher } = await import("playwright-core");
      const browser = await launcher.launch({
        executablePath: chromium,
        args: [
          "--no-sandbox",
          "--disable-quic",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync",
        ],
      });
      try {
        const page = await browser.newPage();
        // crypto.subtle exists only in secure contexts; a route on localhost is one, and needs no server.
        await page.route("http://localhost/**", (route) =>
          route.fulfill({ contentType: "text/html", body: "<!doctype html>" }),
        );
        await page.goto("http://localhost/");
        await page.addScriptTag({ type: "module", content: await bundle("browser") });
        await page.waitForFunction(() => "computeHashes" in globalThis);
        const hashes = await page.evaluate(() =>
          (globalThis as unknown as { computeHashes(): Promise<Record<string, string>> }).computeHashes(),
        );
        expect(hashes).toEqual(recorded);
      } finally {
        await browser.close();
      }
    },
  );
});
