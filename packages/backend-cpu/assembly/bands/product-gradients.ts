// The gradient of products.ts, block by block: the rows of a block are computed again, gradients with respect to m, n, the real parts and d
// are sums of rows, and the chain rule brings them to the real and imaginary parts of the bands.

import { minus, plus, times } from "../fft/butterflies";
import { valueAt } from "../vector";
import { blockLength, combineRows, ROW, rowAt, stageRow } from "./rows";

// Rows of work space, as multiples of the number of bands. Directions are z / |z| and u / |u|.
const M: i32 = 0;
const N: i32 = 1;
const R: i32 = 2;
const D: i32 = 3;
const DIRECTIONS: i32 = 5;
const G_M: i32 = 9;
const G_N: i32 = 10;
const G_R: i32 = 11;
const G_D: i32 = 12;
const STAGE: i32 = 14;
const END: i32 = 15;

/** Magnitude and direction of a row of complex numbers; the direction of 0 is 0. */
// @ts-ignore: decorator
@inline
function polar<T>(a: usize, b: usize, size: usize, cos: usize, sin: usize): void {
  const zero = v128.splat<T>(0);
  const one = v128.splat<T>(1);
  for (let at: usize = 0; at < ROW; at += 16) {
    const p = v128.load(a + at);
    const q = v128.load(b + at);
    const m = v128.sqrt<T>(plus<T>(times<T>(p, p), times<T>(q, q)));
    const inverse = v128.and(v128.ne<T>(m, zero), v128.div<T>(one, m));
    v128.store(size + at, m);
    v128.store(cos + at, times<T>(p, inverse));
    v128.store(sin + at, times<T>(q, inverse));
  }
}

/** d = |u| (cos 2φ, sin 2φ). */
// @ts-ignore: decorator
@inline
function double<T>(size: usize, cos: usize, sin: usize, dr: usize, di: usize): void {
  for (let at: usize = 0; at < ROW; at += 16) {
    const n = v128.load(size + at);
    const c = v128.load(cos + at);
    const s = v128.load(sin + at);
    v128.store(dr + at, times<T>(n, minus<T>(times<T>(c, c), times<T>(s, s))));
    const cs = times<T>(c, s);
    v128.store(di + at, times<T>(n, plus<T>(cs, cs)));
  }
}

/** y = k x + l */
// @ts-ignore: decorator
@inline
function linear<T>(x: usize, k: T, l: T, y: usize): void {
  const a = v128.splat<T>(k);
  const b = v128.splat<T>(l);
  for (let at: usize = 0; at < ROW; at += 16) v128.store(y + at, plus<T>(times<T>(a, v128.load(x + at)), b));
}

/** Along magnitude and real part: (g_m cos + g_r, g_m sin). */
// @ts-ignore: decorator
@inline
function fineGradient<T>(gm: usize, gr: usize, cos: usize, sin: usize, yr: usize, yi: usize, bytes: usize): void {
  for (let at: usize = 0; at < bytes; at += 16) {
    const g = v128.load(gm + at);
    v128.store(yr + at, plus<T>(times<T>(g, v128.load(cos + at)), v128.load(gr + at)));
    v128.store(yi + at, times<T>(g, v128.load(sin + at)));
  }
}

/** Along magnitude and doubled phase: the angle turns d by twice as much as it turns u. */
// @ts-ignore: decorator
@inline
function coarseGradient<T>(
  gn: usize, gdr: usize, gdi: usize, cos: usize, sin: usize, yr: usize, yi: usize, bytes: usize,
): void {
  for (let at: usize = 0; at < bytes; at += 16) {
    const c = v128.load(cos + at);
    const s = v128.load(sin + at);
    const c2 = minus<T>(times<T>(c, c), times<T>(s, s));
    const cs = times<T>(c, s);
    const s2 = plus<T>(cs, cs);
    const p = v128.load(gdr + at);
    const q = v128.load(gdi + at);
    const along = plus<T>(v128.load(gn + at), plus<T>(times<T>(p, c2), times<T>(q, s2)));
    const half = minus<T>(times<T>(q, c2), times<T>(p, s2));
    const across = plus<T>(half, half);
    v128.store(yr + at, minus<T>(times<T>(along, c), times<T>(across, s)));
    v128.store(yi + at, plus<T>(times<T>(along, s), times<T>(across, c)));
  }
}

