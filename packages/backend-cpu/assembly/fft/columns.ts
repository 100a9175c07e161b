// Transforms of columns. A vector holds neighbouring columns already; up to four vectors side by side (a line of the cache)
// are done together.

import { lanes } from "../vector";
import { runChirp } from "./chirp";
import { firstPass, lastPass } from "./edges";
import { lengthOf, PAIR, passCount, placesOf, radixOf } from "./plan";
import { runPasses } from "./passes";

/** Copies the columns to the buffer, row k to its place. */
// @ts-ignore: decorator
@inline
function loadColumns(xr: usize, xi: usize, rowBytes: usize, n: i32, l: i32, buffer: usize, places: usize): void {
  for (let k = 0; k < n; k++) {
    const to = buffer + <usize>(load<i32>(places + (<usize>k << 2)) * l) * PAIR;
    for (let v = 0; v < l; v++) {
      v128.store(to + <usize>v * PAIR, v128.load(xr + (<usize>v << 4)));
      v128.store(to + <usize>v * PAIR, v128.load(xi + (<usize>v << 4)), 16);
    }
    xr += rowBytes;
    xi += rowBytes;
  }
}

/** Copies `width` columns of one part of the buffer to the picture, and nothing beyond them. */
// @ts-ignore: decorator
@inline
function unloadColumns<T>(buffer: usize, n: i32, l: i32, y: usize, rowBytes: usize, width: i32): void {
  const whole = width / lanes<T>();
  const rest = width - whole * lanes<T>();
  for (let k = 0; k < n; k++) {
    let from = buffer + <usize>(k * l) * PAIR;
    let to = y;
    for (let v = 0; v < whole; v++) {
      v128.store(to, v128.load(from));
      from += PAIR;
      to += 16;
    }
    for (let i = 0; i < rest; i++) {
      store<T>(to + <usize>i * sizeof<T>(), load<T>(from + <usize>i * sizeof<T>()));
    }
    y += rowBytes;
  }
}

// @ts-ignore: decorator
@inline
function block<T>(
  plan: usize, xr: usize, xi: usize, yr: usize, yi: usize, rowBytes: usize, width: i32, buffer: usize, work: usize,
): void {
  const n = lengthOf(plan);
  const passes = passCount(plan);
  const l = (width + lanes<T>() - 1) / lanes<T>();
  const head = passes > 1 && radixOf(plan, 0) == 4;
  const tail = passes > 1 && radixOf(plan, passes - 1) == 4 && l * lanes<T>() == width;
  if (!head) loadColumns(xr, xi, rowBytes, n, l, buffer, placesOf(plan));
  if (passes > 0) {
    const end = tail ? passes - 1 : passes;
    // All but the last pass leave parts of the buffer to themselves; one after the other they stay in the first-level cache.
    const part = tail ? n >> 2 : n;
    for (let start = 0; start < n; start += part) {
      if (head) firstPass<T>(plan, start, start + part, xr, xi, rowBytes, l, buffer);
      runPasses<T>(plan, part, buffer + <usize>(start * l) * PAIR, l, head ? 1 : 0, end, work);
    }
  } else if (n > 1) {
    runChirp<T>(plan, buffer, l, work);
  }
  if (tail) {
    lastPass<T>(plan, passes - 1, buffer, l, yr, yi, rowBytes);
  } else {
    unloadColumns<T>(buffer, n, l, yr, rowBytes, width);
    unloadColumns<T>(buffer + 16, n, l, yi, rowBytes, width);
  }
}

/**
 * Transforms `count` columns, from column `first` on, of planes `width` wide; in place where x is y. For the inverse, exchange real and
 * imaginary parts.
 */
// @ts-ignore: decorator
@inline
function fftColumns<T>(
  plan: usize, xr: usize, xi: usize, yr: usize, yi: usize, planes: i32, width: i32, first: i32, count: i32, together: i32, buffer: usize, work: usize,
): void {
  const rowBytes = <usize>width * sizeof<T>();
  const plane = <usize>lengthOf(plan) * rowBytes;
  for (let i: usize = 0; i < <usize>planes; i++) {
    for (let k = 0; k < count; k += together) {
      const at = i * plane + <usize>(first + k) * sizeof<T>();
      block<T>(plan, xr + at, xi + at, yr + at, yi + at, rowBytes, min(together, count - k), buffer, work);
    }
  }
}

export function fftColumns_f32(
  plan: usize, xr: usize, xi: usize, yr: usize, yi: usize, planes: i32, width: i32, first: i32, count: i32, together: i32, buffer: usize, work: usize,
): void {
  fftColumns<f32>(plan, xr, xi, yr, yi, planes, width, first, count, together, buffer, work);
}
export function fftColumns_f64(
  plan: usize, xr: usize, xi: usize, yr: usize, yi: usize, planes: i32, width: i32, first: i32, count: i32, together: i32, buffer: usize, work: usize,
): void {
  fftColumns<f64>(plan, xr, xi, yr, yi, planes, width, first, count, together, buffer, work);
}
