import * as T from "@plenoptic/tensor";
import { arrayOf, at, type NumberArray, spread, vector } from "../arrays.js";
import type { OpCase } from "../types.js";

interface Unary {
  readonly op: (x: T.Tensor) => T.Tensor;
  readonly formula: (x: number) => number;
  /** Where values and derivatives are tried; away from kinks. */
  readonly range?: readonly [low: number, high: number];
  /** Numbers at which something particular happens. */
  readonly special: readonly number[];
  readonly exact?: boolean;
}

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;

/** The nearest whole number, halves to the even one. */
const roundToEven = (x: number): number => {
  const low = Math.floor(x);
  if (x - low !== 0.5) return Math.round(x);
  return low % 2 === 0 ? low : low + 1;
};

const elu = (x: number): number => (x > 0 ? x : Math.expm1(x));

// λ and α with which activations keep mean 0 and variance 1 (Klambauer et al., 2017).
const seluScale = 1.0507009873554805;
const seluSlope = 1.6732632423543772;

/** 2/√π · exp(-x²) Σ 2ⁿ x²ⁿ⁺¹ / (2n + 1)!!, whose terms all have one sign. */
function errorFunction(x: number): number {
  if (Math.abs(x) > 6) return Math.sign(x);
  let term = x;
  let sum = 0;
  for (let n = 1; n < 200; n++) {
    sum += term;
    term *= (2 * x * x) / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

const unary: Readonly<Record<string, Unary>> = {
  abs: { op: T.abs, formula: Math.abs, range: [0.1, 2], special: [0, -3, inf, -inf, nan], exact: true },
  neg: { op: T.neg, formula: (x) => -x, special: [1, -3, inf, nan], exact: true },
  sqrt: { op: T.sqrt, formula: Math.sqrt, range: [0.1, 4], special: [0, 1, 1e-6, 1e6, -1, inf, nan] },
  rsqrt: { op: T.rsqrt, formula: (x) => 1 / Math.sqrt(x), range: [0.1, 4], special: [1, 0.25, -1, inf, nan] },
  square: { op: T.square, formula: (x) => x * x, special: [0, -3, 1e-6, inf, nan] },
  exp: { op: T.exp, formula: Math.exp, range: [-3, 3], special: [0, 1, -200, 1000, inf, -inf, nan] },
  expm1: { op: T.expm1, formula: Math.expm1, special: [0, 1e-6, -1e-6, -200, inf, nan] },
  log: { op: T.log, formula: Math.log, range: [0.1, 5], special: [1, 0, -1, 1e-6, inf, nan] },
  log1p: { op: T.log1p, formula: Math.log1p, range: [-0.5, 5], special: [0, 1e-6, -1, -2, inf, nan] },
  tanh: { op: T.tanh, formula: Math.tanh, range: [-2, 2], special: [0, 30, -30, inf, -inf, nan] },
  sigmoid: {
    op: T.sigmoid,
    formula: (x) => 1 / (1 + Math.exp(-x)),
    range: [-4, 4],
    special: [0, 40, -40, inf, -inf, nan],
  },
  softplus: {
    op: T.softplus,
    formula: (x) => (x > 20 ? x : Math.log1p(Math.exp(x))),
    range: [-4, 4],
    special: [0, 20.5, 25, -40, 1000, nan],
  },
  relu: {
    op: T.relu,
    formula: (x) => Math.max(x, 0),
    range: [0.1, 2],
    special: [0, -3, inf, -inf, nan],
    exact: true,
  },
  sin: { op: T.sin, formula: Math.sin, range: [-6, 6], special: [0, 3, -30, inf, nan] },
  cos: { op: T.cos, formula: Math.cos, range: [-6, 6], special: [0, 3, -30, inf, nan] },
  tan: { op: T.tan, formula: Math.tan, range: [-1.2, 1.2], special: [0, 2, -4, inf, nan] },
  asin: { op: T.asin, formula: Math.asin, range: [-0.9, 0.9], special: [0, 1, -1, 1e-6, 1.5, nan] },
  acos: { op: T.acos, formula: Math.acos, range: [-0.9, 0.9], special: [0, 1, -1, 1.5, nan] },
  atan: { op: T.atan, formula: Math.atan, range: [-4, 4], special: [0, 1e-6, 1000, inf, -inf, nan] },
  sinh: { op: T.sinh, formula: Math.sinh, range: [-3, 3], special: [0, 1e-6, 20, inf, nan] },
  cosh: { op: T.cosh, formula: Math.cosh, range: [-3, 3], special: [0, -20, inf, nan] },
  asinh: { op: T.asinh, formula: Math.asinh, range: [-4, 4], special: [0, 1e-6, -1e-6, 1e6, inf, nan] },
  acosh: { op: T.acosh, formula: Math.acosh, range: [1.2, 4], special: [1, 1e6, 0.5, inf, nan] },
  atanh: { op: T.atanh, formula: Math.atanh, range: [-0.9, 0.9], special: [0, 1e-6, 1, -1, 2, nan] },
  erf: { op: T.erf, formula: errorFunction, range: [-2.5, 2.5], special: [0, 5, -5, inf, nan] },
  elu: { op: T.elu, formula: elu, range: [0.1, 2], special: [0, -3, 4, inf, -inf, nan] },
  selu: {
    op: T.selu,
    formula: (x) => seluScale * (x > 0 ? x : seluSlope * elu(x)),
    range: [-2, -0.1],
    special: [0, -3, 4, inf, nan],
  },
  relu6: {
    op: T.relu6,
    formula: (x) => Math.min(Math.max(x, 0), 6),
    range: [0.5, 5.5],
    special: [0, 6, 7, -3, inf, nan],
  },
  leakyRelu: {
    op: (x) => T.leakyRelu(x, 0.25),
    formula: (x) => (x < 0 ? 0.25 * x : x),
    range: [-2, -0.1],
    special: [0, -3, 4, inf, nan],
  },
  reciprocal: { op: T.reciprocal, formula: (x) => 1 / x, range: [0.2, 2], special: [1, -4, 0, inf, nan] },
  sign: { op: T.sign, formula: Math.sign, special: [0, -3, 4, inf, -inf], exact: true },
  floor: {
    op: T.floor,
    formula: Math.floor,
    range: [-3, 3],
    special: [0, -0.5, 2, -2, 1e8, inf],
    exact: true,
  },
  ceil: { op: T.ceil, formula: Math.ceil, range: [-3, 3], special: [0, 0.5, 2, -2, 1e8, inf], exact: true },
  round: {
    op: T.round,
    formula: roundToEven,
    range: [-3, 3],
    special: [0, 0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 1e8, inf],
    exact: true,
  },
};

const map = (x: NumberArray, formula: (v: number) => number): NumberArray =>
  arrayOf(x.shape, (index) => formula(at(x, index)));

function casesOf(
  name: string,
  { op, formula, range: [low, high] = [-2, 2], special, exact }: Unary,
): OpCase[] {
  // Shading languages may leave out the rest.
  const isOrdinary = (x: number) => Number.isFinite(x) && Number.isFinite(formula(x));
  const on = (title: string, x: NumberArray, differentiate?: readonly number[]): OpCase => ({
    ops: [name],
    title,
    inputs: [x],
    apply: op,
    oracle: (v) => map(v, formula),
    ...(differentiate ? { differentiate } : {}),
    ...(exact ? { exact } : {}),
  });
  return [
    on("of [3, 7]", spread([3, 7], low, high), [0]),
    on("of one number", spread([], low, high, 2)),
    // More values than a work group or a vector register takes, and not a multiple of either.
    on("of [2, 1, 5, 131]", spread([2, 1, 5, 131], low, high, 3)),
    on("of an empty tensor", spread([0, 3])),
    { ...on("at particular numbers", vector(...special.filter(isOrdinary))), each: true },
    on("of or to infinity or NaN", vector(...special.filter((x) => !isOrdinary(x)))),
  ];
}

const clip = (
  low: number,
  high: number,
  title: string,
  x: NumberArray,
  differentiate?: readonly number[],
): OpCase => ({
  ops: ["clip"],
  title,
  inputs: [x],
  apply: (v) => T.clip(v, low, high),
  oracle: (v) => map(v, (a) => (a < low ? Math.fround(low) : a > high ? Math.fround(high) : a)),
  ...(differentiate ? { differentiate } : {}),
});

const away = vector(-1.5, -0.75, -0.25, 0, 0.125, 0.4375, 0.75, 2);

export const unaryCases: readonly OpCase[] = [
  ...Object.entries(unary).flatMap(([name, entry]) => casesOf(name, entry)),
  clip(-0.5, 0.625, "to an interval", away, [0]),
  clip(-0.5, 0.625, "of infinity and NaN", vector(inf, -inf, nan)),
  clip(-inf, 0.625, "without a lower bound", away),
  clip(-0.5, inf, "without an upper bound", spread([5, 67], -2, 2)),
];
