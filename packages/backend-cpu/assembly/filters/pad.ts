// Continuing planes beyond their borders, and the transpose of that.
// Modes: 0 reflect, 1 circular, 2 replicate, 3 constant.

import { lanes } from "../vector";

/** The position that stands at i, which may lie outside 0 … extent - 1; -1 for the constant. */
// @ts-ignore: decorator
@inline
function source(i: i32, extent: i32, mode: i32): i32 {
  if (i >= 0 && i < extent) return i;
  if (mode == 3) return -1;
  if (mode == 2) return i < 0 ? 0 : extent - 1;
  if (mode == 1) return i < 0 ? i + extent : i - extent;
  return i < 0 ? -i : 2 * (extent - 1) - i;
}

/** Pads one plane [height, width] into rows `stride` values apart. */
// @ts-ignore: decorator
@inline
function pad<T>(
  x: usize, height: i32, width: i32, top: i32, bottom: i32, left: i32, right: i32, mode: i32, value: f64, y: usize, stride: i32,
): void {
  for (let i = -top; i < height + bottom; i++) {
    const row = source(i, height, mode);
    let to = y;
    if (row < 0) {
      for (let j = 0; j < left + width + right; j++) {
        store<T>(to, <T>value);
        to += sizeof<T>();
      }
    } else {
      const from = x + <usize>row * width * sizeof<T>();
      for (let j = -left; j < 0; j++) {
        const column = source(j, width, mode);
        store<T>(to, column < 0 ? <T>value : load<T>(from + <usize>column * sizeof<T>()));
        to += sizeof<T>();
      }
      memory.copy(to, from, <usize>width * sizeof<T>());
      to += <usize>width * sizeof<T>();
      for (let j = width; j < width + right; j++) {
        const column = source(j, width, mode);
        store<T>(to, column < 0 ? <T>value : load<T>(from + <usize>column * sizeof<T>()));
        to += sizeof<T>();
      }
    }
    y += <usize>stride * sizeof<T>();
  }
}

export function pad_f32(
  x: usize, height: i32, width: i32, top: i32, bottom: i32, left: i32, right: i32, mode: i32, value: f64, y: usize, stride: i32,
): void {
  pad<f32>(x, height, width, top, bottom, left, right, mode, value, y, stride);
}
export function pad_f64(
  x: usize, height: i32, width: i32, top: i32, bottom: i32, left: i32, right: i32, mode: i32, value: f64, y: usize, stride: i32,
): void {
  pad<f64>(x, height, width, top, bottom, left, right, mode, value, y, stride);
}

/** Adds `from` to `to`, n values exactly. */
// @ts-ignore: decorator
@inline
function addRow<T>(from: usize, to: usize, n: i32): void {
  let j = 0;
  for (; j + lanes<T>() <= n; j += lanes<T>()) {
    const at = <usize>j * sizeof<T>();
    v128.store(to + at, v128.add<T>(v128.load(to + at), v128.load(from + at)));
  }
  for (; j < n; j++) {
    const at = <usize>j * sizeof<T>();
    store<T>(to + at, load<T>(to + at) + load<T>(from + at));
  }
}

/** The transpose of pad: adds every padded value to the value it was copied from. */
// @ts-ignore: decorator
@inline
function fold<T>(
  padded: usize, stride: i32, height: i32, width: i32, top: i32, bottom: i32, left: i32, right: i32, mode: i32, y: usize,
): void {
  memory.fill(y, 0, <usize>height * width * sizeof<T>());
  for (let i = -top; i < height + bottom; i++) {
    const row = source(i, height, mode);
    if (row >= 0) {
      const to = y + <usize>row * width * sizeof<T>();
      addRow<T>(padded + <usize>left * sizeof<T>(), to, width);
      if (mode != 3) {
        for (let j = -left; j < 0; j++) {
          const at = to + <usize>source(j, width, mode) * sizeof<T>();
          store<T>(at, load<T>(at) + load<T>(padded + <usize>(j + left) * sizeof<T>()));
        }
        for (let j = width; j < width + right; j++) {
          const at = to + <usize>source(j, width, mode) * sizeof<T>();
          store<T>(at, load<T>(at) + load<T>(padded + <usize>(j + left) * sizeof<T>()));
        }
      }
    }
    padded += <usize>stride * sizeof<T>();
  }
}

export function fold_f32(
  padded: usize, stride: i32, height: i32, width: i32, top: i32, bottom: i32, left: i32, right: i32, mode: i32, y: usize,
): void {
  fold<f32>(padded, stride, height, width, top, bottom, left, right, mode, y);
}
export function fold_f64(
  padded: usize, stride: i32, height: i32, width: i32, top: i32, bottom: i32, left: i32, right: i32, mode: i32, y: usize,
): void {
  fold<f64>(padded, stride, height, width, top, bottom, left, right, mode, y);
}
