import * as T from "@plenoptic/tensor";
import { arrayOf, broadcastAt, broadcastTogether, type NumberArray, spread, vector } from "../arrays.js";
import type { OpCase } from "../types.js";

type Formula = (a: number, b: number) => number;

interface Binary {
  readonly op: (a: T.TensorLike, b: T.TensorLike) => T.Tensor;
  readonly formula: Formula;
  /** Both operands are tried in this range. */
  readonly range?: readonly [low: number, high: number];
  readonly special: readonly (readonly [a: number, b: number])[];
}

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
const usual = [
  [0, 0],
  [1, -2],
  [inf, 1],
  [-inf, inf],
  [nan, 1],
  [1, nan],
] as const;

const binary: Readonly<Record<string, Binary>> = {
  add: { op: T.add, formula: (a, b) => a + b, special: usual },
  sub: { op: T.sub, formula: (a, b) => a - b, special: usual },
  mul: { op: T.mul, formula: (a, b) => a * b, special: [...usual, [0, inf]] },
  div: {
    op: T.div,
    formula: (a, b) => a / b,
    range: [0.3, 2],
    special: [...usual, [1, 0], [-1, 0], [1, inf]],
  },
  maximum: { op: T.maximum, formula: Math.max, special: usual },
  minimum: { op: T.minimum, formula: Math.min, special: usual },
  pow: {
    op: T.pow,
    formula: (a, b) => a ** b,
    range: [0.3, 2],
    special: [
      [0, 0],
      [0, 2],
      [2, 0],
      [4, 0.5],
      [-2, 2],
      [-2, 3],
      [-2, -1],
      [0, -1],
      [-2, 0.5],
    ],
  },
  squaredDifference: {
    op: T.squaredDifference,
    formula: (a, b) => (a - b) ** 2,
    special: [...usual, [3, 3]],
  },
  atan2: {
    op: T.atan2,
    formula: Math.atan2,
    range: [0.2, 2],
    special: [
      [0, 1],
      [0, -1],
      [1, 0],
      [-1, 0],
      [1, 1],
      [-1, -1],
      [1, -1],
      [-1, 1],
    ],
  },
};

/** Applies a formula to two arrays that broadcast. */
export function combine(a: NumberArray, b: NumberArray, formula: Formula): NumberArray {
  return arrayOf(broadcastTogether(a.shape, b.shape), (i) => formula(broadcastAt(a, i), broadcastAt(b, i)));
}

const shapes: readonly (readonly [a: readonly number[], b: readonly number[]])[] = [
  [
    [3, 5],
    [3, 5],
  ],
  [[2, 3, 5], [5]],
  [
    [3, 1],
    [2, 3, 5],
  ],
  [
    [2, 1, 5],
    [3, 1],
  ],
  [[7], []],
  [[], []],
  [
    [1, 3, 1, 67],
    [2, 1, 9, 1],
  ],
  [[0, 3], [3]],
];

const differentiable = 6;

function casesOf(name: string, { op, formula, range: [low, high] = [-2, 2], special }: Binary): OpCase[] {
  const oracle = (a: NumberArray, b: NumberArray) => combine(a, b, formula);
  const broadcast = shapes.map(([a, b], i): OpCase => {
    const inputs = [spread(a, low, high, 2), spread(b, low, high, 9)];
    const title = `of [${a.join(", ")}] and [${b.join(", ")}]`;
    const differentiate = i < differentiable ? [0, 1] : [];
    return { ops: [name], title, inputs, apply: op, oracle, differentiate };
  });
  const isOrdinary = ([a, b]: readonly [number, number]) => [a, b, formula(a, b)].every(Number.isFinite);
  const at = (title: string, pairs: typeof special): OpCase => ({
    ops: [name],
    title,
    inputs: [vector(...pairs.map(([a]) => a)), vector(...pairs.map(([, b]) => b))],
    apply: op,
    oracle,
  });
  // Shading languages may leave out what infinity and NaN do.
  const strange = special.filter((pair) => !isOrdinary(pair));
  const x = spread([9], 0.3, 1.5, 4);
  const [left, right] = [0.8125, 1.1];
  return [
    ...broadcast,
    at("of particular numbers", special.filter(isOrdinary)),
    ...(strange.length > 0 ? [at("of or to infinity or NaN", strange)] : []),
    {
      ops: [name],
      title: "with numbers that are no tensors",
      inputs: [x],
      apply: (v) => [op(left, v), op(v, right), op(2, 0.5)],
      oracle: (v) => [
        arrayOf(v.shape, (i) => formula(left, broadcastAt(v, i))),
        arrayOf(v.shape, (i) => formula(broadcastAt(v, i), right)),
        arrayOf([], () => formula(2, 0.5)),
      ],
      differentiate: [0],
    },
  ];
}

const square: OpCase = {
  ops: ["pow"],
  title: "with the exponent 2",
  inputs: [vector(0, -3, 1.5, -0.25, 8)],
  apply: (x) => T.pow(x, 2),
  oracle: (x) => arrayOf(x.shape, (i) => broadcastAt(x, i) ** 2),
  differentiate: [0],
};

export const binaryCases: readonly OpCase[] = [
  ...Object.entries(binary).flatMap(([name, entry]) => casesOf(name, entry)),
  square,
];
