import { readFileSync } from "node:fs";
import {
  conv2d,
  grad,
  ones,
  type PadMode,
  rand,
  readSync,
  ShapeError,
  separableFilter,
  square,
  sum,
  tensor,
  useBackend,
  ValidationError,
} from "@plenoptic/tensor";
import { boundFor, checkGradient, describeDevices, expectClose, withoutLeak } from "@plenoptic/testing";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import {
  checkFilterArguments,
  checkPadMode,
  circularGaussian2d,
  differenceOfGaussiansFilters,
  diskValues,
  filterTensor,
  gaussian1d,
  gaussianFilters,
  sameFilter,
  samePadding,
  samePaddingAmounts,
  scaleFilters,
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

  it("stays finite for a Gaussian narrower than the distance of two taps", () => {
    expect([...gaussian1d(4, 1e-3)]).toEqual([0, 0.5, 0.5, 0]);
    expect([...gaussian1d(3, 1e-3)]).toEqual([0, 1, 0]);
  });

  it("has the taps that Math.exp gives, to rounding", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.double({ min: 0.05, max: 200, noNaN: true }),
        (size, std) => {
          const raw = Array.from({ length: size }, (_, i) =>
            Math.exp(-((i - (size - 1) / 2) ** 2) / (2 * std * std)),
          );
          const total = raw.reduce((a, b) => a + b, 0);
          fc.pre(total > 1e-250);
          expectClose(
            gaussian1d(size, std),
            raw.map((v) => v / total),
            2e-14,
          );
        },
      ),
    );
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

  // The larger half of the padding must fit: n - 1 pixels can be reflected, n repeated.
  it.each<[PadMode, number, number]>([
    ["reflect", 15, 16],
    ["circular", 17, 18],
  ])("%s takes kernels up to %d for 8 pixels, and names the sizes above", (padMode, most, tooLarge) => {
    expect(samePadding(ones([1, 1, 8, 8]), most, { padMode }).shape).toEqual([1, 1, 7 + most, 7 + most]);
    const fail = () => samePadding(ones([1, 1, 8, 8]), tooLarge, { padMode });
    expect(fail).toThrow(ShapeError);
    expect(fail).toThrow(new RegExp(`${tooLarge} × ${tooLarge}.*at least 9 × 9.*8 × 8`));
  });

  it("has no such limit for replicate and constant", () => {
    for (const padMode of ["replicate", "constant"] as const) {
      expect(samePadding(ones([1, 1, 2, 3]), 20, { padMode }).shape).toEqual([1, 1, 21, 22]);
    }
  });

  it("pads the last two axes whatever the rank", () => {
    const values = Float64Array.from({ length: 24 }, (_, i) => i);
    const wanted = samePadding(tensor(values, [1, 2, 3, 4]), 3);
    for (const leading of [[2], [1, 2], [1, 1, 2]]) {
      const padded = withoutLeak(() => {
        const x = tensor(values, [...leading, 3, 4]);
        const y = samePadding(x, 3);
        x.dispose();
        return y;
      });
      expect(padded.shape).toEqual([...leading, 5, 6]);
      expect([...readSync(padded)]).toEqual([...readSync(wanted)]);
    }
    expect(samePadding(ones([5, 6]), 3).shape).toEqual([7, 8]);
    expect(() => samePadding(ones([5]), 3)).toThrow(ShapeError);
  });

  it("suggests the nearest pad mode", () => {
    expect(checkPadMode("circular")).toBe("circular");
    expect(() => checkPadMode("relfect" as PadMode)).toThrow(/Did you mean "reflect"/);
  });
});

describeDevices("separable filters", (device) => {
  const bound = boundFor(device, { float64: 1e-13, float32: 2e-6 });
  const dog = () =>
    differenceOfGaussiansFilters([5, 4], { onCenter: [true, false], centerStd: [0.7, 1.1], surroundStd: 3 });

  it.each<PadMode>(["reflect", "circular", "replicate", "constant"])(
    "sameFilter pads, then filters: %s",
    (padMode) => {
      const x = rand([2, 1, 9, 11]);
      const { filters } = dog();
      const wanted = conv2d(samePadding(x, [5, 4], { padMode }), filterTensor(filters));
      expectClose(sameFilter(x, filters, padMode), wanted, bound);
    },
  );

  it("read the channel they are told to", () => {
    const x = rand([1, 2, 6, 7]);
    const swapped = gaussianFilters(3, [1, 2], 2, (k) => 1 - k);
    const straight = gaussianFilters(3, [2, 1], 2, (k) => k);
    const [a, b] = [swapped, straight].map((filters) => readSync(sameFilter(x, filters)));
    expect([...a.subarray(0, 42)]).toEqual([...b.subarray(42)]);
    expect([...a.subarray(42)]).toEqual([...b.subarray(0, 42)]);
  });

  it("differences of Gaussians sum to 0, and turn their sign with the centre", () => {
    const taps = readSync(filterTensor(dog().filters));
    for (const start of [0, 20]) {
      const total = Array.from(taps.subarray(start, start + 20)).reduce((a, b) => a + b, 0);
      expect(Math.abs(total)).toBeLessThan(bound);
    }
    const on = readSync(filterTensor(differenceOfGaussiansFilters(7).filters));
    const off = readSync(filterTensor(differenceOfGaussiansFilters(7, { onCenter: false }).filters));
    expect(on[24]).toBeGreaterThan(0);
    expect([...off]).toEqual([...on].map((tap) => -tap));
  });

  it("scaleFilters multiplies the output", () => {
    const x = rand([1, 1, 8, 8]);
    const { filters } = dog();
    const y = readSync(sameFilter(x, filters));
    const scaled = readSync(sameFilter(x, scaleFilters(filters, [3, -0.5])));
    expectClose(
      scaled,
      y.map((v, i) => v * (i < 64 ? 3 : -0.5)),
      bound,
    );
    expect(() => scaleFilters(filters, [1])).toThrow(ValidationError);
  });
});

describe("sameFilter", () => {
  it("has the derivatives of a linear map", () => {
    const { filters } = differenceOfGaussiansFilters(5);
    checkGradient((x) => square(sameFilter(x, filters, "reflect")), {
      values: Float64Array.from({ length: 42 }, (_, i) => Math.sin(i * i)),
      shape: [1, 1, 6, 7],
    });
    const x = rand([1, 1, 6, 7]);
    const slope = grad((image) => sum(sameFilter(image, filters, "constant")))(x);
    const direct = grad((image) => sum(separableFilter(image, filters, [2, 2, 2, 2], "constant")))(x);
    expect([...readSync(slope)]).toEqual([...readSync(direct)]);
  });

  it("says which image it wants", () => {
    expect(() => sameFilter(ones([4, 4]), gaussianFilters(3, 1))).toThrow(ShapeError);
    expect(() => sameFilter(ones([1, 1, 4, 4]), gaussianFilters(9, 1))).toThrow(/at least 5 × 5/);
    expect(() =>
      sameFilter(
        ones([1, 1, 9, 9]),
        gaussianFilters(3, 1, 1, () => 2),
      ),
    ).toThrow(ShapeError);
  });
});

const recorded = JSON.parse(
  readFileSync(new URL("../../data/test/fixtures/images.json", import.meta.url), "utf8"),
);

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
    expect([...diskValues(1).values]).toEqual([1]);
    expect(() => diskValues(0)).toThrow(ValidationError);
  });
});
