// Elementary functions on two doubles at a time. Only + - * /, comparisons and bit moves are used, in a fixed
// order, so every engine gives the same bits. float32 is computed here too and rounded once at the end; `short` leaves
// out the terms of a series that float32 cannot see (they are below 2^-27 of the result).
//
// Method: reduction of the argument by multiples of ln 2 in two parts (Cody & Waite, Software Manual for the
// Elementary Functions, 1980), then the Taylor series on the reduced range, long enough that its remainder is
// below half a unit in the last place. Errors stay below 2 units in the last place (see test/math.test.ts).

import { f64s } from "../vector";

// Coefficients lie in memory: loading one to both lanes is one instruction, building a constant takes four.
const TABLE = memory.data<f64>([
  // 1/n!, n = 2 … 14
  0.5, 1.0 / 6.0, 1.0 / 24.0, 1.0 / 120.0, 1.0 / 720.0, 1.0 / 5040.0, 1.0 / 40320.0, 1.0 / 362880.0, 1.0 / 3628800.0, 1.0 / 39916800.0, 1.0 / 479001600.0, 1.0 / 6227020800.0, 1.0 / 87178291200.0,
  // 2/n, n = 3, 5 … 35
  2.0 / 3.0, 2.0 / 5.0, 2.0 / 7.0, 2.0 / 9.0, 2.0 / 11.0, 2.0 / 13.0, 2.0 / 15.0, 2.0 / 17.0, 2.0 / 19.0, 2.0 / 21.0, 2.0 / 23.0, 2.0 / 25.0, 2.0 / 27.0, 2.0 / 29.0, 2.0 / 31.0, 2.0 / 33.0, 2.0 / 35.0,
]);

// @ts-ignore: decorator
@inline
function coefficient(i: i32): v128 {
  return v128.load64_splat(TABLE + <usize>(i << 3));
}

/** Position of 1/n! and of 2/n in the table. */
const FACTORIAL: i32 = -2;
const ATANH: i32 = 13;

/** p · x + the i-th coefficient. */
// @ts-ignore: decorator
@inline
function next(p: v128, x: v128, i: i32): v128 {
  return f64x2.add(f64x2.mul(p, x), coefficient(i));
}

const LOG2E: f64 = 1.4426950408889634;
// ln 2 = HIGH + LOW, HIGH with its last 21 bits zero, so that n * HIGH is exact for |n| < 2^20.
const LN2_HIGH: f64 = 0.6931471803691238;
const LN2_LOW: f64 = 1.9082149292705877e-10;

/** 1.5 · 2^52: added to a double of moderate size, it leaves the nearest whole number in the low bits. */
const ROUNDER: f64 = 6755399441055744;
const TWO_52: f64 = 4503599627370496;

/** e^r - 1 for |r| <= ln(2)/2, by the series up to r^14/14!, or r^8/8!. */
// @ts-ignore: decorator
@inline
function expm1Series(r: v128, short: bool): v128 {
  let p = coefficient(FACTORIAL + 8);
  if (!short) {
    p = coefficient(FACTORIAL + 14);
    p = next(p, r, FACTORIAL + 13);
    p = next(p, r, FACTORIAL + 12);
    p = next(p, r, FACTORIAL + 11);
    p = next(p, r, FACTORIAL + 10);
    p = next(p, r, FACTORIAL + 9);
    p = next(p, r, FACTORIAL + 8);
  }
  p = next(p, r, FACTORIAL + 7);
  p = next(p, r, FACTORIAL + 6);
  p = next(p, r, FACTORIAL + 5);
  p = next(p, r, FACTORIAL + 4);
  p = next(p, r, FACTORIAL + 3);
  p = next(p, r, FACTORIAL + 2);
  // r + r² p: the large term is added last.
  return f64x2.add(r, f64x2.mul(f64x2.mul(r, r), p));
}

/** 2^n for whole n in [-1022, 1023], n given as f64 lanes. */
// @ts-ignore: decorator
@inline
function powerOfTwo(n: v128): v128 {
  // The low bits of n + ROUNDER are n; with the bias they become the exponent, and the shift drops the rest.
  return i64x2.shl(i64x2.add(f64x2.add(n, f64s(ROUNDER)), i64x2.splat(1023)), 52);
}

/** min and max of a value with a constant; one instruction each, and NaN stays NaN. */
// @ts-ignore: decorator
@inline
function atMost(x: v128, bound: f64): v128 {
  return f64x2.pmin(x, f64s(bound));
}

