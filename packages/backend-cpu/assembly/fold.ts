// Largest, smallest and product along the middle one of three axes [outer, n, inner]; all and any over booleans.

import { lanes } from "./vector";

/** Columns that are folded together: their results stay in the first cache. */
const COLUMNS: i32 = 1024;

// @ts-ignore: decorator
@inline
function identity<T>(code: i32): T {
  if (code >= 2) return code == 2 ? <T>1 : <T>0;
  if (isFloat<T>()) return code == 0 ? <T>-Infinity : <T>Infinity;
  return code == 0 ? <T>i32.MIN_VALUE : <T>i32.MAX_VALUE;
}

// @ts-ignore: decorator
@inline
function merge<T>(code: i32, a: T, b: T): T {
  // min and max pass NaN on, as in PyTorch.
  return code == 0 ? max<T>(a, b) : code == 1 ? min<T>(a, b) : code == 2 ? a * b : a + b;
}

// @ts-ignore: decorator
@inline
function mergeLanes<T>(code: i32, a: v128, b: v128): v128 {
  if (code >= 2) return code == 2 ? v128.mul<T>(a, b) : v128.add<T>(a, b);
  return code == 0 ? v128.max<T>(a, b) : v128.min<T>(a, b);
}

/** One row to one value. A product is taken in the order of the values; largest and smallest have no order. */
// @ts-ignore: decorator
@inline
function foldRow<T>(code: i32, x: usize, n: i32): T {
  let value = identity<T>(code);
  let i = 0;
  if (code < 2) {
    // Four at a time: one alone would wait for each comparison before the next.
    let v = v128.splat<T>(value);
    let v1 = v;
    let v2 = v;
    let v3 = v;
    for (; i + 4 * lanes<T>() <= n; i += 4 * lanes<T>()) {
      v = mergeLanes<T>(code, v, v128.load(x));
      v1 = mergeLanes<T>(code, v1, v128.load(x, 16));
      v2 = mergeLanes<T>(code, v2, v128.load(x, 32));
      v3 = mergeLanes<T>(code, v3, v128.load(x, 48));
      x += 64;
    }
    v = mergeLanes<T>(code, mergeLanes<T>(code, v, v1), mergeLanes<T>(code, v2, v3));
    value = merge<T>(code, v128.extract_lane<T>(v, 0), v128.extract_lane<T>(v, 1));
    if (sizeof<T>() == 4) {
      value = merge<T>(code, value, merge<T>(code, v128.extract_lane<T>(v, 2), v128.extract_lane<T>(v, 3)));
    }
  }
  for (; i < n; i++) {
    value = merge<T>(code, value, load<T>(x));
    x += sizeof<T>();
  }
  return value;
}

/** `count` columns of n values that lie `stride` bytes apart. May write one vector beyond the results. */
// @ts-ignore: decorator
@inline
function foldColumns<T>(code: i32, x: usize, y: usize, n: i32, count: i32, stride: usize): void {
  const bytes = <usize>count * sizeof<T>();
  const start = v128.splat<T>(identity<T>(code));
  for (let j: usize = 0; j < bytes; j += 16) v128.store(y + j, start);
  for (let i = 0; i < n; i++) {
    for (let j: usize = 0; j < bytes; j += 16) {
      v128.store(y + j, mergeLanes<T>(code, v128.load(y + j), v128.load(x + j)));
    }
    x += stride;
  }
}

// @ts-ignore: decorator
@inline
function fold<T>(code: i32, x: usize, y: usize, outer: i32, n: i32, inner: i32): void {
  const row = <usize>inner * sizeof<T>();
  for (let o = 0; o < outer; o++) {
    if (inner == 1) store<T>(y, foldRow<T>(code, x, n));
    // What a block writes beyond its end is overwritten by the next.
    else {
      for (let j = 0; j < inner; j += COLUMNS) {
        const at = <usize>j * sizeof<T>();
        foldColumns<T>(code, x + at, y + at, n, min<i32>(COLUMNS, inner - j), row);
      }
    }
    x += <usize>n * row;
    y += row;
  }
}

// @ts-ignore: decorator
@inline
function dispatch<T>(code: i32, x: usize, y: usize, outer: i32, n: i32, inner: i32): void {
  if (code == 0) fold<T>(0, x, y, outer, n, inner);
  else if (code == 1) fold<T>(1, x, y, outer, n, inner);
  else fold<T>(2, x, y, outer, n, inner);
}

/** Code 0: largest, 1: smallest, 2: product; of whole numbers, which wrap around, 3: sum. */
export function foldAxis_f32(code: i32, x: usize, y: usize, outer: i32, n: i32, inner: i32): void {
  dispatch<f32>(code, x, y, outer, n, inner);
}
export function foldAxis_f64(code: i32, x: usize, y: usize, outer: i32, n: i32, inner: i32): void {
  dispatch<f64>(code, x, y, outer, n, inner);
}
export function foldAxis_i32(code: i32, x: usize, y: usize, outer: i32, n: i32, inner: i32): void {
  if (code == 3) fold<i32>(3, x, y, outer, n, inner);
  else dispatch<i32>(code, x, y, outer, n, inner);
}

/** Booleans. Code 0: any, 1: all, which are also the largest and the smallest of them. */
export function foldAxis_u8(code: i32, x: usize, y: usize, outer: i32, n: i32, inner: i32): void {
  for (let o = 0; o < outer; o++) {
    for (let j = 0; j < inner; j++) {
      let some = false;
      let every = true;
      for (let i = 0; i < n; i++) {
        const v = load<u8>(x + (<usize>i * inner + j)) != 0;
        some = some || v;
        every = every && v;
      }
      store<u8>(y++, u8(code == 0 ? some : every));
    }
    x += <usize>n * inner;
  }
}
