// The middle of autocorrelations, from half spectra. A displacement (dy, dx) needs the sum over all frequencies (u, v) of
// |z|² cos(u dy + v dx) = |z|² (cos u dy cos v dx - sin u dy sin v dx): each row is summed over v for dx = 0 … d, then the rows.

import { lanes, total } from "../vector";

/** The sum of a[i] · b[i] over `count` values, which both end in zeros up to a whole vector. */
// @ts-ignore: decorator
@inline
function dot<T>(a: usize, b: usize, count: i32): f64 {
  let s = v128.splat<T>(0);
  let t = v128.splat<T>(0);
  const bytes = <usize>count * sizeof<T>();
  let at: usize = 0;
  for (; at + 16 < bytes; at += 32) {
    s = v128.add<T>(s, v128.mul<T>(v128.load(a + at), v128.load(b + at)));
    t = v128.add<T>(t, v128.mul<T>(v128.load(a + at, 16), v128.load(b + at, 16)));
  }
  if (at < bytes) s = v128.add<T>(s, v128.mul<T>(v128.load(a + at), v128.load(b + at)));
  s = v128.add<T>(s, t);
  return total<T>(s);
}

/** Bytes of a row of `columns` values, up to a whole vector. */
// @ts-ignore: decorator
@inline
function stride<T>(columns: i32): usize {
  return (<usize>columns * sizeof<T>() + 15) & ~15;
}

/** |z|² of a row to `y`, zeros behind it. */
// @ts-ignore: decorator
@inline
function power<T>(zr: usize, zi: usize, y: usize, columns: i32): void {
  let i = 0;
  for (; i + lanes<T>() <= columns; i += lanes<T>()) {
    const at = <usize>i * sizeof<T>();
    const a = v128.load(zr + at);
    const b = v128.load(zi + at);
    v128.store(y + at, v128.add<T>(v128.mul<T>(a, a), v128.mul<T>(b, b)));
  }
  if (i == columns) return;
  v128.store(y + <usize>i * sizeof<T>(), v128.splat<T>(0));
  for (; i < columns; i++) {
    const at = <usize>i * sizeof<T>();
    const a = load<T>(zr + at);
    const b = load<T>(zi + at);
    store<T>(y + at, a * a + b * b);
  }
}

/** The k-th of doubles. */
// @ts-ignore: decorator
@inline
function double(table: usize, k: i32): f64 {
  return load<f64>(table + (<usize>k << 3));
}

/** a[dy, dx] and a[-dy, dx] from the sums of cosines and of sines, to where they and their mirror images belong. */
// @ts-ignore: decorator
@inline
function place<T>(y: usize, lags: i32, dy: i32, dx: i32, value: f64): void {
  const middle = lags >> 1;
  for (let mirror = 0; mirror < 2; mirror++) {
    const row = middle + (mirror ? -dy : dy);
    const column = middle + (mirror ? -dx : dx);
    if (row < lags && column < lags) store<T>(y + <usize>(row * lags + column) * sizeof<T>(), <T>value);
  }
}

/**
 * `columnWaves`: for dx = 0 … d a row of cosines and one of sines, times how much each column counts, as T, rows of whole vectors
 * that end in zeros. `rowWaves`: for dy = 0 … d `height` cosines and as many sines, as doubles. `work` holds a row and 2 (d + 1)² doubles.
 */
// @ts-ignore: decorator
@inline
function spectrumLags<T>(
  zr: usize, zi: usize, planes: i32, height: i32, columns: i32, lags: i32, demean: i32, rowWaves: usize, columnWaves: usize, y: usize, work: usize,
): void {
  const count = (lags >> 1) + 1;
  const bytes = stride<T>(columns);
  const sums = work + bytes;
  const rowBytes = <usize>columns * sizeof<T>();
  for (let p = 0; p < planes; p++) {
    memory.fill(sums, 0, <usize>(2 * count * count) << 3);
    for (let u = 0; u < height; u++) {
      power<T>(zr, zi, work, columns);
      if (u == 0 && demean) store<T>(work, 0);
      zr += rowBytes;
      zi += rowBytes;
      for (let dx = 0; dx < count; dx++) {
        const waves = columnWaves + <usize>(2 * dx) * bytes;
        const cos = dot<T>(work, waves, columns);
        const sin = dx == 0 ? 0 : dot<T>(work, waves + bytes, columns);
        for (let dy = 0; dy < count; dy++) {
          const at = sums + (<usize>(2 * (dx * count + dy)) << 3);
          const k = 2 * dy * height + u;
          store<f64>(at, load<f64>(at) + cos * double(rowWaves, k));
          store<f64>(at, load<f64>(at, 8) + sin * double(rowWaves, k + height), 8);
        }
      }
    }
    for (let dx = 0; dx < count; dx++) {
      for (let dy = 0; dy < count; dy++) {
        const at = sums + (<usize>(2 * (dx * count + dy)) << 3);
        place<T>(y, lags, dy, dx, load<f64>(at) - load<f64>(at, 8));
        place<T>(y, lags, -dy, dx, load<f64>(at) + load<f64>(at, 8));
      }
    }
    y += <usize>(lags * lags) * sizeof<T>();
  }
}

