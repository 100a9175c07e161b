import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { chromiumIsNeeded, hasChromium, webgpuFlags, withPage } from "../../../plenoptic/test/browser.js";
import { conformancePage, startInPage } from "./open-page.js";
import type { PageResult } from "./page.js";

const title = `conformance [webgpu float32 in Chromium]${hasChromium ? "" : ` ${chromiumIsNeeded}`}`;

/** Runs groups of cases in the page, with small pictures: the GPU may be simulated. */
async function failuresIn(page: Page, groups: string[]): Promise<{ count: number; failures: PageResult[] }> {
  const results = await page.evaluate((wanted) => globalThis.inPage.run(wanted as never, 32), groups);
  return { count: results.length, failures: results.filter(({ error }) => error !== undefined) };
}

describe.skipIf(!hasChromium)(title, () => {
  it("values, kernels, errors, moving and synthesis", async () => {
    const script = await conformancePage();
    const run = async (page: Page) => {
      await startInPage(page);
      return failuresIn(page, ["values", "kernels", "errors", "moving", "synthesis"]);
    };
    const { count, failures } = await withPage(script, run, {}, webgpuFlags);
    expect(failures.map(({ name, error }) => `${name}: ${error}`).join("\n")).toBe("");
    expect(count).toBeGreaterThan(500);
  }, 600_000);
});
