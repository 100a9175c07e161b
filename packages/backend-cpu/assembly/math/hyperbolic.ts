// Hyperbolic functions and their inverses, of two doubles at a time; see functions.ts for what they have in common.

import { f64s } from "../vector";
import { expm1, halfExp, log1p } from "./functions";
import { pick, withSign } from "./series";

const LN2: f64 = 0.6931471805599453;
/** Beyond this, squares may overflow, and 1 is nothing. */
const LARGE: f64 = 1e150;

/** (t + t / (t + 1)) / 2 with t = e^|x| - 1, which has no cancellation; e^|x| / 2 where the other term is lost. */
// @ts-ignore: decorator
@inline
function sinhOf(x: v128, short: bool): v128 {
  const a = f64x2.abs(x);
  const t = expm1(f64x2.pmin(a, f64s(40)), short);
  const near = f64x2.mul(f64x2.add(t, f64x2.div(t, f64x2.add(t, f64s(1)))), f64s(0.5));
  const y = pick(f64x2.gt(a, f64s(22)), halfExp(a, short), near);
  return withSign(y, x);
}

// @ts-ignore: decorator
@inline
function coshOf(x: v128, short: bool): v128 {
  const half = halfExp(f64x2.abs(x), short);
  return f64x2.add(half, f64x2.div(f64s(0.25), half));
}

/** ln(1 + p), plus ln 2 where x is so large that p is x and not 2x. */
// @ts-ignore: decorator
@inline
function logOfSum(large: v128, x: v128, p: v128, short: bool): v128 {
  const y = log1p(pick(large, x, p), short);
  return f64x2.add(y, v128.and(large, f64s(LN2)));
}

/** sign(x) ln(|x| + √(x² + 1)). */
// @ts-ignore: decorator
@inline
function asinhOf(x: v128, short: bool): v128 {
  const a = f64x2.abs(x);
  const square = f64x2.mul(a, a);
  const root = f64x2.sqrt(f64x2.add(square, f64s(1)));
  const p = f64x2.add(a, f64x2.div(square, f64x2.add(root, f64s(1))));
  return withSign(logOfSum(f64x2.gt(a, f64s(LARGE)), a, p, short), x);
}

/** ln(x + √(x² - 1)) with t = x - 1; NaN below 1. */
// @ts-ignore: decorator
@inline
function acoshOf(x: v128, short: bool): v128 {
  const t = f64x2.sub(x, f64s(1));
  const p = f64x2.add(t, f64x2.sqrt(f64x2.mul(t, f64x2.add(t, f64s(2)))));
  const y = logOfSum(f64x2.gt(x, f64s(LARGE)), x, p, short);
  return pick(f64x2.ge(t, f64s(0)), y, f64s(NaN));
}

/** ln((1 + |x|) / (1 - |x|)) / 2, as ln(1 + p) / 2. */
// @ts-ignore: decorator
@inline
function atanhOf(x: v128, short: bool): v128 {
  const a = f64x2.abs(x);
  const twice = f64x2.add(a, a);
  const p = f64x2.add(twice, f64x2.div(f64x2.mul(twice, a), f64x2.sub(f64s(1), a)));
  return withSign(f64x2.mul(log1p(p, short), f64s(0.5)), x);
}

export function sinh(x: v128, short: bool): v128 {
  return short ? sinhOf(x, true) : sinhOf(x, false);
}

export function cosh(x: v128, short: bool): v128 {
  return short ? coshOf(x, true) : coshOf(x, false);
}

export function asinh(x: v128, short: bool): v128 {
  return short ? asinhOf(x, true) : asinhOf(x, false);
}

export function acosh(x: v128, short: bool): v128 {
  return short ? acoshOf(x, true) : acoshOf(x, false);
}

export function atanh(x: v128, short: bool): v128 {
  return short ? atanhOf(x, true) : atanhOf(x, false);
}
