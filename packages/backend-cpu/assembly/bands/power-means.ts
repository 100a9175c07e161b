// The means of the first four powers of the values of planes.

import { lanes, total } from "../vector";

/** Vectors whose powers are summed in T before they join the sums in doubles. */
const TOGETHER: i32 = 64;

// @ts-ignore: decorator
@inline
function means<T>(x: usize, y: usize, planes: i32, n: i32): void {
  for (let p = 0; p < planes; p++) {
    let s1: f64 = 0;
    let s2: f64 = 0;
    let s3: f64 = 0;
    let s4: f64 = 0;
    let i = 0;
    while (i + lanes<T>() <= n) {
      const end = min(n, i + TOGETHER * lanes<T>());
      let v1 = v128.splat<T>(0);
      let v2 = v1;
      let v3 = v1;
      let v4 = v1;
      for (; i + lanes<T>() <= end; i += lanes<T>()) {
        const a = v128.load(x + <usize>i * sizeof<T>());
        const aa = v128.mul<T>(a, a);
        v1 = v128.add<T>(v1, a);
        v2 = v128.add<T>(v2, aa);
        v3 = v128.add<T>(v3, v128.mul<T>(aa, a));
        v4 = v128.add<T>(v4, v128.mul<T>(aa, aa));
      }
      s1 += total<T>(v1);
      s2 += total<T>(v2);
      s3 += total<T>(v3);
      s4 += total<T>(v4);
    }
    for (; i < n; i++) {
      const a = <f64>load<T>(x + <usize>i * sizeof<T>());
      s1 += a;
      s2 += a * a;
      s3 += a * a * a;
      s4 += a * a * (a * a);
    }
    const count = <f64>n;
    store<T>(y, <T>(s1 / count));
    store<T>(y + sizeof<T>(), <T>(s2 / count));
    store<T>(y + 2 * sizeof<T>(), <T>(s3 / count));
    store<T>(y + 3 * sizeof<T>(), <T>(s4 / count));
    x += <usize>n * sizeof<T>();
    y += 4 * sizeof<T>();
  }
}

/** The gradient of one of the four means, divided among the values. */
// @ts-ignore: decorator
@inline
function share<T>(g: usize, k: i32, n: i32): v128 {
  return v128.splat<T>((load<T>(g + <usize>k * sizeof<T>()) * <T>(k + 1)) / <T>n);
}

/** May write one vector beyond a plane; the next overwrites it. */
// @ts-ignore: decorator
@inline
function gradient<T>(x: usize, g: usize, y: usize, planes: i32, n: i32): void {
  const bytes = <usize>n * sizeof<T>();
  for (let p = 0; p < planes; p++) {
    const g1 = share<T>(g, 0, n);
    const g2 = share<T>(g, 1, n);
    const g3 = share<T>(g, 2, n);
    const g4 = share<T>(g, 3, n);
    for (let at: usize = 0; at < bytes; at += 16) {
      const a = v128.load(x + at);
      const cubic = v128.add<T>(g3, v128.mul<T>(a, g4));
      const square = v128.add<T>(g2, v128.mul<T>(a, cubic));
      v128.store(y + at, v128.add<T>(g1, v128.mul<T>(a, square)));
    }
    x += bytes;
    y += bytes;
    g += 4 * sizeof<T>();
  }
}

export function powerMeans_f32(x: usize, y: usize, planes: i32, n: i32): void {
  means<f32>(x, y, planes, n);
}
export function powerMeans_f64(x: usize, y: usize, planes: i32, n: i32): void {
  means<f64>(x, y, planes, n);
}
export function powerMeansGradient_f32(x: usize, g: usize, y: usize, planes: i32, n: i32): void {
  gradient<f32>(x, g, y, planes, n);
}
export function powerMeansGradient_f64(x: usize, g: usize, y: usize, planes: i32, n: i32): void {
  gradient<f64>(x, g, y, planes, n);
}
