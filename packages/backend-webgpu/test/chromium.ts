import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Page } from "playwright-core";
import type { TaskName, Tasks } from "./page/main.js";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const executablePath = process.env.PLENOPTIC_CHROMIUM ?? "/usr/bin/chromium";
export const noChromium = existsSync(executablePath) ? "" : "needs /usr/bin/chromium or PLENOPTIC_CHROMIUM";

const withWebGpu = ["--enable-unsafe-webgpu"];
const quiet = [
  "--no-sandbox",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** `page/main.ts` with all that it imports, as one module. */
async function bundled(): Promise<string> {
  const packages = ["backend-webgpu", "tensor"];
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("page/main.ts", import.meta.url))],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2022",
    mainFields: ["module", "main"],
    logLevel: "error",
    alias: Object.fromEntries(
      packages.map((name) => [`@plenoptic/${name}`, `${root}packages/${name}/src/index.ts`]),
    ),
  });
  return outputFiles[0].text;
}

type Result<N extends TaskName> = Awaited<ReturnType<Tasks[N]>>;

/** Has tasks of `page/main.ts` done, in the page itself or in a worker of it. */
export interface InPage {
  page<N extends TaskName>(name: N): Promise<Result<N>>;
  worker<N extends TaskName>(name: N): Promise<Result<N>>;
}

async function load(page: Page, origin: string, script: string): Promise<InPage> {
  await page.route(`${origin}/**`, (route) =>
    route.request().url().endsWith("main.js")
      ? route.fulfill({ contentType: "text/javascript", body: script })
      : route.fulfill({ contentType: "text/html", body: "<!doctype html>" }),
  );
  await page.goto(`${origin}/`);
  await page.addScriptTag({ type: "module", url: "/main.js" });
  await page.waitForFunction(() => "answer" in globalThis);
  return {
    page: (name) =>
      page.evaluate(
        (task) => (globalThis as unknown as { answer(task: string): Promise<never> }).answer(task),
        name,
      ),
    worker: (name) =>
      page.evaluate(
        (task) =>
          new Promise<never>((resolve, reject) => {
            const worker = new Worker("/main.js", { type: "module" });
            worker.onerror = ({ message }) => reject(new Error(message));
            worker.onmessage = ({ data }) => {
              worker.terminate();
              if (data.error) reject(new Error(data.error.message));
              else resolve(data.result as never);
            };
            worker.postMessage(task);
          }),
        name,
      ),
  };
}

/** Runs something in Chromium, with or without WebGPU, on a page that is secure (localhost) or not. */
export async function inChromium<T>(
  use: (tasks: InPage) => Promise<T>,
  { hasWebGpu = true, isSecure = true } = {},
): Promise<T> {
  const { chromium } = await import("playwright-core");
  const args = [...quiet, ...(hasWebGpu ? withWebGpu : [])];
  const [script, browser] = await Promise.all([bundled(), chromium.launch({ executablePath, args })]);
  try {
    const origin = isSecure ? "http://localhost" : "http://pictures.test";
    return await use(await load(await browser.newPage(), origin, script));
  } finally {
    await browser.close();
  }
}
