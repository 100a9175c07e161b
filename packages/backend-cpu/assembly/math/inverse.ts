// Inverse trigonometric functions of two doubles at a time; see functions.ts for what all of them have in common.

import { f64s } from "../vector";
import { equals, pick, series, signMask, withSign } from "./series";

// atan t = t + t³ A(t²): (-1)^k / (2k + 1), k = 1 … 20.
const ATAN = memory.data<f64>([
  -1.0 / 3.0, 1.0 / 5.0, -1.0 / 7.0, 1.0 / 9.0, -1.0 / 11.0, 1.0 / 13.0, -1.0 / 15.0, 1.0 / 17.0, -1.0 / 19.0, 1.0 / 21.0,
  -1.0 / 23.0, 1.0 / 25.0, -1.0 / 27.0, 1.0 / 29.0, -1.0 / 31.0, 1.0 / 33.0, -1.0 / 35.0, 1.0 / 37.0, -1.0 / 39.0, 1.0 / 41.0,
]);

const PI_HIGH: f64 = 3.141592653589793;
const PI_LOW: f64 = 1.2246467991473532e-16;
const TAN_PI_8: f64 = 0.41421356237309503;
const TAN_3PI_8: f64 = 2.414213562373095;

/**
 * The angle in [0, π/2] whose tangent is n / d, for n and d that are not negative nor both 0. Turning by π/4 or π/2
 * leaves a tangent of at most √2 - 1 for the series.
 */
// @ts-ignore: decorator
@inline
function angle(n: v128, d: v128, short: bool): v128 {
  const middle = f64x2.gt(n, f64x2.mul(d, f64s(TAN_PI_8)));
  const high = f64x2.gt(n, f64x2.mul(d, f64s(TAN_3PI_8)));
  const above = pick(high, f64x2.neg(d), pick(middle, f64x2.sub(n, d), n));
  const below = pick(high, n, pick(middle, f64x2.add(n, d), d));
  const turns = f64x2.sub(f64s(0), f64x2.add(f64x2.convert_low_i32x4_s(lowHalves(middle)), f64x2.convert_low_i32x4_s(lowHalves(high))));
  const t = f64x2.div(above, below);
  const z = f64x2.mul(t, t);
  const tail = f64x2.mul(f64x2.mul(t, z), series(ATAN, short ? 10 : 20, z));
  const small = f64x2.add(tail, f64x2.mul(turns, f64s(PI_LOW / 4)));
  return f64x2.add(f64x2.mul(turns, f64s(PI_HIGH / 4)), f64x2.add(t, small));
}

/** Two 64-bit masks as the first two 32-bit ones. */
// @ts-ignore: decorator
@inline
function lowHalves(mask: v128): v128 {
  return v128.shuffle<i32>(mask, mask, 0, 2, 0, 2);
}

// @ts-ignore: decorator
@inline
function atanOf(x: v128, short: bool): v128 {
  return withSign(angle(f64x2.abs(x), f64s(1), short), x);
}

/** √(1 - x²), NaN where |x| > 1. */
// @ts-ignore: decorator
@inline
function leg(x: v128): v128 {
  return f64x2.sqrt(f64x2.mul(f64x2.sub(f64s(1), x), f64x2.add(f64s(1), x)));
}

/** The angle in a right triangle with a hypotenuse of 1. */
// @ts-ignore: decorator
@inline
function asinOf(x: v128, short: bool): v128 {
  const size = f64x2.abs(x);
  return withSign(angle(size, leg(size), short), x);
}

/** tan(y/2) = √(1 - x) / √(1 + x), which is exact at either end. */
// @ts-ignore: decorator
@inline
function acosOf(x: v128, short: bool): v128 {
  const half = angle(f64x2.sqrt(f64x2.sub(f64s(1), x)), f64x2.sqrt(f64x2.add(f64s(1), x)), short);
  return f64x2.add(half, half);
}

/** The angle of the vector (x, y), with the rules of IEEE 754 for zeros and infinities. */
// @ts-ignore: decorator
@inline
function atan2Of(y: v128, x: v128, short: bool): v128 {
  let n = f64x2.abs(y);
  let d = f64x2.abs(x);
  const endless = v128.and(equals(n, Infinity), equals(d, Infinity));
  n = pick(endless, f64s(1), n);
  d = pick(endless, f64s(1), d);
  // Neither the sum of the two may overflow, nor 0 be divided by 0.
  const scale = pick(f64x2.gt(f64x2.pmax(n, d), f64s(1e300)), f64s(7.888609052210118e-31), f64s(1));
  n = f64x2.mul(n, scale);
  d = pick(v128.and(equals(n, 0), f64x2.eq(d, d)), f64s(1), f64x2.mul(d, scale));
  const acute = angle(n, d, short);
  const obtuse = f64x2.sub(f64s(PI_HIGH), f64x2.sub(acute, f64s(PI_LOW)));
  return withSign(pick(signMask(x), obtuse, acute), y);
}

export function atan(x: v128, short: bool): v128 {
  return short ? atanOf(x, true) : atanOf(x, false);
}

export function asin(x: v128, short: bool): v128 {
  return short ? asinOf(x, true) : asinOf(x, false);
}

export function acos(x: v128, short: bool): v128 {
  return short ? acosOf(x, true) : acosOf(x, false);
}

export function atan2(y: v128, x: v128, short: bool): v128 {
  return short ? atan2Of(y, x, true) : atan2Of(y, x, false);
}
