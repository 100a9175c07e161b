import * as T from "@plenoptic/tensor";
import { arrayOf, at, broadcastAt, type NumberArray, spread, vector } from "../arrays.js";
import type { OpCase } from "../types.js";

const input = spread([2, 3, 4], -2, 2);
const other = spread([2, 3, 4], -2, 2, 5);

/** Changes of shape copy values: they are exact, and linear. */
function copies(
  op: string,
  title: string,
  apply: OpCase["apply"],
  oracle: OpCase["oracle"],
  inputs: readonly NumberArray[] = [input],
): OpCase {
  return { ops: [op], title, inputs, apply, oracle, differentiate: inputs.map((_, i) => i), exact: true };
}

const withShape = (x: NumberArray, shape: readonly number[]): NumberArray => ({ shape, values: x.values });
/** The value at each index of `shape` is that of `x` at `source(index)`. */
const pick = (x: NumberArray, shape: readonly number[], source: (index: number[]) => number[]) =>
  arrayOf(shape, (index) => at(x, source(index)));

const arrangements: readonly OpCase[] = [
  copies(
    "reshape",
    "to a matrix",
    (x) => T.reshape(x, [6, -1]),
    (x) => withShape(x, [6, 4]),
  ),
  copies(
    "reshape",
    "to a vector",
    (x) => T.reshape(x, [-1]),
    (x) => withShape(x, [24]),
  ),
  copies(
    "reshape",
    "of one number",
    (x) => T.reshape(x, [1, 1]),
    (x) => withShape(x, [1, 1]),
    [spread([])],
  ),
  copies(
    "expandDims",
    "in the middle and at the end",
    (x) => [T.expandDims(x, 1), T.expandDims(x, -1)],
    (x) => [withShape(x, [2, 1, 3, 4]), withShape(x, [2, 3, 4, 1])],
  ),
  copies(
    "squeeze",
    "all or some axes",
    (x) => [T.squeeze(x), T.squeeze(x, [0])],
    (x) => [withShape(x, [3, 5]), withShape(x, [3, 1, 5])],
    [spread([1, 3, 1, 5])],
  ),
  ...[[2, 0, 1], [0, 2, 1], [1, 0, 2], undefined].map((perm) =>
    copies(
      "transpose",
      perm ? `by [${perm.join(", ")}]` : "reverses the axes",
      (x) => T.transpose(x, perm),
      (x) => {
        const order = perm ?? [2, 1, 0];
        return pick(
          x,
          order.map((axis) => x.shape[axis]),
          (index) => x.shape.map((_, axis) => index[order.indexOf(axis)]),
        );
      },
    ),
  ),
  copies(
    "transpose",
    "of a larger matrix",
    (x) => T.transpose(x),
    (x) => pick(x, [35, 67], ([i, j]) => [j, i]),
    [spread([67, 35])],
  ),
  copies(
    "transpose",
    "of five axes",
    (x) => T.transpose(x, [4, 0, 3, 1, 2]),
    (x) => pick(x, [3, 2, 5, 3, 2], ([i, j, k, l, m]) => [j, l, m, k, i]),
    [spread([2, 3, 2, 5, 3])],
  ),
  ...[[0], [0, -1], [0, 1, 2]].map((axes) =>
    copies(
      "reverse",
      `along ${axes.join(", ")}`,
      (x) => T.reverse(x, axes),
      (x) =>
        pick(x, x.shape, (index) =>
          index.map((i, axis) => (axes.some((a) => (a + 3) % 3 === axis) ? x.shape[axis] - 1 - i : i)),
        ),
    ),
  ),
];

