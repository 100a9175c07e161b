// Softmax over rows of n values, and its logarithm. Each row is computed in float64 and in a fixed order, whatever T is.

import * as fn from "./math/functions";
import { addLanes, f64s, high, lanes, low, narrow } from "./vector";

// @ts-ignore: decorator
@inline
function largest<T>(x: usize, n: i32): T {
  let m = load<T>(x);
  for (let i = 1; i < n; i++) m = max<T>(m, load<T>(x + <usize>i * sizeof<T>()));
  return m;
}

/** e^(x - m) into y; the sum of all of them. */
// @ts-ignore: decorator
@inline
function exponentials<T>(x: usize, y: usize, n: i32, m: f64): f64 {
  const shift = f64s(m);
  let a = f64s(0);
  let b = f64s(0);
  let total: f64 = 0;
  for (let i = 0; i < n; i += lanes<T>()) {
    const at = <usize>i * sizeof<T>();
    const v = v128.load(x + at);
    if (sizeof<T>() == 8) {
      const e = fn.exp(f64x2.sub(v, shift), false);
      v128.store(y + at, e);
      if (i + 2 <= n) a = f64x2.add(a, e);
      else total += f64x2.extract_lane(e, 0);
    } else {
      const p = fn.exp(f64x2.sub(low(v), shift), true);
      const q = fn.exp(f64x2.sub(high(v), shift), true);
      v128.store(y + at, narrow(p, q));
      if (i + 4 <= n) {
        a = f64x2.add(a, p);
        b = f64x2.add(b, q);
      } else {
        // Values beyond the end of the row do not belong to it.
        total += f64x2.extract_lane(p, 0);
        if (i + 1 < n) total += f64x2.extract_lane(p, 1);
        if (i + 2 < n) total += f64x2.extract_lane(q, 0);
      }
    }
  }
  return total + addLanes(f64x2.add(a, b));
}

// Rows are done in order: what a row writes beyond its end, the next one overwrites.
// @ts-ignore: decorator
@inline
function softmax<T>(x: usize, y: usize, rows: i32, n: i32): void {
  const size = <usize>n * sizeof<T>();
  for (let row = 0; row < rows; row++) {
    const total = v128.splat<T>(<T>exponentials<T>(x, y, n, <f64>largest<T>(x, n)));
    for (let at = y; at < y + size; at += 16) v128.store(at, v128.div<T>(v128.load(at), total));
    x += size;
    y += size;
  }
}

// @ts-ignore: decorator
@inline
function logSoftmax<T>(x: usize, y: usize, rows: i32, n: i32): void {
  const size = <usize>n * sizeof<T>();
  for (let row = 0; row < rows; row++) {
    const m = <f64>largest<T>(x, n);
    const total = exponentials<T>(x, y, n, m);
    const shift = f64s(m);
    const log = fn.log(f64s(total), false);
    for (let at: usize = 0; at < size; at += 16) {
      const v = v128.load(x + at);
      // The largest is taken off first: the difference is exact where it matters.
      if (sizeof<T>() == 8) {
        v128.store(y + at, f64x2.sub(f64x2.sub(v, shift), log));
      } else {
        const p = f64x2.sub(f64x2.sub(low(v), shift), log);
        v128.store(y + at, narrow(p, f64x2.sub(f64x2.sub(high(v), shift), log)));
      }
    }
    x += size;
    y += size;
  }
}

export function softmax_f32(x: usize, y: usize, rows: i32, n: i32): void {
  softmax<f32>(x, y, rows, n);
}
export function softmax_f64(x: usize, y: usize, rows: i32, n: i32): void {
  softmax<f64>(x, y, rows, n);
}
export function logSoftmax_f32(x: usize, y: usize, rows: i32, n: i32): void {
  logSoftmax<f32>(x, y, rows, n);
}
export function logSoftmax_f64(x: usize, y: usize, rows: i32, n: i32): void {
  logSoftmax<f64>(x, y, rows, n);
}
