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
import { spreadNumbers } from "./conformance/arrays.js";
import { type DerivativeErrors, largest, probes, stencil } from "./conformance/derivatives.js";

const wide = { device: "cpu", dtype: "float64" } as const;

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
): DerivativeErrors {
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
): DerivativeErrors {
  const errors = gradientErrors(f, x);
  expect(errors.first, `first derivative of ${label} against central differences`).toBeLessThanOrEqual(bound);
  expect(errors.second, `second derivative of ${label} against central differences`).toBeLessThanOrEqual(
    bound,
  );
  return errors;
}
