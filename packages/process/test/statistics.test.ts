import "@plenoptic/backend-cpu";
import { mean, OutOfRangeError, ones, readSync, ShapeError, tensor } from "@plenoptic/tensor";
import { boundFor, describeDevices, expectClose, withoutLeak } from "@plenoptic/testing";
import fc from "fast-check";
import { expect, it } from "vitest";
import { kurtosis, skew, variance } from "../src/index.js";
import { numbers, random } from "./support.js";

/** Moments by their definitions, in doubles. */
function moments(values: ArrayLike<number>) {
  const list = Array.from(values);
  const average = (f: (v: number) => number) => list.reduce((s, v) => s + f(v), 0) / list.length;
  const mu = average((v) => v);
  const v = average((x) => (x - mu) ** 2);
  return {
    variance: v,
    skew: average((x) => (x - mu) ** 3) / v ** 1.5,
    kurtosis: average((x) => (x - mu) ** 4) / v ** 2,
  };
}

describeDevices("moments", (device) => {
  const bound = boundFor(device, { float64: 1e-12, float32: 1e-5 });

  it("follow their definitions", () => {
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 60 }), fc.integer({ min: 1, max: 99 }), (length, seed) => {
        const { values } = numbers([length], seed);
        const wanted = moments(values);
        for (const [name, f] of Object.entries({ variance, skew, kurtosis })) {
          const y = withoutLeak(() => {
            const x = tensor(values);
            const result = f(x);
            x.dispose();
            return result;
          });
          const difference = Math.abs(readSync(y)[0] - wanted[name as keyof typeof wanted]);
          expect(difference, name).toBeLessThanOrEqual(bound * 10);
        }
      }),
      { numRuns: 30 },
    );
  });

  it("do not change with a shift and a scale, but for the variance", () => {
    const x = numbers([50]).values;
    const y = x.map((v) => 3 * v + 2);
    expectClose(skew(tensor(y)), skew(tensor(x)), bound * 20);
    expectClose(kurtosis(tensor(y)), kurtosis(tensor(x)), bound * 20);
    expectClose(variance(tensor(y)), [9 * readSync(variance(tensor(x)))[0]], bound);
  });

  it("take what is known, as numbers or as tensors that broadcast", () => {
    const x = random([2, 3, 8]);
    const axes = [1, 2];
    const mu = mean(x, axes, true);
    const v = variance(x, { axes, keepDims: true });
    for (const f of [skew, kurtosis]) {
      const wanted = f(x, { axes, keepDims: true });
      expect(wanted.shape).toEqual([2, 1, 1]);
      expectClose(f(x, { axes, keepDims: true, mean: mu, var: v }), wanted, bound);
      const first = f(x, { axes, mean: 0.1, var: 0.5 });
      expect(first.shape).toEqual([2]);
      expectClose(first, f(x, { axes, mean: tensor([[[0.1]]]), var: tensor([0.5, 0.5]) }), bound);
    }
  });

  it("of a constant are 0, and NaN where they divide by it", () => {
    const x = ones([4]);
    expect(readSync(variance(x))[0]).toBe(0);
    expect(readSync(skew(x))[0]).toBeNaN();
    expect(readSync(kurtosis(x))[0]).toBeNaN();
  });

  it("refuse axes and shapes that do not fit", () => {
    expect(() => variance(ones([2, 3]), { axes: 2 })).toThrow(OutOfRangeError);
    expect(() => skew(ones([2, 3]), { mean: ones([2]) })).toThrow(ShapeError);
  });
});
