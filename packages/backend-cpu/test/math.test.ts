import {
  abs,
  acos,
  acosh,
  asin,
  asinh,
  atan,
  atan2,
  atanh,
  ceil,
  cos,
  cosh,
  elu,
  erf,
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
  sinh,
  softplus,
  sqrt,
  sum,
  sumSquares,
  type Tensor,
  tan,
  tanh,
  tensor,
  useBackend,
} from "@plenoptic/tensor";
import "../src/index.js";
import { describe, expect, it } from "vitest";
import { exact, fixed, pi, ulps } from "./exact.js";

const dtypes = ["float64", "float32"] as const;
/** A grid of a range, with numbers near both ends of the precision's exponents where asked. */
const grid = (low: number, high: number, n = 1001) =>
  Float64Array.from({ length: n }, (_, i) => low + ((high - low) * (i + 0.37)) / n);
const decades = (low: number, high: number) =>
  Float64Array.from({ length: 600 }, (_, i) => 10 ** (low + ((high - low) * i) / 600));

interface Case {
  op: (x: Tensor) => Tensor;
  inputs: Float64Array;
  /** Largest error in units in the last place, float64 and float32. */
  bound: [number, number];
}

/** The doubles next to multiples of π/2, where taking the multiple off leaves next to nothing. */
const multiples = Float64Array.from({ length: 600 }, (_, i) => ((i * i * i) % 600_011) * (Math.PI / 2)).slice(
  1,
);

/** The name of the exact function, a comma, and the range. */
const cases: Record<string, Case> = {
  exp: { op: exp, inputs: grid(-80, 80), bound: [2, 1] },
  "exp, near 0": { op: exp, inputs: grid(-1e-3, 1e-3), bound: [1.5, 1] },
  expm1: { op: expm1, inputs: grid(-5, 5), bound: [3, 1] },
  "expm1, near 0": { op: expm1, inputs: decades(-12, -1), bound: [2, 1] },
  log: { op: log, inputs: decades(-30, 30), bound: [2, 1] },
  "log, near 1": { op: log, inputs: grid(0.9, 1.1), bound: [2, 1] },
  log1p: { op: log1p, inputs: decades(-12, 8), bound: [2, 1] },
  "log1p, below 0": { op: log1p, inputs: grid(-0.99, -0.01), bound: [3, 1] },
  tanh: { op: tanh, inputs: grid(-12, 12), bound: [4, 1] },
  "tanh, near 0": { op: tanh, inputs: decades(-9, -1), bound: [4, 1] },
  sigmoid: { op: sigmoid, inputs: grid(-30, 30), bound: [4, 1] },
  softplus: { op: softplus, inputs: grid(-30, 30), bound: [4, 1] },
  sin: { op: sin, inputs: grid(-100, 100), bound: [1.5, 1] },
  "sin, at multiples of π/2": { op: sin, inputs: multiples, bound: [1.5, 1] },
  "sin, far": { op: sin, inputs: decades(3, 25), bound: [1.5, 1] },
  "sin, near 0": { op: sin, inputs: decades(-12, 0), bound: [1.5, 1] },
  cos: { op: cos, inputs: grid(-100, 100), bound: [1.5, 1] },
  "cos, at multiples of π/2": { op: cos, inputs: multiples, bound: [1.5, 1] },
  "cos, far": { op: cos, inputs: decades(3, 25), bound: [1.5, 1] },
  "tan, far": { op: tan, inputs: decades(3, 25), bound: [3, 1] },
  tan: { op: tan, inputs: grid(-100, 100), bound: [3, 1] },
  "tan, at multiples of π/2": { op: tan, inputs: multiples, bound: [3, 1] },
  "tan, near 0": { op: tan, inputs: decades(-12, 0), bound: [3, 1] },
  asin: { op: asin, inputs: grid(-1, 1), bound: [3, 1] },
  "asin, near 0": { op: asin, inputs: decades(-12, -1), bound: [3, 1] },
  "asin, near 1": { op: asin, inputs: decades(-12, -1).map((d) => 1 - d), bound: [3, 1] },
  acos: { op: acos, inputs: grid(-1, 1), bound: [3, 1] },
  "acos, near 1": { op: acos, inputs: decades(-12, -1).map((d) => 1 - d), bound: [3, 1] },
  "acos, near -1": { op: acos, inputs: decades(-12, -1).map((d) => d - 1), bound: [3, 1] },
  atan: { op: atan, inputs: grid(-4, 4), bound: [3, 1] },
  "atan, from 0 to far": { op: atan, inputs: decades(-12, 12), bound: [3, 1] },
  sinh: { op: sinh, inputs: grid(-50, 50), bound: [4, 1] },
  "sinh, near 0": { op: sinh, inputs: decades(-12, 0), bound: [4, 1] },
  cosh: { op: cosh, inputs: grid(-50, 50), bound: [3, 1] },
  asinh: { op: asinh, inputs: decades(-12, 30), bound: [4, 1] },
  "asinh, below 0": { op: asinh, inputs: grid(-10, 0), bound: [4, 1] },
  acosh: { op: acosh, inputs: decades(-12, 30).map((d) => 1 + d), bound: [4, 1] },
  atanh: { op: atanh, inputs: grid(-1, 1), bound: [4, 1] },
  "atanh, near 0": { op: atanh, inputs: decades(-12, -1), bound: [4, 1] },
  erf: { op: erf, inputs: grid(-6.5, 6.5), bound: [2, 1] },
  "erf, near 0": { op: erf, inputs: decades(-12, 0), bound: [2, 1] },
  elu: { op: elu, inputs: grid(-5, 5), bound: [3, 1] },
  sqrt: { op: sqrt, inputs: decades(-30, 30), bound: [0.5, 0.5] },
};

