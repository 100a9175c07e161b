// Two real rows whose length n is divisible by 16 as the real and imaginary part of one complex row (see row.ts).
// In `work` lie the parts of that row, and the values of a second row where there is none.

import { lanes, reversed } from "../vector";
import { minus, plus, times } from "./butterflies";
import { lengthOf } from "./plan";
import { fftRow } from "./row";

/** Bytes of a row in `work`, with room for a vector beyond it. */
// @ts-ignore: decorator
@inline
function roomOf<T>(n: i32): usize {
  return <usize>n * sizeof<T>() + 32;
}

/**
 * A[k] = (Z[k] + conj Z[n - k]) / 2 and B[k] = (Z[k] - conj Z[n - k]) / 2i of the row Z, times `scale`, and times `weight`
 * where k is not its own mirror image n - k.
 */
// @ts-ignore: decorator
@inline
function split<T>(zr: usize, zi: usize, n: i32, scale: T, weight: T, ar: usize, ai: usize, br: usize, bi: usize): void {
  const middle = <usize>(n >> 1) * sizeof<T>();
  const whole = <usize>n * sizeof<T>();
  store<T>(zr + whole, load<T>(zr));
  store<T>(zi + whole, load<T>(zi));
  const factor = v128.splat<T>((scale * weight) / 2);
  let backward = whole + sizeof<T>() - 16;
  for (let at: usize = 0; at < middle; at += 16) {
    const p = v128.load(zr + at);
    const q = reversed<T>(v128.load(zr + backward));
    v128.store(ar + at, times<T>(plus<T>(p, q), factor));
    v128.store(bi + at, times<T>(minus<T>(q, p), factor));
    const r = v128.load(zi + at);
    const s = reversed<T>(v128.load(zi + backward));
    v128.store(br + at, times<T>(plus<T>(r, s), factor));
    v128.store(ai + at, times<T>(minus<T>(r, s), factor));
    backward -= 16;
  }
  for (let at: usize = 0; at <= middle; at += middle) {
    store<T>(ar + at, load<T>(zr + at) * scale);
    store<T>(br + at, load<T>(zi + at) * scale);
    store<T>(ai + at, 0);
    store<T>(bi + at, 0);
  }
}

/** Half spectra of real rows. */
export function fftRealRowPairs<T>(
  plan: usize, x: usize, yr: usize, yi: usize, rows: i32, scale: T, weight: T, buffer: usize, work: usize,
): void {
  const n = lengthOf(plan);
  const room = roomOf<T>(n);
  const zr = work;
  const zi = zr + room;
  const spare = zi + room;
  const from = <usize>n * sizeof<T>();
  const to = <usize>((n >> 1) + 1) * sizeof<T>();
  for (let row = 0; row < rows; row += 2) {
    const both = row + 1 < rows;
    fftRow<T>(plan, x, both ? x + from : x, zr, zi, 1, buffer, spare + 2 * room);
    split<T>(zr, zi, n, scale, weight, yr, yi, both ? yr + to : spare, both ? yi + to : spare + room);
    x += 2 * from;
    yr += 2 * to;
    yi += 2 * to;
  }
}

/** The row h + ih' with h[k] = a[k], h[n - k] = conj a[k], but `own` times the real parts at 0 and n / 2, and h' likewise of b. */
// @ts-ignore: decorator
@inline
function join<T>(ar: usize, ai: usize, br: usize, bi: usize, n: i32, own: T, zr: usize, zi: usize): void {
  const middle = <usize>(n >> 1) * sizeof<T>();
  let backward = <usize>n * sizeof<T>() + sizeof<T>() - 16;
  for (let at: usize = 0; at < middle; at += 16) {
    const p = v128.load(ar + at);
    const q = v128.load(bi + at);
    v128.store(zr + at, minus<T>(p, q));
    v128.store(zr + backward, reversed<T>(plus<T>(p, q)));
    const r = v128.load(ai + at);
    const s = v128.load(br + at);
    v128.store(zi + at, plus<T>(r, s));
    v128.store(zi + backward, reversed<T>(minus<T>(s, r)));
    backward -= 16;
  }
  for (let at: usize = 0; at <= middle; at += middle) {
    store<T>(zr + at, own * load<T>(ar + at));
    store<T>(zi + at, own * load<T>(br + at));
  }
}

/** The transpose of {@link fftRealRowPairs}. */
export function fftRealRowPairsAdjoint<T>(
  plan: usize, zr: usize, zi: usize, y: usize, rows: i32, scale: T, weight: T, buffer: usize, work: usize,
): void {
  const n = lengthOf(plan);
  const room = roomOf<T>(n);
  const re = work;
  const im = re + room;
  const spare = im + room;
  const to = <usize>n * sizeof<T>();
  const from = <usize>((n >> 1) + 1) * sizeof<T>();
  for (let row = 0; row < rows; row += 2) {
    const both = row + 1 < rows;
    join<T>(zr, zi, both ? zr + from : zr, both ? zi + from : zi, n, <T>2 / weight, re, im);
    // With real and imaginary parts exchanged on both sides, the transform is the inverse one.
    fftRow<T>(plan, im, re, both ? y + to : spare, y, (scale * weight) / 2, buffer, spare + 2 * room);
    zr += 2 * from;
    zi += 2 * from;
    y += 2 * to;
  }
}
