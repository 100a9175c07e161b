// Kernels along rows of `n` values that look for values or for places: arg max, the k largest, search.

import { lanes } from "./vector";

// @ts-ignore: decorator
@inline
function better<T>(code: i32, value: T, best: T): bool {
  return code == 0 ? value > best : value < best;
}

/** The better one, lane by lane; `best` where a value is NaN. */
// @ts-ignore: decorator
@inline
function betterLanes<T>(code: i32, best: v128, values: v128): v128 {
  if (isFloat<T>()) return code == 0 ? v128.pmax<T>(best, values) : v128.pmin<T>(best, values);
  return code == 0 ? v128.max<T>(best, values) : v128.min<T>(best, values);
}

/** The largest (code 0) or smallest (code 1) value that is not NaN. */
// @ts-ignore: decorator
@inline
function extremeOf<T>(code: i32, x: usize, n: i32): T {
  let best: T;
  if (isFloat<T>()) best = code == 0 ? <T>-Infinity : <T>Infinity;
  else best = code == 0 ? <T>i32.MIN_VALUE : <T>i32.MAX_VALUE;
  let i = 0;
  let lanesBest = v128.splat<T>(best);
  for (; i + lanes<T>() <= n; i += lanes<T>()) {
    lanesBest = betterLanes<T>(code, lanesBest, v128.load(x + <usize>i * sizeof<T>()));
  }
  best = v128.extract_lane<T>(lanesBest, 0);
  let other = v128.extract_lane<T>(lanesBest, 1);
  if (better<T>(code, other, best)) best = other;
  if (sizeof<T>() == 4) {
    other = v128.extract_lane<T>(lanesBest, 2);
    if (better<T>(code, other, best)) best = other;
    other = v128.extract_lane<T>(lanesBest, 3);
    if (better<T>(code, other, best)) best = other;
  }
  for (; i < n; i++) {
    other = load<T>(x + <usize>i * sizeof<T>());
    if (better<T>(code, other, best)) best = other;
  }
  return best;
}

/** The position of the first largest or smallest value that is not NaN; 0 if all are. */
// @ts-ignore: decorator
@inline
function argRow<T>(code: i32, x: usize, n: i32): i32 {
  const best = extremeOf<T>(code, x, n);
  const wanted = v128.splat<T>(best);
  let i = 0;
  while (i + lanes<T>() <= n && !v128.any_true(v128.eq<T>(v128.load(x + <usize>i * sizeof<T>()), wanted))) i += lanes<T>();
  for (; i < n; i++) {
    if (load<T>(x + <usize>i * sizeof<T>()) == best) return i;
  }
  return 0;
}

// @ts-ignore: decorator
@inline
function argRows<T>(code: i32, x: usize, y: usize, outer: i32, n: i32): void {
  for (let o = 0; o < outer; o++) {
    store<i32>(y, code == 0 ? argRow<T>(0, x, n) : argRow<T>(1, x, n));
    x += <usize>n * sizeof<T>();
    y += 4;
  }
}

export function argExtreme_f32(code: i32, x: usize, y: usize, outer: i32, n: i32): void {
  argRows<f32>(code, x, y, outer, n);
}
export function argExtreme_f64(code: i32, x: usize, y: usize, outer: i32, n: i32): void {
  argRows<f64>(code, x, y, outer, n);
}
export function argExtreme_i32(code: i32, x: usize, y: usize, outer: i32, n: i32): void {
  argRows<i32>(code, x, y, outer, n);
}

/** Whether the value at i comes before that at j: the larger first, NaN before all, the earlier of equal ones. */
// @ts-ignore: decorator
@inline
function before<T>(x: usize, i: i32, j: i32): bool {
  const a = load<T>(x + <usize>i * sizeof<T>());
  const b = load<T>(x + <usize>j * sizeof<T>());
  if (a > b) return true;
  if (a < b) return false;
  if (isFloat<T>()) {
    if (a != a && b == b) return true;
    if (a == a && b != b) return false;
  }
  return i < j;
}

