// Kernels with one input of the same shape as the output. One case per kernel; the codes are those of
// src/kernels/unary.ts. A code is a constant where it is used, so each case compiles to a loop of its own.

import { erf } from "./math/erf";
import * as fn from "./math/functions";
import { acosh, asinh, atanh, cosh, sinh } from "./math/hyperbolic";
import { acos, asin, atan } from "./math/inverse";
import { cos, sin, tan } from "./math/trigonometry";
import { high, lanes, low, narrow } from "./vector";

/** A function on doubles, applied to a vector of T. */
// @ts-ignore: decorator
@inline
function wide(code: i32, x: v128, short: bool): v128 {
  switch (code) {
    case 20: return fn.exp(x, short);
    case 21: return fn.expm1(x, short);
    case 22: return fn.log(x, short);
    case 23: return fn.log1p(x, short);
    case 24: return fn.tanh(x, short);
    case 25: return fn.sigmoid(x, short);
    case 26: return fn.softplus(x, short);
    case 27: return fn.softplusSlope(x, short);
    case 28: return sinh(x, short);
    case 29: return cosh(x, short);
    case 30: return tan(x, short);
    case 31: return asin(x, short);
    case 32: return acos(x, short);
    case 33: return atan(x, short);
    case 34: return asinh(x, short);
    case 35: return acosh(x, short);
    case 36: return atanh(x, short);
    case 37: return erf(x, short);
    case 38: return fn.elu(x, short);
    case 39: return fn.selu(x, short);
    case 40: return sin(x, short);
    case 41: return cos(x, short);
    // What is short is float32 already.
    case 42: return short ? x : low(f32x4.demote_f64x2_zero(x));
    default: return x;
  }
}

// @ts-ignore: decorator
@inline
function apply<T>(code: i32, x: v128): v128 {
  const one = v128.splat<T>(<T>1);
  const zero = v128.splat<T>(<T>0);
  switch (code) {
    case 0: return v128.abs<T>(x);
    case 1: return v128.neg<T>(x);
    case 2: return v128.sqrt<T>(x);
    case 3: return v128.div<T>(one, v128.sqrt<T>(x));
    case 4: return v128.mul<T>(x, x);
    case 5: return v128.div<T>(one, x);
    case 6: return v128.floor<T>(x);
    case 7: return v128.ceil<T>(x);
    case 8: return v128.nearest<T>(x);
    // relu keeps NaN, as max does.
    case 9: return v128.max<T>(x, zero);
    // sign: 1, -1, and 0 for what is neither above nor below 0, NaN included.
    case 10:
      return v128.or(v128.and(v128.gt<T>(x, zero), one), v128.and(v128.lt<T>(x, zero), v128.neg<T>(one)));
    default: {
      if (sizeof<T>() == 8) return wide(code, x, false);
      return narrow(wide(code, low(x), true), wide(code, high(x), true));
    }
  }
}

// @ts-ignore: decorator
@inline
function loop<T>(code: i32, x: usize, y: usize, n: i32): void {
  const end = x + <usize>n * sizeof<T>();
  while (x < end) {
    v128.store(y, apply<T>(code, v128.load(x)));
    x += 16;
    y += 16;
  }
}

// @ts-ignore: decorator
@inline
function dispatch<T>(code: i32, x: usize, y: usize, n: i32): void {
  switch (code) {
    case 0: return loop<T>(0, x, y, n);
    case 1: return loop<T>(1, x, y, n);
    case 2: return loop<T>(2, x, y, n);
    case 3: return loop<T>(3, x, y, n);
    case 4: return loop<T>(4, x, y, n);
    case 5: return loop<T>(5, x, y, n);
    case 6: return loop<T>(6, x, y, n);
    case 7: return loop<T>(7, x, y, n);
    case 8: return loop<T>(8, x, y, n);
    case 9: return loop<T>(9, x, y, n);
    case 10: return loop<T>(10, x, y, n);
    case 20: return loop<T>(20, x, y, n);
    case 21: return loop<T>(21, x, y, n);
    case 22: return loop<T>(22, x, y, n);
    case 23: return loop<T>(23, x, y, n);
    case 24: return loop<T>(24, x, y, n);
    case 25: return loop<T>(25, x, y, n);
    case 26: return loop<T>(26, x, y, n);
    case 27: return loop<T>(27, x, y, n);
    case 28: return loop<T>(28, x, y, n);
    case 29: return loop<T>(29, x, y, n);
    case 30: return loop<T>(30, x, y, n);
    case 31: return loop<T>(31, x, y, n);
    case 32: return loop<T>(32, x, y, n);
    case 33: return loop<T>(33, x, y, n);
    case 34: return loop<T>(34, x, y, n);
    case 35: return loop<T>(35, x, y, n);
    case 36: return loop<T>(36, x, y, n);
    case 37: return loop<T>(37, x, y, n);
    case 38: return loop<T>(38, x, y, n);
    case 39: return loop<T>(39, x, y, n);
    case 40: return loop<T>(40, x, y, n);
    case 41: return loop<T>(41, x, y, n);
    case 42: return loop<T>(42, x, y, n);
    default: unreachable();
  }
}

