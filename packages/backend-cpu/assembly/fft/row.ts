// One row whose length n is divisible by 16, without turning rows into lanes: four neighbouring values are an element, so
// that a transform of length n / 4 over the elements gives, side by side, the spectra of the subsequences x[4a + b]. A last
// pass of radix 4 joins them; only there values move between lanes.

import { lanes } from "../vector";
import { minus, plus, times } from "./butterflies";
import { firstPass } from "./edges";
import { runPasses } from "./passes";
import { lengthOf, PAIR, passCount, quarterOf, quarterTwiddlesOf } from "./plan";

/** The values b = 0 … 3 of as many elements as there are lanes, one element a lane, from one part of the buffer. */
// @ts-ignore: decorator
@inline
function gathered<T>(p: usize, b: i32): v128 {
  if (sizeof<T>() == 8) {
    const from = b < 2 ? p : p + PAIR;
    const x = v128.load(from);
    const y = v128.load(from, 64);
    return b & 1 ? v128.shuffle<f64>(x, y, 1, 3) : v128.shuffle<f64>(x, y, 0, 2);
  }
  const x = v128.load(p);
  const y = v128.load(p, 32);
  const z = v128.load(p, 64);
  const w = v128.load(p, 96);
  const xy = b < 2 ? v128.shuffle<f32>(x, y, 0, 4, 1, 5) : v128.shuffle<f32>(x, y, 2, 6, 3, 7);
  const zw = b < 2 ? v128.shuffle<f32>(z, w, 0, 4, 1, 5) : v128.shuffle<f32>(z, w, 2, 6, 3, 7);
  return b & 1 ? v128.shuffle<f64>(xy, zw, 1, 3) : v128.shuffle<f64>(xy, zw, 0, 2);
}

// @ts-ignore: decorator
@inline
function vectorReal<T>(xr: v128, xi: v128, w: usize): v128 {
  return minus<T>(times<T>(xr, v128.load(w)), times<T>(xi, v128.load(w, 16)));
}

// @ts-ignore: decorator
@inline
function vectorImag<T>(xr: v128, xi: v128, w: usize): v128 {
  return plus<T>(times<T>(xr, v128.load(w, 16)), times<T>(xi, v128.load(w)));
}

// @ts-ignore: decorator
@inline
function put<T>(to: usize, x: v128, scaled: bool, scale: v128): void {
  v128.store(to, scaled ? times<T>(x, scale) : x);
}

/** Joins the four spectra in the buffer to the spectrum of the row. */
// @ts-ignore: decorator
@inline
function lastPassOfRow<T>(n: i32, buffer: usize, w: usize, yr: usize, yi: usize, scaled: bool, scale: v128): void {
  const jump = <usize>(n >> 2) * sizeof<T>();
  for (const end = yr + jump; yr < end; yr += 16) {
    let xr = gathered<T>(buffer, 1);
    let xi = gathered<T>(buffer + 16, 1);
    const br = vectorReal<T>(xr, xi, w);
    const bi = vectorImag<T>(xr, xi, w);
    xr = gathered<T>(buffer, 3);
    xi = gathered<T>(buffer + 16, 3);
    const dr = vectorReal<T>(xr, xi, w + 64);
    const di = vectorImag<T>(xr, xi, w + 64);
    const tr = plus<T>(br, dr);
    const ti = plus<T>(bi, di);
    const ur = minus<T>(br, dr);
    const ui = minus<T>(bi, di);
    xr = gathered<T>(buffer, 2);
    xi = gathered<T>(buffer + 16, 2);
    const cr = vectorReal<T>(xr, xi, w + 32);
    const ci = vectorImag<T>(xr, xi, w + 32);
    const ar = gathered<T>(buffer, 0);
    const ai = gathered<T>(buffer + 16, 0);
    const er = plus<T>(ar, cr);
    const ei = plus<T>(ai, ci);
    const fr = minus<T>(ar, cr);
    const fi = minus<T>(ai, ci);
    put<T>(yr, plus<T>(er, tr), scaled, scale);
    put<T>(yi, plus<T>(ei, ti), scaled, scale);
    put<T>(yr + jump, plus<T>(fr, ui), scaled, scale);
    put<T>(yi + jump, minus<T>(fi, ur), scaled, scale);
    put<T>(yr + 2 * jump, minus<T>(er, tr), scaled, scale);
    put<T>(yi + 2 * jump, minus<T>(ei, ti), scaled, scale);
    put<T>(yr + 3 * jump, minus<T>(fr, ui), scaled, scale);
    put<T>(yi + 3 * jump, plus<T>(fi, ur), scaled, scale);
    buffer += 4 * PAIR;
    w += 96;
    yi += 16;
  }
}

/** Transforms one row of complex numbers, times `scale`; the buffer has room for n pairs of vectors, `work` for the largest radix. */
export function fftRow<T>(plan: usize, xr: usize, xi: usize, yr: usize, yi: usize, scale: T, buffer: usize, work: usize): void {
  const quarter = quarterOf(plan);
  // An element is four values: one vector of f32, two of f64.
  const l = 4 / lanes<T>();
  firstPass<T>(quarter, 0, lengthOf(quarter), xr, xi, 4 * sizeof<T>(), l, buffer);
  runPasses<T>(quarter, lengthOf(quarter), buffer, l, 1, passCount(quarter), work);
  const w = quarterTwiddlesOf(plan);
  if (scale == 1) lastPassOfRow<T>(lengthOf(plan), buffer, w, yr, yi, false, v128.splat<T>(scale));
  else lastPassOfRow<T>(lengthOf(plan), buffer, w, yr, yi, true, v128.splat<T>(scale));
}
