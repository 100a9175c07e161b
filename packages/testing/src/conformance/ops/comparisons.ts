import * as T from "@plenoptic/tensor";
import { arrayOf, at, broadcastAt, broadcastTogether, type NumberArray, spread, vector } from "../arrays.js";
import type { OpCase } from "../types.js";
import { combine } from "./binary.js";

type Compare = readonly [
  op: (a: T.TensorLike, b: T.TensorLike) => T.Tensor,
  formula: (a: number, b: number) => boolean,
];

const comparisons: Readonly<Record<string, Compare>> = {
  equal: [T.equal, (a, b) => a === b],
  notEqual: [T.notEqual, (a, b) => a !== b],
  less: [T.less, (a, b) => a < b],
  lessEqual: [T.lessEqual, (a, b) => a <= b],
  greater: [T.greater, (a, b) => a > b],
  greaterEqual: [T.greaterEqual, (a, b) => a >= b],
};

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
const floats = (x: T.Tensor) => T.cast(x, "float32");

const compared: readonly OpCase[] = Object.entries(comparisons).flatMap(([name, [op, formula]]) => {
  const oracle = (a: NumberArray, b: NumberArray) => combine(a, b, (p, q) => Number(formula(p, q)));
  const of = (title: string, ...inputs: NumberArray[]): OpCase => ({
    ops: [name],
    title,
    inputs,
    apply: (a, b) => floats(op(a, b)),
    oracle,
    exact: true,
  });
  return [
    of("of equal and different numbers", vector(1, 2, 3, -1, 0), vector(1, 3, 2, -1, -0)),
    of("broadcasts", vector(-1, 0, 1, 2), { shape: [3, 1], values: [0, 1, -1] }),
    of("of infinity and NaN", vector(inf, -inf, nan, nan, inf), vector(inf, inf, nan, 1, nan)),
    {
      ops: [name],
      title: "with a number",
      inputs: [vector(0, 0.5, 1)],
      apply: (x) => [floats(op(x, 0.5)), floats(op(0.5, x))],
      oracle: (x) => [
        arrayOf(x.shape, (i) => Number(formula(at(x, i), 0.5))),
        arrayOf(x.shape, (i) => Number(formula(0.5, at(x, i)))),
      ],
      exact: true,
    },
  ];
});

const bits: readonly [NumberArray, NumberArray] = [vector(0, 0, 1, 1), vector(0, 1, 0, 1)];
const holds = (x: T.Tensor) => T.greater(x, 0.5);

const logical: readonly OpCase[] = [
  {
    ops: ["logicalAnd"],
    title: "of all pairs",
    inputs: bits,
    apply: (a, b) => floats(T.logicalAnd(holds(a), holds(b))),
    oracle: (a, b) => combine(a, b, (p, q) => p * q),
    exact: true,
  },
  {
    ops: ["logicalOr"],
    title: "of all pairs",
    inputs: bits,
    apply: (a, b) => floats(T.logicalOr(holds(a), holds(b))),
    oracle: (a, b) => combine(a, b, Math.max),
    exact: true,
  },
  {
    ops: ["logicalNot"],
    title: "of both",
    inputs: [vector(0, 1, 1)],
    apply: (x) => floats(T.logicalNot(holds(x))),
    oracle: (x) => arrayOf(x.shape, (i) => 1 - at(x, i)),
    exact: true,
  },
  {
    ops: ["isFinite"],
    title: "of infinity and NaN",
    inputs: [vector(1, nan, inf, -inf, 0)],
    apply: (x) => floats(T.isFinite(x)),
    oracle: (x) => arrayOf(x.shape, (i) => Number(Number.isFinite(at(x, i)))),
    exact: true,
  },
  {
    ops: ["isNaN"],
    title: "of infinity and NaN",
    inputs: [vector(1, nan, inf, -inf, 0)],
    apply: (x) => floats(T.isNaN(x)),
    oracle: (x) => arrayOf(x.shape, (i) => Number(Number.isNaN(at(x, i)))),
    exact: true,
  },
];

function select(condition: NumberArray, a: NumberArray, b: NumberArray): NumberArray {
  const shape = broadcastTogether(broadcastTogether(condition.shape, a.shape), b.shape);
  return arrayOf(shape, (i) => (broadcastAt(condition, i) > 0.5 ? broadcastAt(a, i) : broadcastAt(b, i)));
}

const chosen: readonly OpCase[] = [
  {
    ops: ["where"],
    title: "of one shape",
    inputs: [vector(0, 1, 1, 0), spread([4]), spread([4], -1, 1, 3)],
    apply: (c, a, b) => T.where(holds(c), a, b),
    oracle: select,
    differentiate: [1, 2],
    exact: true,
  },
  {
    ops: ["where"],
    title: "broadcasts condition and values",
    inputs: [{ shape: [2, 1], values: [1, 0] }, spread([3]), spread([1, 1])],
    apply: (c, a, b) => T.where(holds(c), a, b),
    oracle: select,
    differentiate: [1, 2],
    exact: true,
  },
  {
    ops: ["where"],
    title: "with numbers, and NaN where it is not chosen",
    inputs: [vector(0, 1, 1), vector(nan, 2, 3)],
    apply: (c, x) => [T.where(holds(c), x, -5), T.where(holds(c), 7, x)],
    oracle: (c, x) => [select(c, x, vector(-5)), select(c, vector(7), x)],
    exact: true,
  },
];

export const comparisonCases: readonly OpCase[] = [...compared, ...logical, ...chosen];
