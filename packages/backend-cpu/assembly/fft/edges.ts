// Passes of radix 4 between a picture, whose parts lie apart, and a buffer of pairs: they save a copy each way.

import { minus, plus, turnedImag, turnedReal } from "./butterflies";
import { lengthOf, PAIR, startsOf, twiddlesOf } from "./plan";

/** From four places of a picture `step` bytes apart to four of the buffer `jump` bytes apart, without factors. */
// @ts-ignore: decorator
@inline
function butterfly4From<T>(xr: usize, xi: usize, step: usize, p: usize, jump: usize): void {
  const br = v128.load(xr + step);
  const bi = v128.load(xi + step);
  const dr = v128.load(xr + 3 * step);
  const di = v128.load(xi + 3 * step);
  const tr = plus<T>(br, dr);
  const ti = plus<T>(bi, di);
  const ur = minus<T>(br, dr);
  const ui = minus<T>(bi, di);
  const ar = v128.load(xr);
  const ai = v128.load(xi);
  const cr = v128.load(xr + 2 * step);
  const ci = v128.load(xi + 2 * step);
  const er = plus<T>(ar, cr);
  const ei = plus<T>(ai, ci);
  const fr = minus<T>(ar, cr);
  const fi = minus<T>(ai, ci);
  v128.store(p, plus<T>(er, tr));
  v128.store(p, plus<T>(ei, ti), 16);
  p += jump;
  v128.store(p, plus<T>(fr, ui));
  v128.store(p, minus<T>(fi, ur), 16);
  p += jump;
  v128.store(p, minus<T>(er, tr));
  v128.store(p, minus<T>(ei, ti), 16);
  p += jump;
  v128.store(p, minus<T>(fr, ui));
  v128.store(p, plus<T>(fi, ur), 16);
}

/** From four places of the buffer `step` bytes apart to four of a picture `jump` bytes apart, with factors. */
// @ts-ignore: decorator
@inline
function butterfly4To<T>(p: usize, step: usize, w: usize, yr: usize, yi: usize, jump: usize): void {
  let xr = v128.load(p + step);
  let xi = v128.load(p + step, 16);
  const br = turnedReal<T>(xr, xi, w);
  const bi = turnedImag<T>(xr, xi, w);
  xr = v128.load(p + 3 * step);
  xi = v128.load(p + 3 * step, 16);
  const dr = turnedReal<T>(xr, xi, w + 4 * sizeof<T>());
  const di = turnedImag<T>(xr, xi, w + 4 * sizeof<T>());
  const tr = plus<T>(br, dr);
  const ti = plus<T>(bi, di);
  const ur = minus<T>(br, dr);
  const ui = minus<T>(bi, di);
  xr = v128.load(p + 2 * step);
  xi = v128.load(p + 2 * step, 16);
  const cr = turnedReal<T>(xr, xi, w + 2 * sizeof<T>());
  const ci = turnedImag<T>(xr, xi, w + 2 * sizeof<T>());
  const ar = v128.load(p);
  const ai = v128.load(p, 16);
  const er = plus<T>(ar, cr);
  const ei = plus<T>(ai, ci);
  const fr = minus<T>(ar, cr);
  const fi = minus<T>(ai, ci);
  v128.store(yr, plus<T>(er, tr));
  v128.store(yi, plus<T>(ei, ti));
  v128.store(yr + jump, plus<T>(fr, ui));
  v128.store(yi + jump, minus<T>(fi, ur));
  v128.store(yr + 2 * jump, minus<T>(er, tr));
  v128.store(yi + 2 * jump, minus<T>(ei, ti));
  v128.store(yr + 3 * jump, minus<T>(fr, ui));
  v128.store(yi + 3 * jump, plus<T>(fi, ur));
}

/** The first pass, of radix 4, straight from the picture to the elements from `start` up to but not `end` of the buffer. */
// @ts-ignore: decorator
@inline
export function firstPass<T>(
  plan: usize, start: i32, end: i32, xr: usize, xi: usize, rowBytes: usize, l: i32, buffer: usize,
): void {
  const step = <usize>(lengthOf(plan) >> 2) * rowBytes;
  const starts = startsOf(plan);
  buffer += <usize>(start * l) * PAIR;
  for (let b = start >> 2; b < end >> 2; b++) {
    const at = <usize>load<i32>(starts + (<usize>b << 2)) * rowBytes;
    for (let v: usize = 0; v < <usize>l; v++) {
      butterfly4From<T>(xr + at + (v << 4), xi + at + (v << 4), step, buffer + v * PAIR, <usize>l * PAIR);
    }
    buffer += <usize>(4 * l) * PAIR;
  }
}

/** The last pass, of radix 4, straight from the buffer to the picture. */
// @ts-ignore: decorator
@inline
export function lastPass<T>(plan: usize, pass: i32, buffer: usize, l: i32, yr: usize, yi: usize, rowBytes: usize): void {
  const count = lengthOf(plan) >> 2;
  const step = <usize>(count * l) * PAIR;
  const jump = <usize>count * rowBytes;
  let w = twiddlesOf(plan, pass);
  for (let j = 0; j < count; j++) {
    for (let v: usize = 0; v < <usize>l; v++) {
      butterfly4To<T>(buffer, step, w, yr + (v << 4), yi + (v << 4), jump);
      buffer += PAIR;
    }
    w += 6 * sizeof<T>();
    yr += rowBytes;
    yi += rowBytes;
  }
}
