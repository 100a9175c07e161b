// Kernels along rows of `n` values that look for values or for places: arg max, running sums, the k largest, search.

/** The position of the first largest (code 0) or smallest (code 1) value that is not NaN; 0 if all are. */
// @ts-ignore: decorator
@inline
function argRow<T>(code: i32, x: usize, n: i32): i32 {
  let found = -1;
  let best: T = 0;
  for (let i = 0; i < n; i++) {
    const v = load<T>(x + <usize>i * sizeof<T>());
    // A comparison with NaN does not hold; NaN does not equal itself.
    if (found < 0 ? v == v : code == 0 ? v > best : v < best) {
      found = i;
      best = v;
    }
  }
  return max<i32>(found, 0);
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

/** Sum (code 0) or product (code 1) of all values so far, without the value itself where `exclusive`; A is the type it is kept in. */
// @ts-ignore: decorator
@inline
function cumulate<T, A>(code: i32, x: usize, y: usize, outer: i32, n: i32, exclusive: bool, reverse: bool): void {
  const step = reverse ? -(<i32>sizeof<T>()) : <i32>sizeof<T>();
  const row = <usize>n * sizeof<T>();
  for (let o = 0; o < outer; o++) {
    let at = reverse ? row - sizeof<T>() : 0;
    let total = <A>code;
    for (let i = 0; i < n; i++) {
      const v = <A>load<T>(x + at);
      const next = code == 0 ? total + v : total * v;
      store<T>(y + at, <T>(exclusive ? total : next));
      total = next;
      at += step;
    }
    x += row;
    y += row;
  }
}

export function cumulate_f32(code: i32, x: usize, y: usize, outer: i32, n: i32, exclusive: bool, reverse: bool): void {
  cumulate<f32, f64>(code, x, y, outer, n, exclusive, reverse);
}
export function cumulate_f64(code: i32, x: usize, y: usize, outer: i32, n: i32, exclusive: bool, reverse: bool): void {
  cumulate<f64, f64>(code, x, y, outer, n, exclusive, reverse);
}
export function cumulate_i32(code: i32, x: usize, y: usize, outer: i32, n: i32, exclusive: bool, reverse: bool): void {
  cumulate<i32, i32>(code, x, y, outer, n, exclusive, reverse);
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
    for (let i = k; i < n; i++) {
      if (before<T>(x, i, load<i32>(places))) sift<T>(x, places, k, 0, i);
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
