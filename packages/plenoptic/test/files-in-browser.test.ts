import { describe, expect, it } from "vitest";
import { bundle, chromiumIsNeeded, hasChromium, withPage } from "./browser.js";
import { saveAndLoad } from "./files/entry.js";

describe("files in a page", () => {
  it.skipIf(!hasChromium)(`are the bytes that Node writes, and load there ${chromiumIsNeeded}`, async () => {
    const inPage = await withPage(
      await bundle(new URL("./files/entry.ts", import.meta.url), "browser"),
      (page) =>
        page.evaluate(() => (globalThis as unknown as { saveAndLoad: typeof saveAndLoad }).saveAndLoad()),
    );
    expect(inPage).toEqual(await saveAndLoad());
    expect(inPage.losses).toHaveLength(9);
    expect(inPage.examined).toContain("plenoptic.models.frontend.OnOff");
  });
});