for (const dtype of dtypes) {
  describe(`elementary functions, ${dtype}`, () => {
    const wide = dtype === "float64";
    for (const [name, { op, inputs, bound }] of Object.entries(cases)) {
      it(`${name} within ${bound[wide ? 0 : 1]} units in the last place`, async () => {
        await useBackend("cpu", { dtype });
        const x = wide ? inputs : Float64Array.from(inputs, Math.fround);
        const y = readSync(op(tensor(x)));
        const oracle = exact[name.split(",")[0]];
        let worst = 0;
        x.forEach((v, i) => {
          worst = Math.max(worst, ulps(y[i], oracle(fixed(v)), dtype));
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
        [nan, 0],
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
      for (const odd of [tan, sinh, asin, atan, asinh, atanh, erf, elu]) {
        check(odd, [
          [0, 0],
          [-0, -0],
          [nan, nan],
        ]);
      }
      const rounded = (x: number) => (wide ? x : Math.fround(x));
      const right = rounded(Math.PI / 2);
      check(tan, [[inf, nan]]);
      check(asin, [
        [1, right],
        [-1, -right],
        [1.5, nan],
        [-inf, nan],
      ]);
      check(acos, [
        [1, 0],
        [0, right],
        [-1, rounded(Math.PI)],
        [-1.5, nan],
        [inf, nan],
      ]);
      check(atan, [
        [inf, right],
        [-inf, -right],
      ]);
      check(sinh, [
        [inf, inf],
        [-inf, -inf],
        [-800, -inf],
      ]);
      check(cosh, [
        [0, 1],
        [-inf, inf],
        [nan, nan],
      ]);
      check(asinh, [
        [inf, inf],
        [-inf, -inf],
      ]);
      check(acosh, [
        [1, 0],
        [0.5, nan],
        [-3, nan],
        [-inf, nan],
        [inf, inf],
        [nan, nan],
      ]);
      check(atanh, [
        [1, inf],
        [-1, -inf],
        [1.5, nan],
        [-inf, nan],
      ]);
      check(erf, [
        [7, 1],
        [-inf, -1],
        [inf, 1],
      ]);
      check(elu, [
        [inf, inf],
        [-inf, -1],
        [3, 3],
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
      const specials = [0, -0, 1, -1, 2.5, -2, 3, 0.5, ...[1, -1].map((v) => v / 0), Number.NaN];
      const powers = specials.flatMap((a) => specials.map((b) => [a, b]));
      const found = readSync(pow(tensor(powers.map(([a]) => a)), tensor(powers.map(([, b]) => b))));
      for (const [i, [a, b]] of powers.entries()) {
        // ECMAScript alone has NaN for the powers of ±1 that IEEE 754 makes 1.
        const one = a === 1 || (a === -1 && Math.abs(b) === 1 / 0);
        const expected = one ? 1 : wide ? a ** b : Math.fround(a ** b);
        const near = Math.abs(found[i] - expected) <= Math.abs(expected) * (wide ? 4e-16 : 1.2e-7);
        expect(near || Object.is(found[i], expected), `${a} ** ${b} = ${found[i]}, not ${expected}`).toBe(
          true,
        );
      }
      // ECMAScript's table of special cases is that of IEEE 754; the sums and quotients here are far from both ends.
      const special = [0, -0, 1, -1, 1e30, -1e30, 1e-30, -1e-30, ...[1, -1].map((v) => v / 0), Number.NaN];
      const pairs = special.flatMap((a) =>
        special.map((b) => [a, b].map((v) => (wide ? v : Math.fround(v)))),
      );
      const angles = readSync(atan2(tensor(pairs.map(([a]) => a)), tensor(pairs.map(([, b]) => b))));
      for (const [i, [a, b]] of pairs.entries()) {
        const expected = wide ? Math.atan2(a, b) : Math.fround(Math.atan2(a, b));
        const close = Math.abs(angles[i] - expected) <= Math.abs(expected) * (wide ? 4e-16 : 1.2e-7);
        expect(close || Object.is(angles[i], expected), `atan2(${a}, ${b}) = ${angles[i]}`).toBe(true);
        if (expected === 0) expect(Object.is(angles[i], expected), `atan2(${a}, ${b})`).toBe(true);
      }
    });

    it("atan2 is accurate in all quadrants, and where sums and quotients would overflow", async () => {
      await useBackend("cpu", { dtype });
      const y = grid(-3, 3, 400);
      const x = Float64Array.from(y, (_, i) => Math.cos(i) * (i % 7));
      const [fy, fx] = wide ? [y, x] : [y, x].map((v) => Float64Array.from(v, Math.fround));
      const angles = readSync(atan2(tensor(fy), tensor(fx)));
      fy.forEach((v, i) => {
        if (fx[i] === 0) return;
        const acute = exact.atan((fixed(v) * fixed(1)) / fixed(fx[i]));
        const value = fx[i] > 0 ? acute : acute + (v > 0 ? pi : -pi);
        expect(ulps(angles[i], value, dtype)).toBeLessThanOrEqual(wide ? 3 : 1);
      });
      const large = wide ? 1.5e308 : 3e38;
      const [quarter, small] = readSync(atan2(tensor([large, 1]), tensor([large, large])));
      expect(quarter).toBe(wide ? Math.PI / 4 : Math.fround(Math.PI / 4));
      expect(small).toBe(wide ? 1 / large : Math.fround(1 / large));
    });

    it("powers are accurate up to the ends of the range", async () => {
      await useBackend("cpu", { dtype });
      const end = wide ? 700 : 86;
      const a = decades(-6, 6);
      const b = Float64Array.from(
        a,
        (v, i) => ((((i * 37) % 600) / 300 - 1) * end) / Math.max(1e-3, Math.abs(Math.log(v))),
      );
      const [fa, fb] = wide ? [a, b] : [a, b].map((v) => Float64Array.from(v, Math.fround));
      const y = readSync(pow(tensor(fa), tensor(fb)));
      fa.forEach((v, i) => {
        if (v === 1 || Math.abs(y[i]) < 1e-30) return;
        const value = exact.exp((fixed(fb[i]) * exact.log(fixed(v))) / fixed(1));
        expect(ulps(y[i], value, dtype)).toBeLessThanOrEqual(1);
      });
    });

    it("hyperbolic functions are finite as long as their values are", async () => {
      await useBackend("cpu", { dtype });
      const edge = wide ? 710.4 : 89.4;
      const [p, q] = [sinh, cosh].map((op) => readSync(op(tensor([edge, -edge]))));
      expect(ulps(p[0], exact.sinh(fixed(wide ? edge : Math.fround(edge))), dtype)).toBeLessThan(4);
      expect(p[1]).toBe(-p[0]);
      expect([...q]).toEqual([p[0], p[0]]);
      const huge = wide ? 1e305 : 1e38;
      const expected = exact.log(2n * fixed(wide ? huge : Math.fround(huge)));
      for (const op of [asinh, acosh]) {
        expect(ulps(readSync(op(tensor([huge])))[0], expected, dtype)).toBeLessThan(4);
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

describe("the double nearest to a multiple of π/2", () => {
  it("has the cosine that only a thousand bits of π tell", async () => {
    await useBackend("cpu", { dtype: "float64" });
    // Muller et al., Handbook of Floating-Point Arithmetic, section 11.1.
    const x = 6381956970095103 * 2 ** 797;
    const [c] = readSync(cos(tensor([x])));
    expect(Math.abs(c / -4.687165924254628e-19 - 1)).toBeLessThan(3e-16);
    expect(readSync(sin(tensor([x, -x])))).toEqual(new Float64Array([1, -1]));
  });
});

describe("scalar powers", () => {
  it("are exact where Math.pow may not be", () => {
    expect(scalarMath.integerPower(0.9, 0)).toBe(1);
    expect(scalarMath.integerPower(2, 40)).toBe(2 ** 40);
  });
});