/** Moves the entry at `at` of a heap of places down until none below it comes later. */
// @ts-ignore: decorator
@inline
function sift<T>(x: usize, heap: usize, size: i32, start: i32, place: i32): void {
  let at = start;
  while (true) {
    let child = 2 * at + 1;
    if (child >= size) break;
    let lower = load<i32>(heap + (<usize>child << 2));
    if (child + 1 < size) {
      const right = load<i32>(heap + (<usize>child << 2), 4);
      if (before<T>(x, lower, right)) {
        lower = right;
        child++;
      }
    }
    if (!before<T>(x, place, lower)) break;
    store<i32>(heap + (<usize>at << 2), lower);
    at = child;
  }
  store<i32>(heap + (<usize>at << 2), place);
}

/** The k first of each row in that order, kept in a heap whose root is the last of them. */
// @ts-ignore: decorator
@inline
function topRows<T>(x: usize, values: usize, places: usize, outer: i32, n: i32, k: i32): void {
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < k; i++) store<i32>(places + (<usize>i << 2), i);
    for (let i = (k >> 1) - 1; i >= 0; i--) sift<T>(x, places, k, i, load<i32>(places + (<usize>i << 2)));
    let last = load<T>(x + <usize>load<i32>(places) * sizeof<T>());
    for (let i = k; i < n; i++) {
      const v = load<T>(x + <usize>i * sizeof<T>());
      // Most values are not among the first k: one comparison tells, except for NaN.
      if (v <= last || !before<T>(x, i, load<i32>(places))) continue;
      sift<T>(x, places, k, 0, i);
      last = load<T>(x + <usize>load<i32>(places) * sizeof<T>());
    }
    for (let i = k - 1; i > 0; i--) {
      const end = places + (<usize>i << 2);
      const place = load<i32>(end);
      store<i32>(end, load<i32>(places));
      sift<T>(x, places, i, 0, place);
    }
    for (let i = 0; i < k; i++) {
      store<T>(values, load<T>(x + <usize>load<i32>(places) * sizeof<T>()));
      values += sizeof<T>();
      places += 4;
    }
    x += <usize>n * sizeof<T>();
  }
}

/** 0 < k ≤ n. */
export function topK_f32(x: usize, values: usize, places: usize, outer: i32, n: i32, k: i32): void {
  topRows<f32>(x, values, places, outer, n, k);
}
export function topK_f64(x: usize, values: usize, places: usize, outer: i32, n: i32, k: i32): void {
  topRows<f64>(x, values, places, outer, n, k);
}
export function topK_i32(x: usize, values: usize, places: usize, outer: i32, n: i32, k: i32): void {
  topRows<i32>(x, values, places, outer, n, k);
}

/** Where each value would go in its sorted row: before equal ones, or behind them where `right`. */
// @ts-ignore: decorator
@inline
function search<T>(sorted: usize, values: usize, y: usize, outer: i32, n: i32, count: i32, right: bool): void {
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < count; i++) {
      const v = load<T>(values);
      let lo = 0;
      let hi = n;
      while (lo < hi) {
        const middle = (lo + hi) >> 1;
        const s = load<T>(sorted + <usize>middle * sizeof<T>());
        if (right ? s <= v : s < v) lo = middle + 1;
        else hi = middle;
      }
      store<i32>(y, lo);
      y += 4;
      values += sizeof<T>();
    }
    sorted += <usize>n * sizeof<T>();
  }
}

export function search_f32(sorted: usize, values: usize, y: usize, outer: i32, n: i32, count: i32, right: bool): void {
  search<f32>(sorted, values, y, outer, n, count, right);
}
export function search_f64(sorted: usize, values: usize, y: usize, outer: i32, n: i32, count: i32, right: bool): void {
  search<f64>(sorted, values, y, outer, n, count, right);
}
export function search_i32(sorted: usize, values: usize, y: usize, outer: i32, n: i32, count: i32, right: bool): void {
  search<i32>(sorted, values, y, outer, n, count, right);
}
