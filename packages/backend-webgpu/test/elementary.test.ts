import * as T from "@plenoptic/tensor";
import { describe, expect, it } from "vitest";
import { missing, titled, webgpu } from "./support.js";

/** Numbers from `low` to `high` at equal ratios, with both signs and 0 if asked for. */
function ratios(low: number, high: number, signed = true): number[] {
  const count = 1500;
  const positive = Array.from({ length: count }, (_, i) =>
    Math.fround(low * (high / low) ** (i / (count - 1))),
  );
  return signed ? [...positive.map((x) => -x).reverse(), 0, ...positive] : positive;
}

const even = (low: number, high: number) =>
  Array.from({ length: 3000 }, (_, i) => Math.fround(low + ((high - low) * i) / 2999));

/** Multiples of π/2 in float32, where sin and cos are smallest, and numbers that many turns lie below. */
const nearQuarters = [...Array.from({ length: 400 }, (_, k) => (k * Math.PI) / 2), 1e6, 1e10, 3e38].map(
  Math.fround,
);

const softplus = (x: number) => (x > 20 ? x : Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))));

/** The error function by its series, all of whose terms have one sign. */
function erf(x: number): number {
  let term = x;
  let total = x;
  for (let n = 1; n < 200; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    total += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * total;
}

const functions: {
  name: string;
  f: (x: T.Tensor) => T.Tensor;
  of: (x: number, i: number) => number;
  at: number[];
}[] = [
  { name: "exp", f: T.exp, of: Math.exp, at: even(-87, 88) },
  { name: "expm1", f: T.expm1, of: Math.expm1, at: ratios(1e-20, 60) },
  { name: "log", f: T.log, of: Math.log, at: [...ratios(1e-37, 3e38, false), ...even(0.9, 1.1)] },
  { name: "log1p", f: T.log1p, of: Math.log1p, at: [...ratios(1e-20, 0.99), ...ratios(1, 3e38, false)] },
  { name: "tanh", f: T.tanh, of: Math.tanh, at: ratios(1e-20, 30) },
  { name: "sigmoid", f: T.sigmoid, of: (x) => 1 / (1 + Math.exp(-x)), at: even(-87, 87) },
  { name: "softplus", f: T.softplus, of: softplus, at: even(-87, 87) },
  { name: "sin", f: T.sin, of: Math.sin, at: [...ratios(1e-20, 1e5), ...nearQuarters] },
  { name: "cos", f: T.cos, of: Math.cos, at: [...ratios(1e-20, 1e5), ...nearQuarters] },
  { name: "tan", f: T.tan, of: Math.tan, at: [...ratios(1e-20, 1e5), ...nearQuarters] },
  { name: "asin", f: T.asin, of: Math.asin, at: [...ratios(1e-20, 1), ...even(-1, 1)] },
  { name: "acos", f: T.acos, of: Math.acos, at: [...ratios(1e-20, 1), ...even(-1, 1)] },
  { name: "atan", f: T.atan, of: Math.atan, at: [...ratios(1e-20, 1e20), ...even(-3, 3)] },
  { name: "sinh", f: T.sinh, of: Math.sinh, at: ratios(1e-20, 88) },
  { name: "cosh", f: T.cosh, of: Math.cosh, at: ratios(1e-20, 88) },
  { name: "asinh", f: T.asinh, of: Math.asinh, at: ratios(1e-20, 1e38) },
  { name: "acosh", f: T.acosh, of: Math.acosh, at: [...even(1, 3), ...ratios(1, 1e38, false)] },
  { name: "atanh", f: T.atanh, of: Math.atanh, at: [...ratios(1e-20, 0.99), ...even(-0.999, 0.999)] },
  { name: "erf", f: T.erf, of: erf, at: [...ratios(1e-20, 1), ...even(-6, 6)] },
  { name: "elu", f: T.elu, of: (x) => (x > 0 ? x : Math.expm1(x)), at: ratios(1e-20, 50) },
  {
    name: "atan2",
    f: (y) => T.atan2(y, T.tensor(Array.from({ length: y.size }, (_, i) => ((i % 7) - 3) / 2))),
    of: (y, i) => Math.atan2(y, ((i % 7) - 3) / 2),
    at: [...ratios(1e-20, 1e5).filter((y) => y !== 0), 1, -1],
  },
  { name: "pow 7.5", f: (x) => T.pow(x, 7.5), of: (x) => x ** 7.5, at: ratios(1e-4, 1e4, false) },
  { name: "pow -3", f: (x) => T.pow(x, -3), of: (x) => x ** -3, at: ratios(1e-8, 1e8) },
];

describe.skipIf(missing)(titled("elementary functions of WebGPU"), () => {
  it.each(functions)("$name is within some units in the last place of each value", async ({ f, of, at }) => {
    const y = T.withDevice(webgpu, () => T.tidy(() => f(T.tensor(at))));
    const actual = await T.read(y);
    const expected = at.map(of);
    y.dispose();
    at.forEach((x, i) => {
      if (actual[i] === Math.fround(expected[i])) return;
      // 8 units in the last place.
      expect(Math.abs(actual[i] / expected[i] - 1), `at ${x}: ${actual[i]} for ${expected[i]}`).toBeLessThan(
        5e-7,
      );
    });
  });
});
