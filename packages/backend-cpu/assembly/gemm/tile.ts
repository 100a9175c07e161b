import { lanes } from "../vector";

/** Rows of a tile of the product that is built in registers. */
export const tileRows: i32 = 4;

/** Columns of a tile: two vectors. */
// @ts-ignore: decorator
@inline
export function tileColumns<T>(): i32 {
  return 2 * lanes<T>();
}

// @ts-ignore: decorator
@inline
function put<T>(to: usize, left: v128, right: v128, accumulate: bool): void {
  v128.store(to, accumulate ? v128.add<T>(v128.load(to), left) : left);
  v128.store(to, accumulate ? v128.add<T>(v128.load(to, 16), right) : right, 16);
}

/** Writes the tile's values to where a table says that each of its rows and columns lies. */
function scatter<T>(tile: usize, c: usize, rows: usize, columns: usize, height: i32, width: i32, accumulate: bool): void {
  for (let i = 0; i < height; i++) {
    const to = c + load<usize>(rows + <usize>i * sizeof<usize>());
    const from = tile + <usize>(i * tileColumns<T>()) * sizeof<T>();
    for (let j = 0; j < width; j++) {
      const at = to + load<usize>(columns + <usize>j * sizeof<usize>());
      const v = load<T>(from + <usize>j * sizeof<T>());
      store<T>(at, accumulate ? load<T>(at) + v : v);
    }
  }
}

/**
 * One tile of the product from packed panels: eight vectors of sums, enough independent additions to hide their latency.
 * `height` and `width` say how much of the tile there is; `buffer` has room for one tile.
 */
export function tile<T>(
  a: usize, b: usize, k: i32, c: usize, rows: usize, columns: usize, height: i32, width: i32,
  isRow: bool, accumulate: bool, buffer: usize,
): void {
  let c00 = v128.splat<T>(<T>0);
  let c01 = c00;
  let c10 = c00;
  let c11 = c00;
  let c20 = c00;
  let c21 = c00;
  let c30 = c00;
  let c31 = c00;
  const end = b + <usize>(k << 5);
  while (b < end) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const a0 = v128.load_splat<T>(a);
    c00 = v128.add<T>(c00, v128.mul<T>(a0, b0));
    c01 = v128.add<T>(c01, v128.mul<T>(a0, b1));
    const a1 = v128.load_splat<T>(a, sizeof<T>());
    c10 = v128.add<T>(c10, v128.mul<T>(a1, b0));
    c11 = v128.add<T>(c11, v128.mul<T>(a1, b1));
    const a2 = v128.load_splat<T>(a, 2 * sizeof<T>());
    c20 = v128.add<T>(c20, v128.mul<T>(a2, b0));
    c21 = v128.add<T>(c21, v128.mul<T>(a2, b1));
    const a3 = v128.load_splat<T>(a, 3 * sizeof<T>());
    c30 = v128.add<T>(c30, v128.mul<T>(a3, b0));
    c31 = v128.add<T>(c31, v128.mul<T>(a3, b1));
    a += 4 * sizeof<T>();
    b += 32;
  }
  if (isRow) {
    // The columns are neighbours, and all there.
    const to = c + load<usize>(columns);
    put<T>(to + load<usize>(rows), c00, c01, accumulate);
    if (height > 1) put<T>(to + load<usize>(rows, sizeof<usize>()), c10, c11, accumulate);
    if (height > 2) put<T>(to + load<usize>(rows, 2 * sizeof<usize>()), c20, c21, accumulate);
    if (height > 3) put<T>(to + load<usize>(rows, 3 * sizeof<usize>()), c30, c31, accumulate);
    return;
  }
  put<T>(buffer, c00, c01, false);
  put<T>(buffer + 32, c10, c11, false);
  put<T>(buffer + 64, c20, c21, false);
  put<T>(buffer + 96, c30, c31, false);
  scatter<T>(buffer, c, rows, columns, height, width, accumulate);
}