const parts: readonly OpCase[] = [
  copies(
    "slice",
    "of a block",
    (x) => T.slice(x, [0, 1, 2], [2, -1, 2]),
    (x) => pick(x, [2, 2, 2], ([i, j, k]) => [i, j + 1, k + 2]),
  ),
  copies(
    "slice",
    "of everything",
    (x) => T.slice(x, [0, 0, 0], [-1, -1, -1]),
    (x) => x,
  ),
  copies(
    "slice",
    "of four axes",
    (x) => T.slice(x, [1, 0, 3, 2], [1, 2, 5, 6]),
    (x) => pick(x, [1, 2, 5, 6], ([i, j, k, l]) => [i + 1, j, k + 3, l + 2]),
    [spread([2, 2, 9, 11])],
  ),
  {
    ops: ["slice"],
    title: "of nothing",
    inputs: [input],
    apply: (x) => T.slice(x, [0, 3, 0], [-1, 0, -1]),
    oracle: () => ({ shape: [2, 0, 4], values: [] }),
    exact: true,
  },
  copies(
    "gather",
    "with an index that repeats",
    (x) => T.gather(x, [2, 0, 2, 2], 1),
    (x) => pick(x, [2, 4, 4], ([i, j, k]) => [i, [2, 0, 2, 2][j], k]),
  ),
  copies(
    "gather",
    "along the first and the last axis",
    (x) => [T.gather(x, [1, 1, 0]), T.gather(x, [3], -1)],
    (x) => [
      pick(x, [3, 3, 4], ([i, j, k]) => [[1, 1, 0][i], j, k]),
      pick(x, [2, 3, 1], ([i, j]) => [i, j, 3]),
    ],
  ),
  copies(
    "unstack",
    "along each kind of axis",
    (x) => [...T.unstack(x), ...T.unstack(x, -1)],
    (x) => [
      ...[0, 1].map((i) => pick(x, [3, 4], ([j, k]) => [i, j, k])),
      ...[0, 1, 2, 3].map((k) => pick(x, [2, 3], ([i, j]) => [i, j, k])),
    ],
  ),
];

/** Python's begin:end:stride along one axis. */
function places(begin: number | null, end: number | null, stride: number, extent: number): number[] {
  const whole = Array.from({ length: extent }, (_, i) => i);
  const order = stride < 0 ? whole.toReversed() : whole;
  const position = (v: number) => order.indexOf(v < 0 ? v + extent : v);
  const from = begin === null ? 0 : position(begin);
  const to = end === null ? extent : position(end);
  return order.slice(from, to).filter((_, i) => i % Math.abs(stride) === 0);
}

type StridedWay = readonly (readonly [begin: number | null, end: number | null, stride: number])[];

const stridedWays: readonly StridedWay[] = [
  [[1, 8, 3]],
  [
    [null, null, -2],
    [1, -1, 1],
    [null, null, 2],
  ],
  [
    [-2, 1, -3],
    [4, null, -1],
    [3, 4, 5],
  ],
  [
    [null, -3, 4],
    [null, null, 1],
    [6, 0, -2],
  ],
  [
    [2, 3, 1],
    [0, 4, 1],
  ],
];

const strided: readonly OpCase[] = stridedWays.map((way) =>
  copies(
    "stridedSlice",
    `by ${way.map((run) => `[${run.map((v) => v ?? "").join(":")}]`).join("")}`,
    (x) =>
      T.stridedSlice(
        x,
        way.map(([b]) => b),
        way.map(([, e]) => e),
        way.map(([, , s]) => s),
      ),
    (x) => {
      const lists = x.shape.map((extent, axis) => places(...(way[axis] ?? [null, null, 1]), extent));
      return pick(
        x,
        lists.map((list) => list.length),
        (index) => index.map((i, axis) => lists[axis][i]),
      );
    },
    [spread([9, 5, 7], -2, 2)],
  ),
);

const padWays: readonly (readonly [
  shape: readonly number[],
  padding: readonly [number, number][],
  value: number,
])[] = [
  [[5], [[2, 3]], 0.5],
  [
    [2, 3],
    [
      [0, 1],
      [2, 0],
    ],
    0,
  ],
  [
    [2, 3, 1, 4],
    [
      [1, 0],
      [0, 0],
      [2, 2],
      [0, 3],
    ],
    -1,
  ],
  [
    [2, 1, 2, 1, 3],
    [
      [0, 1],
      [1, 0],
      [0, 0],
      [2, 1],
      [1, 1],
    ],
    2,
  ],
];