/**
 * The coefficients with which rows make gradients, from the gradient of the means: of m and n from m and n (2O × 2O, or O × O without
 * coarser bands), of the real parts from d (O × 2O), and of d from the real parts (2O × O). All means are divided by n.
 */
// @ts-ignore: decorator
@inline
function coefficients<T>(g: usize, bands: i32, n: i32, isCoarse: bool, to: usize): void {
  const width = isCoarse ? 2 * bands : bands;
  const inverse = <T>1 / <T>n;
  const mm = bands;
  const nn = bands * (2 + bands);
  const mn = bands * (3 + bands);
  for (let i = 0; i < width; i++) {
    for (let j = 0; j < width; j++) {
      let value: T = 0;
      if (i < bands && j < bands) value = valueAt<T>(g, mm + i * bands + j) + valueAt<T>(g, mm + j * bands + i);
      else if (i < bands) value = valueAt<T>(g, mn + i * bands + j - bands);
      else if (j < bands) value = valueAt<T>(g, mn + j * bands + i - bands);
      else if (i == j) value = 2 * valueAt<T>(g, nn + i - bands);
      store<T>(to, value * inverse);
      to += sizeof<T>();
    }
  }
  if (!isCoarse) return;
  const rd = bands * (6 + 2 * bands);
  for (let i = 0; i < 2 * bands * bands; i++) store<T>(to + <usize>i * sizeof<T>(), valueAt<T>(g, rd + i) * inverse);
  to += <usize>(2 * bands * bands) * sizeof<T>();
  for (let j = 0; j < 2 * bands; j++) {
    for (let i = 0; i < bands; i++) {
      store<T>(to, valueAt<T>(g, rd + i * 2 * bands + j) * inverse);
      to += sizeof<T>();
    }
  }
}

/** Rows of `count` positions of band k: in place, or copied to a stage when the block is not whole. */
// @ts-ignore: decorator
@inline
function source<T>(x: usize, place: usize, count: i32, stage: usize): usize {
  if (count == blockLength<T>()) return x + place;
  stageRow<T>(x + place, count, stage);
  return stage;
}

/** The rows of a block, and the parts of the gradients that each band has for itself. */
// @ts-ignore: decorator
@inline
function prepare<T>(
  zr: usize, zi: usize, ur: usize, ui: usize, gm: usize, g: usize, bands: i32, n: i32, start: i32, length: i32, work: usize,
): void {
  const inverse = <T>1 / <T>n;
  const isCoarse = ur != 0;
  const stage = rowAt(work, STAGE * bands);
  const spare = rowAt(work, END * bands);
  const nAt = bands * (1 + bands);
  const rrAt = bands * (3 + 2 * bands);
  for (let k = 0; k < bands; k++) {
    const place = <usize>(k * n + start) * sizeof<T>();
    const cos = rowAt(work, DIRECTIONS * bands + k);
    const sin = rowAt(work, (DIRECTIONS + 1) * bands + k);
    const a = source<T>(zr, place, length, stage);
    polar<T>(a, source<T>(zi, place, length, spare), rowAt(work, M * bands + k), cos, sin);
    linear<T>(a, 1, 0, rowAt(work, R * bands + k));
    linear<T>(a, isCoarse ? 2 * inverse * valueAt<T>(g, rrAt + k) : 0, 0, rowAt(work, G_R * bands + k));
    const from = source<T>(gm, place, length, stage);
    linear<T>(from, 1, inverse * valueAt<T>(g, k), rowAt(work, G_M * bands + k));
    if (!isCoarse) continue;
    const cosine = rowAt(work, (DIRECTIONS + 2) * bands + k);
    const sine = rowAt(work, (DIRECTIONS + 3) * bands + k);
    const size = rowAt(work, N * bands + k);
    polar<T>(source<T>(ur, place, length, stage), source<T>(ui, place, length, spare), size, cosine, sine);
    const dr = rowAt(work, D * bands + k);
    const di = rowAt(work, (D + 1) * bands + k);
    double<T>(size, cosine, sine, dr, di);
    linear<T>(size, 0, inverse * valueAt<T>(g, nAt + k), rowAt(work, G_N * bands + k));
    linear<T>(dr, 2 * inverse * valueAt<T>(g, rrAt + bands + k), 0, rowAt(work, G_D * bands + k));
    linear<T>(di, 2 * inverse * valueAt<T>(g, rrAt + 2 * bands + k), 0, rowAt(work, (G_D + 1) * bands + k));
  }
}

