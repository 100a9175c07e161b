import { correlate } from "./correlate";

/**
 * One output plane of a valid cross-correlation: the sum over `channels` planes [height, width] of x with the taps
 * [channels, kh, kw]. A row is finished before the next begins.
 */
// @ts-ignore: decorator
@inline
function conv2d<T>(x: usize, channels: i32, height: i32, width: i32, taps: usize, kh: i32, kw: i32, y: usize): void {
  const outHeight = height - kh + 1;
  const outWidth = width - kw + 1;
  const size = sizeof<T>();
  for (let i = 0; i < outHeight; i++) {
    let w = taps;
    for (let c = 0; c < channels; c++) {
      for (let p = 0; p < kh; p++) {
        const from = x + <usize>((c * height + i + p) * width) * size;
        correlate<T>(from, size, w, kw, y, outWidth, c + p > 0);
        w += <usize>kw * size;
      }
    }
    y += <usize>outWidth * size;
  }
}

export function conv2d_f32(x: usize, channels: i32, height: i32, width: i32, taps: usize, kh: i32, kw: i32, y: usize): void {
  conv2d<f32>(x, channels, height, width, taps, kh, kw, y);
}
export function conv2d_f64(x: usize, channels: i32, height: i32, width: i32, taps: usize, kh: i32, kw: i32, y: usize): void {
  conv2d<f64>(x, channels, height, width, taps, kh, kw, y);
}
