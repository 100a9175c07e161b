import { PlotIndexError, PlotShapeError, PlotValueError } from "./errors.js";

/** An array of any rank in row-major order. */
export interface RealArray {
  readonly data: ArrayLike<number>;
  readonly shape: readonly number[];
}

/** A complex array as two real ones of equal shape. */
export interface ComplexArray {
  readonly real: RealArray;
  readonly imag: RealArray;
}

/** What figures are made of. */
export type PlotArray = RealArray | ComplexArray;

export const isComplex = (array: PlotArray): array is ComplexArray => "real" in array;

export const shapeOf = (array: PlotArray): readonly number[] =>
  isComplex(array) ? array.real.shape : array.shape;

export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Checks that the numbers are as many as the shape says. */
export function checkArray(array: PlotArray, name: string): void {
  const parts = isComplex(array) ? [array.real, array.imag] : [array];
  for (const { data, shape } of parts) {
    if (!data || !Array.isArray(shape) || data.length !== sizeOf(shape)) {
      throw new PlotShapeError(
        `${name} must be { data, shape } with as many numbers as the shape says, but there are ` +
          `${data?.length} numbers for the shape [${shape}].`,
      );
    }
  }
  if (isComplex(array) && array.real.shape.join() !== array.imag.shape.join()) {
    throw new PlotShapeError(
      `The parts of ${name} differ in shape: real [${array.real.shape}], imag [${array.imag.shape}].`,
    );
  }
}

/** A part of the flat numbers, without a copy where that is possible. */
export function subarray(data: ArrayLike<number>, start: number, end: number): ArrayLike<number> {
  if (ArrayBuffer.isView(data)) return (data as Float64Array).subarray(start, end);
  return Array.prototype.slice.call(data, start, end);
}

/** The index itself, counted from the end where it is negative; null stays null, for all of them. */
export function checkIndex(
  name: string,
  index: number | null | undefined,
  size: number,
  axis: number,
): number | null {
  if (index === null || index === undefined) return null;
  if (!Number.isInteger(index)) {
    throw new PlotValueError(`${name} must be an int or None (null for all of them), but got ${index}.`);
  }
  const found = index < 0 ? index + size : index;
  if (found < 0 || found >= size) {
    throw new PlotIndexError(
      `${name}=${index} is out of bounds for dimension ${axis} with size ${size}. Choose ${-size} to ${size - 1}.`,
    );
  }
  return found;
}

/** The index-th part along the first axis, which is dropped. */
export function takeFirst({ data, shape }: RealArray, index: number): RealArray {
  const rest = shape.slice(1);
  const size = sizeOf(rest);
  return { data: subarray(data, index * size, (index + 1) * size), shape: rest };
}

/** Smallest and largest number, NaN and infinities apart; undefined when there is none. */
export function extent(data: ArrayLike<number>): [number, number] | undefined {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < data.length; i++) {
    const value = data[i];
    // No number is less or more than NaN.
    if (value < low && value !== Number.NEGATIVE_INFINITY) low = value;
    if (value > high && value !== Number.POSITIVE_INFINITY) high = value;
  }
  return low <= high ? [low, high] : undefined;
}

/** Smallest and largest number of several arrays. */
export function extentOfAll(arrays: readonly ArrayLike<number>[]): [number, number] | undefined {
  const ends = arrays.flatMap((data) => extent(data) ?? []);
  return extent(ends);
}

/** Largest magnitude among all; 0 when there is none. */
export function largestMagnitude(arrays: readonly ArrayLike<number>[]): number {
  const range = extentOfAll(arrays);
  return range ? Math.max(Math.abs(range[0]), Math.abs(range[1])) : 0;
}
