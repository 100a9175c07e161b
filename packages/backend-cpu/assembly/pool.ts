// Pooling over windows of up to three spatial axes. Values of a pixel's channels are neighbours; planes are images of one
// channel. `axes` points to three rows of six i32: [input, output, taps, stride, dilation, before]; the parts of a window
// that lie outside the input do not count.

import { lanes } from "./vector";

// @ts-ignore: decorator
@inline
function field(axes: usize, axis: i32, i: i32): i32 {
  return load<i32>(axes + <usize>((axis * 6 + i) << 2));
}

/** Where the window of output `o` begins, before clipping. */
// @ts-ignore: decorator
@inline
function origin(axes: usize, axis: i32, o: i32): i32 {
  return o * field(axes, axis, 3) - field(axes, axis, 5);
}

/** The first tap inside the input. */
// @ts-ignore: decorator
@inline
function firstTap(axes: usize, axis: i32, start: i32): i32 {
  const dilation = field(axes, axis, 4);
  return start < 0 ? (dilation - 1 - start) / dilation : 0;
}

/** The tap after the last inside the input. */
// @ts-ignore: decorator
@inline
function endTap(axes: usize, axis: i32, start: i32): i32 {
  const dilation = field(axes, axis, 4);
  const room = field(axes, axis, 0) - start;
  return room <= 0 ? 0 : min<i32>(field(axes, axis, 2), (room + dilation - 1) / dilation);
}

// What is done with a window.
// @ts-ignore: decorator
@inline
const MAX: i32 = 0;
// @ts-ignore: decorator
@inline
const MEAN: i32 = 1;
/** The transpose of MEAN: y's value, divided by the number of places, is added to each place of x. */
// @ts-ignore: decorator
@inline
const SPREAD: i32 = 2;
/** As SPREAD, but divided by all places of a window, also those outside the input. */
// @ts-ignore: decorator
@inline
const SPREAD_WHOLE: i32 = 3;

/** One vector, or one value, of a window, whose taps are `s0`, `s1`, `s2` bytes apart. */
// @ts-ignore: decorator
@inline
function window<T>(kind: i32, x: usize, y: usize, all: i32, n0: i32, n1: i32, n2: i32, s0: usize, s1: usize, s2: usize): void {
  let a = v128.splat<T>(kind == MAX ? <T>-Infinity : <T>0);
  const count = v128.splat<T>(<T>(kind == SPREAD_WHOLE ? all : max<i32>(1, n0 * n1 * n2)));
  if (kind >= SPREAD) a = v128.div<T>(v128.load(y), count);
  for (let i = 0; i < n0; i++) {
    for (let j = 0; j < n1; j++) {
      let p = x + <usize>i * s0 + <usize>j * s1;
      for (let k = 0; k < n2; k++) {
        const v = v128.load(p);
        if (kind == MAX) a = v128.pmax<T>(a, v);
        else if (kind == MEAN) a = v128.add<T>(a, v);
        else v128.store(p, v128.add<T>(v, a));
        p += s2;
      }
    }
  }
  if (kind == MEAN) a = v128.div<T>(a, count);
  if (kind < SPREAD) v128.store(y, a);
}

// @ts-ignore: decorator
@inline
function windowOfOne<T>(kind: i32, x: usize, y: usize, all: i32, n0: i32, n1: i32, n2: i32, s0: usize, s1: usize, s2: usize): void {
  let a = kind == MAX ? <T>-Infinity : <T>0;
  const count = <T>(kind == SPREAD_WHOLE ? all : max<i32>(1, n0 * n1 * n2));
  if (kind >= SPREAD) a = load<T>(y) / count;
  for (let i = 0; i < n0; i++) {
    for (let j = 0; j < n1; j++) {
      let p = x + <usize>i * s0 + <usize>j * s1;
      for (let k = 0; k < n2; k++) {
        const v = load<T>(p);
        if (kind == MAX) a = a < v ? v : a;
        else if (kind == MEAN) a += v;
        else store<T>(p, v + a);
        p += s2;
      }
    }
  }
  if (kind == MEAN) a /= count;
  if (kind < SPREAD) store<T>(y, a);
}

