import * as T from "@plenoptic/tensor";
import { arrayOf, at, indicesOf, type NumberArray, spread, vector } from "../arrays.js";
import type { OpCase } from "../types.js";

/** The values along reduced axes, for each index that is left, put into one number. */
function reduceBy(
  x: NumberArray,
  axes: readonly number[],
  keepDims: boolean,
  fold: (values: number[]) => number,
): NumberArray {
  const kept = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const inner = x.shape.map((extent, axis) => (axes.includes(axis) ? extent : 1));
  const all = arrayOf(
    kept.map((axis) => x.shape[axis]),
    (outer) => {
      const values = Array.from(indicesOf(inner), (index) => {
        kept.forEach((axis, k) => {
          index[axis] = outer[k];
        });
        return at(x, index);
      });
      return fold(values);
    },
  );
  const shape = x.shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent));
  return keepDims ? { shape, values: all.values } : all;
}

const total = (values: readonly number[]) => values.reduce((sum, v) => sum + v, 0);
const meanOf = (values: readonly number[]) => total(values) / values.length;
const varianceOf = (correction: number) => (values: readonly number[]) => {
  const middle = meanOf(values);
  return total(values.map((v) => (v - middle) ** 2)) / (values.length - correction);
};

type Reduce = (x: T.Tensor, axis?: number | readonly number[], keepDims?: boolean) => T.Tensor;

const reductions: Readonly<Record<string, readonly [op: Reduce, fold: (values: number[]) => number]>> = {
  sum: [T.sum, total],
  mean: [T.mean, meanOf],
  max: [T.max, (values) => Math.max(...values)],
  min: [T.min, (values) => Math.min(...values)],
  prod: [T.prod, (values) => values.reduce((product, v) => product * v, 1)],
  logSumExp: [T.logSumExp, (values) => Math.log(total(values.map(Math.exp)))],
  variance: [(x, axis, keepDims) => T.variance(x, axis, { keepDims }), varianceOf(1)],
};

/** A product of many values must neither vanish nor overflow. */
const rangeFor: Readonly<Record<string, readonly [low: number, high: number]>> = { prod: [0.97, 1.03] };

interface Way {
  readonly shape: readonly number[];
  readonly axis?: number | readonly number[];
  readonly axes: readonly number[];
  readonly keepDims?: boolean;
  readonly differentiate?: boolean;
}

const ways: readonly Way[] = [
  { shape: [3, 4, 5], axes: [0, 1, 2], differentiate: true },
  { shape: [3, 4, 5], axis: 1, axes: [1], differentiate: true },
  { shape: [3, 4, 5], axis: [0, 2], axes: [0, 2], keepDims: true, differentiate: true },
  { shape: [3, 4, 5], axis: -1, axes: [2], keepDims: true },
  { shape: [7], axis: 0, axes: [0] },
  { shape: [2, 1, 3, 2, 2], axis: [1, 3], axes: [1, 3] },
  // Sums of several work groups, whose extents are not multiples of a power of two.
  { shape: [67, 131], axes: [0, 1] },
  { shape: [67, 131], axis: 0, axes: [0] },
  { shape: [67, 131], axis: 1, axes: [1] },
];

const describeWay = ({ shape, axis, keepDims }: Way) =>
  `of [${shape.join(", ")}] over ${axis === undefined ? "all axes" : `axis ${[axis].flat().join(", ")}`}${keepDims ? ", kept" : ""}`;

const reduced: readonly OpCase[] = Object.entries(reductions).flatMap(([name, [op, fold]]) =>
  ways.map((way): OpCase => {
    const { shape, axis, axes, keepDims = false, differentiate } = way;
    return {
      ops: [name],
      title: describeWay(way),
      // Not around 0, where a sum cancels and its relative error says nothing.
      inputs: [spread(shape, ...(rangeFor[name] ?? [-1, 3]))],
      apply: (x) => op(x, axis, keepDims),
      oracle: (x) => reduceBy(x, axes, keepDims, fold),
      ...(differentiate ? { differentiate: [0] } : {}),
    };
  }),
);

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;

