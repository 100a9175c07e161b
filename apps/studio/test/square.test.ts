import { encodePNG } from "@plenoptic/data";
import { rand, read, setSeed } from "@plenoptic/tensor";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import "@plenoptic/backend-cpu";
import { defaultSettings } from "../src/settings/settings.js";
import { moveTo, resizeTo, type Square, usedRegion } from "../src/square.js";
import { overviewOf } from "../src/worker/overview.js";
import { loadTarget, preview } from "../src/worker/picture.js";
import { toRaster } from "../src/worker/raster.js";

const size = fc.record({ width: fc.integer({ min: 1, max: 900 }), height: fc.integer({ min: 1, max: 900 }) });

/** A picture, and a square that fits into it. */
const situation = size.chain((of) =>
  fc.integer({ min: 1, max: Math.min(of.width, of.height) }).chain((crop) =>
    fc.record({
      of: fc.constant(of),
      square: fc.record({
        crop: fc.constant(crop),
        left: fc.option(fc.integer({ min: 0, max: of.width - crop }), { nil: undefined }),
        top: fc.option(fc.integer({ min: 0, max: of.height - crop }), { nil: undefined }),
      }),
    }),
  ),
);

function expectInside(square: Square, of: { width: number; height: number }): void {
  const { left, top, width, height } = usedRegion(square, of);
  expect(Math.min(left, top)).toBeGreaterThanOrEqual(0);
  expect(left + width).toBeLessThanOrEqual(of.width);
  expect(top + height).toBeLessThanOrEqual(of.height);
  expect(Math.min(width, height)).toBeGreaterThan(0);
}

describe("the square", () => {
  it("stays inside of the picture wherever it is dragged", () => {
    const somewhere = fc.double({ min: -2000, max: 2000, noNaN: true });
    fc.assert(
      fc.property(situation, somewhere, somewhere, ({ of, square }, x, y) => {
        const moved = moveTo(square, x, y, of);
        expectInside(moved, of);
        expect(moved.crop).toBe(square.crop);
      }),
    );
  });

  it("gets a side that is a multiple of 16 where one fits, and its middle or its corner stays", () => {
    fc.assert(
      fc.property(situation, fc.double({ min: -100, max: 2000, noNaN: true }), ({ of, square }, side) => {
        const resized = resizeTo(square, side, of);
        expectInside(resized, of);
        expect([resized.left, resized.top]).toEqual([square.left, square.top]);
        const room = Math.min(of.width - (square.left ?? 0), of.height - (square.top ?? 0));
        if (room >= 16) expect(resized.crop % 16).toBe(0);
        if (side >= 8 && side <= room - 16) expect(Math.abs(resized.crop - side)).toBeLessThanOrEqual(8);
      }),
    );
  });
});

describe("the worker's look at a picture", () => {
  const pictureFile = async (height: number, width: number) => {
    setSeed(5);
    return new Blob([(await encodePNG(rand([1, 3, height, width]))) as Uint8Array<ArrayBuffer>]);
  };

  it("shows the square that a run would take, in grey and in colour, reduced and as it is", async () => {
    const file = await pictureFile(40, 70);
    for (const part of [{}, { reduce: 24 }, { color: true, left: 9 }, { reduce: 30, left: 5, top: 3 }]) {
      const settings = { ...defaultSettings, crop: 16, ...part };
      const target = await loadTarget(file, settings);
      const { used, whole, reduced, overview } = await preview({ file, settings });
      const expected = toRaster(await read(target), target.shape);
      expect([used.width, used.height]).toEqual([16, 16]);
      // A run has float32, which may round the other way in the middle between two shades.
      for (const [i, value] of used.rgba.entries())
        expect(Math.abs(value - expected.rgba[i])).toBeLessThanOrEqual(1);
      expect(whole).toEqual({ width: 70, height: 40 });
      expect(Math.min(reduced.width, reduced.height)).toBe(settings.reduce ?? 40);
      expect([overview.width, overview.height]).toEqual([reduced.width, reduced.height]);
    }
  });

  it("takes the middle where nobody says where, and refuses what is not inside", async () => {
    const file = await pictureFile(20, 31);
    const look = (part: object) => preview({ file, settings: { ...defaultSettings, ...part } });
    const [middle, said] = [await look({ crop: 16 }), await look({ crop: 16, left: 7, top: 2 })];
    expect(middle.used.rgba).toEqual(said.used.rgba);
    await expect(look({ crop: 24 })).rejects.toThrow("does not fit");
    await expect(look({ crop: 16, left: 16 })).rejects.toThrow("beyond the picture");
  });

  it("makes an overview of a large picture that has its mean, once", () => {
    const [width, height] = [1500, 1000];
    const data = new Uint8Array(3 * width * height);
    for (let i = 0; i < data.length; i++) data[i] = (7 * Math.floor(i / (3 * width))) % 256;
    const pixels = { width, height, channels: 3, maxValue: 255, data };
    const raster = overviewOf(pixels, false);
    expect([raster.width, raster.height]).toEqual([512, 341]);
    const mean = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0) / values.length;
    const shades = raster.rgba.filter((_, i) => i % 4 === 0);
    expect(Math.abs(mean(shades) - mean(data))).toBeLessThan(1);
    expect(overviewOf(pixels, false)).toBe(raster);
    expect(overviewOf(pixels, true)).not.toBe(raster);
  });
});
