import { engine } from "@tensorflow/tfjs-core";
import { activeDevice, type Device, deviceOf, ensureActive, withDevice } from "./backend.js";
import { invalidArgument, ShapeError } from "./errors.js";
import type { Tensor } from "./tensor-type.js";

/** A tensor, or a number that becomes an exact scalar of the other operand's precision. */
export type TensorLike = Tensor | number;

/** Values of a float tensor: in its backend's own precision. */
export type FloatArray = Float32Array | Float64Array;

/** Numbers, or nested lists of numbers, outermost axis first. */
export type NestedNumbers = number | readonly NestedNumbers[];

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

function checkShape(shape: readonly number[]): void {
  for (const extent of shape) {
    if (!Number.isInteger(extent) || extent < 0) {
      throw invalidArgument("shape", [...shape], "a list of whole numbers that are not negative");
    }
  }
}

/** An array of the active precision. */
export function floatArray(length: number, device: Device = activeDevice()): FloatArray {
  return device.dtype === "float64" ? new Float64Array(length) : new Float32Array(length);
}

function shapeOfNested(values: NestedNumbers): number[] {
  const shape: number[] = [];
  for (let v = values; typeof v !== "number"; v = v[0]) {
    shape.push(v.length);
    if (v.length === 0) break;
  }
  return shape;
}

function flatten(values: NestedNumbers, shape: number[], depth: number, out: number[]): void {
  if (typeof values === "number") {
    if (depth !== shape.length) throw new ShapeError("tensor() got lists of different depths.");
    out.push(values);
    return;
  }
  if (values.length !== shape[depth]) {
    throw new ShapeError(
      `tensor() got lists of different lengths on axis ${depth}: ${shape[depth]} and ${values.length}.`,
    );
  }
  for (const value of values) flatten(value, shape, depth + 1, out);
}

/** Wraps values that already have the active precision; the backend copies them. */
function wrap(values: FloatArray, shape: readonly number[]): Tensor {
  ensureActive();
  // tfjs's type of values does not list Float64Array; its engine hands whatever comes to the backend.
  return engine().makeTensor(values as Float32Array, [...shape], "float32");
}

/**
 * A tensor on the active device.
 *
 * @param values - a number, nested lists of numbers, or a typed array (row-major), which is copied
 * @param shape - the shape; may be left out for numbers and nested lists, and for a typed array that is a vector
 * @throws {@link ShapeError} when the values do not fill the shape, or lists are ragged
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { tensor } from "@plenoptic/tensor";
 * const image = tensor(new Float32Array(16), [1, 1, 4, 4]);
 * const matrix = tensor([[1, 2], [3, 4]]);
 * console.log(image.shape, matrix.shape); // [1, 1, 4, 4] [2, 2]
 * ```
 */
export function tensor(values: NestedNumbers | ArrayLike<number>, shape?: readonly number[]): Tensor {
  if (shape) checkShape(shape);
  let flat: ArrayLike<number>;
  let actual: readonly number[];
  if (typeof values === "number" || Array.isArray(values)) {
    const nested = shapeOfNested(values);
    const list: number[] = [];
    flatten(values, nested, 0, list);
    flat = list;
    actual = shape ?? nested;
  } else {
    flat = values as ArrayLike<number>;
    actual = shape ?? [flat.length];
  }
  if (flat.length !== sizeOf(actual)) {
    throw new ShapeError(
      `Shape [${actual.join(", ")}] holds ${sizeOf(actual)} values, but ${flat.length} came.`,
    );
  }
  const out = floatArray(flat.length);
  out.set(flat);
  return wrap(out, actual);
}

/** A tensor of rank 0. */
export function scalar(value: number): Tensor {
  const out = floatArray(1);
  out[0] = value;
  return wrap(out, []);
}

/** A tensor of whole numbers, for indices. */
export function indices(values: ArrayLike<number>): Tensor {
  ensureActive();
  return engine().makeTensor(new Int32Array(values), [values.length], "int32");
}

/** A tensor with every value the same. */
export function full(shape: readonly number[], value: number): Tensor {
  checkShape(shape);
  return wrap(floatArray(sizeOf(shape)).fill(value), shape);
}

/** A tensor of zeros. */
export function zeros(shape: readonly number[]): Tensor {
  return full(shape, 0);
}

/** A tensor of ones. */
export function ones(shape: readonly number[]): Tensor {
  return full(shape, 1);
}

/** As {@link full}, with the shape and device of `x`. */
export function fullLike(x: Tensor, value: number): Tensor {
  return withDevice(deviceOf(x), () => full(x.shape, value));
}

/** As {@link zeros}, with the shape and device of `x`. */
export function zerosLike(x: Tensor): Tensor {
  return fullLike(x, 0);
}

/** As {@link ones}, with the shape and device of `x`. */
export function onesLike(x: Tensor): Tensor {
  return fullLike(x, 1);
}

/** `count` numbers from `start` to `stop`, both included, evenly spaced. */
export function linspace(start: number, stop: number, count: number): Tensor {
  if (!Number.isInteger(count) || count < 1) throw invalidArgument("count", count, "a whole number above 0");
  const out = floatArray(count);
  for (let i = 0; i < count; i++) out[i] = count === 1 ? start : start + ((stop - start) * i) / (count - 1);
  return wrap(out, [count]);
}
