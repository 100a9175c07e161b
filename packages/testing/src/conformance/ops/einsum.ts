import * as T from "@plenoptic/tensor";
import { arrayOf, at, indicesOf, type NumberArray, spread } from "../arrays.js";
import type { OpCase } from "../types.js";

/** Sums over every index of all labels; each label has one extent, and the equation an arrow. */
function sumOfProducts(equation: string, xs: readonly NumberArray[]): NumberArray {
  const [left, output] = equation.split("->");
  const terms = left.split(",");
  const extents = new Map(
    terms.flatMap((term, i) => [...term].map((label, a) => [label, xs[i].shape[a]] as const)),
  );
  const summed = [...extents.keys()].filter((label) => !output.includes(label));
  const extentsOf = (labels: readonly string[]) => labels.map((label) => extents.get(label) as number);
  return arrayOf(extentsOf([...output]), (outer) => {
    let sum = 0;
    for (const inner of indicesOf(extentsOf(summed))) {
      const place = new Map(
        [...output, ...summed].map((label, i) => [label, [...outer, ...inner][i]] as const),
      );
      sum += terms.reduce(
        (product, term, i) =>
          product *
          at(
            xs[i],
            [...term].map((l) => place.get(l) as number),
          ),
        1,
      );
    }
    return sum;
  });
}

/** With the equation in full, for the oracle, where the op is given a shorter one. */
function einsum(equation: string, shapes: readonly (readonly number[])[], full = equation): OpCase {
  return {
    ops: ["einsum"],
    title: `${equation} of ${shapes.map((shape) => `[${shape.join(", ")}]`).join(", ")}`,
    inputs: shapes.map((shape, i) => spread(shape, 0.5, 2, i + 1)),
    apply: (...xs) => T.einsum(equation, ...xs),
    oracle: (...xs) => sumOfProducts(full, xs),
    differentiate: shapes.map((_, i) => i),
  };
}

export const einsumCases: readonly OpCase[] = [
  einsum("ij->ji", [[2, 3]]),
  einsum("ijk->j", [[2, 3, 4]]),
  einsum("ij->ij", [[2, 3]]),
  einsum("ii->i", [[3, 3]]),
  einsum("iji->", [[3, 2, 3]]),
  einsum("i,i->", [[5], [5]]),
  einsum("i,j->ji", [[3], [4]]),
  einsum("ij,jk->ik", [
    [3, 4],
    [4, 5],
  ]),
  einsum("ijk,kjl->lki", [
    [2, 3, 4],
    [4, 3, 5],
  ]),
  einsum("bchw,dc->bdhw", [
    [2, 3, 4, 5],
    [6, 3],
  ]),
  einsum("bci,bcj->bij", [
    [2, 3, 4],
    [2, 3, 5],
  ]),
  einsum("ij,kl->k", [
    [2, 3],
    [4, 5],
  ]),
  einsum("ij,jk,kl->il", [
    [2, 3],
    [3, 4],
    [4, 2],
  ]),
  einsum("i,i,i->i", [[4], [4], [4]]),
  einsum("ij,->ij", [[2, 3], []]),
  einsum(
    "ba,cb",
    [
      [2, 3],
      [4, 2],
    ],
    "ba,cb->ac",
  ),
  einsum(
    " ...i , ij -> ...j ",
    [
      [2, 3, 4],
      [4, 5],
    ],
    "abi,ij->abj",
  ),
  einsum(
    "i...,...->...i",
    [
      [2, 3, 4],
      [3, 4],
    ],
    "iab,ab->abi",
  ),
];
