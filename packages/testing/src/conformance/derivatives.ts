import { add, type Device, grad, ModelError, mul, sum, type Tensor, tensor, tidy } from "@plenoptic/tensor";
import { type NumberArray, sizeOf, spreadNumbers } from "./arrays.js";
import { toTensor, valuesOn } from "./on-device.js";

/** From a tensor to one number. */
type ScalarFunction = (x: Tensor) => Tensor;

/** The gradient of a function at a point, and the product of its Hessian there with a direction. */
export interface Derivatives {
  readonly gradient: ArrayLike<number>;
  readonly curvature: ArrayLike<number>;
}

/** Largest differences from central differences, relative to the largest value at hand. */
export interface DerivativeErrors {
  readonly first: number;
  readonly second: number;
}

// Fourth-order central difference: its own error is about h⁴ f⁽⁵⁾/30, its rounding about 1e-16 f/h.
const h = 1e-4;
export const stencil = [
  [h, 8 / (12 * h)],
  [-h, -8 / (12 * h)],
  [2 * h, -1 / (12 * h)],
  [-2 * h, 1 / (12 * h)],
] as const;

/**
 * Σ w y² over all results of an op, with fixed weights. The square gives a linear op a second derivative too, which goes
 * through its gradient twice.
 */
export function contracted(f: (x: Tensor) => Tensor | Tensor[]): ScalarFunction {
  return (x) =>
    [f(x)]
      .flat()
      .map((y, k) => sum(mul(mul(y, y), tensor(spreadNumbers(y.size, 0.5, 1.5, 7 + k), y.shape))))
      .reduce(add);
}

const directionFor = (x: NumberArray) => spreadNumbers(sizeOf(x.shape), -1, 1, 5);

function hessianTimes(f: ScalarFunction, x: Tensor, direction: Tensor): Tensor | undefined {
  try {
    return grad((t) => sum(mul(grad(f)(t), direction)))(x);
  } catch (error) {
    // The gradient does not depend on x: the second derivative is 0.
    if (error instanceof ModelError) return undefined;
    throw error;
  }
}

/** First and second derivatives of a function of one number, as the device computes them. */
export async function derivativesOn(device: Device, f: ScalarFunction, x: NumberArray): Promise<Derivatives> {
  const direction = { shape: x.shape, values: directionFor(x) };
  const [gradient, curvature] = await valuesOn(device, () => {
    const at = toTensor(x);
    const second = hessianTimes(f, at, toTensor(direction));
    return [grad(f)(at), ...(second ? [second] : [])];
  });
  return {
    gradient: gradient.values,
    curvature: curvature?.values ?? new Float64Array(gradient.values.length),
  };
}

/** Central difference along a direction of something that gives a list of numbers. */
async function differenceAlong(
  f: (x: Float64Array) => Promise<ArrayLike<number>>,
  x: ArrayLike<number>,
  direction: ArrayLike<number>,
): Promise<Float64Array> {
  let total = new Float64Array();
  for (const [step, weight] of stencil) {
    const values = await f(Float64Array.from(x, (v, i) => v + step * direction[i]));
    if (total.length === 0) total = new Float64Array(values.length);
    for (let i = 0; i < values.length; i++) total[i] += weight * values[i];
  }
  return total;
}

/** Coordinates to try one by one: all when there are few, else some spread over the array. */
export function probes(size: number, count = 24): number[] {
  if (size <= count) return Array.from({ length: size }, (_, i) => i);
  return Array.from({ length: count }, (_, i) => Math.floor(((i + 0.5) * size) / count));
}

export const largest = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((most, v) => Math.max(most, Math.abs(v)), 0);

/** Compares derivatives with central differences of the function, and of its gradient, on a float64 device. */
export async function errorsAgainstDifferences(
  device: Device,
  f: ScalarFunction,
  x: NumberArray,
  { gradient, curvature }: Derivatives,
): Promise<DerivativeErrors> {
  const { shape, values } = x;
  const value = async (v: Float64Array) => (await valuesOn(device, () => f(tensor(v, shape))))[0].values;
  const slope = async (v: Float64Array) =>
    (await valuesOn(device, () => tidy(() => grad(f)(tensor(v, shape)))))[0].values;
  const scale = Math.max(largest(gradient), Number.MIN_VALUE);
  let first = 0;
  for (const i of probes(values.length)) {
    const unit = new Float64Array(values.length);
    unit[i] = 1;
    const [numeric] = await differenceAlong(value, values, unit);
    first = Math.max(first, Math.abs(gradient[i] - numeric) / scale);
  }
  const wanted = await differenceAlong(slope, values, directionFor(x));
  const gap = largest(Array.from(curvature, (c, i) => c - wanted[i]));
  return { first, second: gap / Math.max(largest(wanted), scale) };
}
