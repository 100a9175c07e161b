import {
  abs,
  atan2,
  ceil,
  cos,
  exp,
  expm1,
  isFinite as finite,
  floor,
  log,
  log1p,
  max,
  maximum,
  min,
  minimum,
  neg,
  pow,
  readSync,
  relu,
  round,
  scalarMath,
  sigmoid,
  sign,
  sin,
  softplus,
  sqrt,
  sum,
  sumSquares,
  type Tensor,
  tanh,
  tensor,
  useBackend,
} from "@plenoptic/tensor";
import "../src/index.js";
import { describe, expect, it } from "vitest";

const dtypes = ["float64", "float32"] as const;
/** Spacing of numbers around x. */
const ulp = (x: number, dtype: (typeof dtypes)[number]) => {
  const bits = dtype === "float64" ? 52 : 23;
  const least = dtype === "float64" ? 2 ** -1074 : 2 ** -149;
  return Math.max(least, 2 ** (Math.floor(Math.log2(Math.abs(x))) - bits));
};

/** A grid of a range, with numbers near both ends of the precision's exponents where asked. */
const grid = (low: number, high: number, n = 4001) =>
  Float64Array.from({ length: n }, (_, i) => low + ((high - low) * (i + 0.37)) / n);
const decades = (low: number, high: number) =>
  Float64Array.from({ length: 2000 }, (_, i) => 10 ** (low + ((high - low) * i) / 2000));

interface Case {
  op: (x: Tensor) => Tensor;
  exact: (x: number) => number;
  inputs: Float64Array;
  /** Largest error in units in the last place, float64 and float32. Math's own functions are off by up to one themselves. */
  bound: [number, number];
}

const softplusExact = (x: number) => (x > 20 ? x : Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))));
const cases: Record<string, Case> = {
  exp: { op: exp, exact: Math.exp, inputs: grid(-80, 80), bound: [2, 1] },
  "exp near 0": { op: exp, exact: Math.exp, inputs: grid(-1e-3, 1e-3), bound: [1.5, 1] },
  expm1: { op: expm1, exact: Math.expm1, inputs: grid(-5, 5), bound: [3, 1] },
  "expm1 near 0": { op: expm1, exact: Math.expm1, inputs: decades(-12, -1), bound: [2, 1] },
  log: { op: log, exact: Math.log, inputs: decades(-30, 30), bound: [2, 1] },
  "log near 1": { op: log, exact: Math.log, inputs: grid(0.9, 1.1), bound: [2, 1] },
  log1p: { op: log1p, exact: Math.log1p, inputs: decades(-12, 8), bound: [2, 1] },
  "log1p below 0": { op: log1p, exact: Math.log1p, inputs: grid(-0.99, -0.01), bound: [3, 1] },
  tanh: { op: tanh, exact: Math.tanh, inputs: grid(-12, 12), bound: [4, 1] },
  "tanh near 0": { op: tanh, exact: Math.tanh, inputs: decades(-9, -1), bound: [4, 1] },
  sigmoid: { op: sigmoid, exact: (x) => 1 / (1 + Math.exp(-x)), inputs: grid(-30, 30), bound: [4, 1] },
  softplus: { op: softplus, exact: softplusExact, inputs: grid(-30, 30), bound: [4, 1] },
  sin: { op: sin, exact: Math.sin, inputs: grid(-100, 100), bound: [1.5, 1] },
  cos: { op: cos, exact: Math.cos, inputs: grid(-100, 100), bound: [1.5, 1] },
  sqrt: { op: sqrt, exact: Math.sqrt, inputs: decades(-30, 30), bound: [0, 0.5] },
};

