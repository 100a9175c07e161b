// Mean, central moments and extremes of planes, and their gradient. The work lies in two passes: the mean is needed first.

import { lanes, total, valueAt } from "../vector";

/** Vectors whose powers are summed in T before they join the sums in doubles. */
const TOGETHER: i32 = 64;

// @ts-ignore: decorator
@inline
function meanOf<T>(x: usize, n: i32): f64 {
  let sum: f64 = 0;
  let i = 0;
  while (i + lanes<T>() <= n) {
    const end = min(n, i + TOGETHER * lanes<T>());
    let v = v128.splat<T>(0);
    for (; i + lanes<T>() <= end; i += lanes<T>()) v = v128.add<T>(v, v128.load(x + <usize>i * sizeof<T>()));
    sum += total<T>(v);
  }
  for (; i < n; i++) sum += <f64>load<T>(x + <usize>i * sizeof<T>());
  return sum / <f64>n;
}

// @ts-ignore: decorator
@inline
function put<T>(x: usize, k: i32, value: f64): void {
  store<T>(x + <usize>k * sizeof<T>(), <T>value);
}

/** The second to fourth central moments. */
// @ts-ignore: decorator
@inline
function central<T>(x: usize, n: i32, mean: T, y: usize): void {
  const center = v128.splat<T>(mean);
  let s2: f64 = 0;
  let s3: f64 = 0;
  let s4: f64 = 0;
  let i = 0;
  while (i + lanes<T>() <= n) {
    const end = min(n, i + TOGETHER * lanes<T>());
    let v2 = v128.splat<T>(0);
    let v3 = v2;
    let v4 = v2;
    for (; i + lanes<T>() <= end; i += lanes<T>()) {
      const a = v128.sub<T>(v128.load(x + <usize>i * sizeof<T>()), center);
      const aa = v128.mul<T>(a, a);
      v2 = v128.add<T>(v2, aa);
      v3 = v128.add<T>(v3, v128.mul<T>(aa, a));
      v4 = v128.add<T>(v4, v128.mul<T>(aa, aa));
    }
    s2 += total<T>(v2);
    s3 += total<T>(v3);
    s4 += total<T>(v4);
  }
  for (; i < n; i++) {
    const a = <f64>valueAt<T>(x, i) - <f64>mean;
    s2 += a * a;
    s3 += a * a * a;
    s4 += a * a * (a * a);
  }
  put<T>(y, 1, s2 / <f64>n);
  put<T>(y, 2, s3 / <f64>n);
  put<T>(y, 3, s4 / <f64>n);
}

/** Least and largest value; NaN where there is one. */
// @ts-ignore: decorator
@inline
function extremes<T>(x: usize, n: i32, y: usize): void {
  let least = load<T>(x);
  let largest = least;
  let i = 0;
  if (n >= lanes<T>()) {
    let a = v128.load(x);
    let b = a;
    for (; i + lanes<T>() <= n; i += lanes<T>()) {
      const v = v128.load(x + <usize>i * sizeof<T>());
      a = v128.min<T>(a, v);
      b = v128.max<T>(b, v);
    }
    least = min<T>(v128.extract_lane<T>(a, 0), v128.extract_lane<T>(a, 1));
    largest = max<T>(v128.extract_lane<T>(b, 0), v128.extract_lane<T>(b, 1));
    if (sizeof<T>() == 4) {
      least = min<T>(least, min<T>(v128.extract_lane<T>(a, 2), v128.extract_lane<T>(a, 3)));
      largest = max<T>(largest, max<T>(v128.extract_lane<T>(b, 2), v128.extract_lane<T>(b, 3)));
    }
  }
  for (; i < n; i++) {
    least = min<T>(least, valueAt<T>(x, i));
    largest = max<T>(largest, valueAt<T>(x, i));
  }
  put<T>(y, 4, <f64>least);
  put<T>(y, 5, <f64>largest);
}

// @ts-ignore: decorator
@inline
function moments<T>(x: usize, y: usize, planes: i32, n: i32): void {
  for (let p = 0; p < planes; p++) {
    const mean = meanOf<T>(x, n);
    put<T>(y, 0, mean);
    central<T>(x, n, <T>mean, y);
    extremes<T>(x, n, y);
    x += <usize>n * sizeof<T>();
    y += 6 * sizeof<T>();
  }
}

/** Adds a share of g to every value that is `extreme`. */
// @ts-ignore: decorator
@inline
function shareAmong<T>(x: usize, n: i32, extreme: T, g: T, y: usize): void {
  if (g == 0) return;
  let count = 0;
  for (let i = 0; i < n; i++) if (valueAt<T>(x, i) == extreme) count++;
  if (count == 0) return;
  const share = g / <T>count;
  for (let i = 0; i < n; i++) {
    if (valueAt<T>(x, i) == extreme) {
      const to = y + <usize>i * sizeof<T>();
      store<T>(to, load<T>(to) + share);
    }
  }
}

/**
 * With a = x - μ: (g₀ + 2 g₁ a + 3 g₂ (a² - m₂) + 4 g₃ (a³ - m₃)) / n, and the shares of the extremes. `work` holds the moments.
 * May write one vector beyond a plane; the next overwrites it.
 */
// @ts-ignore: decorator
@inline
function gradient<T>(x: usize, g: usize, y: usize, planes: i32, n: i32, work: usize): void {
  const bytes = <usize>n * sizeof<T>();
  const part = <T>1 / <T>n;
  for (let p = 0; p < planes; p++) {
    moments<T>(x, work, 1, n);
    const center = v128.splat<T>(load<T>(work));
    const constant = valueAt<T>(g, 0) - 3 * valueAt<T>(g, 2) * valueAt<T>(work, 1) - 4 * valueAt<T>(g, 3) * valueAt<T>(work, 2);
    const c0 = v128.splat<T>(constant * part);
    const c1 = v128.splat<T>(2 * valueAt<T>(g, 1) * part);
    const c2 = v128.splat<T>(3 * valueAt<T>(g, 2) * part);
    const c3 = v128.splat<T>(4 * valueAt<T>(g, 3) * part);
    for (let i: usize = 0; i < bytes; i += 16) {
      const a = v128.sub<T>(v128.load(x + i), center);
      const square = v128.add<T>(c2, v128.mul<T>(a, c3));
      const linear = v128.add<T>(c1, v128.mul<T>(a, square));
      v128.store(y + i, v128.add<T>(c0, v128.mul<T>(a, linear)));
    }
    shareAmong<T>(x, n, valueAt<T>(work, 4), valueAt<T>(g, 4), y);
    shareAmong<T>(x, n, valueAt<T>(work, 5), valueAt<T>(g, 5), y);
    x += bytes;
    y += bytes;
    g += 6 * sizeof<T>();
  }
}

export function imageMoments_f32(x: usize, y: usize, planes: i32, n: i32): void {
  moments<f32>(x, y, planes, n);
}
export function imageMoments_f64(x: usize, y: usize, planes: i32, n: i32): void {
  moments<f64>(x, y, planes, n);
}
export function imageMomentsGradient_f32(x: usize, g: usize, y: usize, planes: i32, n: i32, work: usize): void {
  gradient<f32>(x, g, y, planes, n, work);
}
export function imageMomentsGradient_f64(x: usize, g: usize, y: usize, planes: i32, n: i32, work: usize): void {
  gradient<f64>(x, g, y, planes, n, work);
}
