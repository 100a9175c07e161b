// Kernels that move values without changing them. Sizes and strides are in bytes.

import { transposePlane } from "./transpose";

// @ts-ignore: decorator
@inline
function row(dims: usize, axis: i32): usize {
  return dims + <usize>(axis * 12);
}

/**
 * Copies a block between two strided arrays. `dims` points to i32 rows [extent, source stride, target stride],
 * outermost first; strides may be 0 (repeat) or negative (reverse). `size` is that of one value.
 */
export function copyStrided(x: usize, y: usize, dims: usize, rank: i32, size: i32): void {
  copyAxis(x, y, dims, rank, size, 0);
}

function copyAxis(x: usize, y: usize, dims: usize, rank: i32, size: i32, axis: i32): void {
  const extent = load<i32>(row(dims, axis));
  const sx = load<i32>(row(dims, axis), 4);
  const sy = load<i32>(row(dims, axis), 8);
  if (axis == rank - 1) {
    copyRun(x, y, extent, sx, sy, size);
    return;
  }
  if (axis == rank - 2 && sx == size && size > 1) {
    const inner = load<i32>(row(dims, axis), 12);
    const from = load<i32>(row(dims, axis), 16);
    if (load<i32>(row(dims, axis), 20) == size && from != 0) {
      if (size == 4) transposePlane<u32>(x, y, extent, inner, from, sy);
      else transposePlane<u64>(x, y, extent, inner, from, sy);
      return;
    }
  }
  for (let i = 0; i < extent; i++) {
    copyAxis(x, y, dims, rank, size, axis + 1);
    x += sx;
    y += sy;
  }
}

// @ts-ignore: decorator
@inline
function copyEach<T>(x: usize, y: usize, extent: i32, sx: i32, sy: i32): void {
  for (let i = 0; i < extent; i++) {
    store<T>(y, load<T>(x));
    x += sx;
    y += sy;
  }
}

function copyRun(x: usize, y: usize, extent: i32, sx: i32, sy: i32, size: i32): void {
  if (sx == size && sy == size) memory.copy(y, x, <usize>extent * size);
  else if (size == 4) copyEach<u32>(x, y, extent, sx, sy);
  else if (size == 8) copyEach<u64>(x, y, extent, sx, sy);
  else copyEach<u8>(x, y, extent, sx, sy);
}

// @ts-ignore: decorator
@inline
function fill<T>(y: usize, n: i32, value: T): void {
  const end = y + <usize>n * sizeof<T>();
  const v = v128.splat<T>(value);
  for (; y < end; y += 16) v128.store(y, v);
}

export function fill_f32(y: usize, n: i32, value: f64): void {
  fill<f32>(y, n, <f32>value);
}
export function fill_f64(y: usize, n: i32, value: f64): void {
  fill<f64>(y, n, value);
}

/** Fills with the value at an address. */
export function fillWith_f32(y: usize, n: i32, x: usize): void {
  fill<f32>(y, n, load<f32>(x));
}
export function fillWith_f64(y: usize, n: i32, x: usize): void {
  fill<f64>(y, n, load<f64>(x));
}

// @ts-ignore: decorator
@inline
function cast<From, To>(x: usize, y: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    const v = load<From>(x + <usize>i * sizeof<From>());
    // A boolean is whether the value differs from 0; i32 truncates; NaN becomes 0.
    if (sizeof<To>() == 1) store<u8>(y + i, u8(v != 0));
    else store<To>(y + <usize>i * sizeof<To>(), <To>v);
  }
}

export function castToBool_f32(x: usize, y: usize, n: i32): void {
  cast<f32, u8>(x, y, n);
}
export function castToBool_f64(x: usize, y: usize, n: i32): void {
  cast<f64, u8>(x, y, n);
}
export function castFromBool_f32(x: usize, y: usize, n: i32): void {
  cast<u8, f32>(x, y, n);
}
export function castFromBool_f64(x: usize, y: usize, n: i32): void {
  cast<u8, f64>(x, y, n);
}
export function castToInt_f32(x: usize, y: usize, n: i32): void {
  cast<f32, i32>(x, y, n);
}
export function castToInt_f64(x: usize, y: usize, n: i32): void {
  cast<f64, i32>(x, y, n);
}
export function castFromInt_f32(x: usize, y: usize, n: i32): void {
  cast<i32, f32>(x, y, n);
}
export function castFromInt_f64(x: usize, y: usize, n: i32): void {
  cast<i32, f64>(x, y, n);
}
export function castIntToBool(x: usize, y: usize, n: i32): void {
  cast<i32, u8>(x, y, n);
}
export function castBoolToInt(x: usize, y: usize, n: i32): void {
  cast<u8, i32>(x, y, n);
}
