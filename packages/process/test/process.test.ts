import { readFileSync } from "node:fs";
import { ones, readSync, ShapeError, useBackend, ValidationError } from "@plenoptic/tensor";
import { expectClose } from "@plenoptic/testing";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import {
  checkFilterArguments,
  circularGaussian2d,
  diskValues,
  gaussian1d,
  samePadding,
  samePaddingAmounts,
} from "../src/index.js";

beforeAll(async () => {
  await useBackend("cpu", { dtype: "float64" });
});

describe("circularGaussian2d", () => {
  it("equals the formula in two dimensions, normalized by its sum", () => {
    for (const [kh, kw, std] of [
      [5, 5, 1],
      [8, 12, 2],
      [31, 31, 30],
      [1, 4, 0.3],
    ]) {
      const values = Array.from({ length: kh * kw }, (_, at) => {
        const [y, x] = [Math.floor(at / kw) - (kh - 1) / 2, (at % kw) - (kw - 1) / 2];
        return Math.exp(-(y * y + x * x) / (2 * Math.fround(std) ** 2));
      });
      const total = values.reduce((a, b) => a + b, 0);
      expectClose(
        readSync(circularGaussian2d([kh, kw], std)),
        values.map((v) => v / total),
        1e-14,
      );
    }
  });

  it("sums to 1, is symmetric, and has one filter per standard deviation", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.double({ min: 0.2, max: 50, noNaN: true }),
        (size, std) => {
          const taps = gaussian1d(size, std);
          expect(Math.abs(taps.reduce((a, b) => a + b, 0) - 1)).toBeLessThan(1e-12);
          expect([...taps].reverse()).toEqual([...taps]);
        },
      ),
    );
    expect(circularGaussian2d(7, [1, 2, 3]).shape).toEqual([3, 1, 7, 7]);
    expect(circularGaussian2d(7, 1, 2).shape).toEqual([2, 1, 7, 7]);
  });

  it.each<[string, () => unknown, RegExp]>([
    ["kernelSize 0", () => circularGaussian2d(0, 1), /kernelSize must be positive/],
    ["kernelSize 2.5", () => circularGaussian2d(2.5, 1), /integer-valued/],
    ["std 0", () => circularGaussian2d(3, 0), /std must be positive/],
    ["outChannels 0", () => circularGaussian2d(3, 1, 0), /positive integer/],
    [
      "lengths",
      () => checkFilterArguments(3, [1, 2], 3, "centerStd"),
      /length of centerStd must equal outChannels/,
    ],
  ])("refuses %s", (_, f, words) => {
    expect(f).toThrow(ValidationError);
    expect(f).toThrow(words);
  });
});

describe("samePadding", () => {
  it("puts the odd pixel below and right, and follows stride and dilation", () => {
    expect(samePaddingAmounts([64, 64], [30, 5])).toEqual([14, 15, 2, 2]);
    expect(samePaddingAmounts([64, 64], 1)).toEqual([0, 0, 0, 0]);
    expect(samePaddingAmounts([10, 10], 3, { dilation: 3 })).toEqual([3, 3, 3, 3]);
    expect(samePaddingAmounts([10, 11], 4, { stride: 3 })).toEqual([1, 2, 1, 1]);
    expect(samePadding(ones([1, 2, 8, 9]), [4, 5]).shape).toEqual([1, 2, 11, 13]);
  });

  it("says what to do when the kernel is too large to reflect", () => {
    expect(() => samePadding(ones([1, 1, 8, 8]), 20, { padMode: "reflect" })).toThrow(ShapeError);
    expect(() => samePadding(ones([1, 1, 8, 8]), 20, { padMode: "reflect" })).toThrow(/smaller kernel/);
  });
});

const recorded = JSON.parse(readFileSync(new URL("../../data/test/fixtures/images.json", import.meta.url), "utf8"));

describe("diskValues", () => {
  it.each(recorded.disks as { size: [number, number]; radii: number[]; values: number[] }[])(
    "$size $radii as the reference's",
    ({ size, radii, values }) => expectClose(diskValues(size, ...radii).values, values, 1e-7),
  );

  it("is 1 in the middle, 0 outside, and falls in between", () => {
    const { values, shape } = diskValues([9, 11], 4, 2);
    expect(shape).toEqual([9, 11]);
    expect(values[4 * 11 + 5]).toBe(1);
    expect(values[0]).toBe(0);
    expect(values[4 * 11 + 8]).toBeCloseTo(0.5, 6);
    expect(() => diskValues(0)).toThrow(ValidationError);
  });
});
