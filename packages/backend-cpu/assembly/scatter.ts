// Kernels that read or write slices of `inner` values at the places that i32 indices name, along the middle one of three
// axes [outer, extent, inner]. The callers have checked the indices.

import { high, low, narrow } from "./vector";

// @ts-ignore: decorator
@inline
function gatherValues<T>(x: usize, y: usize, outer: i32, extent: i32, indices: usize, count: i32): void {
  for (let i = 0; i < outer; i++) {
    for (let k = 0; k < count; k++) {
      store<T>(y, load<T>(x + <usize>load<i32>(indices + (<usize>k << 2)) * sizeof<T>()));
      y += sizeof<T>();
    }
    x += <usize>extent * sizeof<T>();
  }
}

/** Slices of `inner` bytes in the order of the indices. */
export function gather(x: usize, y: usize, outer: i32, extent: i32, inner: i32, indices: usize, count: i32): void {
  if (inner == 4) return gatherValues<u32>(x, y, outer, extent, indices, count);
  if (inner == 8) return gatherValues<u64>(x, y, outer, extent, indices, count);
  for (let i = 0; i < outer; i++) {
    for (let k = 0; k < count; k++) {
      memory.copy(y, x + <usize>load<i32>(indices + (<usize>k << 2)) * inner, inner);
      y += inner;
    }
    x += <usize>extent * inner;
  }
}

/** Puts slices of `inner` bytes where the indices say; of several for one place the last stays. */
export function scatter(x: usize, y: usize, inner: i32, indices: usize, count: i32): void {
  for (let k = 0; k < count; k++) {
    memory.copy(y + <usize>load<i32>(indices + (<usize>k << 2)) * inner, x, inner);
    x += inner;
  }
}

/** y += x over n values; y is of doubles where x is of floats, and nothing beyond the n values may be written. */
// @ts-ignore: decorator
@inline
function accumulate<T>(x: usize, y: usize, n: i32): void {
  let i = 0;
  if (sizeof<T>() == 4 && isFloat<T>()) {
    for (; i + 4 <= n; i += 4) {
      const v = v128.load(x);
      v128.store(y, f64x2.add(v128.load(y), low(v)));
      v128.store(y, f64x2.add(v128.load(y, 16), high(v)), 16);
      x += 16;
      y += 32;
    }
  }
  for (; i < n; i++) {
    if (isFloat<T>()) {
      store<f64>(y, load<f64>(y) + <f64>load<T>(x));
      y += 8;
    } else {
      store<i32>(y, load<i32>(y) + load<i32>(x));
      y += 4;
    }
    x += sizeof<T>();
  }
}

/** Adds slices up where the indices say, in their order; a slice with a negative index is left out. */
// @ts-ignore: decorator
@inline
function scatterAdd<T>(x: usize, y: usize, outer: i32, extent: i32, inner: i32, indices: usize, count: i32): void {
  const target = <usize>inner * (isFloat<T>() ? 8 : 4);
  for (let i = 0; i < outer; i++) {
    for (let k = 0; k < count; k++) {
      const index = load<i32>(indices + (<usize>k << 2));
      if (index >= 0) accumulate<T>(x, y + <usize>index * target, inner);
      x += <usize>inner * sizeof<T>();
    }
    y += <usize>extent * target;
  }
}

/** Here y is of doubles. */
export function scatterAdd_f32(x: usize, y: usize, outer: i32, extent: i32, inner: i32, indices: usize, count: i32): void {
  scatterAdd<f32>(x, y, outer, extent, inner, indices, count);
}
export function scatterAdd_f64(x: usize, y: usize, outer: i32, extent: i32, inner: i32, indices: usize, count: i32): void {
  scatterAdd<f64>(x, y, outer, extent, inner, indices, count);
}
export function scatterAdd_i32(x: usize, y: usize, outer: i32, extent: i32, inner: i32, indices: usize, count: i32): void {
  scatterAdd<i32>(x, y, outer, extent, inner, indices, count);
}

/** Doubles rounded to floats. */
export function roundToFloats(x: usize, y: usize, n: i32): void {
  const end = y + (<usize>n << 2);
  while (y < end) {
    v128.store(y, narrow(v128.load(x), v128.load(x, 16)));
    x += 32;
    y += 16;
  }
}
