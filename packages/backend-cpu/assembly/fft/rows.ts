// Transforms of rows: as many rows as a vector has lanes are turned into the lanes of a buffer, transformed, and turned back.

import { lanes } from "../vector";
import { minus, plus, times } from "./butterflies";
import { runChirp } from "./chirp";
import { halfPlacesOf, lengthOf, mirrorPlacesOf, PAIR, passCount, placesOf, quarterOf } from "./plan";
import { runPasses } from "./passes";
import { fftRealRowPairs, fftRealRowPairsAdjoint } from "./real-row";
import { fftRow } from "./row";

/** All passes; the buffer holds the elements in the order of `placesOf`. */
// @ts-ignore: decorator
@inline
function transform<T>(plan: usize, buffer: usize, work: usize): void {
  const passes = passCount(plan);
  if (passes > 0) runPasses<T>(plan, lengthOf(plan), buffer, 1, 0, passes, work);
  else if (lengthOf(plan) > 1) runChirp<T>(plan, buffer, 1, work);
}

/** The i-th entry of a table of places, as an address in the buffer. */
// @ts-ignore: decorator
@inline
function placed(buffer: usize, places: usize, i: i32): usize {
  return buffer + <usize>load<i32>(places + (<usize>i << 2)) * PAIR;
}

/** Vectors a … d, each of one row, become vectors of one column each, stored at the places of columns k, k + 1, … */
// @ts-ignore: decorator
@inline
function storeTurned<T>(a: v128, b: v128, c: v128, d: v128, buffer: usize, places: usize, k: i32): void {
  if (sizeof<T>() == 8) {
    v128.store(placed(buffer, places, k), v128.shuffle<f64>(a, b, 0, 2));
    v128.store(placed(buffer, places, k + 1), v128.shuffle<f64>(a, b, 1, 3));
    return;
  }
  const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
  const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
  v128.store(placed(buffer, places, k), v128.shuffle<f64>(ab, cd, 0, 2));
  v128.store(placed(buffer, places, k + 1), v128.shuffle<f64>(ab, cd, 1, 3));
  const AB = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
  const CD = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  v128.store(placed(buffer, places, k + 2), v128.shuffle<f64>(AB, CD, 0, 2));
  v128.store(placed(buffer, places, k + 3), v128.shuffle<f64>(AB, CD, 1, 3));
}

/**
 * The way back: vectors a … d of columns k, k + 1, … are stored as pieces of `count` rows. Rows are written in order and pieces
 * from the last to the first, so that what a piece writes beyond the end of its row is overwritten by what belongs there.
 */
// @ts-ignore: decorator
@inline
function storeRows<T>(a: v128, b: v128, c: v128, d: v128, to: usize, rowBytes: usize, count: i32): void {
  if (sizeof<T>() == 8) {
    v128.store(to, v128.shuffle<f64>(a, b, 0, 2));
    if (count > 1) v128.store(to + rowBytes, v128.shuffle<f64>(a, b, 1, 3));
    return;
  }
  const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
  const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
  const AB = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
  const CD = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f64>(ab, cd, 0, 2));
  if (count > 1) v128.store(to + rowBytes, v128.shuffle<f64>(ab, cd, 1, 3));
  if (count > 2) v128.store(to + 2 * rowBytes, v128.shuffle<f64>(AB, CD, 0, 2));
  if (count > 3) v128.store(to + 3 * rowBytes, v128.shuffle<f64>(AB, CD, 1, 3));
}

/** Loads rows of n values into one part of the buffer; rows beyond the last repeat it. */
function loadRows<T>(x: usize, row: i32, last: i32, n: i32, buffer: usize, places: usize): void {
  const rowBytes = <usize>n * sizeof<T>();
  let a = x + <usize>min(row, last) * rowBytes;
  let b = x + <usize>min(row + 1, last) * rowBytes;
  let c = x + <usize>min(row + 2, last) * rowBytes;
  let d = x + <usize>min(row + 3, last) * rowBytes;
  for (let k = 0; k < n; k += lanes<T>()) {
    storeTurned<T>(v128.load(a), v128.load(b), v128.load(c), v128.load(d), buffer, places, k);
    a += 16;
    b += 16;
    c += 16;
    d += 16;
  }
}

