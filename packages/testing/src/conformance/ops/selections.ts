import * as T from "@plenoptic/tensor";
import { arrayOf, at, indicesOf, type NumberArray, sizeOf, spread, vector } from "../arrays.js";
import type { OpCase } from "../types.js";

const input = spread([2, 3, 4], -2, 2);
const floats = (x: T.Tensor) => T.cast(x, "float32");

/** The values along an axis at an index of the others; the index along the axis itself does not matter. */
const along = (x: NumberArray, index: readonly number[], axis: number): number[] =>
  Array.from({ length: x.shape[axis] }, (_, k) =>
    at(
      x,
      index.map((i, a) => (a === axis ? k : i)),
    ),
  );
const resized = (shape: readonly number[], axis: number, extent: number) =>
  shape.map((e, a) => (a === axis ? extent : e));
const without = (list: readonly number[], axis: number) => list.filter((_, a) => a !== axis);

/** A number for each row along an axis, that axis dropped. */
const perRow = (x: NumberArray, axis: number, f: (row: number[]) => number): NumberArray => {
  const kept = arrayOf(resized(x.shape, axis, 1), (index) => f(along(x, index, axis)));
  return { shape: without(x.shape, axis), values: kept.values };
};

/** Places in the order of their values, largest first. */
const ranking = (row: readonly number[]) => row.map((_, i) => i).sort((p, q) => row[q] - row[p] || p - q);

const extremes: readonly OpCase[] = [
  {
    ops: ["argMax", "argMin"],
    title: "along each axis",
    inputs: [input],
    apply: (x) => [0, 1, -1].flatMap((axis) => [floats(T.argMax(x, axis)), floats(T.argMin(x, axis))]),
    oracle: (x) =>
      [0, 1, 2].flatMap((axis) => [
        perRow(x, axis, (row) => row.indexOf(Math.max(...row))),
        perRow(x, axis, (row) => row.indexOf(Math.min(...row))),
      ]),
    exact: true,
  },
  {
    ops: ["argMax", "argMin"],
    title: "of all values, the first of equal ones, with axes kept",
    inputs: [{ shape: [2, 3], values: [4, 7, 1, 7, 1, 5] }],
    apply: (x) => [T.argMax(x), T.argMin(x), T.argMax(x, undefined, true), T.argMin(x, 1, true)].map(floats),
    oracle: () => [
      { shape: [], values: [1] },
      { shape: [], values: [2] },
      { shape: [1, 1], values: [1] },
      { shape: [2, 1], values: [2, 1] },
    ],
    exact: true,
  },
  ...(
    [
      [3, 4, -1],
      [3, 2, 1],
      [2, 1, 0],
      [67, 33, -1],
    ] as const
  ).map(([extent, k, axis]): OpCase => {
    const a = axis < 0 ? 2 : axis;
    return {
      ops: ["topk"],
      title: `${k} of ${extent === 67 ? 67 : input.shape[a]} along axis ${axis}`,
      inputs: [extent === 67 ? spread([2, 1, 67], -2, 2) : input],
      apply: (x) => {
        const { values, indices } = T.topk(x, k, axis);
        return [values, floats(T.detach(indices))];
      },
      oracle: (x) => {
        const shape = resized(x.shape, a, k);
        const place = (index: number[]) => ranking(along(x, index, a))[index[a]];
        return [arrayOf(shape, (index) => along(x, index, a)[place(index)]), arrayOf(shape, place)];
      },
      exact: true,
    };
  }),
  {
    ops: ["topk"],
    title: "gives its gradient to what was chosen",
    inputs: [input],
    apply: (x) => [T.square(T.topk(x, 2, 1).values), T.exp(T.topk(x, 3).values)],
    oracle: (x) => {
      const largest = (shape: number[], axis: number) =>
        arrayOf(shape, (index) => {
          const row = along(x, index, axis);
          return row[ranking(row)[index[axis]]];
        });
      const [a, b] = [largest([2, 2, 4], 1), largest([2, 3, 3], 2)];
      return [
        { shape: a.shape, values: Array.from(a.values, (v) => v * v) },
        { shape: b.shape, values: Array.from(b.values, Math.exp) },
      ];
    },
    differentiate: [0],
  },
  {
    ops: ["topk"],
    title: "of equal values takes the first",
    inputs: [vector(1, 3, 2, 3, 3)],
    apply: (x) => floats(T.topk(x, 4).indices),
    oracle: () => vector(1, 3, 4, 2),
    exact: true,
  },
];