/** Every window of every image. */
// @ts-ignore: decorator
@inline
function eachWindow<T>(kind: i32, x: usize, y: usize, batch: i32, channels: i32, axes: usize): void {
  const size = sizeof<T>();
  const pixel = <usize>channels * size;
  const row = <usize>field(axes, 2, 0) * pixel;
  const plane = <usize>field(axes, 1, 0) * row;
  const image = <usize>field(axes, 0, 0) * plane;
  const d0 = <usize>field(axes, 0, 4) * plane;
  const d1 = <usize>field(axes, 1, 4) * row;
  const d2 = <usize>field(axes, 2, 4) * pixel;
  const all = field(axes, 0, 2) * field(axes, 1, 2) * field(axes, 2, 2);
  for (let b = 0; b < batch; b++) {
    for (let i = 0; i < field(axes, 0, 1); i++) {
      const start0 = origin(axes, 0, i);
      const t0 = firstTap(axes, 0, start0);
      const n0 = endTap(axes, 0, start0) - t0;
      for (let j = 0; j < field(axes, 1, 1); j++) {
        const start1 = origin(axes, 1, j);
        const t1 = firstTap(axes, 1, start1);
        const n1 = endTap(axes, 1, start1) - t1;
        const at = x + <usize>start0 * plane + <usize>start1 * row + <usize>t0 * d0 + <usize>t1 * d1;
        for (let k = 0; k < field(axes, 2, 1); k++) {
          const start2 = origin(axes, 2, k);
          const t2 = firstTap(axes, 2, start2);
          const n2 = endTap(axes, 2, start2) - t2;
          const p = at + <usize>start2 * pixel + <usize>t2 * d2;
          let c = 0;
          for (; c + lanes<T>() <= channels; c += lanes<T>()) {
            const o = <usize>c * size;
            window<T>(kind, p + o, y + o, all, n0, n1, n2, d0, d1, d2);
          }
          for (; c < channels; c++) {
            const o = <usize>c * size;
            windowOfOne<T>(kind, p + o, y + o, all, n0, n1, n2, d0, d1, d2);
          }
          y += pixel;
        }
      }
    }
    x += image;
  }
}

// @ts-ignore: decorator
@inline
function pool<T>(kind: i32, x: usize, y: usize, batch: i32, channels: i32, axes: usize): void {
  if (kind == MAX) eachWindow<T>(MAX, x, y, batch, channels, axes);
  else if (kind == MEAN) eachWindow<T>(MEAN, x, y, batch, channels, axes);
  else if (kind == SPREAD) eachWindow<T>(SPREAD, x, y, batch, channels, axes);
  else eachWindow<T>(SPREAD_WHOLE, x, y, batch, channels, axes);
}

/** Kind 0: maximum, passing over NaN, 1: mean, 2 and 3: adds to x the transpose of the mean. */
export function pool_f32(kind: i32, x: usize, y: usize, batch: i32, channels: i32, axes: usize): void {
  pool<f32>(kind, x, y, batch, channels, axes);
}
export function pool_f64(kind: i32, x: usize, y: usize, batch: i32, channels: i32, axes: usize): void {
  pool<f64>(kind, x, y, batch, channels, axes);
}

/** Whether v takes the place of the largest value so far. */
// @ts-ignore: decorator
@inline
function beats<T>(nan: bool, v: T, best: T): bool {
  return v > best || (nan ? v != v && best == best : best != best && v == v);
}

/**
 * The place of each window's maximum, counted in values from the start of its image; the first of equal ones. A NaN counts
 * as largest if `nan`, else it is passed over.
 */