/** Stores one part of the buffer, times `scale`, as `count` rows of n values. */
function unloadRows<T>(buffer: usize, n: i32, scale: v128, y: usize, count: i32): void {
  const rowBytes = <usize>n * sizeof<T>();
  for (let k = (n - 1) & ~(lanes<T>() - 1); k >= 0; k -= lanes<T>()) {
    const from = buffer + <usize>k * PAIR;
    const a = times<T>(v128.load(from), scale);
    const b = times<T>(v128.load(from, 32), scale);
    const c = times<T>(v128.load(from, 64), scale);
    const d = times<T>(v128.load(from, 96), scale);
    storeRows<T>(a, b, c, d, y + <usize>k * sizeof<T>(), rowBytes, count);
  }
}

/** Transforms rows of complex numbers. For the inverse, exchange real and imaginary parts on both sides. */
// @ts-ignore: decorator
@inline
function fftRows<T>(plan: usize, xr: usize, xi: usize, yr: usize, yi: usize, rows: i32, scale: T, buffer: usize, work: usize): void {
  const n = lengthOf(plan);
  if (quarterOf(plan)) {
    const rowBytes = <usize>n * sizeof<T>();
    for (let row = 0; row < rows; row++) {
      fftRow<T>(plan, xr, xi, yr, yi, scale, buffer, work);
      xr += rowBytes;
      xi += rowBytes;
      yr += rowBytes;
      yi += rowBytes;
    }
    return;
  }
  const places = placesOf(plan);
  const factor = v128.splat<T>(scale);
  for (let row = 0; row < rows; row += lanes<T>()) {
    loadRows<T>(xr, row, rows - 1, n, buffer, places);
    loadRows<T>(xi, row, rows - 1, n, buffer + 16, places);
    transform<T>(plan, buffer, work);
    const count = min(lanes<T>(), rows - row);
    const at = <usize>row * <usize>n * sizeof<T>();
    unloadRows<T>(buffer, n, factor, yr + at, count);
    unloadRows<T>(buffer + 16, n, factor, yi + at, count);
  }
}

export function fftRows_f32(plan: usize, xr: usize, xi: usize, yr: usize, yi: usize, rows: i32, scale: f32, buffer: usize, work: usize): void {
  fftRows<f32>(plan, xr, xi, yr, yi, rows, scale, buffer, work);
}
export function fftRows_f64(plan: usize, xr: usize, xi: usize, yr: usize, yi: usize, rows: i32, scale: f64, buffer: usize, work: usize): void {
  fftRows<f64>(plan, xr, xi, yr, yi, rows, scale, buffer, work);
}

/** Elements k and n - k of one part of the buffer, added or subtracted, times `scale`. */
// @ts-ignore: decorator
@inline
function joined<T>(buffer: usize, n: i32, k: i32, add: bool, scale: v128): v128 {
  const a = v128.load(buffer + <usize>k * PAIR);
  const b = v128.load(buffer + <usize>(k == 0 ? 0 : max(0, n - k)) * PAIR);
  return times<T>(add ? plus<T>(a, b) : minus<T>(a, b), scale);
}

/** The first half of the spectra of `count` real rows from one part of the buffer, as sums or differences. */
function unloadHalf<T>(buffer: usize, n: i32, add: bool, scale: v128, y: usize, count: i32): void {
  if (count <= 0) return;
  const half = (n >> 1) + 1;
  const rowBytes = <usize>half * sizeof<T>();
  for (let k = (half - 1) & ~(lanes<T>() - 1); k >= 0; k -= lanes<T>()) {
    const a = joined<T>(buffer, n, k, add, scale);
    const b = joined<T>(buffer, n, k + 1, add, scale);
    const c = sizeof<T>() == 4 ? joined<T>(buffer, n, k + 2, add, scale) : a;
    const d = sizeof<T>() == 4 ? joined<T>(buffer, n, k + 3, add, scale) : b;
    storeRows<T>(a, b, c, d, y + <usize>k * sizeof<T>(), rowBytes, count);
  }
}