/** The gradient at displacement (dy, dx), 0 where there is none. */
// @ts-ignore: decorator
@inline
function lagAt<T>(g: usize, lags: i32, dy: i32, dx: i32): f64 {
  const row = (lags >> 1) + dy;
  const column = (lags >> 1) + dx;
  if (row < 0 || row >= lags || column < 0 || column >= lags) return 0;
  return <f64>load<T>(g + <usize>(row * lags + column) * sizeof<T>());
}

/**
 * y = Σ a · cos - b · sin over the displacements along a row of whole vectors, of which four at a time stay in registers.
 * `pairs` holds a and b of each displacement as T.
 */
// @ts-ignore: decorator
@inline
function sumWaves<T>(pairs: usize, count: i32, waves: usize, bytes: usize, y: usize): void {
  let at: usize = 0;
  for (; at + 48 < bytes; at += 64) {
    let s0 = v128.splat<T>(0);
    let s1 = s0;
    let s2 = s0;
    let s3 = s0;
    let wave = waves + at;
    for (let dx = 0; dx < count; dx++) {
      const a = v128.load_splat<T>(pairs + <usize>(2 * dx) * sizeof<T>());
      s0 = v128.add<T>(s0, v128.mul<T>(a, v128.load(wave)));
      s1 = v128.add<T>(s1, v128.mul<T>(a, v128.load(wave, 16)));
      s2 = v128.add<T>(s2, v128.mul<T>(a, v128.load(wave, 32)));
      s3 = v128.add<T>(s3, v128.mul<T>(a, v128.load(wave, 48)));
      const b = v128.load_splat<T>(pairs + <usize>(2 * dx + 1) * sizeof<T>());
      wave += bytes;
      s0 = v128.sub<T>(s0, v128.mul<T>(b, v128.load(wave)));
      s1 = v128.sub<T>(s1, v128.mul<T>(b, v128.load(wave, 16)));
      s2 = v128.sub<T>(s2, v128.mul<T>(b, v128.load(wave, 32)));
      s3 = v128.sub<T>(s3, v128.mul<T>(b, v128.load(wave, 48)));
      wave += bytes;
    }
    v128.store(y + at, s0);
    v128.store(y + at, s1, 16);
    v128.store(y + at, s2, 32);
    v128.store(y + at, s3, 48);
  }
  for (; at < bytes; at += 16) {
    let s = v128.splat<T>(0);
    let wave = waves + at;
    for (let dx = 0; dx < count; dx++) {
      s = v128.add<T>(s, v128.mul<T>(v128.load_splat<T>(pairs + <usize>(2 * dx) * sizeof<T>()), v128.load(wave)));
      wave += bytes;
      s = v128.sub<T>(s, v128.mul<T>(v128.load_splat<T>(pairs + <usize>(2 * dx + 1) * sizeof<T>()), v128.load(wave)));
      wave += bytes;
    }
    v128.store(y + at, s);
  }
}

/**
 * The gradients at (dy, dx) and at its mirror image together, for dx = 0 … d: at dy = 0 … d the sum with -dy, which goes with cosines,
 * and the difference, which goes with sines. Doubles in pairs.
 */
// @ts-ignore: decorator
@inline
function foldGradient<T>(g: usize, lags: i32, to: usize): void {
  const d = lags >> 1;
  for (let dx = 0; dx <= d; dx++) {
    for (let dy = 0; dy <= d; dy++) {
      let here = lagAt<T>(g, lags, dy, dx);
      let there = dy == 0 ? 0 : lagAt<T>(g, lags, -dy, dx);
      if (dx > 0) {
        here += lagAt<T>(g, lags, -dy, -dx);
        if (dy > 0) there += lagAt<T>(g, lags, dy, -dx);
      }
      store<f64>(to, 2 * (here + there));
      store<f64>(to, 2 * (here - there), 8);
      to += 16;
    }
  }
}

