// Filters whose rows follow each other without stride or dilation: two output rows, one below the other, read the same
// input rows but one, so each load of the input serves two sums.

import { lanes } from "../vector";

/** Vectors of each of the two rows that are summed at a time. */
const across: i32 = 4;

// @ts-ignore: decorator
@inline
function offset(columns: usize, v: i32): usize {
  return <usize>load<u32>(columns + <usize>(v << 2));
}

/**
 * Two rows of four vectors: Σ over channels, filter rows and columns, in this order, of weight times input. `columns` has
 * the offsets of a filter's columns, `w` the weights in the order of the sum.
 */
// @ts-ignore: decorator
@inline
function pairTile<T>(
  x: usize, xRow: usize, xChannel: usize, channels: i32, rows: i32, columns: usize, count: i32, w: usize, y: usize, yRow: usize,
): void {
  let a0 = v128.splat<T>(<T>0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  let b0 = a0;
  let b1 = a0;
  let b2 = a0;
  let b3 = a0;
  const wRow = <usize>count * sizeof<T>();
  for (let c = 0; c < channels; c++) {
    let line = x;
    for (let v = 0; v < count; v++) {
      const p = line + offset(columns, v);
      const first = v128.load_splat<T>(w + <usize>v * sizeof<T>());
      a0 = v128.add<T>(a0, v128.mul<T>(first, v128.load(p)));
      a1 = v128.add<T>(a1, v128.mul<T>(first, v128.load(p, 16)));
      a2 = v128.add<T>(a2, v128.mul<T>(first, v128.load(p, 32)));
      a3 = v128.add<T>(a3, v128.mul<T>(first, v128.load(p, 48)));
    }
    for (let u = 1; u < rows; u++) {
      line += xRow;
      for (let v = 0; v < count; v++) {
        const p = line + offset(columns, v);
        const x0 = v128.load(p);
        const x1 = v128.load(p, 16);
        const x2 = v128.load(p, 32);
        const x3 = v128.load(p, 48);
        const second = v128.load_splat<T>(w + <usize>v * sizeof<T>());
        b0 = v128.add<T>(b0, v128.mul<T>(second, x0));
        b1 = v128.add<T>(b1, v128.mul<T>(second, x1));
        b2 = v128.add<T>(b2, v128.mul<T>(second, x2));
        b3 = v128.add<T>(b3, v128.mul<T>(second, x3));
        const first = v128.load_splat<T>(w + wRow + <usize>v * sizeof<T>());
        a0 = v128.add<T>(a0, v128.mul<T>(first, x0));
        a1 = v128.add<T>(a1, v128.mul<T>(first, x1));
        a2 = v128.add<T>(a2, v128.mul<T>(first, x2));
        a3 = v128.add<T>(a3, v128.mul<T>(first, x3));
      }
      w += wRow;
    }
    line += xRow;
    for (let v = 0; v < count; v++) {
      const p = line + offset(columns, v);
      const second = v128.load_splat<T>(w + <usize>v * sizeof<T>());
      b0 = v128.add<T>(b0, v128.mul<T>(second, v128.load(p)));
      b1 = v128.add<T>(b1, v128.mul<T>(second, v128.load(p, 16)));
      b2 = v128.add<T>(b2, v128.mul<T>(second, v128.load(p, 32)));
      b3 = v128.add<T>(b3, v128.mul<T>(second, v128.load(p, 48)));
    }
    w += wRow;
    x += xChannel;
  }
  v128.store(y, a0);
  v128.store(y, a1, 16);
  v128.store(y, a2, 32);
  v128.store(y, a3, 48);
  y += yRow;
  v128.store(y, b0);
  v128.store(y, b1, 16);
  v128.store(y, b2, 32);
  v128.store(y, b3, 48);
}

/**
 * An even number of output rows of `width` values, at least four vectors: y[i, j] = Σ_{c, u, v} w[c, u, v] · x[c, i + u,
 * j + columns[v]], with `columns` and rows in bytes. The sums are those of planeTaps, bit by bit.
 */
function rowPairs<T>(
  x: usize, xRow: usize, xChannel: usize, channels: i32, rows: i32, columns: usize, count: i32, w: usize,
  y: usize, yRow: usize, height: i32, width: i32,
): void {
  const step = across * lanes<T>();
  for (let i = 0; i < height; i += 2) {
    for (let j = 0; j < width; j += step) {
      // The last tile is moved back so that it ends with the row: the same sums are written twice.
      const at = <usize>min<i32>(j, width - step) * sizeof<T>();
      pairTile<T>(x + at, xRow, xChannel, channels, rows, columns, count, w, y + at, yRow);
    }
    x += 2 * xRow;
    y += 2 * yRow;
  }
}

export function rowPairs_f32(
  x: usize, xRow: usize, xChannel: usize, channels: i32, rows: i32, columns: usize, count: i32, w: usize,
  y: usize, yRow: usize, height: i32, width: i32,
): void {
  rowPairs<f32>(x, xRow, xChannel, channels, rows, columns, count, w, y, yRow, height, width);
}
export function rowPairs_f64(
  x: usize, xRow: usize, xChannel: usize, channels: i32, rows: i32, columns: usize, count: i32, w: usize,
  y: usize, yRow: usize, height: i32, width: i32,
): void {
  rowPairs<f64>(x, xRow, xChannel, channels, rows, columns, count, w, y, yRow, height, width);
}
