// Copies blocks of the factors into the order in which the innermost loop reads them: panels of a few rows of the left
// factor (or columns of the right one), and in a panel, for each step of the sum, the values of all its rows.

import { lanes } from "../vector";
import { areNeighbours } from "./offsets";

// @ts-ignore: decorator
@inline
function offset(table: usize, i: i32): usize {
  return load<usize>(table + <usize>i * sizeof<usize>());
}

/** Four rows of four values (two of two) become columns, `stride` bytes apart. */
// @ts-ignore: decorator
@inline
function transposeBlock<T>(r0: usize, r1: usize, r2: usize, r3: usize, to: usize, stride: usize): void {
  if (sizeof<T>() == 8) {
    const a = v128.load(r0);
    const b = v128.load(r1);
    v128.store(to, v128.shuffle<i64>(a, b, 0, 2));
    v128.store(to + stride, v128.shuffle<i64>(a, b, 1, 3));
    return;
  }
  const a = v128.load(r0);
  const b = v128.load(r1);
  const c = v128.load(r2);
  const d = v128.load(r3);
  const ab = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
  const cd = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
  v128.store(to, v128.shuffle<i64>(ab, cd, 0, 2));
  v128.store(to + stride, v128.shuffle<i64>(ab, cd, 1, 3));
  const ef = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
  const gh = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
  v128.store(to + 2 * stride, v128.shuffle<i64>(ef, gh, 0, 2));
  v128.store(to + 3 * stride, v128.shuffle<i64>(ef, gh, 1, 3));
}

/** One vector's width of rows that are not next to each other; where the steps are, blocks are transposed. */
function packRows<T>(x: usize, rows: usize, steps: usize, marks: usize, k: i32, to: usize, stride: usize): void {
  const r0 = x + offset(rows, 0);
  const r1 = x + offset(rows, 1);
  const r2 = sizeof<T>() == 8 ? r0 : x + offset(rows, 2);
  const r3 = sizeof<T>() == 8 ? r1 : x + offset(rows, 3);
  for (let l = 0; l < k; ) {
    const at = offset(steps, l);
    if (load<u8>(marks + l)) {
      transposeBlock<T>(r0 + at, r1 + at, r2 + at, r3 + at, to, stride);
      l += lanes<T>();
      to += <usize>lanes<T>() * stride;
    } else {
      store<T>(to, load<T>(r0 + at));
      store<T>(to, load<T>(r1 + at), sizeof<T>());
      if (sizeof<T>() == 4) {
        store<T>(to, load<T>(r2 + at), 8);
        store<T>(to, load<T>(r3 + at), 12);
      }
      l++;
      to += stride;
    }
  }
}

/** Rows next to each other: whole vectors are copied. */
// @ts-ignore: decorator
@inline
function packNeighbours(from: usize, steps: usize, k: i32, to: usize, stride: usize): void {
  const end = steps + <usize>k * sizeof<usize>();
  for (; steps < end; steps += sizeof<usize>()) {
    v128.store(to, v128.load(from + load<usize>(steps)));
    to += stride;
  }
}

/** Fewer rows than a vector has lanes, or none; zeros take the place of the others. */
function packPart<T>(x: usize, rows: usize, count: i32, steps: usize, k: i32, to: usize, stride: usize): void {
  for (let l = 0; l < k; l++) {
    const at = x + offset(steps, l);
    v128.store(to, v128.splat<T>(<T>0));
    for (let r = 0; r < count; r++) store<T>(to + <usize>r * sizeof<T>(), load<T>(at + offset(rows, r)));
    to += stride;
  }
}

/**
 * Packs `count` rows in panels of `width`, a multiple of a vector's lanes; rows that are missing in the last panel are zeros.
 * `rows` and `steps` are tables of offsets from x, `marks` says where the steps are neighbours.
 */
export function pack<T>(x: usize, rows: usize, count: i32, width: i32, steps: usize, marks: usize, k: i32, to: usize): void {
  const stride = <usize>width * sizeof<T>();
  for (let i = 0; i < count; i += width) {
    for (let j = 0; j < width; j += lanes<T>()) {
      const at = rows + <usize>(i + j) * sizeof<usize>();
      const target = to + <usize>j * sizeof<T>();
      const left = count - i - j;
      if (left < lanes<T>()) packPart<T>(x, at, left, steps, k, target, stride);
      else if (areNeighbours(at, lanes<T>(), sizeof<T>())) packNeighbours(x + load<usize>(at), steps, k, target, stride);
      else packRows<T>(x, at, steps, marks, k, target, stride);
    }
    to += <usize>k * stride;
  }
}
