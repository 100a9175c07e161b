// The largest values of windows in planes, whose rows are runs of neighbouring pixels: first down the columns, a row of
// vectors at a time, then along the row. `axes` is as in pool.ts, two rows.

import { evens, lanes } from "./vector";

// @ts-ignore: decorator
@inline
function field(axes: usize, axis: i32, i: i32): i32 {
  return load<i32>(axes + <usize>((axis * 6 + i) << 2));
}

/** buffer[j] = max over the rows of a window, those outside left out, for `width` columns. */
// @ts-ignore: decorator
@inline
function downColumns<T>(x: usize, axes: usize, i: i32, width: i32, buffer: usize): void {
  const row = <usize>width * sizeof<T>();
  const height = field(axes, 0, 0);
  const start = i * field(axes, 0, 3) - field(axes, 0, 5);
  const dilation = field(axes, 0, 4);
  const end = start + field(axes, 0, 2) * dilation;
  for (let j = 0; j < width; j += lanes<T>()) {
    const at = x + <usize>j * sizeof<T>();
    let a = v128.splat<T>(<T>-Infinity);
    for (let u = start; u < end; u += dilation) {
      if (u >= 0 && u < height) a = v128.max<T>(a, v128.load(at + <usize>u * row));
    }
    v128.store(buffer + <usize>j * sizeof<T>(), a);
  }
}

/** y[k] = max over the taps of buffer[k · stride + tap]. The buffer has all that is read. */
// @ts-ignore: decorator
@inline
function alongRow<T>(buffer: usize, axes: usize, y: usize, count: i32): void {
  const stride = field(axes, 1, 3);
  const step = <usize>field(axes, 1, 4) * sizeof<T>();
  const taps = field(axes, 1, 2);
  let k = 0;
  if (stride <= 2) {
    for (; k + lanes<T>() <= count; k += lanes<T>()) {
      let p = buffer + <usize>(k * stride) * sizeof<T>();
      let a = v128.splat<T>(<T>-Infinity);
      for (let t = 0; t < taps; t++) {
        a = v128.max<T>(a, stride == 1 ? v128.load(p) : evens<T>(v128.load(p), v128.load(p, 16)));
        p += step;
      }
      v128.store(y + <usize>k * sizeof<T>(), a);
    }
  }
  for (; k < count; k++) {
    let p = buffer + <usize>(k * stride) * sizeof<T>();
    let a = <T>-Infinity;
    for (let t = 0; t < taps; t++) {
      a = max<T>(a, load<T>(p));
      p += step;
    }
    store<T>(y + <usize>k * sizeof<T>(), a);
  }
}

/** `buffer` has room for a row of the input, what the windows reach beyond it on both sides, and two vectors. */
// @ts-ignore: decorator
@inline
function maxPlanes<T>(x: usize, y: usize, planes: i32, axes: usize, buffer: usize, length: i32): void {
  const size = sizeof<T>();
  const width = field(axes, 1, 0);
  const row = buffer + <usize>field(axes, 1, 5) * size;
  const count = field(axes, 1, 1);
  for (let i = 0; i < length; i++) store<T>(buffer + <usize>i * size, <T>-Infinity);
  for (let plane = 0; plane < planes; plane++) {
    for (let i = 0; i < field(axes, 0, 1); i++) {
      downColumns<T>(x, axes, i, width, row);
      // Whole vectors have overwritten what lies beyond the row.
      for (let j = 0; j < lanes<T>(); j++) store<T>(row + <usize>(width + j) * size, <T>-Infinity);
      alongRow<T>(buffer, axes, y, count);
      y += <usize>count * size;
    }
    x += <usize>(field(axes, 0, 0) * width) * size;
  }
}

export function maxPlanes_f32(x: usize, y: usize, planes: i32, axes: usize, buffer: usize, length: i32): void {
  maxPlanes<f32>(x, y, planes, axes, buffer, length);
}
export function maxPlanes_f64(x: usize, y: usize, planes: i32, axes: usize, buffer: usize, length: i32): void {
  maxPlanes<f64>(x, y, planes, axes, buffer, length);
}