const particular: readonly OpCase[] = [
  {
    ops: ["variance"],
    title: "without correction",
    inputs: [spread([4, 5], -1, 3)],
    apply: (x) => T.variance(x, 1, { correction: 0 }),
    oracle: (x) => reduceBy(x, [1], false, varianceOf(0)),
    differentiate: [0],
  },
  {
    ops: ["sum"],
    title: "of no values is 0",
    inputs: [spread([0, 3]), spread([0, 3])],
    apply: (x, y) => [T.sum(x), T.sum(y, 0)],
    oracle: () => [
      { shape: [], values: [0] },
      { shape: [3], values: [0, 0, 0] },
    ],
    exact: true,
  },
  ...(
    [
      ["max", T.max, inf],
      ["min", T.min, -inf],
    ] as const
  ).map(
    ([name, op, extreme]): OpCase => ({
      ops: [name],
      title: "of infinities, and shared by equal values",
      inputs: [vector(inf, 1, -inf), { shape: [2, 3], values: [2, 2, 2, -1, -1, -1] }],
      apply: (x, y) => [op(x), T.grad((v) => T.sum(op(v, 1)))(y)],
      oracle: () => [
        { shape: [], values: [extreme] },
        { shape: [2, 3], values: Array(6).fill(1 / 3) },
      ],
    }),
  ),
  {
    ops: ["sum", "mean"],
    title: "pass NaN on",
    inputs: [vector(1, nan, 2)],
    apply: (x) => [T.sum(x), T.mean(x)],
    oracle: () => [
      { shape: [], values: [nan] },
      { shape: [], values: [nan] },
    ],
  },
  {
    ops: ["prod"],
    title: "with zeros, and their gradient",
    inputs: [{ shape: [3, 5], values: [2, -1, 3, 0.5, 4, 2, 0, 3, 0.5, 4, 2, 0, 3, 0, 4] }],
    apply: (x) => [T.prod(x, 1), T.grad((v) => T.sum(T.prod(v, 1)))(x)],
    oracle: (x) => {
      const factors = (i: number, left: number) =>
        [0, 1, 2, 3, 4].reduce((product, j) => (j === left ? product : product * at(x, [i, j])), 1);
      return [arrayOf([3], ([i]) => factors(i, -1)), arrayOf([3, 5], ([i, j]) => factors(i, j))];
    },
  },
  {
    ops: ["prod"],
    title: "is differentiated at zeros, and 1 of no values",
    inputs: [{ shape: [2, 5], values: [2, 0, 3, 0.5, -1, 2, 0, 3, 0, -1] }],
    apply: (x) => T.prod(T.concat([x, T.expandDims(T.prod(T.slice(x, [0, 0], [0, 5]), 0))]), 1),
    oracle: () => vector(0, 0, 1),
    differentiate: [0],
  },
  {
    ops: ["logSumExp"],
    title: "of large values and of infinities",
    inputs: [vector(1000, 1000), vector(-inf, -inf), vector(1, inf), vector(-inf, 2)],
    apply: (...xs) => xs.map((x) => T.logSumExp(x)),
    oracle: () => [1000 + Math.LN2, -inf, inf, 2].map((v) => ({ shape: [], values: [v] })),
  },
  {
    ops: ["all", "any"],
    title: "over all axes and over one",
    inputs: [{ shape: [3, 2], values: [1, 1, 0, 1, 0, 0] }],
    apply: (x) => {
      const holds = T.greater(x, 0.5);
      const results = [T.all(holds), T.any(holds), T.all(holds, 1), T.any(holds, 1), T.any(holds, 0, true)];
      return results.map((y) => T.cast(y, "float32"));
    },
    oracle: () => [
      { shape: [], values: [0] },
      { shape: [], values: [1] },
      { shape: [3], values: [1, 0, 0] },
      { shape: [3], values: [1, 1, 0] },
      { shape: [1, 2], values: [1, 1] },
    ],
    exact: true,
  },
];

const norms: readonly OpCase[] = [[37], [2, 3, 67, 41], []].flatMap((shape): OpCase[] => {
  const squares = (x: NumberArray) => total(Array.from(x.values, (v) => v * v));
  const title = `of [${shape.join(", ")}]`;
  const differentiate = shape.length < 2 ? [0] : [];
  const inputs = [spread(shape, 0.5, 2)];
  return [
    {
      ops: ["sumSquares"],
      title,
      inputs,
      apply: T.sumSquares,
      oracle: (x) => ({ shape: [], values: [squares(x)] }),
      differentiate,
    },
    {
      ops: ["norm"],
      title,
      inputs,
      apply: T.norm,
      oracle: (x) => ({ shape: [], values: [Math.sqrt(squares(x))] }),
      differentiate,
    },
  ];
});

const flatNorm: OpCase = {
  ops: ["norm"],
  title: "has the gradient 0 at 0",
  inputs: [vector(0, 0)],
  apply: (x) => T.grad(T.norm)(x),
  oracle: (x) => x,
  exact: true,
};

export const reductionCases: readonly OpCase[] = [...reduced, ...particular, ...norms, flatNorm];