/** Copies the first values of two rows. */
// @ts-ignore: decorator
@inline
function copyRows(a: usize, b: usize, bytes: usize, ya: usize, yb: usize): void {
  memory.copy(ya, a, bytes);
  memory.copy(yb, b, bytes);
}

/** The chain rule for all bands of a block. */
// @ts-ignore: decorator
@inline
function finish<T>(
  bands: i32, n: i32, start: i32, length: i32, work: usize, yzr: usize, yzi: usize, yur: usize, yui: usize,
): void {
  const isWhole = length == blockLength<T>();
  const bytes = <usize>length * sizeof<T>();
  const stage = rowAt(work, STAGE * bands);
  const spare = rowAt(work, END * bands);
  for (let k = 0; k < bands; k++) {
    const place = <usize>(k * n + start) * sizeof<T>();
    const cos = rowAt(work, DIRECTIONS * bands + k);
    const sin = rowAt(work, (DIRECTIONS + 1) * bands + k);
    const a = isWhole ? yzr + place : stage;
    const b = isWhole ? yzi + place : spare;
    fineGradient<T>(rowAt(work, G_M * bands + k), rowAt(work, G_R * bands + k), cos, sin, a, b, ROW);
    if (!isWhole) copyRows(a, b, bytes, yzr + place, yzi + place);
    if (yur == 0) continue;
    const cosine = rowAt(work, (DIRECTIONS + 2) * bands + k);
    const sine = rowAt(work, (DIRECTIONS + 3) * bands + k);
    const c = isWhole ? yur + place : stage;
    const d = isWhole ? yui + place : spare;
    const gdr = rowAt(work, G_D * bands + k);
    coarseGradient<T>(rowAt(work, G_N * bands + k), gdr, gdr + <usize>bands * ROW, cosine, sine, c, d, ROW);
    if (!isWhole) copyRows(c, d, bytes, yur + place, yui + place);
  }
}

/** `work` has room for 15 rows a band, one more, and 8 O² values. Without coarser bands, ur and yur are 0. */
// @ts-ignore: decorator
@inline
function gradients<T>(
  zr: usize, zi: usize, ur: usize, ui: usize, gm: usize, g: usize, planes: i32, bands: i32, n: i32, means: i32,
  yzr: usize, yzi: usize, yur: usize, yui: usize, work: usize,
): void {
  const isCoarse = ur != 0;
  const c = rowAt(work, END * bands + 1);
  const width = isCoarse ? 2 * bands : bands;
  const fromD = c + <usize>(width * width) * sizeof<T>();
  const fromR = fromD + <usize>(2 * bands * bands) * sizeof<T>();
  const plane = <usize>(bands * n) * sizeof<T>();
  for (let p: usize = 0; p < <usize>planes; p++) {
    const to = p * plane;
    coefficients<T>(g, bands, n, isCoarse, c);
    for (let start = 0; start < n; start += blockLength<T>()) {
      const length = min(blockLength<T>(), n - start);
      const coarse = isCoarse ? to : 0;
      prepare<T>(zr + to, zi + to, ur + coarse, ui + coarse, gm + to, g, bands, n, start, length, work);
      combineRows<T>(rowAt(work, M * bands), width, c, width, ROW, rowAt(work, G_M * bands));
      if (isCoarse) {
        combineRows<T>(rowAt(work, D * bands), 2 * bands, fromD, bands, ROW, rowAt(work, G_R * bands));
        combineRows<T>(rowAt(work, R * bands), bands, fromR, 2 * bands, ROW, rowAt(work, G_D * bands));
      }
      finish<T>(bands, n, start, length, work, yzr + to, yzi + to, yur + coarse, yui + coarse);
    }
    g += <usize>means * sizeof<T>();
  }
}

export function bandProductsGradient_f32(
  zr: usize, zi: usize, ur: usize, ui: usize, gm: usize, g: usize, planes: i32, bands: i32, n: i32, means: i32,
  yzr: usize, yzi: usize, yur: usize, yui: usize, work: usize,
): void {
  gradients<f32>(zr, zi, ur, ui, gm, g, planes, bands, n, means, yzr, yzi, yur, yui, work);
}
export function bandProductsGradient_f64(
  zr: usize, zi: usize, ur: usize, ui: usize, gm: usize, g: usize, planes: i32, bands: i32, n: i32, means: i32,
  yzr: usize, yzi: usize, yur: usize, yui: usize, work: usize,
): void {
  gradients<f64>(zr, zi, ur, ui, gm, g, planes, bands, n, means, yzr, yzi, yur, yui, work);
}