// @ts-ignore: decorator
@inline
function atLeast(x: v128, bound: f64): v128 {
  return f64x2.pmax(x, f64s(bound));
}

// @ts-ignore: decorator
@inline
function reduced(x: v128, n: v128): v128 {
  return f64x2.sub(f64x2.sub(x, f64x2.mul(n, f64s(LN2_HIGH))), f64x2.mul(n, f64s(LN2_LOW)));
}

/** e^x, or half of it, which stays finite up to ln 2 further. */
// @ts-ignore: decorator
@inline
function expOrHalf(x: v128, halved: bool, short: bool): v128 {
  // Outside these bounds the result is 0 or infinite anyway.
  const bounded = atLeast(atMost(x, 720), -760);
  const n = f64x2.nearest(f64x2.mul(bounded, f64s(LOG2E)));
  const series = f64x2.add(f64s(1), expm1Series(reduced(bounded, n), short));
  // 2^n in two factors, so that overflow and denormal results come out right.
  const half = f64x2.nearest(f64x2.mul(n, f64s(0.5)));
  const first = powerOfTwo(halved ? f64x2.sub(half, f64s(1)) : half);
  return f64x2.mul(f64x2.mul(series, first), powerOfTwo(f64x2.sub(n, half)));
}

// @ts-ignore: decorator
@inline
export function exp(x: v128, short: bool): v128 {
  return expOrHalf(x, false, short);
}

// @ts-ignore: decorator
@inline
export function halfExp(x: v128, short: bool): v128 {
  return expOrHalf(x, true, short);
}

