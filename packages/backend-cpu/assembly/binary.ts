// Kernels with two inputs that broadcast. The codes are those of src/kernels/binary.ts.
// `dims` points to a table of i32 rows [extent, stride of a, stride of b], outermost first, strides in values,
// 0 where an input repeats. The last row is the inner run, of strides 0 or 1.

import { exp, log } from "./math/functions";
import { atan2 } from "./math/inverse";
import { high, low, narrow } from "./vector";

// @ts-ignore: decorator
@inline
function perLane<T>(code: i32, a: v128, b: v128): v128 {
  if (sizeof<T>() == 8) {
    const first = scalar(code, f64x2.extract_lane(a, 0), f64x2.extract_lane(b, 0));
    return f64x2.replace_lane(f64x2.splat(first), 1, scalar(code, f64x2.extract_lane(a, 1), f64x2.extract_lane(b, 1)));
  }
  let y = f32x4.splat(<f32>scalar(code, <f64>f32x4.extract_lane(a, 0), <f64>f32x4.extract_lane(b, 0)));
  y = f32x4.replace_lane(y, 1, <f32>scalar(code, <f64>f32x4.extract_lane(a, 1), <f64>f32x4.extract_lane(b, 1)));
  y = f32x4.replace_lane(y, 2, <f32>scalar(code, <f64>f32x4.extract_lane(a, 2), <f64>f32x4.extract_lane(b, 2)));
  return f32x4.replace_lane(y, 3, <f32>scalar(code, <f64>f32x4.extract_lane(a, 3), <f64>f32x4.extract_lane(b, 3)));
}

// @ts-ignore: decorator
@inline
function scalar(code: i32, a: f64, b: f64): f64 {
  if (code == 7) {
    // The powers of 1 that ECMAScript alone calls NaN.
    if (a == 1 || (a == -1 && abs<f64>(b) == Infinity)) return 1;
    return NativeMath.pow(a, b);
  }
  // The remainder of the division rounded down: it has the sign of b.
  const r = a % b;
  return r != 0 && (r < 0) != (b < 0) ? r + b : r;
}

/** Where a f32 power is e^(b ln a): for a above 0, and neither of the two infinite or NaN. */
// @ts-ignore: decorator
@inline
function ordinary(a: v128, b: v128): v128 {
  const most = f32x4.splat(f32.MAX_VALUE);
  const base = v128.and(f32x4.gt(a, f32x4.splat(0)), f32x4.le(a, most));
  return v128.and(base, f32x4.le(f32x4.abs(b), most));
}

/** a^b to the precision of float32: in doubles, the logarithm's rounding does not show, though b multiplies it. */
function power(a: v128, b: v128): v128 {
  return exp(f64x2.mul(b, log(a, false)), true);
}

// @ts-ignore: decorator
@inline
function apply<T>(code: i32, a: v128, b: v128): v128 {
  switch (code) {
    case 0: return v128.add<T>(a, b);
    case 1: return v128.sub<T>(a, b);
    case 2: return v128.mul<T>(a, b);
    case 3: return v128.div<T>(a, b);
    case 4: return v128.max<T>(a, b);
    case 5: return v128.min<T>(a, b);
    case 6: {
      const d = v128.sub<T>(a, b);
      return v128.mul<T>(d, d);
    }
    case 7: {
      if (sizeof<T>() == 4 && v128.all_true<i32>(ordinary(a, b))) {
        return narrow(power(low(a), low(b)), power(high(a), high(b)));
      }
      return perLane<T>(7, a, b);
    }
    case 8: {
      if (sizeof<T>() == 8) return atan2(a, b, false);
      return narrow(atan2(low(a), low(b), true), atan2(high(a), high(b), true));
    }
    case 9: return v128.floor<T>(v128.div<T>(a, b));
    case 11: return v128.bitselect(v128.mul<T>(a, b), a, v128.lt<T>(a, v128.splat<T>(<T>0)));
    // The slope of elu where its value is b: 1, or e^x = b + 1 below 0.
    case 12: {
      const slope = v128.add<T>(v128.min<T>(b, v128.splat<T>(<T>0)), v128.splat<T>(<T>1));
      return v128.mul<T>(a, slope);
    }
    default: return perLane<T>(code, a, b);
  }
}

