import "@plenoptic/backend-cpu";
import { expect } from "vitest";
import { sizeOf } from "../../testing/src/conformance/arrays.js";
import * as T from "../src/index.js";
import { useReference } from "./reference-device.js";

export { relativeError } from "@plenoptic/testing";
export { indicesOf, sizeOf } from "../../testing/src/conformance/arrays.js";

/** The devices every test of this package runs on. `tfjs` has none of our kernels: compositions serve. */
export const devices: { title: string; bound: number; wide: boolean; use: () => Promise<unknown> }[] = [
  { title: "cpu float64", bound: 1e-12, wide: true, use: () => T.useBackend("cpu", { dtype: "float64" }) },
  { title: "cpu float32", bound: 2e-6, wide: false, use: () => T.useBackend("cpu", { dtype: "float32" }) },
  { title: "tfjs reference (compositions)", bound: 5e-6, wide: false, use: useReference },
];

/** Deterministic numbers that avoid ties and zeros, in (low, high). */
export function numbers(count: number, low = -1, high = 1, seed = 1): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => {
    const u = (Math.sin((i + 1) * 12.9898 + seed * 78.233) * 43758.5453) % 1;
    return Math.fround(low + (high - low) * Math.abs(u));
  });
}

export function offset(shape: readonly number[], index: readonly number[]): number {
  return shape.reduce((at, extent, axis) => at * extent + index[axis], 0);
}

/**
 * Compares first and second derivatives with central differences, in float64, along one direction.
 * f may return any shape; it is contracted with fixed weights.
 */
export function derivativeErrors(f: (x: T.Tensor) => T.Tensor, shape: number[], low = -1, high = 1) {
  const x0 = numbers(sizeOf(shape), low, high, 3);
  const direction = numbers(x0.length, -1, 1, 5);
  const at = (t: number) =>
    T.tensor(
      Float64Array.from(x0, (v, i) => v + t * direction[i]),
      shape,
    );
  const weighted = (x: T.Tensor) => {
    const y = f(x);
    return T.sum(T.mul(y, T.tensor(numbers(y.size, 0.5, 1.5, 7), y.shape)));
  };
  const along = (g: T.Tensor) => T.sum(T.mul(g, T.tensor(direction, shape)));
  const number = (make: () => T.Tensor) => {
    const result = T.tidy(make);
    const [v] = T.readSync(result);
    result.dispose();
    return v;
  };
  const value = (t: number) => number(() => weighted(at(t)));
  const slope = (t: number) => number(() => along(T.grad(weighted)(at(t))));
  // A function with a constant gradient has, rightly, nothing to differentiate again: its curvature is 0.
  const curvature = (() => {
    try {
      return number(() => along(T.grad((x) => along(T.grad(weighted)(x)))(at(0))));
    } catch (error) {
      if (error instanceof T.ModelError) return 0;
      throw error;
    }
  })();
  const h = 1e-4;
  // Fourth-order central difference: error about h⁴ plus rounding 1e-16 / h.
  const difference = (g: (t: number) => number) => (8 * (g(h) - g(-h)) - (g(2 * h) - g(-2 * h))) / (12 * h);
  const close = (a: number, b: number) => Math.abs(a - b) / Math.max(1, Math.abs(b));
  return { first: close(slope(0), difference(value)), second: close(curvature, difference(slope)) };
}

/** Fails unless `f` throws an error of a class, with these words, and leaves no tensor behind. */
export function expectRefusal(
  f: () => unknown,
  kind: abstract new (...args: never[]) => Error,
  words: RegExp,
): void {
  const before = T.memory().numTensors;
  let caught: unknown;
  T.tidy(() => {
    try {
      f();
    } catch (error) {
      caught = error;
    }
  });
  expect(caught).toBeInstanceOf(kind);
  expect((caught as Error).message).toMatch(words);
  expect(T.memory().numTensors).toBe(before);
}
