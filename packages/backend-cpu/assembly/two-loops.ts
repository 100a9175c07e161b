// The two loops of L-BFGS. Each turn moves r along one vector and takes its product with the next: a vector of the memory is read
// once a loop, and r stays in the cache.

import { lanes, total, valueAt } from "./vector";

/** Vectors whose products are summed in T before they join the sum in doubles. */
const TOGETHER: i32 = 64;

/** r = k r + a x; returns the product of the new r with y. */
// @ts-ignore: decorator
@inline
function move<T>(r: usize, k: T, a: T, x: usize, y: usize, n: i32): T {
  const keep = v128.splat<T>(k);
  const along = v128.splat<T>(a);
  let sum: f64 = 0;
  let i = 0;
  while (i + 2 * lanes<T>() <= n) {
    const end = min(n, i + TOGETHER * lanes<T>());
    let s = v128.splat<T>(0);
    let t = s;
    for (; i + 2 * lanes<T>() <= end; i += 2 * lanes<T>()) {
      const at = <usize>i * sizeof<T>();
      const p = v128.add<T>(v128.mul<T>(keep, v128.load(r + at)), v128.mul<T>(along, v128.load(x + at)));
      const q = v128.add<T>(v128.mul<T>(keep, v128.load(r + at, 16)), v128.mul<T>(along, v128.load(x + at, 16)));
      v128.store(r + at, p);
      v128.store(r + at, q, 16);
      s = v128.add<T>(s, v128.mul<T>(p, v128.load(y + at)));
      t = v128.add<T>(t, v128.mul<T>(q, v128.load(y + at, 16)));
    }
    sum += total<T>(v128.add<T>(s, t));
  }
  for (; i < n; i++) {
    const at = <usize>i * sizeof<T>();
    const p = k * load<T>(r + at) + a * load<T>(x + at);
    store<T>(r + at, p);
    sum += <f64>(p * load<T>(y + at));
  }
  return <T>sum;
}

/** The address of the k-th vector. */
// @ts-ignore: decorator
@inline
function vector(table: usize, k: i32): usize {
  return <usize>load<u32>(table + (<usize>k << 2));
}

/**
 * `table` holds the addresses of the gradient, of `count` changes and of as many steps; `ro` a number for each pair. The direction is
 * made at r, whose first values must be zeros; `al` has room for a number for each pair.
 */
// @ts-ignore: decorator
@inline
function twoLoops<T>(table: usize, count: i32, ro: usize, hDiag: T, n: i32, r: usize, al: usize): void {
  const gradient = vector(table, 0);
  const last = count - 1;
  if (count == 0) {
    move<T>(r, 0, -hDiag, gradient, r, n);
    return;
  }
  let product = move<T>(r, 0, -1, gradient, vector(table, 1 + count + last), n);
  for (let i = last; i >= 0; i--) {
    const a = product * valueAt<T>(ro, i);
    store<T>(al + <usize>i * sizeof<T>(), a);
    // The last turn has no step to come: what it is multiplied with is not used.
    const next = i > 0 ? vector(table, count + i) : r;
    product = move<T>(r, 1, -a, vector(table, 1 + i), next, n);
  }
  product = move<T>(r, hDiag, 0, r, vector(table, 1), n);
  for (let i = 0; i < count; i++) {
    const b = product * valueAt<T>(ro, i);
    const next = i < last ? vector(table, 2 + i) : r;
    product = move<T>(r, 1, valueAt<T>(al, i) - b, vector(table, 1 + count + i), next, n);
  }
}

export function twoLoops_f32(table: usize, count: i32, ro: usize, hDiag: f64, n: i32, r: usize, al: usize): void {
  twoLoops<f32>(table, count, ro, <f32>hDiag, n, r, al);
}
export function twoLoops_f64(table: usize, count: i32, ro: usize, hDiag: f64, n: i32, r: usize, al: usize): void {
  twoLoops<f64>(table, count, ro, hDiag, n, r, al);
}
