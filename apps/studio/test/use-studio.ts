import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import { dropFile, type Host, hostStudio, startChromium } from "./studio-page.js";

/** A browser with the page in it, for each test of a file anew. */
export interface Studio {
  readonly host: Host;
  readonly browser: Browser;
  readonly context: BrowserContext;
  page: Page;
  /** Errors that the page told the console; a test that expects some takes them out. */
  readonly complaints: string[];
  /** Opens the page with settings as they stand after the `#`, and waits until it can be used. */
  open(settings?: string): Promise<void>;
  /** Runs code in each worker before the page's own; asked for before {@link open}. */
  inWorkers<A extends readonly unknown[]>(code: (...args: A) => void, ...args: A): Promise<void>;
  button(name: string | RegExp): ReturnType<Page["getByRole"]>;
  alert(): Promise<string>;
  iteration(): Promise<number>;
  /** Waits for the end of a run; the hash of the metamer. */
  end(): Promise<string | null>;
  drop(bytes: Uint8Array, name?: string, type?: string): Promise<void>;
  /** Drops a picture of 64×64 pixels, and waits until it is shown. */
  dropSmall(bytes: Uint8Array): Promise<void>;
}

/** Numbers that a run leaves, as `metamer.json` has them. */
export interface RunRecord {
  readonly iterations: number;
  readonly losses: number[];
  readonly gradientNorm: number[];
  readonly sha256: string;
}

/** Starts host and browser once for a file, and opens a page for each test. */
export function useStudio(browserArgs: readonly string[] = [], contextOptions: object = {}): Studio {
  const complaints: string[] = [];
  const parts = { complaints } as { -readonly [K in keyof Studio]: Studio[K] };
  beforeAll(async () => {
    [parts.host, parts.browser] = await Promise.all([hostStudio(), startChromium(browserArgs)]);
  });
  afterAll(async () => {
    await parts.browser?.close();
    await parts.host?.close();
  });
  beforeEach(async () => {
    parts.context = await parts.browser.newContext(contextOptions);
    parts.page = await parts.context.newPage();
    complaints.length = 0;
    parts.page.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
    parts.page.on("pageerror", (error) => complaints.push(error.message));
  });
  afterEach(async () => {
    await parts.context.close();
    expect(complaints).toEqual([]);
  });
  return Object.assign(parts, {
    async open(settings = "") {
      // Another part after the # alone would not load the page anew.
      await parts.page.goto("about:blank");
      await parts.page.goto(`${parts.host.address}${settings && `#${settings}`}`);
      await parts.button("Run").waitFor();
    },
    inWorkers: (code: (...args: never[]) => void, ...args: unknown[]) =>
      parts.context.route("**/assets/main-*.js", async (route) => {
        const response = await route.fetch();
        const given = args.map((value) => JSON.stringify(value)).join();
        await route.fulfill({ response, body: `(${code})(${given});\n${await response.text()}` });
      }),
    button: (name: string | RegExp) =>
      parts.page.getByRole("button", { name, exact: typeof name === "string" }),
    alert: async () => (await parts.page.getByRole("alert").allTextContents()).join(),
    iteration: async () => Number((await parts.page.getByTestId("iteration").textContent())?.split(" ")[0]),
    async end() {
      const hash = parts.page.getByTestId("sha256");
      const alert = parts.page.getByRole("alert");
      await hash.or(alert).first().waitFor({ timeout: 50_000 });
      // What went wrong is what a failing test should say.
      expect(await alert.allTextContents()).toEqual([]);
      return hash.textContent();
    },
    drop: (bytes: Uint8Array, name = "waves.png", type = "image/png") =>
      dropFile(parts.page, bytes, name, type),
    async dropSmall(bytes: Uint8Array) {
      await parts.drop(bytes);
      await parts.page.getByText("64×64 of 64×64 pixels").waitFor();
    },
  });
}
