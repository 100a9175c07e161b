import type { Page } from "playwright-core";
import { bundle } from "../../../plenoptic/test/browser.js";
import type { InPage } from "./page.js";

declare global {
  /** What `page.ts` puts there, in the page. */
  var inPage: InPage;
}

let script: Promise<string> | undefined;

/** The cases and all they need in one file. */
export function conformancePage(): Promise<string> {
  script ??= bundle(new URL("./page.ts", import.meta.url), "browser");
  return script;
}

/** Starts WebGPU in the page. */
export async function startInPage(page: Page): Promise<void> {
  const problem = await page.evaluate(() => globalThis.inPage.start());
  if (problem) throw new Error(`WebGPU does not start in Chromium: ${problem}`);
}