// @ts-ignore: decorator
@inline
function maxPlaces<T>(nan: bool, x: usize, places: usize, batch: i32, channels: i32, axes: usize): void {
  const row = field(axes, 2, 0) * channels;
  const plane = field(axes, 1, 0) * row;
  const d0 = field(axes, 0, 4) * plane;
  const d1 = field(axes, 1, 4) * row;
  const d2 = field(axes, 2, 4) * channels;
  for (let b = 0; b < batch; b++) {
    for (let i = 0; i < field(axes, 0, 1); i++) {
      const start0 = origin(axes, 0, i);
      const t0 = firstTap(axes, 0, start0);
      const n0 = endTap(axes, 0, start0) - t0;
      for (let j = 0; j < field(axes, 1, 1); j++) {
        const start1 = origin(axes, 1, j);
        const t1 = firstTap(axes, 1, start1);
        const n1 = endTap(axes, 1, start1) - t1;
        for (let k = 0; k < field(axes, 2, 1); k++) {
          const start2 = origin(axes, 2, k);
          const t2 = firstTap(axes, 2, start2);
          const n2 = endTap(axes, 2, start2) - t2;
          const first = start0 * plane + t0 * d0 + start1 * row + t1 * d1 + start2 * channels + t2 * d2;
          const some = n0 > 0 && n1 > 0 && n2 > 0;
          for (let c = 0; c < channels; c++) {
            // A window of nothing but -∞ has its maximum at the first of them.
            let place = some ? first + c : -1;
            let best = some ? load<T>(x + <usize>place * sizeof<T>()) : <T>0;
            for (let u = 0; u < n0; u++) {
              for (let v = 0; v < n1; v++) {
                let at = first + c + u * d0 + v * d1;
                for (let w = 0; w < n2; w++) {
                  const value = load<T>(x + <usize>at * sizeof<T>());
                  if (beats<T>(nan, value, best)) {
                    best = value;
                    place = at;
                  }
                  at += d2;
                }
              }
            }
            store<i32>(places, place);
            places += 4;
          }
        }
      }
    }
    x += <usize>(field(axes, 0, 0) * plane) * sizeof<T>();
  }
}

export function maxPlaces_f32(nan: bool, x: usize, places: usize, batch: i32, channels: i32, axes: usize): void {
  maxPlaces<f32>(nan, x, places, batch, channels, axes);
}
export function maxPlaces_f64(nan: bool, x: usize, places: usize, batch: i32, channels: i32, axes: usize): void {
  maxPlaces<f64>(nan, x, places, batch, channels, axes);
}

/** y[i] = x[places[i]] for images of `from` values and `to` places; where there is no place, 0. */
// @ts-ignore: decorator
@inline
function takePlaces<T>(x: usize, places: usize, y: usize, batch: i32, from: i32, to: i32): void {
  for (let b = 0; b < batch; b++) {
    for (let i = 0; i < to; i++) {
      const place = load<i32>(places);
      store<T>(y, place < 0 ? <T>0 : load<T>(x + <usize>place * sizeof<T>()));
      places += 4;
      y += sizeof<T>();
    }
    x += <usize>from * sizeof<T>();
  }
}

export function takePlaces_f32(x: usize, places: usize, y: usize, batch: i32, from: i32, to: i32): void {
  takePlaces<f32>(x, places, y, batch, from, to);
}
export function takePlaces_f64(x: usize, places: usize, y: usize, batch: i32, from: i32, to: i32): void {
  takePlaces<f64>(x, places, y, batch, from, to);
}

/** The transpose of takePlaces: x[places[i]] += y[i]. */
// @ts-ignore: decorator
@inline
function addToPlaces<T>(x: usize, places: usize, y: usize, batch: i32, from: i32, to: i32): void {
  for (let b = 0; b < batch; b++) {
    for (let i = 0; i < to; i++) {
      const place = load<i32>(places);
      if (place >= 0) {
        const at = x + <usize>place * sizeof<T>();
        store<T>(at, load<T>(at) + load<T>(y));
      }
      places += 4;
      y += sizeof<T>();
    }
    x += <usize>from * sizeof<T>();
  }
}

export function addToPlaces_f32(x: usize, places: usize, y: usize, batch: i32, from: i32, to: i32): void {
  addToPlaces<f32>(x, places, y, batch, from, to);
}
export function addToPlaces_f64(x: usize, places: usize, y: usize, batch: i32, from: i32, to: i32): void {
  addToPlaces<f64>(x, places, y, batch, from, to);
}
