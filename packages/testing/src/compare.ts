import { readSync, type Tensor } from "@plenoptic/tensor";
import { expect } from "vitest";
import { difference, relativeErrorOf } from "./conformance/compare.js";

/** Numbers, a tensor that can be read at once, or anything with `values`, such as an array of a golden. */
export type Values = ArrayLike<number> | Tensor | { readonly values: ArrayLike<number> };

function isTensor(x: object): x is Tensor {
  return "dataId" in x;
}

/** The numbers of whatever a test compares. */
export function numbersOf(x: Values): ArrayLike<number> {
  if (isTensor(x)) return readSync(x);
  return "values" in x && typeof x.values === "object" ? x.values : (x as ArrayLike<number>);
}

function shapeOf(x: Values): number[] | undefined {
  return "shape" in x && Array.isArray(x.shape) ? (x.shape as number[]) : undefined;
}

/**
 * max |a - b| / max |b|, the measure of the project's bounds. Infinite when the lengths differ, when a
 * NaN stands against a number, and when b is all zeros and a is not.
 */
export function relativeError(actual: Values, expected: Values): number {
  return relativeErrorOf(numbersOf(actual), numbersOf(expected));
}

/** Fails unless the shapes agree (where both are known) and {@link relativeError} is at most `bound`. */
export function expectClose(actual: Values, expected: Values, bound: number, label = "values"): void {
  const [shape, wanted] = [shapeOf(actual), shapeOf(expected)];
  // Goldens keep scalars as one value of shape [1].
  if (shape && wanted && shape.length + wanted.length > 1) expect(shape, `shape of ${label}`).toEqual(wanted);
  const problem = difference(numbersOf(actual), numbersOf(expected), bound, label);
  if (problem) expect.fail(problem);
}
