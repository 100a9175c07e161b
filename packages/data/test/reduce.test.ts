import "@plenoptic/backend-cpu";
import * as process from "@plenoptic/process";
import { linspace, readSync, reshape, ShapeError, ValidationError } from "@plenoptic/tensor";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { crop, encodePNG, loadImages, type Pixels, reducePixels } from "../src/index.js";

const grey = (width: number, height: number, data: number[]): Pixels => ({
  ...{ width, height, data },
  channels: 1,
  maxValue: 255,
});

/** How much of an area a pixel is, by the definition. */
const shared = (a: number, b: number, pixel: number) =>
  Math.max(0, Math.min(b, pixel + 1) - Math.max(a, pixel));

describe("reducing a picture", () => {
  it("takes the mean of the area of every pixel", () => {
    const pictures = fc.record({
      width: fc.integer({ min: 2, max: 11 }),
      height: fc.integer({ min: 2, max: 11 }),
    });
    const cases = pictures.chain(({ width, height }) =>
      fc.record({
        width: fc.constant(width),
        height: fc.constant(height),
        side: fc.integer({ min: 1, max: Math.min(width, height) }),
        data: fc.array(fc.nat(255), { minLength: width * height, maxLength: width * height }),
      }),
    );
    fc.assert(
      fc.property(cases, ({ width, height, side, data }) => {
        const reduced = reducePixels(grey(width, height, data), side);
        if (side === Math.min(width, height)) {
          expect(reduced.data).toBe(data);
          return;
        }
        expect(Math.min(reduced.width, reduced.height)).toBe(side);
        const [across, down] = [width / reduced.width, height / reduced.height];
        for (let y = 0; y < reduced.height; y++) {
          for (let x = 0; x < reduced.width; x++) {
            let sum = 0;
            for (let v = 0; v < height; v++) {
              for (let u = 0; u < width; u++) {
                const part = shared(x * across, (x + 1) * across, u) * shared(y * down, (y + 1) * down, v);
                sum += (part / across / down) * (data[v * width + u] / 255);
              }
            }
            expect(reduced.data[y * reduced.width + x]).toBeCloseTo(sum, 7);
          }
        }
      }),
    );
  });

  it("lays what is transparent over white, and keeps colours apart", () => {
    const data = [255, 0, 0, 255, 0, 255, 0, 0, 0, 0, 255, 51, 255, 255, 255, 255];
    const { data: values, channels } = reducePixels(
      { width: 2, height: 2, channels: 4, maxValue: 255, data },
      1,
    );
    expect(channels).toBe(3);
    expect(Array.from(values, (v) => Math.round(1e6 * v) / 1e6)).toEqual([0.95, 0.7, 0.75]);
  });

  it("happens before grey is taken, when a picture is loaded, from a file or from pixels", async () => {
    const image = reshape(linspace(0, 1, 3 * 6 * 4), [1, 3, 6, 4]);
    const png = await encodePNG(image);
    const small = await loadImages(png, { shorterSide: 2 });
    expect(small.shape).toEqual([1, 1, 3, 2]);
    const whole = readSync(await loadImages(png));
    const first = (whole[0] + whole[1] + whole[4] + whole[5]) / 4;
    expect(readSync(small)[0]).toBeCloseTo(first, 6);
    const pixels = reducePixels({ width: 1, height: 1, channels: 1, maxValue: 255, data: [51] }, 1);
    expect(readSync(await loadImages([pixels, pixels]))[1]).toBeCloseTo(0.2, 7);
    expect((await loadImages(png, { shorterSide: 9, asGray: false })).shape).toEqual([1, 3, 6, 4]);
    await expect(loadImages(png, { shorterSide: 0 })).rejects.toThrow(ValidationError);
  });
});

describe("crop", () => {
  const image = reshape(linspace(0, 29, 30), [1, 1, 5, 6]);

  it("begins where it is told, else in the middle", () => {
    expect([...readSync(crop(image, 2, { left: 3, top: 0 }))]).toEqual([3, 4, 9, 10]);
    expect([...readSync(crop(image, [1, 2], { top: 4 }))]).toEqual([26, 27]);
    expect([...readSync(crop(image, 2))]).toEqual([8, 9, 14, 15]);
  });

  it("has the middle that process.centerCrop has", () => {
    const sides = fc
      .integer({ min: 1, max: 9 })
      .chain((side) => fc.tuple(fc.constant(side), fc.integer({ min: 1, max: side })));
    fc.assert(
      fc.property(sides, ([side, size]) => {
        const square = reshape(linspace(0, side ** 2 - 1, side ** 2), [1, 1, side, side]);
        expect(readSync(crop(square, size))).toEqual(readSync(process.centerCrop(square, size)));
      }),
    );
  });

  it("never reaches beyond the image", () => {
    expect(() => crop(image, 2, { left: 5 })).toThrow(ShapeError);
    expect(() => crop(image, 6)).toThrow(ShapeError);
    expect(() => crop(image, 2, { top: -1 })).toThrow(ValidationError);
    expect(() => crop(image, 0)).toThrow(ValidationError);
  });
});