for (const dtype of dtypes) {
  describe(`elementary functions, ${dtype}`, () => {
    const wide = dtype === "float64";
    for (const [name, { op, exact, inputs, bound }] of Object.entries(cases)) {
      it(`${name} within ${bound[wide ? 0 : 1]} units in the last place`, async () => {
        await useBackend("cpu", { dtype });
        const x = wide ? inputs : Float64Array.from(inputs, Math.fround);
        const y = readSync(op(tensor(x)));
        let worst = 0;
        x.forEach((v, i) => {
          const expected = exact(v);
          worst = Math.max(worst, Math.abs(y[i] - expected) / ulp(expected, dtype));
        });
        expect(worst).toBeLessThanOrEqual(bound[wide ? 0 : 1]);
      });
    }

    it("edges: zeros with their signs, infinities, NaN, overflow, underflow", async () => {
      await useBackend("cpu", { dtype });
      const { POSITIVE_INFINITY: inf, NaN: nan } = Number;
      const check = (op: (x: Tensor) => Tensor, pairs: [number, number][]) => {
        const y = readSync(op(tensor(pairs.map(([x]) => x))));
        for (const [i, [x, expected]] of pairs.entries()) {
          expect(Object.is(y[i], expected), `${op.name}(${x}) = ${y[i]}, not ${expected}`).toBe(true);
        }
      };
      check(exp, [
        [0, 1],
        [-0, 1],
        [inf, inf],
        [-inf, 0],
        [nan, nan],
        [1e4, inf],
        [-1e4, 0],
      ]);
      check(expm1, [
        [0, 0],
        [-0, -0],
        [inf, inf],
        [-inf, -1],
        [nan, nan],
        [-100, -1],
      ]);
      check(log, [
        [0, -inf],
        [-0, -inf],
        [1, 0],
        [inf, inf],
        [-1, nan],
        [nan, nan],
      ]);
      check(log1p, [
        [0, 0],
        [-0, -0],
        [-1, -inf],
        [-2, nan],
        [inf, inf],
        [nan, nan],
      ]);
      check(tanh, [
        [0, 0],
        [-0, -0],
        [inf, 1],
        [-inf, -1],
        [nan, nan],
        [100, 1],
      ]);
      check(sigmoid, [
        [0, 0.5],
        [inf, 1],
        [-inf, 0],
        [nan, nan],
        [-1e4, 0],
      ]);
      check(softplus, [
        [inf, inf],
        [-inf, 0],
        [nan, nan],
        [25, 25],
        [1e30, Math.fround(1e30) === 1e30 || wide ? 1e30 : Math.fround(1e30)],
      ]);
      check(sqrt, [
        [0, 0],
        [-0, -0],
        [inf, inf],
        [-1, nan],
      ]);
      check(abs, [
        [-0, 0],
        [-inf, inf],
        [nan, nan],
      ]);
      check(neg, [
        [0, -0],
        [inf, -inf],
      ]);
      check(relu, [
        [-1, 0],
        [inf, inf],
        [nan, nan],
      ]);
      check(sign, [
        [0, 0],
        [-3, -1],
        [inf, 1],
        [nan, nan],
      ]);
      check(round, [
        [0.5, 0],
        [1.5, 2],
        [-2.5, -2],
        [nan, nan],
      ]);
      check(floor, [
        [-0.5, -1],
        [inf, inf],
      ]);
      check(ceil, [
        [0.5, 1],
        [-inf, -inf],
      ]);
      check(sin, [
        [0, 0],
        [-0, -0],
        [inf, nan],
      ]);
      check(cos, [
        [0, 1],
        [inf, nan],
      ]);
    });

    it("NaN goes through max and min, as in PyTorch", async () => {
      await useBackend("cpu", { dtype });
      const x = tensor([1, Number.NaN, 3]);
      for (const y of [max(x), min(x), sum(maximum(x, 0)), sum(minimum(x, 9))])
        expect(readSync(y)[0]).toBeNaN();
      expect([...finite(x).dataSync()]).toEqual([1, 0, 1]);
    });

    it("pow and atan2 follow the rules of IEEE 754", async () => {
      await useBackend("cpu", { dtype });
      const y = readSync(pow(tensor([2, -2, 0, 4, 0, -8]), tensor([10, 3, 0, 0.5, 2, 1 / 3])));
      expect([...y.slice(0, 5)]).toEqual([1024, -8, 1, 2, 0]);
      expect(y[5]).toBeNaN();
      const angles = readSync(atan2(tensor([0, 1, 0, -1]), tensor([1, 0, -1, 0])));
      for (const [i, expected] of [0, Math.PI / 2, Math.PI, -Math.PI / 2].entries()) {
        expect(angles[i]).toBeCloseTo(expected, wide ? 14 : 6);
      }
    });

    it("sums of a million numbers are good to rounding", async () => {
      await useBackend("cpu", { dtype });
      const x = Float32Array.from({ length: 1_000_003 }, (_, i) => 0.1 + (i % 7) * 0.01);
      // Every seventh value is the same: seven exact products instead of a long sum.
      const total = (f: (v: number) => number) =>
        Array.from({ length: 7 }, (_, k) => f(x[k]) * Math.ceil((x.length - k) / 7)).reduce(
          (a, b) => a + b,
          0,
        );
      const exact = total((v) => v);
      const squares = total((v) => v * v);
      expect(Math.abs(readSync(sum(tensor(x)))[0] / exact - 1)).toBeLessThan(wide ? 1e-13 : 1e-7);
      expect(Math.abs(readSync(sumSquares(tensor(x)))[0] / squares - 1)).toBeLessThan(wide ? 1e-13 : 1e-7);
    });
  });
}

describe("scalar powers", () => {
  it("are exact where Math.pow may not be", () => {
    expect(scalarMath.integerPower(0.9, 0)).toBe(1);
    expect(scalarMath.integerPower(2, 40)).toBe(2 ** 40);
  });
});
