import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { type BuildOptions, build } from "esbuild";
import type { Page } from "playwright-core";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const executable = process.env.PLENOPTIC_CHROMIUM ?? "/usr/bin/chromium";
export const hasChromium = existsSync(executable);
/** For {@link withPage}: WebGPU, by a GPU or in software. Without it Chromium on Linux finds no adapter. */
export const webgpuFlags = ["--enable-unsafe-webgpu"];
export const chromiumIsNeeded = "(needs /usr/bin/chromium or PLENOPTIC_CHROMIUM)";

const packages = readdirSync(join(root, "packages")).filter((name) => name !== "plenoptic");

function optionsFor(entry: URL, platform: "node" | "browser", minify: boolean) {
  const banner: Record<string, string> = {};
  // tfjs-core asks for Node's util with require, which an ES module has not.
  if (platform === "node") {
    banner.js =
      'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);';
  }
  return {
    entryPoints: [fileURLToPath(entry)],
    bundle: true,
    minify,
    write: false as const,
    format: "esm",
    platform,
    target: "es2022",
    mainFields: ["module", "main"],
    logLevel: "error",
    banner,
    external: platform === "node" ? ["node-fetch", "util", "crypto"] : ["node:*"],
    alias: Object.fromEntries([
      ["@plenoptic/testing/conformance", join(root, "packages/testing/src/conformance/index.ts")],
      ["plenoptic", join(root, "packages/plenoptic/src/index.ts")],
      ...packages.map((name) => [`@plenoptic/${name}`, join(root, `packages/${name}/src/index.ts`)]),
    ]),
  } satisfies BuildOptions;
}

/** The packages' sources in one file, as a web page or a program would bundle them. */
export async function bundle(
  entry: URL,
  platform: "node" | "browser",
  { minify = false }: { minify?: boolean } = {},
): Promise<string> {
  const result = await build(optionsFor(entry, platform, minify));
  return result.outputFiles?.[0].text ?? "";
}

/** What a page loads at first, minified, and what it loads when it is asked for. */
export async function bundleInParts(entry: URL): Promise<{ atFirst: string; later: string }> {
  const { outputFiles, metafile } = await build({
    ...optionsFor(entry, "browser", true),
    splitting: true,
    outdir: root,
    metafile: true,
  });
  const [first] = Object.keys(metafile.outputs).filter((path) =>
    metafile.outputs[path].entryPoint?.endsWith(basename(entry.pathname)),
  );
  const needed = new Set<string>();
  const add = (path: string) => {
    if (needed.has(path)) return;
    needed.add(path);
    for (const { path: target, kind } of metafile.outputs[path].imports)
      if (kind === "import-statement") add(target);
  };
  add(first);
  const text = (isNeeded: boolean) =>
    outputFiles
      .filter(({ path }) => needed.has(relative(process.cwd(), path)) === isNeeded)
      .map((file) => file.text);
  return { atFirst: text(true).join(""), later: text(false).join("") };
}

/**
 * Runs something in a page of Chromium that has loaded a bundle. `files` are what the page can fetch, by name;
 * `flags` go to Chromium.
 */
export async function withPage<T>(
  script: string,
  use: (page: Page) => Promise<T>,
  files: Readonly<Record<string, string>> = {},
  flags: readonly string[] = [],
): Promise<T> {
  const { chromium } = await import("playwright-core");
  const quiet = ["--disable-quic", "--no-first-run", "--disable-background-networking"];
  const browser = await chromium.launch({
    executablePath: executable,
    args: ["--no-sandbox", "--disable-component-update", "--disable-sync", ...quiet, ...flags],
  });
  try {
    const page = await browser.newPage();
    // crypto.subtle exists only in secure contexts; a route on localhost is one, and needs no server.
    await page.route("http://localhost/**", (route) => {
      const path = files[new URL(route.request().url()).pathname.slice(1)];
      return path
        ? route.fulfill({ contentType: "application/wasm", body: readFileSync(path) })
        : route.fulfill({ contentType: "text/html", body: "<!doctype html>" });
    });
    await page.goto("http://localhost/");
    await page.addScriptTag({ type: "module", content: `${script}\nglobalThis.isLoaded = true;` });
    await page.waitForFunction(() => "isLoaded" in globalThis);
    return await use(page);
  } finally {
    await browser.close();
  }
}
