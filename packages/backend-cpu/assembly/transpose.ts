// Copies between a plane whose first axis is contiguous and one whose second axis is: the last two axes swapped.
// Strides are in bytes. Values are moved in squares of one vector a side, within tiles that fit the first cache.

/** Values a side of a tile: the lines that a tile reads and writes stay in the first cache together. */
const TILE: i32 = 16;

// @ts-ignore: decorator
@inline
function square4(x: usize, y: usize, sx: i32, sy: i32): void {
  const a = v128.load(x);
  const b = v128.load(x + sx);
  const c = v128.load(x + 2 * sx);
  const d = v128.load(x + 3 * sx);
  const ab = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
  const cd = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
  const ab2 = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
  const cd2 = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
  v128.store(y, v128.shuffle<i64>(ab, cd, 0, 2));
  v128.store(y + sy, v128.shuffle<i64>(ab, cd, 1, 3));
  v128.store(y + 2 * sy, v128.shuffle<i64>(ab2, cd2, 0, 2));
  v128.store(y + 3 * sy, v128.shuffle<i64>(ab2, cd2, 1, 3));
}

// @ts-ignore: decorator
@inline
function square2(x: usize, y: usize, sx: i32, sy: i32): void {
  const a = v128.load(x);
  const b = v128.load(x + sx);
  v128.store(y, v128.shuffle<i64>(a, b, 0, 2));
  v128.store(y + sy, v128.shuffle<i64>(a, b, 1, 3));
}

// @ts-ignore: decorator
@inline
function tile<T>(x: usize, y: usize, rows: i32, columns: i32, sx: i32, sy: i32): void {
  const side = 16 / sizeof<T>();
  let i = 0;
  for (; i + side <= rows; i += side) {
    let from = x + i * sizeof<T>();
    let to = y + i * sy;
    let j = 0;
    for (; j + side <= columns; j += side) {
      if (sizeof<T>() == 4) square4(from, to, sx, sy);
      else square2(from, to, sx, sy);
      from += side * sx;
      to += 16;
    }
    for (; j < columns; j++) {
      for (let k = 0; k < side; k++) store<T>(to + k * sy, load<T>(from + k * sizeof<T>()));
      from += sx;
      to += sizeof<T>();
    }
  }
  for (; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      store<T>(y + i * sy + j * sizeof<T>(), load<T>(x + i * sizeof<T>() + j * sx));
    }
  }
}

/** y[i, j] = x[j, i] for `rows` rows i and `columns` columns j; `sx` is from j to j + 1 in x, `sy` from i to i + 1 in y. */
// @ts-ignore: decorator
@inline
export function transposePlane<T>(x: usize, y: usize, rows: i32, columns: i32, sx: i32, sy: i32): void {
  for (let i = 0; i < rows; i += TILE) {
    for (let j = 0; j < columns; j += TILE) {
      const from = x + i * sizeof<T>() + j * sx;
      const to = y + i * sy + j * sizeof<T>();
      tile<T>(from, to, min<i32>(TILE, rows - i), min<i32>(TILE, columns - j), sx, sy);
    }
  }
}
