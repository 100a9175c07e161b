import "@plenoptic/backend-cpu";
import {
  dispose,
  grad,
  ModelError,
  mul,
  readSync,
  sum,
  type Tensor,
  tensor,
  tidy,
  withDevice,
} from "@plenoptic/tensor";
import { expect } from "vitest";
import { numbersOf } from "./compare.js";

/** Deterministic numbers in (low, high) without visible pattern (a Weyl sequence, shuffled by its own square). */
export function spreadNumbers(count: number, low = -1, high = 1, seed = 1): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => {
    const w = ((i + 1) * 0.6180339887498949 + seed * 0.41421356237309515) % 1;
    return low + (high - low) * ((w * w * 977.13 + w * 31.7) % 1);
  });
}

/** Largest differences between derivatives and central differences, relative to the larger of the slopes at hand. */
export interface GradientErrors {
  readonly first: number;
  readonly second: number;
}

const wide = { device: "cpu", dtype: "float64" } as const;

// Fourth-order central difference: its own error is about h⁴ f⁽⁵⁾/30, its rounding about 1e-16 f/h.
const h = 1e-4;
const stencil = [
  [h, 8 / (12 * h)],
  [-h, -8 / (12 * h)],
  [2 * h, -1 / (12 * h)],
  [-2 * h, 1 / (12 * h)],
] as const;

function largest(values: ArrayLike<number>): number {
  return Array.from(values).reduce((most, v) => Math.max(most, Math.abs(v)), 0);
}

function values(make: () => Tensor): Float64Array {
  const made = tidy(make);
  const out = Float64Array.from(readSync(made));
  dispose(made);
  return out;
}

/** Central difference along `direction` of a function that gives a list of numbers. */
function differenceAlong(
  f: (x: Float64Array) => Float64Array,
  x: Float64Array,
  direction: Float64Array,
): Float64Array {
  let total: Float64Array | undefined;
  for (const [step, weight] of stencil) {
    const at = f(x.map((v, i) => v + step * direction[i]));
    total = total ? total.map((t, i) => t + weight * at[i]) : at.map((a) => weight * a);
  }
  return total ?? new Float64Array();
}

/** Coordinates to try one by one: all when there are few, else some spread over the array. */
function probes(size: number, count = 24): number[] {
  if (size <= count) return Array.from({ length: size }, (_, i) => i);
  return Array.from({ length: count }, (_, i) => Math.floor(((i + 0.5) * size) / count));
}

/**
 * Measures f's first derivative (coordinate by coordinate) and second derivative (the Hessian's product with a
 * direction, whole) against central differences, in float64 on the cpu.
 *
 * @param f - from a tensor to one of any shape, which is contracted with fixed weights; must work in float64
 * @param x - where: a tensor on any device, or its values and shape. Keep it away from kinks.
 */
export function gradientErrors(
  f: (x: Tensor) => Tensor,
  x: Tensor | { values: ArrayLike<number>; shape: number[] },
): GradientErrors {
  const start = Float64Array.from(numbersOf(x));
  const shape = [...x.shape];
  return withDevice(wide, () => {
    const at = (v: Float64Array) => tensor(v, shape);
    const weighted = (t: Tensor) => {
      const y = f(t);
      return sum(mul(y, tensor(spreadNumbers(y.size, 0.5, 1.5, 7), y.shape)));
    };
    const value = (v: Float64Array) => values(() => weighted(at(v)));
    const slope = (v: Float64Array) => values(() => grad(weighted)(at(v)));

    const gradient = slope(start);
    const tried = probes(start.length);
    const numeric = tried.map((i) => {
      const unit = new Float64Array(start.length);
      unit[i] = 1;
      return differenceAlong(value, start, unit)[0];
    });
    const scale = Math.max(largest(gradient), Number.MIN_VALUE);
    const first = largest(tried.map((i, k) => gradient[i] - numeric[k])) / scale;

    const direction = spreadNumbers(start.length, -1, 1, 5);
    const curvature = hessianTimes(weighted, start, direction, at);
    const wanted = differenceAlong(slope, start, direction);
    const second = largest(curvature.map((c, i) => c - wanted[i])) / Math.max(largest(wanted), scale);
    return { first, second };
  });
}

function hessianTimes(
  f: (x: Tensor) => Tensor,
  x: Float64Array,
  direction: Float64Array,
  at: (v: Float64Array) => Tensor,
): Float64Array {
  try {
    return values(() => grad((t) => sum(mul(grad(f)(t), at(direction))))(at(x)));
  } catch (error) {
    // A linear function has a gradient that does not depend on x: its second derivative is 0.
    if (error instanceof ModelError) return new Float64Array(x.length);
    throw error;
  }
}

/** Fails unless both errors of {@link gradientErrors} are at most `bound` (1e-7 by default). */
export function checkGradient(
  f: (x: Tensor) => Tensor,
  x: Tensor | { values: ArrayLike<number>; shape: number[] },
  { bound = 1e-7, label = f.name || "f" }: { bound?: number; label?: string } = {},
): GradientErrors {
  const errors = gradientErrors(f, x);
  expect(errors.first, `first derivative of ${label} against central differences`).toBeLessThanOrEqual(bound);
  expect(errors.second, `second derivative of ${label} against central differences`).toBeLessThanOrEqual(
    bound,
  );
  return errors;
}