// @ts-ignore: decorator
@inline
function run<T>(code: i32, a: usize, sa: i32, b: usize, sb: i32, y: usize, n: i32): void {
  const end = y + <usize>n * sizeof<T>();
  if (sa != 0 && sb != 0) {
    while (y < end) {
      v128.store(y, apply<T>(code, v128.load(a), v128.load(b)));
      a += 16;
      b += 16;
      y += 16;
    }
  } else if (sa != 0) {
    const vb = v128.splat<T>(load<T>(b));
    while (y < end) {
      v128.store(y, apply<T>(code, v128.load(a), vb));
      a += 16;
      y += 16;
    }
  } else {
    const va = v128.splat<T>(load<T>(a));
    const step: usize = sb != 0 ? 16 : 0;
    if (sb == 0) {
      const v = apply<T>(code, va, v128.splat<T>(load<T>(b)));
      while (y < end) {
        v128.store(y, v);
        y += 16;
      }
      return;
    }
    while (y < end) {
      v128.store(y, apply<T>(code, va, v128.load(b)));
      b += step;
      y += 16;
    }
  }
}

// @ts-ignore: decorator
@inline
function chosen<T>(code: i32, a: usize, sa: i32, b: usize, sb: i32, y: usize, n: i32): void {
  switch (code) {
    case 0: return run<T>(0, a, sa, b, sb, y, n);
    case 1: return run<T>(1, a, sa, b, sb, y, n);
    case 2: return run<T>(2, a, sa, b, sb, y, n);
    case 3: return run<T>(3, a, sa, b, sb, y, n);
    case 4: return run<T>(4, a, sa, b, sb, y, n);
    case 5: return run<T>(5, a, sa, b, sb, y, n);
    case 6: return run<T>(6, a, sa, b, sb, y, n);
    case 7: return run<T>(7, a, sa, b, sb, y, n);
    case 8: return run<T>(8, a, sa, b, sb, y, n);
    case 9: return run<T>(9, a, sa, b, sb, y, n);
    case 10: return run<T>(10, a, sa, b, sb, y, n);
    case 11: return run<T>(11, a, sa, b, sb, y, n);
    case 12: return run<T>(12, a, sa, b, sb, y, n);
    default: unreachable();
  }
}

// @ts-ignore: decorator
@inline
function extentOf(dims: usize, axis: i32): i32 {
  return load<i32>(dims + <usize>(axis * 12));
}
// @ts-ignore: decorator
@inline
function strideA(dims: usize, axis: i32): i32 {
  return load<i32>(dims + <usize>(axis * 12), 4);
}
// @ts-ignore: decorator
@inline
function strideB(dims: usize, axis: i32): i32 {
  return load<i32>(dims + <usize>(axis * 12), 8);
}

function binaryF32(code: i32, a: usize, b: usize, y: usize, dims: usize, rank: i32, axis: i32): usize {
  const n = extentOf(dims, axis);
  if (axis == rank - 1) {
    chosen<f32>(code, a, strideA(dims, axis), b, strideB(dims, axis), y, n);
    return y + <usize>n * 4;
  }
  for (let i = 0; i < n; i++) {
    y = binaryF32(code, a, b, y, dims, rank, axis + 1);
    a += <usize>strideA(dims, axis) * 4;
    b += <usize>strideB(dims, axis) * 4;
  }
  return y;
}

function binaryF64(code: i32, a: usize, b: usize, y: usize, dims: usize, rank: i32, axis: i32): usize {
  const n = extentOf(dims, axis);
  if (axis == rank - 1) {
    chosen<f64>(code, a, strideA(dims, axis), b, strideB(dims, axis), y, n);
    return y + <usize>n * 8;
  }
  for (let i = 0; i < n; i++) {
    y = binaryF64(code, a, b, y, dims, rank, axis + 1);
    a += <usize>strideA(dims, axis) * 8;
    b += <usize>strideB(dims, axis) * 8;
  }
  return y;
}

