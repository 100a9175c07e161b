import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { memoryOf, watchWorker } from "../../../bench/studio/memory.mjs";
import { chromiumIsNeeded, type Host, hasChromium, hostStudio, startChromium } from "./studio-page.js";

const part = 1000;
const all = 5 * part;

/**
 * What the numbers of an iteration take, four on each side; a list that grows has up to half as much room again. The worker's
 * lists hold doubles of 8 bytes. The page's hold references of 4 to numbers of 12, because they came in messages.
 */
const recordBytes = { page: 4 * (12 + 1.5 * 4), worker: 4 * 1.5 * 8 };
/** In a file, a number has a letter before it. */
const savedBytes = 4 * 9;
/** Functions that have run often are compiled again, and the code lies in the heap: about 100 kB from the first part to the last. */
const codeBytes = 512 * 1024;
/** Much less than one picture. */
const arrayBytes = 64 * 1024;

async function finish(page: Page, name: string | RegExp, iterations: number): Promise<void> {
  await page.getByRole("button", { name, exact: typeof name === "string" }).click();
  await page.getByText(`${iterations} of ${iterations} · finished`).waitFor({ timeout: 100_000 });
  await page.getByTestId("sha256").waitFor();
}

describe.skipIf(!hasChromium)(`the studio's memory ${chromiumIsNeeded}`, { timeout: 150_000 }, () => {
  let host: Host;
  let browser: Browser;
  beforeAll(async () => {
    [host, browser] = await Promise.all([hostStudio(), startChromium()]);
  });
  afterAll(async () => {
    await browser?.close();
    await host?.close();
  });

  it("does not grow over 5000 iterations, but for the numbers of the iterations", async () => {
    const page = await browser.newPage();
    watchWorker(page);
    const settings = `max-iter=${part}&store-progress=0&stop-criterion=0&model-option.kernelSize=3&device=cpu`;
    await page.goto(`${host.address}#${settings}`);
    await page.getByText("256×256 of").waitFor();
    const measure = await memoryOf(browser, page);
    await finish(page, "Run", part);
    const before = await measure();
    for (let done = 2 * part; done <= all; done += part) await finish(page, /more$/, done);
    const after = await measure();
    const growth = (all - part) * savedBytes;
    expect(before.wasm).toBeGreaterThan(0);
    expect(after.wasm).toBe(before.wasm);
    for (const side of ["page", "worker"] as const) {
      const { heap, arrays } = after[side];
      const allowed = (all - part) * recordBytes[side] + codeBytes;
      expect(heap - before[side].heap, `heap of the ${side}`).toBeLessThan(allowed);
      expect(arrays - before[side].arrays, `arrays of the ${side}`).toBeLessThan(arrayBytes);
    }
    // The picture, and the file that was kept last.
    expect(after.blobCount).toBeLessThanOrEqual(2);
    expect(after.blobs - before.blobs).toBeLessThanOrEqual(growth);
    await page.close();
  });
});