const cumsums: readonly OpCase[] = [false, true].flatMap((exclusive) =>
  [false, true].flatMap((reverse) =>
    [0, 1, -1].map(
      (axis): OpCase => ({
        ops: ["cumsum"],
        title: `along axis ${axis}${exclusive ? ", exclusive" : ""}${reverse ? ", from the end" : ""}`,
        inputs: [spread([3, 2, 5], 0.5, 2)],
        apply: (x) => T.cumsum(x, axis, { exclusive, reverse }),
        oracle: (x) => {
          const a = axis < 0 ? 2 : axis;
          return arrayOf(x.shape, (index) => {
            const row = along(x, index, a);
            const upTo = (i: number) =>
              (reverse ? i > index[a] : i < index[a]) || (!exclusive && i === index[a]);
            return row.reduce((total, v, i) => (upTo(i) ? total + v : total), 0);
          });
        },
        differentiate: [0],
      }),
    ),
  ),
);

const oneHots: readonly OpCase[] = [
  {
    ops: ["oneHot"],
    title: "of numbers and of a tensor",
    inputs: [{ shape: [2, 2], values: [3, 0, 1, 7] }],
    apply: (x) => [T.oneHot([2, 0], 3), T.oneHot(T.cast(x, "int32"), 4, { onValue: 2.5, offValue: -1 })],
    oracle: (x) => [
      { shape: [2, 3], values: [0, 0, 1, 1, 0, 0] },
      arrayOf([2, 2, 4], ([i, j, k]) => (at(x, [i, j]) === k ? 2.5 : -1)),
    ],
    exact: true,
  },
];

/** Adds each slice along the axis at its place. */
const scattered = (x: NumberArray, indices: readonly number[], axis: number, extent: number): NumberArray => {
  const shape = resized(x.shape, axis, extent);
  const values = new Float64Array(sizeOf(shape));
  for (const index of indicesOf(x.shape)) {
    const target = index.map((i, a) => (a === axis ? indices[i] : i));
    values[target.reduce((position, i, a) => position * shape[a] + i, 0)] += at(x, index);
  }
  return { shape, values };
};

const scatters: readonly OpCase[] = [
  ...(
    [
      [0, [4, 1]],
      [1, [0, 2, 2]],
      [-1, [5, 0, 5, 5]],
    ] as const
  ).map(
    ([axis, indices]): OpCase => ({
      ops: ["scatterAdd"],
      title: `along axis ${axis}, some places ${new Set(indices).size < indices.length ? "repeated" : "left out"}`,
      inputs: [spread([2, 3, 4], 0.5, 2)],
      apply: (x) => T.square(T.scatterAdd(x, indices, axis, 6)),
      oracle: (x) => {
        const { shape, values } = scattered(x, indices, axis < 0 ? 2 : axis, 6);
        return { shape, values: Array.from(values, (v) => v * v) };
      },
      differentiate: [0],
    }),
  ),
  {
    ops: ["scatterAdd"],
    title: "of many slices to few places",
    inputs: [spread([2, 131, 7], 0.5, 2)],
    apply: (x) =>
      T.scatterAdd(
        x,
        Array.from({ length: 131 }, (_, i) => (i * i) % 5),
        1,
        5,
      ),
    oracle: (x) =>
      scattered(
        x,
        Array.from({ length: 131 }, (_, i) => (i * i) % 5),
        1,
        5,
      ),
  },
  {
    ops: ["scatter"],
    title: "along the middle axis",
    inputs: [spread([2, 3, 4], -2, 2), spread([2, 2, 4], -2, 2, 5)],
    apply: (x, updates) => T.square(T.scatter(x, [2, 0], updates, 1)),
    oracle: (x, updates) =>
      arrayOf(
        x.shape,
        ([i, j, k]) => (j === 1 ? at(x, [i, j, k]) : at(updates, [i, j === 2 ? 0 : 1, k])) ** 2,
      ),
    differentiate: [0, 1],
  },
  {
    ops: ["scatter"],
    title: "in the place of infinity",
    inputs: [vector(1, Number.POSITIVE_INFINITY, 3), vector(5)],
    apply: (x, updates) => T.scatter(x, [1], updates),
    oracle: () => vector(1, 5, 3),
    exact: true,
  },
];

export const selectionCases: readonly OpCase[] = [...extremes, ...cumsums, ...oneHots, ...scatters];
