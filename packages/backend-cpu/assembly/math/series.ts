import { f64s } from "../vector";

/**
 * The polynomial with the `count` (even) coefficients that lie at `table`, lowest first. Two chains, of the even and of the
 * odd powers, run beside each other: one alone would mostly wait for its own results.
 */
// @ts-ignore: decorator
@inline
export function series(table: usize, count: i32, x: v128): v128 {
  const square = f64x2.mul(x, x);
  let at = table + (<usize>(count - 2) << 3);
  let even = v128.load64_splat(at);
  let odd = v128.load64_splat(at, 8);
  while (at > table) {
    at -= 16;
    even = f64x2.add(f64x2.mul(even, square), v128.load64_splat(at));
    odd = f64x2.add(f64x2.mul(odd, square), v128.load64_splat(at, 8));
  }
  return f64x2.add(even, f64x2.mul(odd, x));
}

// @ts-ignore: decorator
@inline
const SIGN: i64 = 0x8000000000000000;

/** The sign of `sign` on a value that is not negative. */
// @ts-ignore: decorator
@inline
export function withSign(value: v128, sign: v128): v128 {
  return v128.or(value, v128.and(sign, i64x2.splat(SIGN)));
}

/** All ones where the sign bit is set, that of -0 and of NaN included. */
// @ts-ignore: decorator
@inline
export function signMask(x: v128): v128 {
  return i64x2.shr_s(x, 63);
}

// @ts-ignore: decorator
@inline
export function pick(condition: v128, yes: v128, no: v128): v128 {
  return v128.bitselect(yes, no, condition);
}

// @ts-ignore: decorator
@inline
export function equals(x: v128, value: f64): v128 {
  return f64x2.eq(x, f64s(value));
}
