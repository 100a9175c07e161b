// Sums and products of all values so far, along the middle one of three axes [outer, n, inner].

import { f64s, high, low, narrow } from "./vector";

// @ts-ignore: decorator
@inline
function merge<A>(code: i32, total: A, value: A): A {
  return code == 0 ? total + value : total * value;
}

// @ts-ignore: decorator
@inline
function mergeLanes(code: i32, total: v128, value: v128): v128 {
  return code == 0 ? f64x2.add(total, value) : f64x2.mul(total, value);
}

/** One value after the other, `step` bytes apart; A is the type that the total is kept in. */
// @ts-ignore: decorator
@inline
function scalarRun<T, A>(code: i32, x: usize, y: usize, n: i32, step: isize, exclusive: bool): void {
  let total = <A>code;
  for (let i = 0; i < n; i++) {
    const next = merge<A>(code, total, <A>load<T>(x));
    store<T>(y, <T>(exclusive ? total : next));
    total = next;
    x += step;
    y += step;
  }
}

/** Columns that advance together, row by row, so that memory is read in its order. */
const COLUMNS: i32 = 256;
/** Their totals, in doubles. */
const totals = memory.data(256 * 8, 16);

/** `count` neighbouring columns, a multiple of four. */
// @ts-ignore: decorator
@inline
function columns<T>(code: i32, x: usize, y: usize, n: i32, count: i32, step: isize, exclusive: bool): void {
  for (let j = 0; j < count; j += 2) v128.store(totals + (<usize>j << 3), f64s(<f64>code));
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < count; j += 4) {
      const at = totals + (<usize>j << 3);
      const from = x + <usize>j * sizeof<T>();
      const to = y + <usize>j * sizeof<T>();
      const a = v128.load(at);
      const b = v128.load(at, 16);
      const v = v128.load(from);
      const nextA = mergeLanes(code, a, sizeof<T>() == 8 ? v : low(v));
      const nextB = mergeLanes(code, b, sizeof<T>() == 8 ? v128.load(from, 16) : high(v));
      v128.store(at, nextA);
      v128.store(at, nextB, 16);
      const outA = exclusive ? a : nextA;
      const outB = exclusive ? b : nextB;
      if (sizeof<T>() == 8) {
        v128.store(to, outA);
        v128.store(to, outB, 16);
      } else {
        v128.store(to, narrow(outA, outB));
      }
    }
    x += step;
    y += step;
  }
}

// @ts-ignore: decorator
@inline
function cumulate<T, A>(code: i32, x: usize, y: usize, outer: i32, n: i32, inner: i32, exclusive: bool, reverse: bool): void {
  const row = <usize>inner * sizeof<T>();
  const step = reverse ? -(<isize>row) : <isize>row;
  const first = reverse ? <usize>(n - 1) * row : 0;
  const even = isFloat<T>() ? inner & ~3 : 0;
  for (let o = 0; o < outer; o++) {
    for (let j = 0; j < even; j += COLUMNS) {
      const at = first + <usize>j * sizeof<T>();
      columns<T>(code, x + at, y + at, n, min<i32>(COLUMNS, even - j), step, exclusive);
    }
    for (let j = even; j < inner; j++) {
      const at = first + <usize>j * sizeof<T>();
      scalarRun<T, A>(code, x + at, y + at, n, step, exclusive);
    }
    x += <usize>n * row;
    y += <usize>n * row;
  }
}

/** Code 0: sum, 1: product; `exclusive` without the value itself, `reverse` from the end. */
export function cumulate_f32(code: i32, x: usize, y: usize, outer: i32, n: i32, inner: i32, exclusive: bool, reverse: bool): void {
  cumulate<f32, f64>(code, x, y, outer, n, inner, exclusive, reverse);
}
export function cumulate_f64(code: i32, x: usize, y: usize, outer: i32, n: i32, inner: i32, exclusive: bool, reverse: bool): void {
  cumulate<f64, f64>(code, x, y, outer, n, inner, exclusive, reverse);
}
export function cumulate_i32(code: i32, x: usize, y: usize, outer: i32, n: i32, inner: i32, exclusive: bool, reverse: bool): void {
  cumulate<i32, i32>(code, x, y, outer, n, inner, exclusive, reverse);
}
