// What src/kernels/fft-plan.ts lays out in memory for one length n: a head of i32, and the tables it points to.
//
// A transform works on a buffer of n elements; an element is L pairs of vectors [real, imaginary], one lane for each
// of L · lanes transforms that are done at the same time. So no butterfly ever moves values between lanes.

/** Bytes of a pair of vectors. */
export const PAIR: usize = 32;

// @ts-ignore: decorator
@inline
function field(plan: usize, i: i32): i32 {
  return load<i32>(plan + (<usize>i << 2));
}

// @ts-ignore: decorator
@inline
export function lengthOf(plan: usize): i32 {
  return field(plan, 0);
}

/** How many passes; 0 for lengths with a large prime factor, which are done by convolution (see chirp.ts). */
// @ts-ignore: decorator
@inline
export function passCount(plan: usize): i32 {
  return field(plan, 1);
}

/** i32[n + 4]: element of the buffer where input i belongs; beyond n, the unused element n. */
// @ts-ignore: decorator
@inline
export function placesOf(plan: usize): usize {
  return field(plan, 2);
}

/** i32[n / first radix]: the first input of each butterfly of the first pass. */
// @ts-ignore: decorator
@inline
export function startsOf(plan: usize): usize {
  return field(plan, 3);
}

/** As placesOf, for the first half of the inputs, ⌊n/2⌋ + 1, and the unused element beyond. */
// @ts-ignore: decorator
@inline
export function halfPlacesOf(plan: usize): usize {
  return field(plan, 4);
}

/** i32: where input n - k belongs, for those k of the first half that are not their own mirror images. */
// @ts-ignore: decorator
@inline
export function mirrorPlacesOf(plan: usize): usize {
  return field(plan, 5);
}

/** exp(-πi k² / n), k < n, as numbers [real, imaginary]. */
// @ts-ignore: decorator
@inline
export function chirpOf(plan: usize): usize {
  return field(plan, 6);
}

/** The spectrum of the inverse chirp, divided by the longer length. */
// @ts-ignore: decorator
@inline
export function chirpSpectrumOf(plan: usize): usize {
  return field(plan, 7);
}

/** The plan for the longer length, at least 2n - 1, which has small prime factors only. */
// @ts-ignore: decorator
@inline
export function longerOf(plan: usize): usize {
  return field(plan, 8);
}

/** For lengths divisible by 16, the plan for n / 4; else 0 (see row.ts). */
// @ts-ignore: decorator
@inline
export function quarterOf(plan: usize): usize {
  return field(plan, 9);
}

/** exp(-2πi b k / n), k < n / 4: for as many k as a vector has lanes at a time, vectors of real and imaginary parts for b = 1, 2, 3. */
// @ts-ignore: decorator
@inline
export function quarterTwiddlesOf(plan: usize): usize {
  return field(plan, 10);
}

const HEAD: i32 = 12;
const PASS: i32 = 4;

// @ts-ignore: decorator
@inline
export function radixOf(plan: usize, pass: i32): i32 {
  return field(plan, HEAD + PASS * pass);
}

/** Distance between the elements that a butterfly joins: the product of the radices before. */
// @ts-ignore: decorator
@inline
export function distanceOf(plan: usize, pass: i32): i32 {
  return field(plan, HEAD + PASS * pass + 1);
}

/** exp(-2πi j q / (radix · distance)) for j < distance, 1 ≤ q < radix, as numbers [real, imaginary]. */
// @ts-ignore: decorator
@inline
export function twiddlesOf(plan: usize, pass: i32): usize {
  return field(plan, HEAD + PASS * pass + 2);
}

/** cos and sin of 2π k / radix, k < radix. */
// @ts-ignore: decorator
@inline
export function circleOf(plan: usize, pass: i32): usize {
  return field(plan, HEAD + PASS * pass + 3);
}
