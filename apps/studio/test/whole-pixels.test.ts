import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arrange, isWhole, pixelSize, zoomed } from "../src/views/stage/whole-pixels.js";

const side = fc.integer({ min: 1, max: 2000 });
const size = fc.record({ width: side, height: side });
const room = fc.record({
  width: fc.integer({ min: 100, max: 3800 }),
  height: fc.integer({ min: 160, max: 2000 }),
});
const density = fc.constantFrom(1, 1.25, 1.5, 2, 2.625, 3);

const isWholeNumber = (value: number) => Math.abs(value - Math.round(value)) < 1e-9;

describe("pixels of a picture on the screen", () => {
  it("are whole where the picture fits so, and else all of it is shown", () => {
    fc.assert(
      fc.property(size, room, density, (picture, given, dots) => {
        const pixel = pixelSize(picture, given, dots);
        expect(pixel).toBeGreaterThan(0);
        expect(pixel * picture.width).toBeLessThanOrEqual(given.width + 0.01 * picture.width);
        expect(pixel * picture.height).toBeLessThanOrEqual(given.height + 0.01 * picture.height);
        const fits = picture.width <= given.width * dots && picture.height <= given.height * dots;
        if (fits) expect(isWholeNumber(pixel * dots)).toBe(true);
        expect(isWhole(pixel, dots)).toBe(fits);
      }),
    );
  });

  it("are whole at every zoom", () => {
    fc.assert(
      fc.property(size, room, density, fc.constantFrom(2, 4, 8, 16), (picture, given, dots, zoom) => {
        const pixel = pixelSize(picture, given, dots);
        const larger = zoomed(pixel, zoom, dots);
        expect(isWholeNumber(larger * dots)).toBe(true);
        if (isWhole(pixel, dots)) expect(larger).toBeCloseTo(zoom * pixel, 9);
      }),
    );
  });

  it("are twice as large on the most usual screen, and four times at 4K", () => {
    const picture = { width: 256, height: 256 };
    // What the stage leaves beside the choices in windows of 1280, 1905 and 3840 pixels.
    expect(arrange(picture, { width: 898, height: 640 }, 16, 1)).toEqual({ columns: 3, pixel: 1 });
    expect(arrange(picture, { width: 1570, height: 800 }, 16, 1)).toEqual({ columns: 3, pixel: 2 });
    expect(arrange(picture, { width: 3330, height: 1728 }, 16, 1)).toEqual({ columns: 3, pixel: 4 });
  });

  it("stand below each other on a telephone, unless two are large enough", () => {
    const telephone = { width: 310, height: 600 };
    expect(arrange({ width: 256, height: 256 }, telephone, 16, 3)).toEqual({ columns: 1, pixel: 1 });
    expect(arrange({ width: 256, height: 256 }, telephone, 16, 2)).toEqual({ columns: 2, pixel: 0.5 });
    expect(arrange({ width: 64, height: 64 }, telephone, 16, 1).columns).toBe(2);
  });
});