/** Halves the columns of `count` rows that are their own mirror images. */
// @ts-ignore: decorator
@inline
function halveOwnMirrors<T>(y: usize, n: i32, count: i32): void {
  const half = (n >> 1) + 1;
  for (let row = 0; row < count; row++) {
    const at = y + <usize>(row * half) * sizeof<T>();
    store<T>(at, load<T>(at) / 2);
    const end = at + <usize>(half - 1) * sizeof<T>();
    if (n > 1 && !(n & 1)) store<T>(end, load<T>(end) / 2);
  }
}

/**
 * Transforms real rows of n values to half spectra, times `scale`, and times `weight` (1 or 2) but for columns that are their
 * own mirror images. Rows a go in as real parts and rows b as imaginary parts of z = a + ib;
 * then A[k] = (Z[k] + conj Z[n - k]) / 2 and B[k] = (Z[k] - conj Z[n - k]) / 2i.
 */
// @ts-ignore: decorator
@inline
function fftRealRows<T>(
  plan: usize, x: usize, yr: usize, yi: usize, rows: i32, scale: T, weight: T, buffer: usize, work: usize,
): void {
  if (quarterOf(plan)) {
    fftRealRowPairs<T>(plan, x, yr, yi, rows, scale, weight, buffer, work);
    return;
  }
  const n = lengthOf(plan);
  const places = placesOf(plan);
  const rowBytes = <usize>((n >> 1) + 1) * sizeof<T>();
  const factor = v128.splat<T>((scale * weight) / 2);
  const opposite = v128.splat<T>((-scale * weight) / 2);
  for (let row = 0; row < rows; row += 2 * lanes<T>()) {
    const other = row + lanes<T>();
    loadRows<T>(x, row, rows - 1, n, buffer, places);
    loadRows<T>(x, other, rows - 1, n, buffer + 16, places);
    transform<T>(plan, buffer, work);
    const count = min(lanes<T>(), rows - row);
    const otherCount = min(lanes<T>(), rows - other);
    const at = <usize>row * rowBytes;
    const otherAt = <usize>other * rowBytes;
    unloadHalf<T>(buffer, n, true, factor, yr + at, count);
    unloadHalf<T>(buffer + 16, n, false, factor, yi + at, count);
    unloadHalf<T>(buffer + 16, n, true, factor, yr + otherAt, otherCount);
    unloadHalf<T>(buffer, n, false, opposite, yi + otherAt, otherCount);
  }
  if (weight == 1) return;
  halveOwnMirrors<T>(yr, n, rows);
  halveOwnMirrors<T>(yi, n, rows);
}

export function fftRealRows_f32(
  plan: usize, x: usize, yr: usize, yi: usize, rows: i32, scale: f32, weight: f32, buffer: usize, work: usize,
): void {
  fftRealRows<f32>(plan, x, yr, yi, rows, scale, weight, buffer, work);
}
export function fftRealRows_f64(
  plan: usize, x: usize, yr: usize, yi: usize, rows: i32, scale: f64, weight: f64, buffer: usize, work: usize,
): void {
  fftRealRows<f64>(plan, x, yr, yi, rows, scale, weight, buffer, work);
}

/** Loads a ± b for rows a of `x` and rows b of `y`, half spectra, into one part of the buffer. */
function loadHalves<T>(
  x: usize, row: i32, y: usize, other: i32, last: i32, half: i32, add: bool, buffer: usize, places: usize,
): void {
  const rowBytes = <usize>half * sizeof<T>();
  let a = x + <usize>min(row, last) * rowBytes;
  let b = x + <usize>min(row + 1, last) * rowBytes;
  let c = x + <usize>min(row + 2, last) * rowBytes;
  let d = x + <usize>min(row + 3, last) * rowBytes;
  let e = y + <usize>min(other, last) * rowBytes;
  let f = y + <usize>min(other + 1, last) * rowBytes;
  let g = y + <usize>min(other + 2, last) * rowBytes;
  let h = y + <usize>min(other + 3, last) * rowBytes;
  for (let k = 0; k < half; k += lanes<T>()) {
    const at = <usize>k * sizeof<T>();
    const p = add ? plus<T>(v128.load(a + at), v128.load(e + at)) : minus<T>(v128.load(a + at), v128.load(e + at));
    const q = add ? plus<T>(v128.load(b + at), v128.load(f + at)) : minus<T>(v128.load(b + at), v128.load(f + at));
    const r = add ? plus<T>(v128.load(c + at), v128.load(g + at)) : minus<T>(v128.load(c + at), v128.load(g + at));
    const s = add ? plus<T>(v128.load(d + at), v128.load(h + at)) : minus<T>(v128.load(d + at), v128.load(h + at));
    storeTurned<T>(p, q, r, s, buffer, places, k);
  }
}