// @ts-ignore: decorator
@inline
export function expm1(x: v128, short: bool): v128 {
  const bounded = atLeast(atMost(x, 720), -60);
  const n = f64x2.nearest(f64x2.mul(bounded, f64s(LOG2E)));
  const series = expm1Series(reduced(bounded, n), short);
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
function atanhTail(z: v128, short: bool): v128 {
  let p = coefficient(ATANH + 4);
  if (!short) {
    p = coefficient(ATANH + 11);
    p = next(p, z, ATANH + 10);
    p = next(p, z, ATANH + 9);
    p = next(p, z, ATANH + 8);
    p = next(p, z, ATANH + 7);
    p = next(p, z, ATANH + 6);
    p = next(p, z, ATANH + 5);
    p = next(p, z, ATANH + 4);
  }
  p = next(p, z, ATANH + 3);
  p = next(p, z, ATANH + 2);
  p = next(p, z, ATANH + 1);
  p = next(p, z, ATANH + 0);
  return f64x2.mul(p, z);
}

/** ln x of positive normal numbers, plus a small correction that is added among the small terms. */
// @ts-ignore: decorator
@inline
function logNormal(x: v128, correction: v128, short: bool): v128 {
  // x = 2^k m with m in [√½, √2): the offset makes the exponent field of x / √½ carry over at √2 · 2^k.
  const offset = i64x2.splat(0x3ff0000000000000 - 0x3fe6a09e667f3bcd);
  const shifted = i64x2.add(x, offset);
  const biased = i64x2.shr_u(shifted, 52);
  // Put among the bits of 2^52, a small whole number becomes the double 2^52 + n.
  const k = f64x2.sub(v128.or(biased, f64s(TWO_52)), f64s(TWO_52 + 1023));
  const m = i64x2.sub(x, i64x2.shl(i64x2.sub(biased, i64x2.splat(1023)), 52));
  const f = f64x2.sub(m, f64s(1));
  const s = f64x2.div(f, f64x2.add(f64s(2), f));
  // ln m = 2 atanh s = f - s (f - tail): exact in its large part f (Tang, ACM TOMS 16, 1990).
  const tail = atanhTail(f64x2.mul(s, s), short);
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
export function log(x: v128, short: bool): v128 {
  // Denormal numbers are scaled up by 2^54 and the logarithm corrected by as much.
  const tiny = f64x2.lt(x, f64s(2.2250738585072014e-308));
  const normal = v128.bitselect(f64x2.mul(x, f64s(18014398509481984)), x, tiny);
  const y = logNormal(normal, f64s(0), short);
  const result = f64x2.sub(y, v128.and(tiny, f64s(37.42994775023705)));
  return logEdges(x, result);
}

// @ts-ignore: decorator
@inline
export function log1p(x: v128, short: bool): v128 {
  const u = f64x2.add(f64s(1), x);
  // What rounding 1 + x to u has lost, relative to u: ln(1 + x) = ln u + lost / u to first order.
  const big = f64x2.gt(f64x2.abs(x), f64s(1));
  const lost = v128.bitselect(f64x2.sub(f64s(1), f64x2.sub(u, x)), f64x2.sub(x, f64x2.sub(u, f64s(1))), big);
  const result = logEdges(u, logNormal(u, f64x2.div(lost, u), short));
  // Around 0 the logarithm is x itself, sign of zero included; u = 1 loses it.
  return v128.bitselect(x, result, f64x2.lt(f64x2.abs(x), f64s(1e-17)));
}

/** t / (t + 2) with t = e^(2|x|) - 1, and the sign of x. */
// @ts-ignore: decorator
@inline
export function tanh(x: v128, short: bool): v128 {
  const size = atMost(f64x2.abs(x), 22);
  const t = expm1(f64x2.add(size, size), short);
  const y = f64x2.div(t, f64x2.add(t, f64s(2)));
  const sign = i64x2.splat(0x8000000000000000);
  return v128.or(v128.andnot(y, sign), v128.and(x, sign));
}

// @ts-ignore: decorator
@inline
export function sigmoid(x: v128, short: bool): v128 {
  return f64x2.div(f64s(1), f64x2.add(f64s(1), exp(f64x2.neg(x), short)));
}

/** As atanhTail, for |s| <= 1/3: more terms. */
// @ts-ignore: decorator
@inline
function atanhLongTail(z: v128, short: bool): v128 {
  let p = coefficient(ATANH + 7);
  if (!short) {
    p = coefficient(ATANH + 16);
    p = next(p, z, ATANH + 15);
    p = next(p, z, ATANH + 14);
    p = next(p, z, ATANH + 13);
    p = next(p, z, ATANH + 12);
    p = next(p, z, ATANH + 11);
    p = next(p, z, ATANH + 10);
    p = next(p, z, ATANH + 9);
    p = next(p, z, ATANH + 8);
    p = next(p, z, ATANH + 7);
  }
  p = next(p, z, ATANH + 6);
  p = next(p, z, ATANH + 5);
  p = next(p, z, ATANH + 4);
  p = next(p, z, ATANH + 3);
  p = next(p, z, ATANH + 2);
  p = next(p, z, ATANH + 1);
  p = next(p, z, ATANH + 0);
  return f64x2.mul(p, z);
}

/** ln(1 + e^x) = max(x, 0) + ln(1 + e^-|x|), and x itself above 20, as PyTorch has it. */
// @ts-ignore: decorator
@inline
export function softplus(x: v128, short: bool): v128 {
  // e is in [0, 1], so that ln(1 + e) = 2 atanh(e / (2 + e)) needs no reduction.
  const e = exp(f64x2.neg(f64x2.abs(x)), short);
  const s = f64x2.div(e, f64x2.add(f64s(2), e));
  const log = f64x2.add(f64x2.add(s, s), f64x2.mul(s, atanhLongTail(f64x2.mul(s, s), short)));
  const y = f64x2.add(f64x2.pmax(x, f64s(0)), log);
  return v128.bitselect(x, y, f64x2.gt(x, f64s(20)));
}

/** The slope of softplus: the sigmoid, 1 above 20. */
// @ts-ignore: decorator
@inline
export function softplusSlope(x: v128, short: bool): v128 {
  return v128.bitselect(f64s(1), sigmoid(x, short), f64x2.gt(x, f64s(20)));
}

/** x, and e^x - 1 below 0. */
// @ts-ignore: decorator
@inline
function eluOf(x: v128, short: bool): v128 {
  return v128.bitselect(expm1(x, short), x, f64x2.lt(x, f64s(0)));
}

/** The constants make mean 0 and variance 1 a fixed point (Klambauer et al., 2017, section 2). */
const SELU_SCALE: f64 = 1.0507009873554805;
const SELU_ALPHA: f64 = 1.6732632423543772;

// @ts-ignore: decorator
@inline
function seluOf(x: v128, short: bool): v128 {
  const below = f64x2.mul(expm1(x, short), f64s(SELU_SCALE * SELU_ALPHA));
  return v128.bitselect(below, f64x2.mul(x, f64s(SELU_SCALE)), f64x2.lt(x, f64s(0)));
}

export function elu(x: v128, short: bool): v128 {
  return short ? eluOf(x, true) : eluOf(x, false);
}

export function selu(x: v128, short: bool): v128 {
  return short ? seluOf(x, true) : seluOf(x, false);
}