export function unary_f32(code: i32, x: usize, y: usize, n: i32): void {
  dispatch<f32>(code, x, y, n);
}
export function unary_f64(code: i32, x: usize, y: usize, n: i32): void {
  dispatch<f64>(code, x, y, n);
}

// @ts-ignore: decorator
@inline
function clip<T>(x: usize, y: usize, n: i32, min: f64, max: f64): void {
  const lo = v128.splat<T>(<T>min);
  const hi = v128.splat<T>(<T>max);
  for (let i = 0; i < n; i += lanes<T>()) {
    const at = <usize>i * sizeof<T>();
    v128.store(y + at, v128.min<T>(v128.max<T>(v128.load(x + at), lo), hi));
  }
}

export function clip_f32(x: usize, y: usize, n: i32, min: f64, max: f64): void {
  clip<f32>(x, y, n, min, max);
}
export function clip_f64(x: usize, y: usize, n: i32, min: f64, max: f64): void {
  clip<f64>(x, y, n, min, max);
}

/** x above 0, alpha times x elsewhere. */
// @ts-ignore: decorator
@inline
function leaky<T>(x: usize, y: usize, n: i32, alpha: f64): void {
  const factor = v128.splat<T>(<T>alpha);
  for (let i = 0; i < n; i += lanes<T>()) {
    const at = <usize>i * sizeof<T>();
    const v = v128.load(x + at);
    v128.store(y + at, v128.bitselect(v128.mul<T>(v, factor), v, v128.lt<T>(v, v128.splat<T>(<T>0))));
  }
}

export function leaky_f32(x: usize, y: usize, n: i32, alpha: f64): void {
  leaky<f32>(x, y, n, alpha);
}
export function leaky_f64(x: usize, y: usize, n: i32, alpha: f64): void {
  leaky<f64>(x, y, n, alpha);
}

/** 1 above 0, alpha elsewhere, NaN for NaN. */
// @ts-ignore: decorator
@inline
function step<T>(x: usize, y: usize, n: i32, alpha: f64): void {
  const below = v128.splat<T>(<T>alpha);
  const one = v128.splat<T>(<T>1);
  for (let i = 0; i < n; i += lanes<T>()) {
    const at = <usize>i * sizeof<T>();
    const v = v128.load(x + at);
    const chosen = v128.bitselect(one, below, v128.gt<T>(v, v128.splat<T>(<T>0)));
    v128.store(y + at, v128.bitselect(chosen, v, v128.eq<T>(v, v)));
  }
}

export function step_f32(x: usize, y: usize, n: i32, alpha: f64): void {
  step<f32>(x, y, n, alpha);
}
export function step_f64(x: usize, y: usize, n: i32, alpha: f64): void {
  step<f64>(x, y, n, alpha);
}

// @ts-ignore: decorator
@inline
function classify<T>(code: i32, x: usize, y: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    const v = <f64>load<T>(x + <usize>i * sizeof<T>());
    const nan = v != v;
    const infinite = abs<f64>(v) == Infinity;
    store<u8>(y + i, code == 0 ? u8(!nan && !infinite) : code == 1 ? u8(nan) : u8(infinite));
  }
}

/** Code 0: is finite, 1: is NaN, 2: is infinite. */
export function classify_f32(code: i32, x: usize, y: usize, n: i32): void {
  classify<f32>(code, x, y, n);
}
export function classify_f64(code: i32, x: usize, y: usize, n: i32): void {
  classify<f64>(code, x, y, n);
}
