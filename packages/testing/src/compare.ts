import { readSync, type Tensor } from "@plenoptic/tensor";
import { expect } from "vitest";

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

function compare(a: ArrayLike<number>, b: ArrayLike<number>): { error: number; at: number } {
  let worst = 0;
  let at = -1;
  let scale = 0;
  for (let i = 0; i < b.length; i++) {
    if (Number.isFinite(b[i])) scale = Math.max(scale, Math.abs(b[i]));
    // NaN equals NaN here, and an infinity itself: both are answers that can be right.
    if (Object.is(a[i], b[i]) || a[i] === b[i]) continue;
    const difference = Math.abs(a[i] - b[i]);
    const size = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
    if (size > worst) {
      worst = size;
      at = i;
    }
  }
  return { error: worst === 0 ? 0 : worst / scale, at };
}

/**
 * max |a - b| / max |b|, the measure of the project's bounds. Infinite when the lengths differ, when a
 * NaN stands against a number, and when b is all zeros and a is not.
 */
export function relativeError(actual: Values, expected: Values): number {
  const [a, b] = [numbersOf(actual), numbersOf(expected)];
  return a.length === b.length ? compare(a, b).error : Number.POSITIVE_INFINITY;
}

/** Fails unless the shapes agree (where both are known) and {@link relativeError} is at most `bound`. */
export function expectClose(actual: Values, expected: Values, bound: number, label = "values"): void {
  const [shape, wanted] = [shapeOf(actual), shapeOf(expected)];
  // Goldens keep scalars as one value of shape [1].
  if (shape && wanted && shape.length + wanted.length > 1) expect(shape, `shape of ${label}`).toEqual(wanted);
  const [a, b] = [numbersOf(actual), numbersOf(expected)];
  expect(a.length, `number of ${label}`).toBe(b.length);
  const { error, at } = compare(a, b);
  if (!(error <= bound)) {
    expect.fail(`${label}: relative error ${error} above ${bound}; worst at ${at}: ${a[at]} for ${b[at]}`);
  }
}