const padded: readonly OpCase[] = padWays.map(([shape, padding, value]) =>
  copies(
    "pad",
    `of [${shape.join(", ")}] with ${value}`,
    (x) => T.pad(x, padding, value),
    (x) =>
      arrayOf(
        shape.map((extent, axis) => extent + padding[axis][0] + padding[axis][1]),
        (index) => {
          const source = index.map((i, axis) => i - padding[axis][0]);
          return source.every((i, axis) => i >= 0 && i < shape[axis]) ? at(x, source) : value;
        },
      ),
    [spread(shape, -2, 2)],
  ),
);

const nothing: OpCase = {
  ops: ["stridedSlice"],
  title: "of nothing",
  inputs: [input],
  apply: (x) => [T.stridedSlice(x, [2], [0]), T.stridedSlice(x, [0], [1], [-1])],
  oracle: () => [
    { shape: [0, 3, 4], values: [] },
    { shape: [0, 3, 4], values: [] },
  ],
  exact: true,
};

const joined = (axis: number) => (a: NumberArray, b: NumberArray) => {
  const shape = a.shape.map((extent, i) => (i === axis ? extent + b.shape[i] : extent));
  return arrayOf(shape, (index) => {
    const beyond = index[axis] - a.shape[axis];
    return beyond < 0
      ? at(a, index)
      : at(
          b,
          index.map((i, k) => (k === axis ? beyond : i)),
        );
  });
};

const larger: readonly OpCase[] = [
  ...[0, 1, 2].map((axis) => {
    const shape = [2, 3, 4];
    shape[axis] = 5;
    return copies("concat", `along axis ${axis}`, (a, b) => T.concat([a, b], axis), joined(axis), [
      input,
      spread(shape, -2, 2, 7),
    ]);
  }),
  copies(
    "concat",
    "of one",
    (x) => T.concat([x]),
    (x) => x,
  ),
  {
    ops: ["concat"],
    title: "with an empty tensor",
    inputs: [spread([0, 3]), spread([2, 3])],
    apply: (a, b) => T.concat([a, b]),
    oracle: (_, b) => b,
    exact: true,
  },
  copies(
    "concat",
    "of seven",
    (x) => T.concat(Array(7).fill(x), 1),
    (x) => pick(x, [2, 21, 4], ([i, j, k]) => [i, j % 3, k]),
  ),
  ...[0, 1, -1].map((axis) =>
    copies(
      "stack",
      `along axis ${axis}`,
      (a, b) => T.stack([a, b], axis),
      (a, b) => {
        const place = axis < 0 ? 3 : axis;
        const shape = [...a.shape.slice(0, place), 2, ...a.shape.slice(place)];
        return arrayOf(shape, (index) =>
          at(
            index[place] === 0 ? a : b,
            index.filter((_, k) => k !== place),
          ),
        );
      },
      [input, other],
    ),
  ),
  copies(
    "tile",
    "along two axes",
    (x) => T.tile(x, [1, 2, 3]),
    (x) => pick(x, [2, 6, 12], ([i, j, k]) => [i, j % 3, k % 4]),
  ),
  copies(
    "broadcastTo",
    "new and old axes",
    (x) => T.broadcastTo(x, [4, 2, 3]),
    (x) => arrayOf([4, 2, 3], (index) => broadcastAt(x, index)),
    [spread([2, 1])],
  ),
  copies(
    "broadcastTo",
    "from one number and to the same shape",
    (x, y) => [T.broadcastTo(x, [2, 3]), T.broadcastTo(y, [2, 3, 4])],
    (x, y) => [arrayOf([2, 3], () => x.values[0]), y],
    [spread([]), input],
  ),
];

const casts: readonly OpCase[] = [
  {
    ops: ["cast"],
    title: "to whole numbers and booleans and back",
    inputs: [vector(0, 1, -3, 250, 1e6)],
    apply: (x) => [
      T.cast(T.cast(x, "int32"), "float32"),
      T.cast(T.cast(x, "bool"), "float32"),
      T.cast(x, "float32"),
    ],
    oracle: (x) => [x, arrayOf(x.shape, (i) => Number(at(x, i) !== 0)), x],
    exact: true,
  },
];

export const shapeCases: readonly OpCase[] = [
  ...arrangements,
  ...parts,
  ...strided,
  nothing,
  ...larger,
  ...padded,
  ...casts,
];
