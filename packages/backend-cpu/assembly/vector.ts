// Helpers over 128-bit vectors of T (f32: four lanes, f64: two). Every loop works on whole vectors:
// the allocator pads each block, so that reading and writing up to one vector beyond the end is harmless.

/** Lanes of a vector of T. */
// @ts-ignore: decorator
@inline
export function lanes<T>(): i32 {
  return 16 / sizeof<T>();
}

// @ts-ignore: decorator
@inline
export function f64s(x: f64): v128 {
  return f64x2.splat(x);
}

/** The lower two f32 lanes as f64. */
// @ts-ignore: decorator
@inline
export function low(x: v128): v128 {
  return f64x2.promote_low_f32x4(x);
}

/** The upper two f32 lanes as f64. */
// @ts-ignore: decorator
@inline
export function high(x: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<i64>(x, x, 1, 1));
}

/** Two vectors of f64 rounded to one of f32. */
// @ts-ignore: decorator
@inline
export function narrow(a: v128, b: v128): v128 {
  return v128.shuffle<i64>(f32x4.demote_f64x2_zero(a), f32x4.demote_f64x2_zero(b), 0, 2);
}

/** The sum of the two lanes. */
// @ts-ignore: decorator
@inline
export function addLanes(x: v128): f64 {
  return f64x2.extract_lane(x, 0) + f64x2.extract_lane(x, 1);
}

/** The even values of two neighbouring vectors of T. */
// @ts-ignore: decorator
@inline
export function evens<T>(a: v128, b: v128): v128 {
  return sizeof<T>() == 8 ? v128.shuffle<i64>(a, b, 0, 2) : v128.shuffle<i32>(a, b, 0, 2, 4, 6);
}

/** The odd values of two neighbouring vectors of T. */
// @ts-ignore: decorator
@inline
export function odds<T>(a: v128, b: v128): v128 {
  return sizeof<T>() == 8 ? v128.shuffle<i64>(a, b, 1, 3) : v128.shuffle<i32>(a, b, 1, 3, 5, 7);
}

/** The sum of the lanes of T, in doubles. */
// @ts-ignore: decorator
@inline
export function total<T>(x: v128): f64 {
  return sizeof<T>() == 8 ? addLanes(x) : addLanes(f64x2.add(low(x), high(x)));
}

/** The lanes of T in the opposite order. */
// @ts-ignore: decorator
@inline
export function reversed<T>(x: v128): v128 {
  return sizeof<T>() == 8 ? v128.shuffle<f64>(x, x, 1, 0) : v128.shuffle<f32>(x, x, 3, 2, 1, 0);
}

/** The k-th of values of T. */
// @ts-ignore: decorator
@inline
export function valueAt<T>(x: usize, k: i32): T {
  return load<T>(x + <usize>k * sizeof<T>());
}
