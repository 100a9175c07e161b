// Parts of half spectra, weighted by masks, brought to the order of whole spectra of other sizes, and back.

import { lanes, reversed } from "../vector";

/** How many of n frequencies are not negative; they come first. */
// @ts-ignore: decorator
@inline
function notNegative(n: i32): i32 {
  return (n + 1) >> 1;
}

/** The place of the k-th of `from` frequencies among `to`. */
// @ts-ignore: decorator
@inline
function rowAmong(k: i32, from: i32, to: i32): i32 {
  return k < notNegative(from) ? k : to - from + k;
}

/** y = sign · mask · x for `count` values. May write one vector beyond them. */
// @ts-ignore: decorator
@inline
function weigh<T>(x: usize, mask: usize, sign: T, y: usize, count: i32): void {
  const s = v128.splat<T>(sign);
  const bytes = <usize>count * sizeof<T>();
  for (let at: usize = 0; at < bytes; at += 16) {
    v128.store(y + at, v128.mul<T>(s, v128.mul<T>(v128.load(mask + at), v128.load(x + at))));
  }
}

/** As `weigh`, x read backwards from its value at `x`. */
// @ts-ignore: decorator
@inline
function weighBackwards<T>(x: usize, mask: usize, sign: T, y: usize, count: i32): void {
  const s = v128.splat<T>(sign);
  const bytes = <usize>count * sizeof<T>();
  let from = x + sizeof<T>() - 16;
  for (let at: usize = 0; at < bytes; at += 16) {
    v128.store(y + at, v128.mul<T>(s, v128.mul<T>(v128.load(mask + at), reversed<T>(v128.load(from)))));
    from -= 16;
  }
}

/** One part of one row of a band's spectrum: columns of frequencies from 0, zeros, columns of negative ones. */
// @ts-ignore: decorator
@inline
function fillRow<T>(
  x: usize, mirrored: usize, mask: usize, mw: i32, plus: T, minus: T, y: usize, w: i32,
): void {
  const right = notNegative(mw);
  const left = mw - right;
  weigh<T>(x, mask, plus, y, right);
  // In this order what a vector writes too much is overwritten, by the next row at the latest.
  memory.fill(y + <usize>right * sizeof<T>(), 0, <usize>(w - mw) * sizeof<T>());
  const at = <usize>right * sizeof<T>();
  weighBackwards<T>(mirrored + <usize>left * sizeof<T>(), mask + at, minus, y + <usize>(w - left) * sizeof<T>(), left);
}

/**
 * The spectrum [h, w] of a band: mask [mh, mw] times the whole spectrum whose half [height, columns] is given. `xr` becomes the real
 * part and `xi` the imaginary one, times the signs of the half that is given and of the half that is its mirror image.
 */
// @ts-ignore: decorator
@inline
function fill<T>(
  xr: usize, xi: usize, height: i32, columns: i32, mask: usize, mh: i32, mw: i32, signs: i32, yr: usize, yi: usize, h: i32, w: i32,
): void {
  const plusR: T = signs & 1 ? <T>-1 : <T>1;
  const plusI: T = signs & 2 ? <T>-1 : <T>1;
  const minusR: T = signs & 4 ? <T>-1 : <T>1;
  const minusI: T = signs & 8 ? <T>-1 : <T>1;
  const rowBytes = <usize>columns * sizeof<T>();
  const outBytes = <usize>w * sizeof<T>();
  for (let r = 0; r < mh; r++) {
    const row = rowAmong(r, mh, height);
    const mirror = row == 0 ? 0 : height - row;
    const from = <usize>row * rowBytes;
    const back = <usize>mirror * rowBytes;
    const to = <usize>rowAmong(r, mh, h) * outBytes;
    if (r == notNegative(mh) && h > mh) {
      memory.fill(yr + <usize>r * outBytes, 0, <usize>(h - mh) * outBytes);
      memory.fill(yi + <usize>r * outBytes, 0, <usize>(h - mh) * outBytes);
    }
    const at = mask + <usize>(r * mw) * sizeof<T>();
    fillRow<T>(xr + from, xr + back, at, mw, plusR, minusR, yr + to, w);
    fillRow<T>(xi + from, xi + back, at, mw, plusI, minusI, yi + to, w);
  }
  if (mh == 1 && h > 1) {
    memory.fill(yr + outBytes, 0, <usize>(h - 1) * outBytes);
    memory.fill(yi + outBytes, 0, <usize>(h - 1) * outBytes);
  }
}

/** y += sign · mask · x for `count` values and nothing beyond. */
// @ts-ignore: decorator
@inline
function gather<T>(x: usize, mask: usize, sign: T, y: usize, count: i32): void {
  const s = v128.splat<T>(sign);
  let i = 0;
  for (; i + lanes<T>() <= count; i += lanes<T>()) {
    const at = <usize>i * sizeof<T>();
    const term = v128.mul<T>(s, v128.mul<T>(v128.load(mask + at), v128.load(x + at)));
    v128.store(y + at, v128.add<T>(v128.load(y + at), term));
  }
  for (; i < count; i++) {
    const at = <usize>i * sizeof<T>();
    store<T>(y + at, load<T>(y + at) + sign * (load<T>(mask + at) * load<T>(x + at)));
  }
}

