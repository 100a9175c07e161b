import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { computeHashes } from "./bits/entry.js";
import { bundle, chromiumIsNeeded, hasChromium, withPage } from "./browser.js";

const entry = new URL("./bits/entry.ts", import.meta.url);
const otherNode = process.env.PLENOPTIC_OTHER_NODE ?? "";
const recorded = JSON.parse(readFileSync(new URL("./bits/recorded.json", import.meta.url), "utf8"));

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
      writeFileSync(
        file,
        `${await bundle(entry, "node")}\nconsole.log(JSON.stringify(await computeHashes()));\n`,
      );
      const printed = execFileSync(otherNode, [file], { encoding: "utf8" });
      expect(JSON.parse(printed.trim().split("\n").at(-1) ?? "")).toEqual(recorded);
    },
  );

  it.skipIf(!hasChromium)(`in Chromium ${chromiumIsNeeded}`, async () => {
    const hashes = await withPage(await bundle(entry, "browser"), (page) =>
      page.evaluate(() =>
        (globalThis as unknown as { computeHashes(): Promise<Record<string, string>> }).computeHashes(),
      ),
    );
    expect(hashes).toEqual(recorded);
  });
});
