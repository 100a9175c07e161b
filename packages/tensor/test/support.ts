import "@plenoptic/backend-cpu";
import * as T from "../src/index.js";
import { useReference } from "./reference-device.js";

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

export const sizeOf = (shape: readonly number[]) => shape.reduce((n, e) => n * e, 1);

/** Row-major position of every index of a shape. */
export function* indicesOf(shape: readonly number[]): Generator<number[]> {
  const index = shape.map(() => 0);
  for (let n = sizeOf(shape); n > 0; n--) {
    yield [...index];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      if (++index[axis] < shape[axis]) break;
      index[axis] = 0;
    }
  }
}

export function offset(shape: readonly number[], index: readonly number[]): number {
  return shape.reduce((at, extent, axis) => at * extent + index[axis], 0);
}

/** max |a - b| / max |b|, the measure of the project's bounds; infinite where one is NaN and the other is not. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let worst = 0;
  let scale = 0;
  for (let i = 0; i < expected.length; i++) {
    if (Object.is(actual[i], expected[i]) || actual[i] === expected[i]) {
      if (Number.isFinite(expected[i])) scale = Math.max(scale, Math.abs(expected[i]));
      continue;
    }
    const difference = Math.abs(actual[i] - expected[i]);
    worst = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : Math.max(worst, difference);
    scale = Math.max(scale, Math.abs(expected[i]));
  }
  return worst === 0 ? 0 : worst / scale;
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
