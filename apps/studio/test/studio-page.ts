import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { build } from "vite";

const studio = fileURLToPath(new URL("..", import.meta.url));
const executablePath = process.env.PLENOPTIC_CHROMIUM ?? "/usr/bin/chromium";
export const hasChromium = existsSync(executablePath);
export const chromiumIsNeeded = "(needs /usr/bin/chromium or PLENOPTIC_CHROMIUM)";

const types: Record<string, string> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".jpg": "image/jpeg",
  ".png": "image/png",
  ".wasm": "application/wasm",
};

/** The page as a plain web host would serve it, from a folder of the host. */
export interface Host {
  readonly address: string;
  /** Paths of all requests so far. */
  readonly requests: string[];
  /** From now on nothing is answered. */
  goAway(): void;
  comeBack(): void;
  close(): Promise<void>;
}

/** Builds the page from the sources, as it is built for visitors. */
export async function buildStudio(outDir: string): Promise<void> {
  // Else it would be built for a test.
  const { NODE_ENV } = process.env;
  process.env.NODE_ENV = "production";
  await build({ root: studio, logLevel: "error", build: { outDir, emptyOutDir: true } });
  process.env.NODE_ENV = NODE_ENV;
}

/** Builds the page from the sources and serves it under `/some/folder/`. */
export async function hostStudio(): Promise<Host> {
  const outDir = mkdtempSync(join(tmpdir(), "studio-"));
  await buildStudio(outDir);
  const requests: string[] = [];
  const folder = "/some/folder/";
  let isAway = false;
  const server: Server = createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    requests.push(path);
    const file = join(outDir, path.slice(folder.length) || "index.html");
    if (isAway || !path.startsWith(folder) || !existsSync(file)) {
      response.writeHead(isAway ? 503 : 404).end();
      return;
    }
    response.writeHead(200, { "content-type": types[extname(file)] ?? "application/octet-stream" });
    response.end(readFileSync(file));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  return {
    address: `http://127.0.0.1:${port}${folder}`,
    requests,
    goAway() {
      isAway = true;
    },
    comeBack() {
      isAway = false;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(outDir, { recursive: true, force: true });
    },
  };
}

export async function startChromium(more: readonly string[] = []): Promise<Browser> {
  const { chromium } = await import("playwright-core");
  return chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--enable-unsafe-webgpu",
      ...more,
    ],
  });
}

/** Gives the page a picture as if it had been dropped on it. */
export async function dropFile(page: Page, bytes: Uint8Array, name: string, type: string): Promise<void> {
  const transfer = await page.evaluateHandle(
    ({ values, name, type }) => {
      const data = new DataTransfer();
      data.items.add(new File([new Uint8Array(values)], name, { type }));
      return data;
    },
    { values: [...bytes], name, type },
  );
  await page.dispatchEvent("body", "drop", { dataTransfer: transfer });
}

/** What a click on a button downloads. */
export async function downloadBy(page: Page, button: string): Promise<Buffer> {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: button, exact: true }).click(),
  ]);
  return readFileSync(await download.path());
}

export const button = (page: Page, name: string | RegExp) =>
  page.getByRole("button", { name, exact: typeof name === "string" });

/** How many iterations the page says have been made. */
export const iteration = async (page: Page): Promise<number> =>
  Number((await page.getByTestId("iteration").textContent())?.split(" ")[0]);

/** Of the metamer, once a run has ended. */
export const sha256 = (page: Page) => page.getByTestId("sha256").textContent({ timeout: 50_000 });
