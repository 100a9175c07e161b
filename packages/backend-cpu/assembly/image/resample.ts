// Pictures of [height, width, channels] read between their pixels: crops of a regular grid, and projective maps.

/** Row or column of the picture, or -1 outside it. */
// @ts-ignore: decorator
@inline
function place(i: f64, extent: i32): i32 {
  return i >= 0 && i <= <f64>(extent - 1) ? <i32>i : -1;
}

// @ts-ignore: decorator
@inline
function read<T>(x: usize, width: i32, channels: i32, row: i32, column: i32, c: i32, fill: f64): f64 {
  if (row < 0 || column < 0) return fill;
  return <f64>load<T>(x + <usize>((row * width + column) * channels + c) * sizeof<T>());
}

/** All channels at one position, by the nearest pixel or between four. A pixel outside the picture is `fill`. */
// @ts-ignore: decorator
@inline
function sample<T>(x: usize, height: i32, width: i32, channels: i32, row: f64, column: f64, bilinear: bool, fill: f64, y: usize): void {
  if (!bilinear) {
    const r = place(floor<f64>(row + 0.5), height);
    const s = place(floor<f64>(column + 0.5), width);
    for (let c = 0; c < channels; c++) {
      store<T>(y + <usize>c * sizeof<T>(), <T>read<T>(x, width, channels, r, s, c, fill));
    }
    return;
  }
  const top = floor<f64>(row);
  const left = floor<f64>(column);
  const down = row - top;
  const right = column - left;
  const r0 = place(top, height);
  const r1 = down > 0 ? place(top + 1, height) : r0;
  const s0 = place(left, width);
  const s1 = right > 0 ? place(left + 1, width) : s0;
  for (let c = 0; c < channels; c++) {
    const a = read<T>(x, width, channels, r0, s0, c, fill);
    const b = read<T>(x, width, channels, r0, s1, c, fill);
    const above = a + (b - a) * right;
    const d = read<T>(x, width, channels, r1, s0, c, fill);
    const e = read<T>(x, width, channels, r1, s1, c, fill);
    const below = d + (e - d) * right;
    store<T>(y + <usize>c * sizeof<T>(), <T>(above + (below - above) * down));
  }
}

/** The i-th of `count` positions from `start` to `stop`, in fractions of the picture; the middle if there is only one. */
// @ts-ignore: decorator
@inline
function position(i: i32, count: i32, start: f64, stop: f64, extent: i32): f64 {
  const last = <f64>(extent - 1);
  if (count == 1) return 0.5 * (start + stop) * last;
  return start * last + <f64>i * ((stop - start) * last / <f64>(count - 1));
}

/** The box [top, left, bottom, right], at four values of T, on a grid of `rows` × `columns`. */
// @ts-ignore: decorator
@inline
function crop<T>(x: usize, height: i32, width: i32, channels: i32, box: usize, y: usize, rows: i32, columns: i32, bilinear: bool, fill: f64): void {
  const top = <f64>load<T>(box);
  const left = <f64>load<T>(box, sizeof<T>());
  const bottom = <f64>load<T>(box, 2 * sizeof<T>());
  const right = <f64>load<T>(box, 3 * sizeof<T>());
  for (let i = 0; i < rows; i++) {
    const row = position(i, rows, top, bottom, height);
    for (let j = 0; j < columns; j++) {
      const column = position(j, columns, left, right, width);
      if (row >= 0 && row <= <f64>(height - 1) && column >= 0 && column <= <f64>(width - 1)) {
        sample<T>(x, height, width, channels, row, column, bilinear, fill, y);
      } else {
        for (let c = 0; c < channels; c++) store<T>(y + <usize>c * sizeof<T>(), <T>fill);
      }
      y += <usize>channels * sizeof<T>();
    }
  }
}

export function crop_f32(x: usize, height: i32, width: i32, channels: i32, box: usize, y: usize, rows: i32, columns: i32, bilinear: i32, fill: f64): void {
  crop<f32>(x, height, width, channels, box, y, rows, columns, bilinear != 0, fill);
}
export function crop_f64(x: usize, height: i32, width: i32, channels: i32, box: usize, y: usize, rows: i32, columns: i32, bilinear: i32, fill: f64): void {
  crop<f64>(x, height, width, channels, box, y, rows, columns, bilinear != 0, fill);
}

/**
 * Where a position outside [0, extent - 1] is taken from. Mode 0: nowhere, 1: mirrored at the outer edges of the first and
 * last pixel, 2: repeated with a period of `extent`, 3: the nearest edge.
 */
function inside(i: f64, extent: i32, mode: i32): f64 {
  const last = <f64>(extent - 1);
  if (mode == 0 || (i >= 0 && i <= last)) return i;
  if (extent == 1) return 0;
  const n = <f64>extent;
  let p = i;
  if (mode == 1) {
    p = i - 2 * n * floor<f64>(i / (2 * n));
    if (p >= n) p = 2 * n - p - 1;
  } else if (mode == 2) {
    // TensorFlow's count of periods, which is by extent - 1.
    p = i < 0 ? i + n * (trunc<f64>(-i / last) + 1) : i - n * trunc<f64>(i / last);
  }
  return min<f64>(max<f64>(p, 0), last);
}

/**
 * Pixel (j, i) of the result is the one at ((a j + b i + c) / k, (d j + e i + f) / k) of the picture, k = g j + h i + 1,
 * with a … h at `matrix`.
 */
// @ts-ignore: decorator
@inline
function project<T>(x: usize, height: i32, width: i32, channels: i32, matrix: usize, y: usize, rows: i32, columns: i32, bilinear: bool, mode: i32, fill: f64): void {
  const s = sizeof<T>();
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const u = <f64>j;
      const v = <f64>i;
      const k = <f64>load<T>(matrix, 6 * s) * u + <f64>load<T>(matrix, 7 * s) * v + 1;
      if (k == 0) {
        for (let c = 0; c < channels; c++) store<T>(y + <usize>c * s, <T>fill);
      } else {
        const column = (<f64>load<T>(matrix) * u + <f64>load<T>(matrix, s) * v + <f64>load<T>(matrix, 2 * s)) / k;
        const row = (<f64>load<T>(matrix, 3 * s) * u + <f64>load<T>(matrix, 4 * s) * v + <f64>load<T>(matrix, 5 * s)) / k;
        sample<T>(x, height, width, channels, inside(row, height, mode), inside(column, width, mode), bilinear, fill, y);
      }
      y += <usize>channels * s;
    }
  }
}

export function project_f32(x: usize, height: i32, width: i32, channels: i32, matrix: usize, y: usize, rows: i32, columns: i32, bilinear: i32, mode: i32, fill: f64): void {
  project<f32>(x, height, width, channels, matrix, y, rows, columns, bilinear != 0, mode, fill);
}
export function project_f64(x: usize, height: i32, width: i32, channels: i32, matrix: usize, y: usize, rows: i32, columns: i32, bilinear: i32, mode: i32, fill: f64): void {
  project<f64>(x, height, width, channels, matrix, y, rows, columns, bilinear != 0, mode, fill);
}
