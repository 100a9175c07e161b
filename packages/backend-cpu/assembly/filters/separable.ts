// Sums of rank-one filters. A term is a row of the table `terms`, six i32 each:
// [vertical taps, their number, first row, horizontal taps, their number, first column]
// where the taps are pointers and the firsts say how many leading taps were left out.

import { lanes } from "../vector";
import { correlate } from "./correlate";

// @ts-ignore: decorator
@inline
function entry(terms: usize, term: i32, field: i32): i32 {
  return load<i32>(terms + <usize>((term * 6 + field) << 2));
}

/**
 * One output plane [height, width] from a padded plane with rows `stride` values apart. Row by row: the column filter
 * of a row goes to `buffer`, which stays in the first-level cache, and the row filter from there to the output.
 */
// @ts-ignore: decorator
@inline
function separable<T>(padded: usize, stride: i32, terms: usize, count: i32, buffer: usize, y: usize, height: i32, width: i32): void {
  const rowBytes = <usize>stride * sizeof<T>();
  for (let i = 0; i < height; i++) {
    for (let t = 0; t < count; t++) {
      const rows = entry(terms, t, 1);
      const columns = entry(terms, t, 4);
      const from = padded + <usize>(i + entry(terms, t, 2)) * rowBytes + <usize>entry(terms, t, 5) * sizeof<T>();
      correlate<T>(from, rowBytes, entry(terms, t, 0), rows, buffer, width + columns - 1, false);
      // All terms of a row come before the next row, so what a vector writes beyond the row is overwritten.
      correlate<T>(buffer, sizeof<T>(), entry(terms, t, 3), columns, y, width, t > 0);
    }
    y += <usize>width * sizeof<T>();
  }
}

export function separable_f32(padded: usize, stride: i32, terms: usize, count: i32, buffer: usize, y: usize, height: i32, width: i32): void {
  separable<f32>(padded, stride, terms, count, buffer, y, height, width);
}
export function separable_f64(padded: usize, stride: i32, terms: usize, count: i32, buffer: usize, y: usize, height: i32, width: i32): void {
  separable<f64>(padded, stride, terms, count, buffer, y, height, width);
}

/**
 * The transpose: adds to the padded plane what the output plane `dy` [height, width] sends back. The tables hold
 * the taps in reversed order. `row` takes one row of dy between zeros, `plane` the rows after the row filter.
 */
// @ts-ignore: decorator
@inline
function separableAdjoint<T>(
  dy: usize, height: i32, width: i32, terms: usize, count: i32, row: usize, plane: usize, padded: usize, stride: i32,
): void {
  const rowBytes = <usize>stride * sizeof<T>();
  for (let t = 0; t < count; t++) {
    const rows = entry(terms, t, 1);
    const columns = entry(terms, t, 4);
    const wide = width + columns - 1;
    // Zeros on both sides, and beyond for the whole vectors, whose surplus values then are zeros too.
    memory.fill(row, 0, <usize>(width + 2 * (columns - 1) + 2 * lanes<T>()) * sizeof<T>());
    for (let i = 0; i < height; i++) {
      memory.copy(row + <usize>(columns - 1) * sizeof<T>(), dy + <usize>(i * width) * sizeof<T>(), <usize>width * sizeof<T>());
      correlate<T>(row, sizeof<T>(), entry(terms, t, 3), columns, plane + <usize>i * rowBytes, wide, false);
    }
    let to = padded + <usize>entry(terms, t, 2) * rowBytes + <usize>entry(terms, t, 5) * sizeof<T>();
    for (let p = 0; p < height + rows - 1; p++) {
      const first = max<i32>(0, p - rows + 1);
      const last = min<i32>(height - 1, p);
      const taps = entry(terms, t, 0) + (rows - 1 - p + first) * sizeof<T>();
      correlate<T>(plane + <usize>first * rowBytes, rowBytes, taps, last - first + 1, to, wide, true);
      to += rowBytes;
    }
  }
}

export function separableAdjoint_f32(
  dy: usize, height: i32, width: i32, terms: usize, count: i32, row: usize, plane: usize, padded: usize, stride: i32,
): void {
  separableAdjoint<f32>(dy, height, width, terms, count, row, plane, padded, stride);
}
export function separableAdjoint_f64(
  dy: usize, height: i32, width: i32, terms: usize, count: i32, row: usize, plane: usize, padded: usize, stride: i32,
): void {
  separableAdjoint<f64>(dy, height, width, terms, count, row, plane, padded, stride);
}
