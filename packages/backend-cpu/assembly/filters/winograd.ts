// Filters of 3×3 taps on tiles of 2×2 outputs with 16 multiplications instead of 36 (Winograd's F(2×2, 3×3); Lavin and
// Gray, 2016, section 4.1): y = Aᵀ [(G g Gᵀ) ∘ (Bᵀ d B)] A, where d are the 4×4 inputs of a tile and g the taps. For each
// of the 16 places the sum over channels is a matrix product; here are the three transforms around them.

import { evens, lanes, odds } from "../vector";

/** The first half of the values of a and b in turn. */
// @ts-ignore: decorator
@inline
function zipFirst<T>(a: v128, b: v128): v128 {
  return sizeof<T>() == 8 ? v128.shuffle<i64>(a, b, 0, 2) : v128.shuffle<i32>(a, b, 0, 4, 1, 5);
}

// @ts-ignore: decorator
@inline
function zipLast<T>(a: v128, b: v128): v128 {
  return sizeof<T>() == 8 ? v128.shuffle<i64>(a, b, 1, 3) : v128.shuffle<i32>(a, b, 2, 6, 3, 7);
}

/** One of the four combinations of Bᵀ. */
// @ts-ignore: decorator
@inline
function combineInput<T>(i: i32, d0: v128, d1: v128, d2: v128, d3: v128): v128 {
  if (i == 0) return v128.sub<T>(d0, d2);
  if (i == 1) return v128.add<T>(d1, d2);
  if (i == 2) return v128.sub<T>(d2, d1);
  return v128.sub<T>(d1, d3);
}

/** A column of the tiles' inputs, from a row at p: values s, s + 2, s + 4, … */
// @ts-ignore: decorator
@inline
function column<T>(s: i32, p: usize): v128 {
  const at = p + <usize>(s & 2) * sizeof<T>();
  const a = v128.load(at);
  const b = v128.load(at, 16);
  return s & 1 ? odds<T>(a, b) : evens<T>(a, b);
}

/** Row r of d B: combination s of its columns. */
// @ts-ignore: decorator
@inline
function across<T>(s: i32, p: usize): v128 {
  if (s == 0) return v128.sub<T>(column<T>(0, p), column<T>(2, p));
  if (s == 1) return v128.add<T>(column<T>(1, p), column<T>(2, p));
  if (s == 2) return v128.sub<T>(column<T>(2, p), column<T>(1, p));
  return v128.sub<T>(column<T>(1, p), column<T>(3, p));
}

/** The places 4 r + s, r from 0 to 3, of as many tiles as a vector has lanes. */
// @ts-ignore: decorator
@inline
function inputColumn<T>(s: i32, x: usize, row: usize, v: usize, place: usize): void {
  const d0 = across<T>(s, x);
  const d1 = across<T>(s, x + row);
  const d2 = across<T>(s, x + 2 * row);
  const d3 = across<T>(s, x + 3 * row);
  v += <usize>s * place;
  v128.store(v, combineInput<T>(0, d0, d1, d2, d3));
  v128.store(v + 4 * place, combineInput<T>(1, d0, d1, d2, d3));
  v128.store(v + 8 * place, combineInput<T>(2, d0, d1, d2, d3));
  v128.store(v + 12 * place, combineInput<T>(3, d0, d1, d2, d3));
}

/**
 * v[place, channel, tile] = Bᵀ d B for `rows` × `columns` tiles of each channel, row by row. Strides are in bytes. Reads
 * and writes whole vectors: what is written beyond a row of tiles is overwritten by the next, or is not read.
 */
// @ts-ignore: decorator
@inline
function winogradInput<T>(
  x: usize, row: usize, channel: usize, channels: i32, rows: i32, columns: i32, v: usize, place: usize, list: usize,
): void {
  for (let c = 0; c < channels; c++) {
    for (let i = 0; i < rows; i++) {
      const line = x + <usize>(2 * i) * row;
      const to = v + <usize>(i * columns) * sizeof<T>();
      for (let j = 0; j < columns; j += lanes<T>()) {
        const p = line + <usize>(2 * j) * sizeof<T>();
        const q = to + <usize>j * sizeof<T>();
        inputColumn<T>(0, p, row, q, place);
        inputColumn<T>(1, p, row, q, place);
        inputColumn<T>(2, p, row, q, place);
        inputColumn<T>(3, p, row, q, place);
      }
    }
    x += channel;
    v += list;
  }
}

export function winogradInput_f32(
  x: usize, row: usize, channel: usize, channels: i32, rows: i32, columns: i32, v: usize, place: usize, list: usize,
): void {
  winogradInput<f32>(x, row, channel, channels, rows, columns, v, place, list);
}
export function winogradInput_f64(
  x: usize, row: usize, channel: usize, channels: i32, rows: i32, columns: i32, v: usize, place: usize, list: usize,
): void {
  winogradInput<f64>(x, row, channel, channels, rows, columns, v, place, list);
}

