// Elementary functions on two doubles at a time. Only + - * /, comparisons and bit moves are used, in a fixed
// order, so every engine gives the same bits. float32 is computed here too and rounded once at the end.
//
// Method: reduction of the argument by multiples of ln 2 in two parts (Cody & Waite, Software Manual for the
// Elementary Functions, 1980), then the Taylor series on the reduced range, long enough that its remainder is
// below half a unit in the last place. Errors stay below 2 units in the last place (see test/math.test.ts).

import { f64s } from "../vector";

const LOG2E: f64 = 1.4426950408889634;
// ln 2 = HIGH + LOW, HIGH with its last 21 bits zero, so that n * HIGH is exact for |n| < 2^20.
const LN2_HIGH: f64 = 0.6931471803691238;
const LN2_LOW: f64 = 1.9082149292705877e-10;

/** e^r - 1 for |r| <= ln(2)/2, by the series up to r^14/14!. */
// @ts-ignore: decorator
@inline
function expm1Series(r: v128): v128 {
  let p = f64s(1.0 / 87178291200.0);
  p = f64x2.add(f64x2.mul(p, r), f64s(1.0 / 6227020800.0));
  p = f64x2.add(f64x2.mul(p, r), f64s(1.0 / 479001600.0));
  p = f64x2.add(f64x2.mul(p, r), f64s(1.0 / 39916800.0));
  p = f64x2.add(f64x2.mul(p, r), f64s(1.0 / 3628800.0));
  p = f64x2.add(f64x2.mul(p, r), f64s(1.0 / 362880.0));
  p = f64x2.add(f64x2.mul(p, r), f64s(1.0 / 40320.0));
  p = f64x2.add(f64x2.mul(p, r), f64s(1.0 / 5040.0));
  p = f64x2.add(f64x2.mul(p, r), f64s(1.0 / 720.0));
  p = f64x2.add(f64x2.mul(p, r), f64s(1.0 / 120.0));
  p = f64x2.add(f64x2.mul(p, r), f64s(1.0 / 24.0));
  p = f64x2.add(f64x2.mul(p, r), f64s(1.0 / 6.0));
  p = f64x2.add(f64x2.mul(p, r), f64s(0.5));
  // r + r² p: the large term is added last.
  return f64x2.add(r, f64x2.mul(f64x2.mul(r, r), p));
}

/** 2^n for whole n in [-1022, 1023], n given as f64 lanes. */
// @ts-ignore: decorator
@inline
function powerOfTwo(n: v128): v128 {
  const whole = i64x2.extend_low_i32x4_s(i32x4.trunc_sat_f64x2_s_zero(n));
  return i64x2.shl(i64x2.add(whole, i64x2.splat(1023)), 52);
}

// @ts-ignore: decorator
@inline
function reduced(x: v128, n: v128): v128 {
  return f64x2.sub(f64x2.sub(x, f64x2.mul(n, f64s(LN2_HIGH))), f64x2.mul(n, f64s(LN2_LOW)));
}

// @ts-ignore: decorator
@inline
export function exp(x: v128): v128 {
  // Outside these bounds the result is 0 or infinite anyway; min and max pass NaN on.
  const bounded = f64x2.max(f64x2.min(x, f64s(720)), f64s(-760));
  const n = f64x2.nearest(f64x2.mul(bounded, f64s(LOG2E)));
  const series = f64x2.add(f64s(1), expm1Series(reduced(bounded, n)));
  // 2^n in two factors, so that overflow and denormal results come out right.
  const half = f64x2.nearest(f64x2.mul(n, f64s(0.5)));
  return f64x2.mul(f64x2.mul(series, powerOfTwo(half)), powerOfTwo(f64x2.sub(n, half)));
}

// @ts-ignore: decorator
@inline
export function expm1(x: v128): v128 {
  const bounded = f64x2.max(f64x2.min(x, f64s(720)), f64s(-60));
  const n = f64x2.nearest(f64x2.mul(bounded, f64s(LOG2E)));
  const series = expm1Series(reduced(bounded, n));
  const half = f64x2.nearest(f64x2.mul(n, f64s(0.5)));
  const first = powerOfTwo(half);
  const rest = powerOfTwo(f64x2.sub(n, half));
  // (1 + s) 2^n - 1. Below 2^60 the parts can be added exactly enough; above, the 1 is lost anyway.
  const power = f64x2.mul(first, rest);
  const small = f64x2.add(f64x2.mul(series, power), f64x2.sub(power, f64s(1)));
  const large = f64x2.mul(f64x2.mul(f64x2.add(f64s(1), series), first), rest);
  const result = v128.bitselect(large, small, f64x2.gt(x, f64s(60)));
  // The sign of zero is that of x.
  return v128.bitselect(x, result, f64x2.eq(x, f64s(0)));
}