export function binary_f32(code: i32, a: usize, b: usize, y: usize, dims: usize, rank: i32): void {
  binaryF32(code, a, b, y, dims, rank, 0);
}
export function binary_f64(code: i32, a: usize, b: usize, y: usize, dims: usize, rank: i32): void {
  binaryF64(code, a, b, y, dims, rank, 0);
}

// @ts-ignore: decorator
@inline
function holds<T>(code: i32, a: T, b: T): bool {
  switch (code) {
    case 0: return a == b;
    case 1: return a != b;
    case 2: return a < b;
    case 3: return a <= b;
    case 4: return a > b;
    case 5: return a >= b;
    case 6: return a != 0 && b != 0;
    case 7: return a != 0 || b != 0;
    default: return (a != 0) != (b != 0);
  }
}

// @ts-ignore: decorator
@inline
function mask<T>(code: i32, a: v128, b: v128): v128 {
  switch (code) {
    case 0: return v128.eq<T>(a, b);
    case 1: return v128.ne<T>(a, b);
    case 2: return v128.lt<T>(a, b);
    case 3: return v128.le<T>(a, b);
    case 4: return v128.gt<T>(a, b);
    default: return v128.ge<T>(a, b);
  }
}

/** A vector of a, or its one value if it repeats. */
// @ts-ignore: decorator
@inline
function operand<T>(a: usize, stride: i32, vector: i32): v128 {
  return stride != 0 ? v128.load(a + <usize>(vector << 4)) : v128.splat<T>(load<T>(a));
}

/** Sixteen results at a time: the masks of four f32 vectors, or eight of f64, are packed to bytes. Gives how many are done. */
// @ts-ignore: decorator
@inline
function compareVectors<T>(code: i32, a: usize, sa: i32, b: usize, sb: i32, y: usize, n: i32): i32 {
  const one = i8x16.splat(1);
  let i = 0;
  for (; i + 16 <= n; i += 16) {
    const v = (i / 16) * (sizeof<T>() == 4 ? 4 : 8);
    const m0 = mask<T>(code, operand<T>(a, sa, v), operand<T>(b, sb, v));
    const m1 = mask<T>(code, operand<T>(a, sa, v + 1), operand<T>(b, sb, v + 1));
    const m2 = mask<T>(code, operand<T>(a, sa, v + 2), operand<T>(b, sb, v + 2));
    const m3 = mask<T>(code, operand<T>(a, sa, v + 3), operand<T>(b, sb, v + 3));
    let packed: v128;
    if (sizeof<T>() == 4) {
      packed = i8x16.narrow_i16x8_s(i16x8.narrow_i32x4_s(m0, m1), i16x8.narrow_i32x4_s(m2, m3));
    } else {
      const m4 = mask<T>(code, operand<T>(a, sa, v + 4), operand<T>(b, sb, v + 4));
      const m5 = mask<T>(code, operand<T>(a, sa, v + 5), operand<T>(b, sb, v + 5));
      const m6 = mask<T>(code, operand<T>(a, sa, v + 6), operand<T>(b, sb, v + 6));
      const m7 = mask<T>(code, operand<T>(a, sa, v + 7), operand<T>(b, sb, v + 7));
      const low = i16x8.narrow_i32x4_s(evenLanes(m0, m1), evenLanes(m2, m3));
      const high = i16x8.narrow_i32x4_s(evenLanes(m4, m5), evenLanes(m6, m7));
      packed = i8x16.narrow_i16x8_s(low, high);
    }
    v128.store(y + i, v128.and(packed, one));
  }
  return i;
}

/** Four 64-bit masks as four 32-bit ones. */
// @ts-ignore: decorator
@inline
function evenLanes(a: v128, b: v128): v128 {
  return v128.shuffle<i32>(a, b, 0, 2, 4, 6);
}

// @ts-ignore: decorator
@inline
function startRun<T>(code: i32, a: usize, sa: i32, b: usize, sb: i32, y: usize, n: i32): i32 {
  if (sizeof<T>() == 1) return 0;
  switch (code) {
    case 0: return compareVectors<T>(0, a, sa, b, sb, y, n);
    case 1: return compareVectors<T>(1, a, sa, b, sb, y, n);
    case 2: return compareVectors<T>(2, a, sa, b, sb, y, n);
    case 3: return compareVectors<T>(3, a, sa, b, sb, y, n);
    case 4: return compareVectors<T>(4, a, sa, b, sb, y, n);
    case 5: return compareVectors<T>(5, a, sa, b, sb, y, n);
    default: return 0;
  }
}

