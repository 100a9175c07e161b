// Sums over taps whose places are given by a table of offsets, so that strides, dilations and several channels are all one
// loop. Up to eight vectors of sums are kept in registers: independent additions that hide each other's latency.

import { lanes } from "../vector";

// @ts-ignore: decorator
@inline
function weight<T>(splat: bool, w: usize): v128 {
  return splat ? v128.load_splat<T>(w) : v128.load(w);
}

/**
 * n vectors of sums, n a constant of 1, 2, 4 or 8: vector i is Σ_t w[t] · x[offset[t] + i · step], put to y + i · yStep.
 * A weight is one number for all lanes (`splat`) or one vector.
 */
// @ts-ignore: decorator
@inline
function tapTile<T>(n: i32, splat: bool, x: usize, step: usize, offsets: usize, w: usize, wStep: usize, count: i32, y: usize, yStep: usize): void {
  let a0 = v128.splat<T>(<T>0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  let a4 = a0;
  let a5 = a0;
  let a6 = a0;
  let a7 = a0;
  const end = offsets + (<usize>count << 2);
  for (; offsets < end; offsets += 4) {
    const v = weight<T>(splat, w);
    const p = x + load<u32>(offsets);
    a0 = v128.add<T>(a0, v128.mul<T>(v, v128.load(p)));
    if (n > 1) a1 = v128.add<T>(a1, v128.mul<T>(v, v128.load(p + step)));
    if (n > 2) {
      a2 = v128.add<T>(a2, v128.mul<T>(v, v128.load(p + 2 * step)));
      a3 = v128.add<T>(a3, v128.mul<T>(v, v128.load(p + 3 * step)));
    }
    if (n > 4) {
      a4 = v128.add<T>(a4, v128.mul<T>(v, v128.load(p + 4 * step)));
      a5 = v128.add<T>(a5, v128.mul<T>(v, v128.load(p + 5 * step)));
      a6 = v128.add<T>(a6, v128.mul<T>(v, v128.load(p + 6 * step)));
      a7 = v128.add<T>(a7, v128.mul<T>(v, v128.load(p + 7 * step)));
    }
    w += wStep;
  }
  v128.store(y, a0);
  if (n > 1) v128.store(y + yStep, a1);
  if (n > 2) {
    v128.store(y + 2 * yStep, a2);
    v128.store(y + 3 * yStep, a3);
  }
  if (n > 4) {
    v128.store(y + 4 * yStep, a4);
    v128.store(y + 5 * yStep, a5);
    v128.store(y + 6 * yStep, a6);
    v128.store(y + 7 * yStep, a7);
  }
}

/** A row of n-vector tiles; the last one is moved back so that it ends with the row: the same sums are written twice. */
// @ts-ignore: decorator
@inline
function tapRow<T>(n: i32, splat: bool, x: usize, step: usize, offsets: usize, w: usize, wStep: usize, count: i32, y: usize, yStep: usize, vectors: i32): void {
  for (let i = 0; i < vectors; i += n) {
    const at = <usize>min<i32>(i, vectors - n);
    tapTile<T>(n, splat, x + at * step, step, offsets, w, wStep, count, y + at * yStep, yStep);
  }
}

/** A row of as many vectors at a time as there are. */
// @ts-ignore: decorator
@inline
function anyRow<T>(splat: bool, x: usize, step: usize, offsets: usize, w: usize, wStep: usize, count: i32, y: usize, yStep: usize, vectors: i32): void {
  if (vectors >= 8) tapRow<T>(8, splat, x, step, offsets, w, wStep, count, y, yStep, vectors);
  else if (vectors >= 4) tapRow<T>(4, splat, x, step, offsets, w, wStep, count, y, yStep, vectors);
  else if (vectors >= 2) tapRow<T>(2, splat, x, step, offsets, w, wStep, count, y, yStep, vectors);
  else tapRow<T>(1, splat, x, step, offsets, w, wStep, count, y, yStep, vectors);
}

/**
 * An output plane of `height` rows of `width` neighbouring values: y[i, j] = Σ_t w[t] · x[i, j + offset[t]]. Rows are in
 * bytes. Writes whole vectors: what goes beyond a row is overwritten by the next, or lies beyond the plane.
 */
function planeTaps<T>(x: usize, xRow: usize, offsets: usize, w: usize, count: i32, y: usize, yRow: usize, height: i32, width: i32): void {
  const vectors = (width + lanes<T>() - 1) / lanes<T>();
  for (let i = 0; i < height; i++) {
    anyRow<T>(true, x, 16, offsets, w, sizeof<T>(), count, y, 16, vectors);
    x += xRow;
    y += yRow;
  }
}

export function planeTaps_f32(x: usize, xRow: usize, offsets: usize, w: usize, count: i32, y: usize, yRow: usize, height: i32, width: i32): void {
  planeTaps<f32>(x, xRow, offsets, w, count, y, yRow, height, width);
}
export function planeTaps_f64(x: usize, xRow: usize, offsets: usize, w: usize, count: i32, y: usize, yRow: usize, height: i32, width: i32): void {
  planeTaps<f64>(x, xRow, offsets, w, count, y, yRow, height, width);
}

/**
 * The same for pixels of `channels` neighbouring values, at least a vector of them, each with weights of its own:
 * w[t, channel]. Pixels are `xStep` and `yStep` bytes apart.
 */
function channelTaps<T>(
  x: usize, xStep: usize, xRow: usize, offsets: usize, w: usize, count: i32, channels: i32,
  y: usize, yStep: usize, yRow: usize, height: i32, width: i32,
): void {
  const wStep = <usize>channels * sizeof<T>();
  for (let i = 0; i < height; i++) {
    for (let c = 0; c < channels; c += lanes<T>()) {
      // The last vector ends with the channels; those that it shares with the one before come out the same.
      const at = <usize>min<i32>(c, channels - lanes<T>()) * sizeof<T>();
      anyRow<T>(false, x + at, xStep, offsets, w + at, wStep, count, y + at, yStep, width);
    }
    x += xRow;
    y += yRow;
  }
}

export function channelTaps_f32(
  x: usize, xStep: usize, xRow: usize, offsets: usize, w: usize, count: i32, channels: i32,
  y: usize, yStep: usize, yRow: usize, height: i32, width: i32,
): void {
  channelTaps<f32>(x, xStep, xRow, offsets, w, count, channels, y, yStep, yRow, height, width);
}
export function channelTaps_f64(
  x: usize, xStep: usize, xRow: usize, offsets: usize, w: usize, count: i32, channels: i32,
  y: usize, yStep: usize, yRow: usize, height: i32, width: i32,
): void {
  channelTaps<f64>(x, xStep, xRow, offsets, w, count, channels, y, yStep, yRow, height, width);
}
