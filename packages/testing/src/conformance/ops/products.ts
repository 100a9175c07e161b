import * as T from "@plenoptic/tensor";
import { arrayOf, broadcastAt, type NumberArray, spread } from "../arrays.js";
import type { OpCase } from "../types.js";

type Turns = readonly [a: boolean, b: boolean];

/** Swaps the last two extents, or indices. */
const swapIf = (turn: boolean, list: readonly number[]): number[] => {
  const [rows, columns] = list.slice(-2);
  return turn ? [...list.slice(0, -2), columns, rows] : [...list];
};

/** Batched matrix product by its definition; `batch` is the common batch shape. */
function product(
  a: NumberArray,
  b: NumberArray,
  batch: readonly number[],
  [turnA, turnB]: Turns,
): NumberArray {
  const [m, inner] = swapIf(turnA, a.shape).slice(-2);
  const [, n] = swapIf(turnB, b.shape).slice(-2);
  return arrayOf([...batch, m, n], (index) => {
    const lead = index.slice(0, -2);
    const [i, j] = index.slice(-2);
    let sum = 0;
    for (let k = 0; k < inner; k++) {
      sum += broadcastAt(a, swapIf(turnA, [...lead, i, k])) * broadcastAt(b, swapIf(turnB, [...lead, k, j]));
    }
    return sum;
  });
}

function matMul(
  title: string,
  a: readonly number[],
  b: readonly number[],
  batch: readonly number[],
  turns: Turns = [false, false],
  differentiate: readonly number[] = [],
): OpCase {
  return {
    ops: ["matMul"],
    title,
    inputs: [spread(a, -1, 2), spread(b, -1, 2, 3)],
    apply: (x, y) => T.matMul(x, y, ...turns),
    oracle: (x, y) => product(x, y, batch, turns),
    differentiate,
  };
}

const products: readonly OpCase[] = [
  matMul("3×5 by 5×4", [3, 5], [5, 4], [], [false, false], [0, 1]),
  matMul("the left one turned", [5, 3], [5, 4], [], [true, false], [0, 1]),
  matMul("the right one turned", [3, 5], [4, 5], [], [false, true], [0, 1]),
  matMul("both turned", [5, 3], [4, 5], [], [true, true], [0, 1]),
  matMul("in batches", [2, 3, 5], [2, 5, 4], [2], [false, false], [0, 1]),
  matMul("one matrix for a batch", [2, 2, 3, 5], [5, 4], [2, 2]),
  matMul("batches that broadcast", [2, 1, 3, 5], [3, 5, 4], [2, 3]),
  matMul("a row by a column", [1, 67], [67, 1], []),
  matMul("a column by a row", [67, 1], [1, 35], []),
  matMul("67×131 by 131×35", [67, 131], [131, 35], []),
  matMul("67×131 by 131×35, turned", [131, 67], [35, 131], [], [true, true]),
];

export const productCases: readonly OpCase[] = products;
