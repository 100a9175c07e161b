// Reductions over rows (`outer` runs of `inner` values each) and over columns (values `inner` apart).
// Sums run in float64 with a fixed order, whatever T is: two or more partial sums, then their total.

import { addLanes, f64s, high, lanes, low, narrow } from "./vector";

/** Values per block of a sum: partial sums of blocks are added up, so that rounding grows slowly. */
const BLOCK: i32 = 4096;

// @ts-ignore: decorator
@inline
function term<T>(square: bool, x: v128): v128 {
  return square ? f64x2.mul(x, x) : x;
}

/** Σx or Σx² over n values. */
// @ts-ignore: decorator
@inline
function blockSum<T>(square: bool, x: usize, n: i32): f64 {
  let a = f64s(0);
  let b = f64s(0);
  let c = f64s(0);
  let d = f64s(0);
  const step = 2 * lanes<T>() * (sizeof<T>() == 8 ? 2 : 1);
  let i = 0;
  for (; i + step <= n; i += step) {
    const at = x + <usize>i * sizeof<T>();
    if (sizeof<T>() == 8) {
      a = f64x2.add(a, term<T>(square, v128.load(at)));
      b = f64x2.add(b, term<T>(square, v128.load(at, 16)));
      c = f64x2.add(c, term<T>(square, v128.load(at, 32)));
      d = f64x2.add(d, term<T>(square, v128.load(at, 48)));
    } else {
      const u = v128.load(at);
      const v = v128.load(at, 16);
      a = f64x2.add(a, term<T>(square, low(u)));
      b = f64x2.add(b, term<T>(square, high(u)));
      c = f64x2.add(c, term<T>(square, low(v)));
      d = f64x2.add(d, term<T>(square, high(v)));
    }
  }
  let total = addLanes(f64x2.add(f64x2.add(a, b), f64x2.add(c, d)));
  for (; i < n; i++) {
    const v = <f64>load<T>(x + <usize>i * sizeof<T>());
    total += square ? v * v : v;
  }
  return total;
}

// @ts-ignore: decorator
@inline
function total<T>(square: bool, x: usize, n: i32): f64 {
  let sum: f64 = 0;
  for (let i = 0; i < n; i += BLOCK) {
    sum += blockSum<T>(square, x + <usize>i * sizeof<T>(), min<i32>(BLOCK, n - i));
  }
  return sum;
}

// @ts-ignore: decorator
@inline
function sumRows<T>(x: usize, y: usize, outer: i32, inner: i32, divisor: f64): void {
  for (let i = 0; i < outer; i++) {
    store<T>(y + <usize>i * sizeof<T>(), <T>(total<T>(false, x, inner) / divisor));
    x += <usize>inner * sizeof<T>();
  }
}

export function sumRows_f32(x: usize, y: usize, outer: i32, inner: i32, divisor: f64): void {
  sumRows<f32>(x, y, outer, inner, divisor);
}
export function sumRows_f64(x: usize, y: usize, outer: i32, inner: i32, divisor: f64): void {
  sumRows<f64>(x, y, outer, inner, divisor);
}

export function sumSquares_f32(x: usize, y: usize, n: i32): void {
  store<f32>(y, <f32>total<f32>(true, x, n));
}
export function sumSquares_f64(x: usize, y: usize, n: i32): void {
  store<f64>(y, total<f64>(true, x, n));
}

/** The sums of eight neighbouring columns, each in the order of its values. */
// @ts-ignore: decorator
@inline
function sumEight<T>(x: usize, y: usize, outer: i32, row: usize, divisor: v128): void {
  let a = f64s(0);
  let b = f64s(0);
  let c = f64s(0);
  let d = f64s(0);
  for (let i = 0; i < outer; i++) {
    if (sizeof<T>() == 8) {
      a = f64x2.add(a, v128.load(x));
      b = f64x2.add(b, v128.load(x, 16));
      c = f64x2.add(c, v128.load(x, 32));
      d = f64x2.add(d, v128.load(x, 48));
    } else {
      const u = v128.load(x);
      const v = v128.load(x, 16);
      a = f64x2.add(a, low(u));
      b = f64x2.add(b, high(u));
      c = f64x2.add(c, low(v));
      d = f64x2.add(d, high(v));
    }
    x += row;
  }
  a = f64x2.div(a, divisor);
  b = f64x2.div(b, divisor);
  c = f64x2.div(c, divisor);
  d = f64x2.div(d, divisor);
  if (sizeof<T>() == 8) {
    v128.store(y, a);
    v128.store(y, b, 16);
    v128.store(y, c, 32);
    v128.store(y, d, 48);
  } else {
    v128.store(y, narrow(a, b));
    v128.store(y, narrow(c, d), 16);
  }
}

/** y[j] = Σ_i x[i, j] / divisor. */
// @ts-ignore: decorator
@inline
function sumColumns<T>(x: usize, y: usize, outer: i32, inner: i32, divisor: f64): void {
  const row = <usize>inner * sizeof<T>();
  let j = 0;
  for (; j + 8 <= inner; j += 8) {
    const at = <usize>j * sizeof<T>();
    sumEight<T>(x + at, y + at, outer, row, f64s(divisor));
  }
  for (; j < inner; j++) {
    let sum: f64 = 0;
    let at = x + <usize>j * sizeof<T>();
    for (let i = 0; i < outer; i++) {
      sum += <f64>load<T>(at);
      at += row;
    }
    store<T>(y + <usize>j * sizeof<T>(), <T>(sum / divisor));
  }
}

export function sumColumns_f32(x: usize, y: usize, outer: i32, inner: i32, divisor: f64): void {
  sumColumns<f32>(x, y, outer, inner, divisor);
}
export function sumColumns_f64(x: usize, y: usize, outer: i32, inner: i32, divisor: f64): void {
  sumColumns<f64>(x, y, outer, inner, divisor);
}
