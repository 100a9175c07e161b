// Resampling along rows and columns: each output lies between two inputs. A table has for each output
// [first: i32, second: i32, weight of the second: f64].

import { lanes } from "../vector";

// @ts-ignore: decorator
@inline
function first(table: usize, i: i32): i32 {
  return load<i32>(table + <usize>(i << 4));
}

// @ts-ignore: decorator
@inline
function second(table: usize, i: i32): i32 {
  return load<i32>(table + <usize>(i << 4), 4);
}

// @ts-ignore: decorator
@inline
function weight(table: usize, i: i32): f64 {
  return load<f64>(table + <usize>(i << 4), 8);
}

/** y = a + (b - a) · w over n values; where w is 0, a, whatever b is. */
// @ts-ignore: decorator
@inline
function between<T>(a: usize, b: usize, w: T, y: usize, n: i32): void {
  if (w == 0) {
    memory.copy(y, a, <usize>n * sizeof<T>());
    return;
  }
  const v = v128.splat<T>(w);
  let i = 0;
  for (; i + lanes<T>() <= n; i += lanes<T>()) {
    const at = <usize>i * sizeof<T>();
    const p = v128.load(a + at);
    v128.store(y + at, v128.add<T>(p, v128.mul<T>(v128.sub<T>(v128.load(b + at), p), v)));
  }
  for (; i < n; i++) {
    const at = <usize>i * sizeof<T>();
    const p = load<T>(a + at);
    store<T>(y + at, p + (load<T>(b + at) - p) * w);
  }
}

/** Images [height, width, channels] to [outHeight, outWidth, channels]; `row` has room for one row of the input. */
// @ts-ignore: decorator
@inline
function resize<T>(
  x: usize, y: usize, batch: i32, height: i32, width: i32, channels: i32, outHeight: i32, outWidth: i32,
  rows: usize, columns: usize, row: usize,
): void {
  const pixel = <usize>channels * sizeof<T>();
  const line = <usize>width * pixel;
  for (let b = 0; b < batch; b++) {
    for (let i = 0; i < outHeight; i++) {
      const top = first(rows, i);
      between<T>(x + <usize>top * line, x + <usize>second(rows, i) * line, <T>weight(rows, i), row, width * channels);
      for (let j = 0; j < outWidth; j++) {
        const left = first(columns, j);
        if (channels == 1) {
          const w = <T>weight(columns, j);
          const p = load<T>(row + <usize>left * sizeof<T>());
          store<T>(y, w == 0 ? p : p + (load<T>(row + <usize>second(columns, j) * sizeof<T>()) - p) * w);
        } else {
          between<T>(row + <usize>left * pixel, row + <usize>second(columns, j) * pixel, <T>weight(columns, j), y, channels);
        }
        y += pixel;
      }
    }
    x += <usize>height * line;
  }
}

export function resize_f32(
  x: usize, y: usize, batch: i32, height: i32, width: i32, channels: i32, outHeight: i32, outWidth: i32,
  rows: usize, columns: usize, row: usize,
): void {
  resize<f32>(x, y, batch, height, width, channels, outHeight, outWidth, rows, columns, row);
}
export function resize_f64(
  x: usize, y: usize, batch: i32, height: i32, width: i32, channels: i32, outHeight: i32, outWidth: i32,
  rows: usize, columns: usize, row: usize,
): void {
  resize<f64>(x, y, batch, height, width, channels, outHeight, outWidth, rows, columns, row);
}

/** a += d · w over n values. */
// @ts-ignore: decorator
@inline
function addTimes<T>(d: usize, w: T, a: usize, n: i32): void {
  const v = v128.splat<T>(w);
  let i = 0;
  for (; i + lanes<T>() <= n; i += lanes<T>()) {
    const at = <usize>i * sizeof<T>();
    v128.store(a + at, v128.add<T>(v128.load(a + at), v128.mul<T>(v128.load(d + at), v)));
  }
  for (; i < n; i++) {
    const at = <usize>i * sizeof<T>();
    store<T>(a + at, load<T>(a + at) + load<T>(d + at) * w);
  }
}

/** Gives the values of a pixel, or of a row, to the two that they lie between: `size` bytes each. */
// @ts-ignore: decorator
@inline
function share<T>(d: usize, table: usize, i: i32, to: usize, size: usize, n: i32): void {
  const w = <T>weight(table, i);
  addTimes<T>(d, 1 - w, to + <usize>first(table, i) * size, n);
  if (w != 0) addTimes<T>(d, w, to + <usize>second(table, i) * size, n);
}

/** The transpose of resize: adds the values of y to those of x that they were made of. `plane` has room for height × outWidth. */
// @ts-ignore: decorator
@inline
function resizeAdjoint<T>(
  y: usize, x: usize, batch: i32, height: i32, width: i32, channels: i32, outHeight: i32, outWidth: i32,
  rows: usize, columns: usize, plane: usize,
): void {
  const pixel = <usize>channels * sizeof<T>();
  const outLine = <usize>outWidth * pixel;
  memory.fill(x, 0, <usize>(batch * height * width) * pixel);
  for (let b = 0; b < batch; b++) {
    memory.fill(plane, 0, <usize>height * outLine);
    for (let i = 0; i < outHeight; i++) {
      share<T>(y, rows, i, plane, outLine, outWidth * channels);
      y += outLine;
    }
    let d = plane;
    for (let i = 0; i < height; i++) {
      for (let j = 0; j < outWidth; j++) {
        share<T>(d, columns, j, x, pixel, channels);
        d += pixel;
      }
      x += <usize>width * pixel;
    }
  }
}

export function resizeAdjoint_f32(
  y: usize, x: usize, batch: i32, height: i32, width: i32, channels: i32, outHeight: i32, outWidth: i32,
  rows: usize, columns: usize, plane: usize,
): void {
  resizeAdjoint<f32>(y, x, batch, height, width, channels, outHeight, outWidth, rows, columns, plane);
}
export function resizeAdjoint_f64(
  y: usize, x: usize, batch: i32, height: i32, width: i32, channels: i32, outHeight: i32, outWidth: i32,
  rows: usize, columns: usize, plane: usize,
): void {
  resizeAdjoint<f64>(y, x, batch, height, width, channels, outHeight, outWidth, rows, columns, plane);
}