/** Column k of rows of a half spectrum, one row a lane, times `factor`, at its place in one part of the buffer. */
// @ts-ignore: decorator
@inline
function loadColumn<T>(x: usize, row: i32, last: i32, half: i32, k: i32, factor: T, buffer: usize, places: usize): void {
  const to = placed(buffer, places, k);
  for (let lane = 0; lane < lanes<T>(); lane++) {
    const v = load<T>(x + <usize>(min(row + lane, last) * half + k) * sizeof<T>());
    store<T>(to + <usize>lane * sizeof<T>(), v * factor);
  }
}

/**
 * The transpose of {@link fftRealRows}: real rows Σ_k Re(z[k] · exp(2πi k x / n)) over the half spectrum, `weight` times where
 * k is not its own mirror image. With h[k] = z[k] / 2 and
 * h[n - k] = conj z[k] / 2 (real parts where k is its own mirror image) the sum over all k is real, and two rows go as h + ih'.
 * The buffer holds twice that with its parts exchanged, which makes the transform the inverse one.
 */
// @ts-ignore: decorator
@inline
function fftRealRowsAdjoint<T>(
  plan: usize, zr: usize, zi: usize, y: usize, rows: i32, scale: T, weight: T, buffer: usize, work: usize,
): void {
  if (quarterOf(plan)) {
    fftRealRowPairsAdjoint<T>(plan, zr, zi, y, rows, scale, weight, buffer, work);
    return;
  }
  const n = lengthOf(plan);
  const half = (n >> 1) + 1;
  const last = rows - 1;
  const places = halfPlacesOf(plan);
  const mirrors = mirrorPlacesOf(plan);
  const factor = v128.splat<T>((scale * weight) / 2);
  const own: T = <T>2 / weight;
  const rowBytes = <usize>n * sizeof<T>();
  for (let row = 0; row < rows; row += 2 * lanes<T>()) {
    const other = row + lanes<T>();
    loadHalves<T>(zr, row, zi, other, last, half, false, buffer + 16, places);
    loadHalves<T>(zr, row, zi, other, last, half, true, buffer + 16, mirrors);
    loadHalves<T>(zr, other, zi, row, last, half, true, buffer, places);
    loadHalves<T>(zr, other, zi, row, last, half, false, buffer, mirrors);
    for (let k = 0; k < half; k += max(1, half - 1)) {
      if (k == 0 || 2 * k == n) {
        loadColumn<T>(zr, row, last, half, k, own, buffer + 16, places);
        loadColumn<T>(zr, other, last, half, k, own, buffer, places);
      }
    }
    transform<T>(plan, buffer, work);
    unloadRows<T>(buffer + 16, n, factor, y + <usize>row * rowBytes, min(lanes<T>(), rows - row));
    if (other < rows) unloadRows<T>(buffer, n, factor, y + <usize>other * rowBytes, min(lanes<T>(), rows - other));
  }
}

export function fftRealRowsAdjoint_f32(
  plan: usize, zr: usize, zi: usize, y: usize, rows: i32, scale: f32, weight: f32, buffer: usize, work: usize,
): void {
  fftRealRowsAdjoint<f32>(plan, zr, zi, y, rows, scale, weight, buffer, work);
}
export function fftRealRowsAdjoint_f64(
  plan: usize, zr: usize, zi: usize, y: usize, rows: i32, scale: f64, weight: f64, buffer: usize, work: usize,
): void {
  fftRealRowsAdjoint<f64>(plan, zr, zi, y, rows, scale, weight, buffer, work);
}