/** As `gather`, into y backwards from `y`. */
// @ts-ignore: decorator
@inline
function gatherBackwards<T>(x: usize, mask: usize, sign: T, y: usize, count: i32): void {
  const s = v128.splat<T>(sign);
  let i = 0;
  for (; i + lanes<T>() <= count; i += lanes<T>()) {
    const at = <usize>i * sizeof<T>();
    const to = y - at + sizeof<T>() - 16;
    const term = v128.mul<T>(s, v128.mul<T>(v128.load(mask + at), v128.load(x + at)));
    v128.store(to, v128.add<T>(v128.load(to), reversed<T>(term)));
  }
  for (; i < count; i++) {
    const at = <usize>i * sizeof<T>();
    store<T>(y - at, load<T>(y - at) + sign * (load<T>(mask + at) * load<T>(x + at)));
  }
}

/** The transpose of `fill`, added to the half spectra at xr and xi. */
// @ts-ignore: decorator
@inline
function collect<T>(
  xr: usize, xi: usize, height: i32, columns: i32, mask: usize, mh: i32, mw: i32, signs: i32, yr: usize, yi: usize, h: i32, w: i32,
): void {
  const plusR: T = signs & 1 ? <T>-1 : <T>1;
  const plusI: T = signs & 2 ? <T>-1 : <T>1;
  const minusR: T = signs & 4 ? <T>-1 : <T>1;
  const minusI: T = signs & 8 ? <T>-1 : <T>1;
  const rowBytes = <usize>columns * sizeof<T>();
  const right = notNegative(mw);
  const left = mw - right;
  const middle = <usize>right * sizeof<T>();
  const far = <usize>left * sizeof<T>();
  for (let r = 0; r < mh; r++) {
    const row = rowAmong(r, mh, height);
    const to = <usize>row * rowBytes;
    const back = <usize>(row == 0 ? 0 : height - row) * rowBytes + far;
    const from = <usize>(rowAmong(r, mh, h) * w) * sizeof<T>();
    const end = from + <usize>(w - left) * sizeof<T>();
    const at = mask + <usize>(r * mw) * sizeof<T>();
    gather<T>(yr + from, at, plusR, xr + to, right);
    gather<T>(yi + from, at, plusI, xi + to, right);
    gatherBackwards<T>(yr + end, at + middle, minusR, xr + back, left);
    gatherBackwards<T>(yi + end, at + middle, minusI, xi + back, left);
  }
}

/** One part of a half spectrum [height, columns] times a mask [h, v], for each of `planes`. */
// @ts-ignore: decorator
@inline
function mask<T>(x: usize, planes: i32, height: i32, columns: i32, m: usize, h: i32, v: i32, y: usize): void {
  const from = <usize>columns * sizeof<T>();
  const to = <usize>v * sizeof<T>();
  for (let p = 0; p < planes; p++) {
    for (let r = 0; r < h; r++) {
      weigh<T>(x + <usize>rowAmong(r, h, height) * from, m + <usize>r * to, 1, y, v);
      y += to;
    }
    x += <usize>height * from;
  }
}

/** The transpose of `mask`, x being the larger spectrum. */
// @ts-ignore: decorator
@inline
function unmask<T>(x: usize, planes: i32, height: i32, columns: i32, m: usize, h: i32, v: i32, y: usize): void {
  const from = <usize>columns * sizeof<T>();
  const to = <usize>v * sizeof<T>();
  memory.fill(x, 0, <usize>(planes * height) * from);
  for (let p = 0; p < planes; p++) {
    for (let r = 0; r < h; r++) {
      gather<T>(y, m + <usize>r * to, 1, x + <usize>rowAmong(r, h, height) * from, v);
      y += to;
    }
    x += <usize>height * from;
  }
}

export function bandFill_f32(
  xr: usize, xi: usize, height: i32, columns: i32, m: usize, mh: i32, mw: i32, signs: i32, yr: usize, yi: usize, h: i32, w: i32,
): void {
  fill<f32>(xr, xi, height, columns, m, mh, mw, signs, yr, yi, h, w);
}
export function bandFill_f64(
  xr: usize, xi: usize, height: i32, columns: i32, m: usize, mh: i32, mw: i32, signs: i32, yr: usize, yi: usize, h: i32, w: i32,
): void {
  fill<f64>(xr, xi, height, columns, m, mh, mw, signs, yr, yi, h, w);
}
export function bandCollect_f32(
  xr: usize, xi: usize, height: i32, columns: i32, m: usize, mh: i32, mw: i32, signs: i32, yr: usize, yi: usize, h: i32, w: i32,
): void {
  collect<f32>(xr, xi, height, columns, m, mh, mw, signs, yr, yi, h, w);
}
export function bandCollect_f64(
  xr: usize, xi: usize, height: i32, columns: i32, m: usize, mh: i32, mw: i32, signs: i32, yr: usize, yi: usize, h: i32, w: i32,
): void {
  collect<f64>(xr, xi, height, columns, m, mh, mw, signs, yr, yi, h, w);
}
export function maskSpectrum_f32(x: usize, planes: i32, height: i32, columns: i32, m: usize, h: i32, v: i32, y: usize): void {
  mask<f32>(x, planes, height, columns, m, h, v, y);
}
export function maskSpectrum_f64(x: usize, planes: i32, height: i32, columns: i32, m: usize, h: i32, v: i32, y: usize): void {
  mask<f64>(x, planes, height, columns, m, h, v, y);
}
export function unmaskSpectrum_f32(x: usize, planes: i32, height: i32, columns: i32, m: usize, h: i32, v: i32, y: usize): void {
  unmask<f32>(x, planes, height, columns, m, h, v, y);
}
export function unmaskSpectrum_f64(x: usize, planes: i32, height: i32, columns: i32, m: usize, h: i32, v: i32, y: usize): void {
  unmask<f64>(x, planes, height, columns, m, h, v, y);
}
