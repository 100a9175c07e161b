// Sine, cosine and tangent of two doubles at a time; see functions.ts for what all of them have in common.
//
// Method: the multiple of π/2 that is nearest to x is taken off in parts of few enough bits that the products are
// exact (Cody & Waite, 1980), keeping what rounding loses; then the Taylor series on [-π/4, π/4].

import { f64s } from "../vector";
import { angleHigh, angleLow, farQuarter } from "./far-angle";
import { equals, pick, series } from "./series";

// Coefficients of powers of x²: sin x = x + x³ S, cos x = 1 - x²/2 + x⁴ C.
const SIN = memory.data<f64>([
  -1.0 / 6.0, 1.0 / 120.0, -1.0 / 5040.0, 1.0 / 362880.0, -1.0 / 39916800.0, 1.0 / 6227020800.0, -1.0 / 1307674368000.0, 1.0 / 355687428096000.0,
]);
const COS = memory.data<f64>([
  1.0 / 24.0, -1.0 / 720.0, 1.0 / 40320.0, -1.0 / 3628800.0, 1.0 / 479001600.0, -1.0 / 87178291200.0, 1.0 / 20922789888000.0, -1.0 / 6402373705728000.0,
]);

const TWO_OVER_PI: f64 = 0.6366197723675814;
// π/2 in three parts of 33 bits and a rest: times a whole number below 2^20, each part is exact.
const PART_1: f64 = 1.5707963267341256;
const PART_2: f64 = 6.077100506303966e-11;
const PART_3: f64 = 2.0222662487111665e-21;
const PART_4: f64 = 8.4784276603689e-32;
/** π/2 less its first part: enough for float32, whose values come no nearer to a multiple of π/2 than this can tell. */
const REST_1: f64 = 6.077100506506192e-11;
/** Beyond this the parts are too few, and the bits of 2/π are taken instead. */
const LARGEST: f64 = 1.0e6;
const ROUNDER: f64 = 6755399441055744;

// @ts-ignore: decorator
@inline
function sinSeries(r: v128, low: v128, short: bool): v128 {
  const z = f64x2.mul(r, r);
  const tail = f64x2.mul(f64x2.mul(r, z), series(SIN, short ? 4 : 8, z));
  if (short) return f64x2.add(r, tail);
  // sin(r + low) = sin r + low cos r, cos r = 1 - r²/2 being enough.
  const correction = f64x2.mul(low, f64x2.sub(f64s(1), f64x2.mul(z, f64s(0.5))));
  return f64x2.add(r, f64x2.add(tail, correction));
}

// @ts-ignore: decorator
@inline
function cosSeries(r: v128, low: v128, short: bool): v128 {
  const z = f64x2.mul(r, r);
  const half = f64x2.mul(z, f64s(0.5));
  const tail = f64x2.mul(f64x2.mul(z, z), series(COS, short ? 4 : 8, z));
  const first = f64x2.sub(f64s(1), half);
  if (short) return f64x2.add(first, tail);
  // What rounding 1 - r²/2 has lost, and the slope of the cosine times low.
  const lost = f64x2.sub(f64x2.sub(f64s(1), first), half);
  return f64x2.add(first, f64x2.add(tail, f64x2.sub(lost, f64x2.mul(r, low))));
}

/** What rounding the difference d = a - b has lost (Knuth's two-sum). */
// @ts-ignore: decorator
@inline
function lostIn(d: v128, a: v128, b: v128): v128 {
  const c = f64x2.sub(a, d);
  return f64x2.add(f64x2.sub(a, f64x2.add(d, c)), f64x2.sub(c, b));
}

/**
 * Code 0: sine, 1: cosine, 2: tangent.
 */
// @ts-ignore: decorator
@inline
function circular(code: i32, x: v128, short: bool): v128 {
  const n = f64x2.nearest(f64x2.mul(x, f64s(TWO_OVER_PI)));
  // The low bits of n + ROUNDER are n: its last two say which quarter of the circle x is in.
  let quarter = f64x2.add(n, f64s(ROUNDER));
  const first = f64x2.sub(x, f64x2.mul(n, f64s(PART_1)));
  let r: v128;
  let low = f64s(0);
  if (short) {
    r = f64x2.sub(first, f64x2.mul(n, f64s(REST_1)));
  } else {
    const p2 = f64x2.mul(n, f64s(PART_2));
    const second = f64x2.sub(first, p2);
    const p3 = f64x2.mul(n, f64s(PART_3));
    const third = f64x2.sub(second, p3);
    const lost = f64x2.add(lostIn(second, first, p2), lostIn(third, second, p3));
    const rest = f64x2.sub(lost, f64x2.mul(n, f64s(PART_4)));
    r = f64x2.add(third, rest);
    low = f64x2.add(f64x2.sub(third, r), rest);
  }
  if (v128.any_true(f64x2.gt(f64x2.abs(x), f64s(LARGEST)))) {
    if (abs<f64>(f64x2.extract_lane(x, 0)) > LARGEST) {
      quarter = i64x2.replace_lane(quarter, 0, farQuarter(f64x2.extract_lane(x, 0)));
      r = f64x2.replace_lane(r, 0, angleHigh);
      low = f64x2.replace_lane(low, 0, angleLow);
    }
    if (abs<f64>(f64x2.extract_lane(x, 1)) > LARGEST) {
      quarter = i64x2.replace_lane(quarter, 1, farQuarter(f64x2.extract_lane(x, 1)));
      r = f64x2.replace_lane(r, 1, angleHigh);
      low = f64x2.replace_lane(low, 1, angleLow);
    }
  }
  const sine = sinSeries(r, low, short);
  const cosine = cosSeries(r, low, short);
  const odd = i64x2.shr_s(i64x2.shl(quarter, 63), 63);
  if (code == 2) {
    const ratio = f64x2.div(pick(odd, cosine, sine), pick(odd, sine, cosine));
    return pick(equals(x, 0), x, v128.xor(ratio, i64x2.shl(quarter, 63)));
  }
  if (code == 1) quarter = i64x2.add(quarter, i64x2.splat(1));
  const negative = i64x2.shl(i64x2.shr_u(quarter, 1), 63);
  const value = code == 1 ? pick(odd, sine, cosine) : pick(odd, cosine, sine);
  const result = v128.xor(value, negative);
  // The reduction loses the sign of zero.
  return code == 1 ? result : pick(equals(x, 0), x, result);
}

// @ts-ignore: decorator
@inline
function sinOf(x: v128, short: bool): v128 {
  return circular(0, x, short);
}

// @ts-ignore: decorator
@inline
function cosOf(x: v128, short: bool): v128 {
  return circular(1, x, short);
}

// @ts-ignore: decorator
@inline
function tanOf(x: v128, short: bool): v128 {
  return circular(2, x, short);
}

export function sin(x: v128, short: bool): v128 {
  return short ? sinOf(x, true) : sinOf(x, false);
}

export function cos(x: v128, short: bool): v128 {
  return short ? cosOf(x, true) : cosOf(x, false);
}

export function tan(x: v128, short: bool): v128 {
  return short ? tanOf(x, true) : tanOf(x, false);
}
