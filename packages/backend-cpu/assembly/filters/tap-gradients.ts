// The gradient of a filter's taps: products of a plane with another at a table of offsets, summed over all places.

import { lanes } from "../vector";

/** Rows are added up in registers until so many vectors have been, and then to totals in float64. */
const vectorsPerBlock: i32 = 64;

// @ts-ignore: decorator
@inline
function offset(offsets: usize, t: i32): usize {
  return <usize>load<u32>(offsets + <usize>(t << 2));
}

// @ts-ignore: decorator
@inline
function addTo<T>(total: usize, x: v128): void {
  let sum = load<f64>(total);
  if (sizeof<T>() == 8) {
    sum += f64x2.extract_lane(x, 0) + f64x2.extract_lane(x, 1);
  } else {
    sum += <f64>f32x4.extract_lane(x, 0) + <f64>f32x4.extract_lane(x, 1);
    sum += <f64>f32x4.extract_lane(x, 2) + <f64>f32x4.extract_lane(x, 3);
  }
  store<f64>(total, sum);
}

/** Adds to n totals, n a constant of 1 or 4, the products over some rows. */
// @ts-ignore: decorator
@inline
function dotRows<T>(n: i32, x: usize, xRow: usize, d: usize, dRow: usize, rows: i32, width: i32, offsets: usize, totals: usize): void {
  const o0 = offset(offsets, 0);
  const o1 = n > 1 ? offset(offsets, 1) : o0;
  const o2 = n > 1 ? offset(offsets, 2) : o0;
  const o3 = n > 1 ? offset(offsets, 3) : o0;
  let a0 = v128.splat<T>(<T>0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  const whole = width & ~(lanes<T>() - 1);
  for (let i = 0; i < rows; i++) {
    let p = x;
    let q = d;
    const end = d + <usize>whole * sizeof<T>();
    for (; q < end; q += 16) {
      const v = v128.load(q);
      a0 = v128.add<T>(a0, v128.mul<T>(v, v128.load(p + o0)));
      if (n > 1) {
        a1 = v128.add<T>(a1, v128.mul<T>(v, v128.load(p + o1)));
        a2 = v128.add<T>(a2, v128.mul<T>(v, v128.load(p + o2)));
        a3 = v128.add<T>(a3, v128.mul<T>(v, v128.load(p + o3)));
      }
      p += 16;
    }
    for (let j = whole; j < width; j++) {
      const v = <f64>load<T>(q);
      for (let t = 0; t < n; t++) {
        const total = totals + <usize>(t << 3);
        store<f64>(total, load<f64>(total) + v * <f64>load<T>(p + offset(offsets, t)));
      }
      p += sizeof<T>();
      q += sizeof<T>();
    }
    x += xRow;
    d += dRow;
  }
  addTo<T>(totals, a0);
  if (n > 1) {
    addTo<T>(totals + 8, a1);
    addTo<T>(totals + 16, a2);
    addTo<T>(totals + 24, a3);
  }
}

/** totals[t] += Σ_{i,j} d[i, j] · x[i, j + offset[t]] for a plane d of `height` × `width`; rows are in bytes. */
function planeDots<T>(x: usize, xRow: usize, d: usize, dRow: usize, height: i32, width: i32, offsets: usize, count: i32, totals: usize): void {
  const rows = max<i32>(1, vectorsPerBlock * lanes<T>() / max<i32>(1, width));
  for (let i = 0; i < height; i += rows) {
    const some = min<i32>(rows, height - i);
    let t = 0;
    for (; t + 4 <= count; t += 4) {
      dotRows<T>(4, x, xRow, d, dRow, some, width, offsets + <usize>(t << 2), totals + <usize>(t << 3));
    }
    for (; t < count; t++) {
      dotRows<T>(1, x, xRow, d, dRow, some, width, offsets + <usize>(t << 2), totals + <usize>(t << 3));
    }
    x += <usize>rows * xRow;
    d += <usize>rows * dRow;
  }
}

export function planeDots_f32(x: usize, xRow: usize, d: usize, dRow: usize, height: i32, width: i32, offsets: usize, count: i32, totals: usize): void {
  planeDots<f32>(x, xRow, d, dRow, height, width, offsets, count, totals);
}
export function planeDots_f64(x: usize, xRow: usize, d: usize, dRow: usize, height: i32, width: i32, offsets: usize, count: i32, totals: usize): void {
  planeDots<f64>(x, xRow, d, dRow, height, width, offsets, count, totals);
}
