// Grey-scale dilation: y[i, j, c] = max over the taps of x + tap, pixels outside the picture left out.
// `table` holds the i32: height, width, channels of x; height, width of y; height, width of the filter; stride, pad and
// distance between taps, each for rows and for columns.

// @ts-ignore: decorator
@inline
function entry(table: usize, i: i32): i32 {
  return load<i32>(table + <usize>(i << 2));
}

let bestX: i32 = 0;
let bestTap: i32 = 0;

/** The largest sum at one place, the first of equal ones; where in x and in the filter it lies, or -1. */
// @ts-ignore: decorator
@inline
function largest<T>(x: usize, filter: usize, table: usize, i: i32, j: i32, c: i32): f64 {
  const height = entry(table, 0);
  const width = entry(table, 1);
  const channels = entry(table, 2);
  const columns = entry(table, 6);
  bestX = -1;
  let best = -Infinity;
  for (let p = 0; p < entry(table, 5); p++) {
    const row = i * entry(table, 7) - entry(table, 9) + p * entry(table, 11);
    if (row < 0 || row >= height) continue;
    for (let q = 0; q < columns; q++) {
      const column = j * entry(table, 8) - entry(table, 10) + q * entry(table, 12);
      if (column < 0 || column >= width) continue;
      const at = (row * width + column) * channels + c;
      const tap = (p * columns + q) * channels + c;
      const sum = <f64>load<T>(x + <usize>at * sizeof<T>()) + <f64>load<T>(filter + <usize>tap * sizeof<T>());
      if (sum > best || bestX < 0) {
        best = sum;
        bestX = at;
        bestTap = tap;
      }
    }
  }
  return best;
}

/** Code 0: y = dilation; 1: y += dy where x came from; 2: y += dy at the taps taken. */
// @ts-ignore: decorator
@inline
function dilate<T>(code: i32, x: usize, filter: usize, dy: usize, y: usize, table: usize): void {
  let at: usize = 0;
  for (let i = 0; i < entry(table, 3); i++) {
    for (let j = 0; j < entry(table, 4); j++) {
      for (let c = 0; c < entry(table, 2); c++) {
        const value = largest<T>(x, filter, table, i, j, c);
        if (code == 0) {
          store<T>(y + at, <T>value);
        } else if (bestX >= 0) {
          const to = y + <usize>(code == 1 ? bestX : bestTap) * sizeof<T>();
          store<T>(to, load<T>(to) + load<T>(dy + at));
        }
        at += sizeof<T>();
      }
    }
  }
}

export function dilate_f32(code: i32, x: usize, filter: usize, dy: usize, y: usize, table: usize): void {
  dilate<f32>(code, x, filter, dy, y, table);
}
export function dilate_f64(code: i32, x: usize, filter: usize, dy: usize, y: usize, table: usize): void {
  dilate<f64>(code, x, filter, dy, y, table);
}
