/** Numbers in row-major order with their shape: what the oracles compute with, in doubles. */
export interface NumberArray {
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((n, extent) => n * extent, 1);

/** Every index of a shape, in row-major order. */
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

/** The array whose value at each index is `value(index)`. */
export function arrayOf(shape: readonly number[], value: (index: number[]) => number): NumberArray {
  return { shape: [...shape], values: Array.from(indicesOf(shape), value) };
}

/** The value at an index. */
export function at(a: NumberArray, index: readonly number[]): number {
  return a.values[a.shape.reduce((position, extent, axis) => position * extent + index[axis], 0)];
}

/** The value at an index of a larger shape to which `a` is broadcast: last axes are aligned, extents of 1 repeat. */
export function broadcastAt(a: NumberArray, index: readonly number[]): number {
  const lead = index.length - a.shape.length;
  return at(
    a,
    a.shape.map((extent, axis) => (extent === 1 ? 0 : index[lead + axis])),
  );
}

/** The shape to which two shapes broadcast. */
export function broadcastTogether(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  const padded = (s: readonly number[]) => [...Array<number>(rank - s.length).fill(1), ...s];
  const [p, q] = [padded(a), padded(b)];
  return p.map((extent, axis) => (extent === 1 ? q[axis] : extent));
}

/** Deterministic numbers in (low, high) without visible pattern (a Weyl sequence, shuffled by its own square). */
export function spreadNumbers(count: number, low = -1, high = 1, seed = 1): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => {
    const w = ((i + 1) * 0.6180339887498949 + seed * 0.41421356237309515) % 1;
    return low + (high - low) * ((w * w * 977.13 + w * 31.7) % 1);
  });
}

/**
 * An array of {@link spreadNumbers}, each one a float32 number: so that every precision starts from the same values, and an
 * oracle in doubles computes with what the device really has.
 */
export function spread(shape: readonly number[], low = -1, high = 1, seed = 1): NumberArray {
  return {
    shape: [...shape],
    values: Float64Array.from(spreadNumbers(sizeOf(shape), low, high, seed), Math.fround),
  };
}

/** A vector of given numbers, rounded to float32. */
export function vector(...values: number[]): NumberArray {
  return { shape: [values.length], values: values.map(Math.fround) };
}