/** What row u adds of displacements dx along it: the sums over dy with cosines or sines of u dy. */
// @ts-ignore: decorator
@inline
function rowGradient(folded: usize, count: i32, u: i32, height: i32, rowWaves: usize, part: i32): f64 {
  let sum: f64 = 0;
  for (let dy = 0; dy < count; dy++) {
    sum += load<f64>(folded + (<usize>(2 * dy + part) << 3)) * double(rowWaves, (2 * dy + part) * height + u);
  }
  return sum;
}

/** y = factor · z for a row. May write one vector beyond it. */
// @ts-ignore: decorator
@inline
function multiply<T>(factor: usize, z: usize, y: usize, columns: i32): void {
  const bytes = <usize>columns * sizeof<T>();
  for (let at: usize = 0; at < bytes; at += 16) {
    v128.store(y + at, v128.mul<T>(v128.load(factor + at), v128.load(z + at)));
  }
}

/** The gradient of `spectrumLags`: z times a sum of waves. */
// @ts-ignore: decorator
@inline
function lagsGradient<T>(
  zr: usize, zi: usize, g: usize, planes: i32, height: i32, columns: i32, lags: i32, demean: i32, rowWaves: usize, columnWaves: usize,
  yr: usize, yi: usize, work: usize,
): void {
  const count = (lags >> 1) + 1;
  const bytes = stride<T>(columns);
  const rowBytes = <usize>columns * sizeof<T>();
  const folded = work + bytes;
  const pairs = folded + (<usize>(2 * count * count) << 3);
  for (let p = 0; p < planes; p++) {
    foldGradient<T>(g, lags, folded);
    for (let u = 0; u < height; u++) {
      for (let dx = 0; dx < count; dx++) {
        const at = folded + (<usize>(2 * dx * count) << 3);
        const a = rowGradient(at, count, u, height, rowWaves, 0);
        const b = dx == 0 ? 0 : rowGradient(at, count, u, height, rowWaves, 1);
        store<T>(pairs + <usize>(2 * dx) * sizeof<T>(), <T>a);
        store<T>(pairs + <usize>(2 * dx + 1) * sizeof<T>(), <T>b);
      }
      sumWaves<T>(pairs, count, columnWaves, bytes, work);
      if (u == 0 && demean) store<T>(work, 0);
      multiply<T>(work, zr, yr, columns);
      multiply<T>(work, zi, yi, columns);
      zr += rowBytes;
      zi += rowBytes;
      yr += rowBytes;
      yi += rowBytes;
    }
    g += <usize>(lags * lags) * sizeof<T>();
  }
}

export function spectrumLags_f32(
  zr: usize, zi: usize, planes: i32, height: i32, columns: i32, lags: i32, demean: i32, rowWaves: usize, columnWaves: usize, y: usize, work: usize,
): void {
  spectrumLags<f32>(zr, zi, planes, height, columns, lags, demean, rowWaves, columnWaves, y, work);
}
export function spectrumLags_f64(
  zr: usize, zi: usize, planes: i32, height: i32, columns: i32, lags: i32, demean: i32, rowWaves: usize, columnWaves: usize, y: usize, work: usize,
): void {
  spectrumLags<f64>(zr, zi, planes, height, columns, lags, demean, rowWaves, columnWaves, y, work);
}
export function spectrumLagsGradient_f32(
  zr: usize, zi: usize, g: usize, planes: i32, height: i32, columns: i32, lags: i32, demean: i32, rowWaves: usize, columnWaves: usize,
  yr: usize, yi: usize, work: usize,
): void {
  lagsGradient<f32>(zr, zi, g, planes, height, columns, lags, demean, rowWaves, columnWaves, yr, yi, work);
}
export function spectrumLagsGradient_f64(
  zr: usize, zi: usize, g: usize, planes: i32, height: i32, columns: i32, lags: i32, demean: i32, rowWaves: usize, columnWaves: usize,
  yr: usize, yi: usize, work: usize,
): void {
  lagsGradient<f64>(zr, zi, g, planes, height, columns, lags, demean, rowWaves, columnWaves, yr, yi, work);
}