/** One of the four combinations of G. */
// @ts-ignore: decorator
@inline
function combineTaps<T>(i: i32, g0: v128, g1: v128, g2: v128): v128 {
  if (i == 0) return g0;
  if (i == 3) return g2;
  const ends = v128.add<T>(g0, g2);
  return v128.mul<T>(v128.splat<T>(<T>0.5), i == 1 ? v128.add<T>(ends, g1) : v128.sub<T>(ends, g1));
}

/** Row r of G g Gᵀ, from the nine taps of as many filters as a vector has lanes. */
// @ts-ignore: decorator
@inline
function filterRow<T>(r: i32, w: usize, u: usize, place: usize): void {
  const a = combineTaps<T>(r, v128.load(w), v128.load(w + 3 * place), v128.load(w + 6 * place));
  const b = combineTaps<T>(r, v128.load(w + place), v128.load(w + 4 * place), v128.load(w + 7 * place));
  const c = combineTaps<T>(r, v128.load(w + 2 * place), v128.load(w + 5 * place), v128.load(w + 8 * place));
  u += <usize>(4 * r) * place;
  v128.store(u, combineTaps<T>(0, a, b, c));
  v128.store(u + place, combineTaps<T>(1, a, b, c));
  v128.store(u + 2 * place, combineTaps<T>(2, a, b, c));
  v128.store(u + 3 * place, combineTaps<T>(3, a, b, c));
}

/** u[place, filter] = G g Gᵀ for `count` filters w[tap, filter], `place` bytes from tap to tap and from place to place. */
// @ts-ignore: decorator
@inline
function winogradFilters<T>(w: usize, count: i32, u: usize, place: usize): void {
  for (let f = 0; f < count; f += lanes<T>()) {
    const at = <usize>f * sizeof<T>();
    filterRow<T>(0, w + at, u + at, place);
    filterRow<T>(1, w + at, u + at, place);
    filterRow<T>(2, w + at, u + at, place);
    filterRow<T>(3, w + at, u + at, place);
  }
}

export function winogradFilters_f32(w: usize, count: i32, u: usize, place: usize): void {
  winogradFilters<f32>(w, count, u, place);
}
export function winogradFilters_f64(w: usize, count: i32, u: usize, place: usize): void {
  winogradFilters<f64>(w, count, u, place);
}

/** Upper, or lower, row of Aᵀ m in column s. */
// @ts-ignore: decorator
@inline
function upper<T>(s: i32, m: usize, place: usize): v128 {
  m += <usize>s * place;
  return v128.add<T>(v128.add<T>(v128.load(m), v128.load(m + 4 * place)), v128.load(m + 8 * place));
}

// @ts-ignore: decorator
@inline
function lower<T>(s: i32, m: usize, place: usize): v128 {
  m += <usize>s * place;
  return v128.sub<T>(v128.sub<T>(v128.load(m + 4 * place), v128.load(m + 8 * place)), v128.load(m + 12 * place));
}

/** Two outputs of a row of each tile, from the row's four places. */
// @ts-ignore: decorator
@inline
function putRow<T>(z0: v128, z1: v128, z2: v128, z3: v128, y: usize): void {
  const left = v128.add<T>(v128.add<T>(z0, z1), z2);
  const right = v128.sub<T>(v128.sub<T>(z1, z2), z3);
  v128.store(y, zipFirst<T>(left, right));
  v128.store(y, zipLast<T>(left, right), 16);
}

/**
 * y = Aᵀ m A for `rows` × `columns` tiles of each of `channels` planes, from m[place, channel, tile]. Strides are in bytes;
 * a row of y must have room for whole vectors.
 */
// @ts-ignore: decorator
@inline
function winogradOutput<T>(
  m: usize, place: usize, list: usize, channels: i32, rows: i32, columns: i32, y: usize, row: usize, channel: usize,
): void {
  for (let c = 0; c < channels; c++) {
    for (let i = 0; i < rows; i++) {
      const from = m + <usize>(i * columns) * sizeof<T>();
      const to = y + <usize>(2 * i) * row;
      for (let j = 0; j < columns; j += lanes<T>()) {
        const p = from + <usize>j * sizeof<T>();
        const q = to + <usize>(2 * j) * sizeof<T>();
        putRow<T>(upper<T>(0, p, place), upper<T>(1, p, place), upper<T>(2, p, place), upper<T>(3, p, place), q);
        putRow<T>(lower<T>(0, p, place), lower<T>(1, p, place), lower<T>(2, p, place), lower<T>(3, p, place), q + row);
      }
    }
    m += list;
    y += channel;
  }
}

export function winogradOutput_f32(
  m: usize, place: usize, list: usize, channels: i32, rows: i32, columns: i32, y: usize, row: usize, channel: usize,
): void {
  winogradOutput<f32>(m, place, list, channels, rows, columns, y, row, channel);
}
export function winogradOutput_f64(
  m: usize, place: usize, list: usize, channels: i32, rows: i32, columns: i32, y: usize, row: usize, channel: usize,
): void {
  winogradOutput<f64>(m, place, list, channels, rows, columns, y, row, channel);
}