/** 2 atanh(s) - 2s = 2 s³ (1/3 + s²/5 + …) for |s| <= 0.1716, divided by s. */
// @ts-ignore: decorator
@inline
function atanhTail(z: v128): v128 {
  let p = f64s(2.0 / 25.0);
  p = f64x2.add(f64x2.mul(p, z), f64s(2.0 / 23.0));
  p = f64x2.add(f64x2.mul(p, z), f64s(2.0 / 21.0));
  p = f64x2.add(f64x2.mul(p, z), f64s(2.0 / 19.0));
  p = f64x2.add(f64x2.mul(p, z), f64s(2.0 / 17.0));
  p = f64x2.add(f64x2.mul(p, z), f64s(2.0 / 15.0));
  p = f64x2.add(f64x2.mul(p, z), f64s(2.0 / 13.0));
  p = f64x2.add(f64x2.mul(p, z), f64s(2.0 / 11.0));
  p = f64x2.add(f64x2.mul(p, z), f64s(2.0 / 9.0));
  p = f64x2.add(f64x2.mul(p, z), f64s(2.0 / 7.0));
  p = f64x2.add(f64x2.mul(p, z), f64s(2.0 / 5.0));
  p = f64x2.add(f64x2.mul(p, z), f64s(2.0 / 3.0));
  return f64x2.mul(p, z);
}

/** ln x of positive normal numbers, plus a small correction that is added among the small terms. */
// @ts-ignore: decorator
@inline
function logNormal(x: v128, correction: v128): v128 {
  // x = 2^k m with m in [√½, √2): the offset makes the exponent field of x / √½ carry over at √2 · 2^k.
  const offset = i64x2.splat(0x3ff0000000000000 - 0x3fe6a09e667f3bcd);
  const shifted = i64x2.add(x, offset);
  const exponents = i64x2.sub(i64x2.shr_u(shifted, 52), i64x2.splat(1023));
  const k = f64x2.convert_low_i32x4_s(v128.shuffle<i32>(exponents, exponents, 0, 2, 0, 2));
  const m = i64x2.sub(x, i64x2.shl(exponents, 52));
  const f = f64x2.sub(m, f64s(1));
  const s = f64x2.div(f, f64x2.add(f64s(2), f));
  // ln m = 2 atanh s = f - s (f - tail): exact in its large part f (Tang, ACM TOMS 16, 1990).
  const tail = atanhTail(f64x2.mul(s, s));
  const minor = f64x2.sub(f64x2.mul(s, f64x2.sub(f, tail)), f64x2.add(f64x2.mul(k, f64s(LN2_LOW)), correction));
  return f64x2.add(f64x2.mul(k, f64s(LN2_HIGH)), f64x2.sub(f, minor));
}

/** Puts in the values of ln at 0, below 0, at infinity and at NaN. */
// @ts-ignore: decorator
@inline
function logEdges(x: v128, result: v128): v128 {
  let y = v128.bitselect(x, result, f64x2.eq(x, f64s(Infinity)));
  y = v128.bitselect(f64s(-Infinity), y, f64x2.eq(x, f64s(0)));
  // Not (x >= 0) holds below zero and for NaN.
  return v128.bitselect(y, f64s(NaN), f64x2.ge(x, f64s(0)));
}

// @ts-ignore: decorator
@inline
export function log(x: v128): v128 {
  // Denormal numbers are scaled up by 2^54 and the logarithm corrected by as much.
  const tiny = f64x2.lt(x, f64s(2.2250738585072014e-308));
  const normal = v128.bitselect(f64x2.mul(x, f64s(18014398509481984)), x, tiny);
  const y = logNormal(normal, f64s(0));
  const result = f64x2.sub(y, v128.and(tiny, f64s(37.42994775023705)));
  return logEdges(x, result);
}

// @ts-ignore: decorator
@inline
export function log1p(x: v128): v128 {
  const u = f64x2.add(f64s(1), x);
  // What rounding 1 + x to u has lost, relative to u: ln(1 + x) = ln u + lost / u to first order.
  const big = f64x2.gt(f64x2.abs(x), f64s(1));
  const lost = v128.bitselect(f64x2.sub(f64s(1), f64x2.sub(u, x)), f64x2.sub(x, f64x2.sub(u, f64s(1))), big);
  const result = logEdges(u, logNormal(u, f64x2.div(lost, u)));
  // Around 0 the logarithm is x itself, sign of zero included; u = 1 loses it.
  return v128.bitselect(x, result, f64x2.lt(f64x2.abs(x), f64s(1e-17)));
}

/** t / (t + 2) with t = e^(2|x|) - 1, and the sign of x. */
// @ts-ignore: decorator
@inline
export function tanh(x: v128): v128 {
  const size = f64x2.min(f64x2.abs(x), f64s(22));
  const t = expm1(f64x2.add(size, size));
  const y = f64x2.div(t, f64x2.add(t, f64s(2)));
  const sign = i64x2.splat(0x8000000000000000);
  return v128.or(v128.andnot(y, sign), v128.and(x, sign));
}

// @ts-ignore: decorator
@inline
export function sigmoid(x: v128): v128 {
  return f64x2.div(f64s(1), f64x2.add(f64s(1), exp(f64x2.neg(x))));
}

/** ln(1 + e^x), and x itself above 20, as PyTorch has it. */
// @ts-ignore: decorator
@inline
export function softplus(x: v128): v128 {
  return v128.bitselect(x, log1p(exp(f64x2.min(x, f64s(20)))), f64x2.gt(x, f64s(20)));
}

/** The slope of softplus: the sigmoid, 1 above 20. */
// @ts-ignore: decorator
@inline
export function softplusSlope(x: v128): v128 {
  return v128.bitselect(f64s(1), sigmoid(x), f64x2.gt(x, f64s(20)));
}
