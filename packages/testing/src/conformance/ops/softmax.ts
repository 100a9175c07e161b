import * as T from "@plenoptic/tensor";
import { arrayOf, at, type NumberArray, spread, vector } from "../arrays.js";
import type { OpCase } from "../types.js";

/** ln(exp(x) / Σ exp(x)) with the sum over an axis; the largest value is taken off first. */
function logSoftmax(x: NumberArray, axis: number): NumberArray {
  return arrayOf(x.shape, (index) => {
    const along = Array.from({ length: x.shape[axis] }, (_, k) => at(x, index.with(axis, k)));
    const top = Math.max(...along);
    return at(x, index) - top - Math.log(along.reduce((sum, v) => sum + Math.exp(v - top), 0));
  });
}

const softmax = (x: NumberArray, axis: number): NumberArray => {
  const logs = logSoftmax(x, axis);
  return arrayOf(x.shape, (index) => Math.exp(at(logs, index)));
};

const ways: readonly (readonly [shape: number[], axis: number, differentiate: boolean])[] = [
  [[3, 5], -1, true],
  [[2, 4, 3], 1, true],
  [[7], 0, false],
  [[2, 3, 67], 2, false],
];

export const softmaxCases: readonly OpCase[] = [
  ...ways.flatMap(([shape, axis, differentiate]): OpCase[] => {
    const rest = {
      title: `of [${shape.join(", ")}] along axis ${axis}`,
      inputs: [spread(shape, -3, 3)],
      ...(differentiate ? { differentiate: [0] } : {}),
    };
    const from0 = axis < 0 ? axis + shape.length : axis;
    return [
      { ops: ["softmax"], ...rest, apply: (x) => T.softmax(x, axis), oracle: (x) => softmax(x, from0) },
      {
        ops: ["logSoftmax"],
        ...rest,
        apply: (x) => T.logSoftmax(x, axis),
        oracle: (x) => logSoftmax(x, from0),
      },
    ];
  }),
  {
    ops: ["softmax", "logSoftmax"],
    title: "of large numbers",
    inputs: [vector(1000, 998, -1000)],
    apply: (x) => [T.softmax(x), T.logSoftmax(x)],
    oracle: (x) => [softmax(x, 0), logSoftmax(x, 0)],
  },
];