function compare<T>(code: i32, a: usize, b: usize, y: usize, dims: usize, rank: i32, axis: i32): usize {
  const n = extentOf(dims, axis);
  const sa = <usize>strideA(dims, axis) * sizeof<T>();
  const sb = <usize>strideB(dims, axis) * sizeof<T>();
  if (axis < rank - 1) {
    for (let i = 0; i < n; i++) {
      y = compare<T>(code, a, b, y, dims, rank, axis + 1);
      a += sa;
      b += sb;
    }
    return y;
  }
  let i = 0;
  if (sizeof<T>() > 1) i = startRun<T>(code, a, strideA(dims, axis), b, strideB(dims, axis), y, n);
  a += <usize>i * sa;
  b += <usize>i * sb;
  for (; i < n; i++) {
    store<u8>(y + i, u8(holds<T>(code, load<T>(a), load<T>(b))));
    a += sa;
    b += sb;
  }
  return y + n;
}

/** Comparisons write one byte a value. The u8 form combines booleans. */
export function compare_f32(code: i32, a: usize, b: usize, y: usize, dims: usize, rank: i32): void {
  compare<f32>(code, a, b, y, dims, rank, 0);
}
export function compare_f64(code: i32, a: usize, b: usize, y: usize, dims: usize, rank: i32): void {
  compare<f64>(code, a, b, y, dims, rank, 0);
}
export function compare_i32(code: i32, a: usize, b: usize, y: usize, dims: usize, rank: i32): void {
  compare<i32>(code, a, b, y, dims, rank, 0);
}
export function compare_u8(code: i32, a: usize, b: usize, y: usize, dims: usize, rank: i32): void {
  compare<u8>(code, a, b, y, dims, rank, 0);
}

export function not_u8(x: usize, y: usize, n: i32): void {
  for (let i = 0; i < n; i++) store<u8>(y + i, u8(load<u8>(x + i) == 0));
}

// @ts-ignore: decorator
@inline
function select<T>(condition: usize, a: usize, b: usize, y: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    const at = <usize>i * sizeof<T>();
    store<T>(y + at, load<u8>(condition + i) ? load<T>(a + at) : load<T>(b + at));
  }
}

export function select_f32(condition: usize, a: usize, b: usize, y: usize, n: i32): void {
  select<f32>(condition, a, b, y, n);
}
export function select_f64(condition: usize, a: usize, b: usize, y: usize, n: i32): void {
  select<f64>(condition, a, b, y, n);
}
export function select_i32(condition: usize, a: usize, b: usize, y: usize, n: i32): void {
  select<i32>(condition, a, b, y, n);
}
export function select_u8(condition: usize, a: usize, b: usize, y: usize, n: i32): void {
  select<u8>(condition, a, b, y, n);
}

/** |a + bi|, scaled so that the squares neither overflow nor vanish. */
// @ts-ignore: decorator
@inline
function hypot<T>(a: usize, b: usize, y: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    const at = <usize>i * sizeof<T>();
    const p = <f64>load<T>(a + at);
    const q = <f64>load<T>(b + at);
    const largest = max<f64>(abs<f64>(p), abs<f64>(q));
    const scale: f64 = largest > 1e150 ? TWO_M600 : largest < 1e-150 ? TWO_600 : 1;
    const u = p * scale;
    const v = q * scale;
    store<T>(y + at, <T>(sqrt<f64>(u * u + v * v) / scale));
  }
}
const TWO_600: f64 = 4.149515568880993e180;
const TWO_M600: f64 = 2.409919865102884e-181;

export function hypot_f32(a: usize, b: usize, y: usize, n: i32): void {
  hypot<f32>(a, b, y, n);
}
export function hypot_f64(a: usize, b: usize, y: usize, n: i32): void {
  hypot<f64>(a, b, y, n);
}
