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

/** a += d · (1 - w), b += d · w over n values. */
// @ts-ignore: decorator
@inline
function share<T>(d: usize, w: T, a: usize, b: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    const at = <usize>i * sizeof<T>();
    const v = load<T>(d + at);
    store<T>(a + at, load<T>(a + at) + v * (1 - w));
    if (w != 0) store<T>(b + at, load<T>(b + at) + v * w);
  }
}

/** The transpose of resize: adds the values of y to those of x that they were made of. */
// @ts-ignore: decorator
@inline
function resizeAdjoint<T>(
  y: usize, x: usize, batch: i32, height: i32, width: i32, channels: i32, outHeight: i32, outWidth: i32,
  rows: usize, columns: usize, row: usize,
): void {
  const pixel = <usize>channels * sizeof<T>();
  const line = <usize>width * pixel;
  memory.fill(x, 0, <usize>(batch * height) * line);
  for (let b = 0; b < batch; b++) {
    for (let i = 0; i < outHeight; i++) {
      memory.fill(row, 0, line);
      for (let j = 0; j < outWidth; j++) {
        const to = row + <usize>first(columns, j) * pixel;
        share<T>(y, <T>weight(columns, j), to, row + <usize>second(columns, j) * pixel, channels);
        y += pixel;
      }
      const to = x + <usize>first(rows, i) * line;
      share<T>(row, <T>weight(rows, i), to, x + <usize>second(rows, i) * line, width * channels);
    }
    x += <usize>height * line;
  }
}

export function resizeAdjoint_f32(
  y: usize, x: usize, batch: i32, height: i32, width: i32, channels: i32, outHeight: i32, outWidth: i32,
  rows: usize, columns: usize, row: usize,
): void {
  resizeAdjoint<f32>(y, x, batch, height, width, channels, outHeight, outWidth, rows, columns, row);
}
export function resizeAdjoint_f64(
  y: usize, x: usize, batch: i32, height: i32, width: i32, channels: i32, outHeight: i32, outWidth: i32,
  rows: usize, columns: usize, row: usize,
): void {
  resizeAdjoint<f64>(y, x, batch, height, width, channels, outHeight, outWidth, rows, columns, row);
}
