// Butterflies on pairs of vectors in a buffer, in place: the discrete Fourier transforms of length 2, 3, 4 and 5 of elements
// `step` bytes apart, each but the first multiplied by a twiddle factor before. Notation: xr, xi are the parts of x.

// @ts-ignore: decorator
@inline
export function plus<T>(a: v128, b: v128): v128 {
  return v128.add<T>(a, b);
}

// @ts-ignore: decorator
@inline
export function minus<T>(a: v128, b: v128): v128 {
  return v128.sub<T>(a, b);
}

// @ts-ignore: decorator
@inline
export function times<T>(a: v128, b: v128): v128 {
  return v128.mul<T>(a, b);
}

/** Real part of x · w, where w lies at `w`. */
// @ts-ignore: decorator
@inline
export function turnedReal<T>(xr: v128, xi: v128, w: usize): v128 {
  return minus<T>(times<T>(xr, v128.load_splat<T>(w)), times<T>(xi, v128.load_splat<T>(w, sizeof<T>())));
}

/** Imaginary part of x · w. */
// @ts-ignore: decorator
@inline
export function turnedImag<T>(xr: v128, xi: v128, w: usize): v128 {
  return plus<T>(times<T>(xr, v128.load_splat<T>(w, sizeof<T>())), times<T>(xi, v128.load_splat<T>(w)));
}

// @ts-ignore: decorator
@inline
export function butterfly2<T>(p: usize, step: usize, w: usize, turn: bool): void {
  const q = p + step;
  let br = v128.load(q);
  let bi = v128.load(q, 16);
  if (turn) {
    const r = turnedReal<T>(br, bi, w);
    bi = turnedImag<T>(br, bi, w);
    br = r;
  }
  const ar = v128.load(p);
  const ai = v128.load(p, 16);
  v128.store(p, plus<T>(ar, br));
  v128.store(p, plus<T>(ai, bi), 16);
  v128.store(q, minus<T>(ar, br));
  v128.store(q, minus<T>(ai, bi), 16);
}

const SIN60: f64 = 0.8660254037844386;

// @ts-ignore: decorator
@inline
export function butterfly3<T>(p: usize, step: usize, w: usize, turn: bool): void {
  const q = p + step;
  const r = q + step;
  let br = v128.load(q);
  let bi = v128.load(q, 16);
  let cr = v128.load(r);
  let ci = v128.load(r, 16);
  if (turn) {
    let t = turnedReal<T>(br, bi, w);
    bi = turnedImag<T>(br, bi, w);
    br = t;
    t = turnedReal<T>(cr, ci, w + 2 * sizeof<T>());
    ci = turnedImag<T>(cr, ci, w + 2 * sizeof<T>());
    cr = t;
  }
  const ar = v128.load(p);
  const ai = v128.load(p, 16);
  const sr = plus<T>(br, cr);
  const si = plus<T>(bi, ci);
  const s60 = v128.splat<T>(<T>SIN60);
  const dr = times<T>(minus<T>(br, cr), s60);
  const di = times<T>(minus<T>(bi, ci), s60);
  v128.store(p, plus<T>(ar, sr));
  v128.store(p, plus<T>(ai, si), 16);
  const half = v128.splat<T>(<T>0.5);
  const mr = minus<T>(ar, times<T>(sr, half));
  const mi = minus<T>(ai, times<T>(si, half));
  v128.store(q, plus<T>(mr, di));
  v128.store(q, minus<T>(mi, dr), 16);
  v128.store(r, minus<T>(mr, di));
  v128.store(r, plus<T>(mi, dr), 16);
}

// @ts-ignore: decorator
@inline
export function butterfly4<T>(p: usize, step: usize, w: usize, turn: bool): void {
  const q = p + step;
  const r = q + step;
  const s = r + step;
  let br = v128.load(q);
  let bi = v128.load(q, 16);
  let dr = v128.load(s);
  let di = v128.load(s, 16);
  if (turn) {
    let t = turnedReal<T>(br, bi, w);
    bi = turnedImag<T>(br, bi, w);
    br = t;
    t = turnedReal<T>(dr, di, w + 4 * sizeof<T>());
    di = turnedImag<T>(dr, di, w + 4 * sizeof<T>());
    dr = t;
  }
  const tr = plus<T>(br, dr);
  const ti = plus<T>(bi, di);
  const ur = minus<T>(br, dr);
  const ui = minus<T>(bi, di);
  let cr = v128.load(r);
  let ci = v128.load(r, 16);
  if (turn) {
    const t = turnedReal<T>(cr, ci, w + 2 * sizeof<T>());
    ci = turnedImag<T>(cr, ci, w + 2 * sizeof<T>());
    cr = t;
  }
  const ar = v128.load(p);
  const ai = v128.load(p, 16);
  const er = plus<T>(ar, cr);
  const ei = plus<T>(ai, ci);
  const fr = minus<T>(ar, cr);
  const fi = minus<T>(ai, ci);
  v128.store(p, plus<T>(er, tr));
  v128.store(p, plus<T>(ei, ti), 16);
  v128.store(q, plus<T>(fr, ui));
  v128.store(q, minus<T>(fi, ur), 16);
  v128.store(r, minus<T>(er, tr));
  v128.store(r, minus<T>(ei, ti), 16);
  v128.store(s, minus<T>(fr, ui));
  v128.store(s, plus<T>(fi, ur), 16);
}

const COS72: f64 = 0.30901699437494745;
const SIN72: f64 = 0.9510565162951535;
const COS144: f64 = -0.8090169943749475;
const SIN144: f64 = 0.5877852522924731;

/** x0 + t1 · c1 + t2 · c2, the even part of an output of length 5. */
// @ts-ignore: decorator
@inline
function even5<T>(x: v128, t1: v128, c1: f64, t2: v128, c2: f64): v128 {
  return plus<T>(plus<T>(x, times<T>(t1, v128.splat<T>(<T>c1))), times<T>(t2, v128.splat<T>(<T>c2)));
}

// @ts-ignore: decorator
@inline
function odd5<T>(u1: v128, s1: f64, u2: v128, s2: f64): v128 {
  return plus<T>(times<T>(u1, v128.splat<T>(<T>s1)), times<T>(u2, v128.splat<T>(<T>s2)));
}

// @ts-ignore: decorator
@inline
export function butterfly5<T>(p: usize, step: usize, w: usize, turn: bool): void {
  const p1 = p + step;
  const p2 = p1 + step;
  const p3 = p2 + step;
  const p4 = p3 + step;
  let br = v128.load(p1);
  let bi = v128.load(p1, 16);
  let er = v128.load(p4);
  let ei = v128.load(p4, 16);
  let cr = v128.load(p2);
  let ci = v128.load(p2, 16);
  let dr = v128.load(p3);
  let di = v128.load(p3, 16);
  if (turn) {
    let t = turnedReal<T>(br, bi, w);
    bi = turnedImag<T>(br, bi, w);
    br = t;
    t = turnedReal<T>(cr, ci, w + 2 * sizeof<T>());
    ci = turnedImag<T>(cr, ci, w + 2 * sizeof<T>());
    cr = t;
    t = turnedReal<T>(dr, di, w + 4 * sizeof<T>());
    di = turnedImag<T>(dr, di, w + 4 * sizeof<T>());
    dr = t;
    t = turnedReal<T>(er, ei, w + 6 * sizeof<T>());
    ei = turnedImag<T>(er, ei, w + 6 * sizeof<T>());
    er = t;
  }
  const ar = v128.load(p);
  const ai = v128.load(p, 16);
  const t1r = plus<T>(br, er);
  const t1i = plus<T>(bi, ei);
  const u1r = minus<T>(br, er);
  const u1i = minus<T>(bi, ei);
  const t2r = plus<T>(cr, dr);
  const t2i = plus<T>(ci, di);
  const u2r = minus<T>(cr, dr);
  const u2i = minus<T>(ci, di);
  v128.store(p, plus<T>(ar, plus<T>(t1r, t2r)));
  v128.store(p, plus<T>(ai, plus<T>(t1i, t2i)), 16);
  let mr = even5<T>(ar, t1r, COS72, t2r, COS144);
  let mi = even5<T>(ai, t1i, COS72, t2i, COS144);
  let nr = odd5<T>(u1r, SIN72, u2r, SIN144);
  let ni = odd5<T>(u1i, SIN72, u2i, SIN144);
  v128.store(p1, plus<T>(mr, ni));
  v128.store(p1, minus<T>(mi, nr), 16);
  v128.store(p4, minus<T>(mr, ni));
  v128.store(p4, plus<T>(mi, nr), 16);
  mr = even5<T>(ar, t1r, COS144, t2r, COS72);
  mi = even5<T>(ai, t1i, COS144, t2i, COS72);
  nr = odd5<T>(u1r, SIN144, u2r, -SIN72);
  ni = odd5<T>(u1i, SIN144, u2i, -SIN72);
  v128.store(p2, plus<T>(mr, ni));
  v128.store(p2, minus<T>(mi, nr), 16);
  v128.store(p3, minus<T>(mr, ni));
  v128.store(p3, plus<T>(mi, nr), 16);
}

/**
 * Any odd radix. The inputs j and radix - j are joined to sum and difference (in `scratch`), so that output k and
 * radix - k share the same radix² / 4 products with cosines and sines.
 */
// @ts-ignore: decorator
@inline
export function butterflyOdd<T>(p: usize, step: usize, w: usize, turn: bool, radix: i32, circle: usize, scratch: usize): void {
  const half = radix >> 1;
  const size = <usize>(2 * sizeof<T>());
  const xr = v128.load(p);
  const xi = v128.load(p, 16);
  let zr = xr;
  let zi = xi;
  let at = scratch;
  for (let j = 1; j <= half; j++) {
    const q = p + <usize>j * step;
    const r = p + <usize>(radix - j) * step;
    let br = v128.load(q);
    let bi = v128.load(q, 16);
    let cr = v128.load(r);
    let ci = v128.load(r, 16);
    if (turn) {
      const wj = w + <usize>(j - 1) * size;
      let t = turnedReal<T>(br, bi, wj);
      bi = turnedImag<T>(br, bi, wj);
      br = t;
      const wr = w + <usize>(radix - j - 1) * size;
      t = turnedReal<T>(cr, ci, wr);
      ci = turnedImag<T>(cr, ci, wr);
      cr = t;
    }
    const tr = plus<T>(br, cr);
    const ti = plus<T>(bi, ci);
    zr = plus<T>(zr, tr);
    zi = plus<T>(zi, ti);
    v128.store(at, tr);
    v128.store(at, ti, 16);
    v128.store(at, minus<T>(br, cr), 32);
    v128.store(at, minus<T>(bi, ci), 48);
    at += 64;
  }
  v128.store(p, zr);
  v128.store(p, zi, 16);
  for (let k = 1; k <= half; k++) {
    let mr = xr;
    let mi = xi;
    let nr = v128.splat<T>(<T>0);
    let ni = nr;
    let angle = k;
    at = scratch;
    for (let j = 1; j <= half; j++) {
      const c = v128.load_splat<T>(circle + <usize>angle * size);
      const s = v128.load_splat<T>(circle + <usize>angle * size, sizeof<T>());
      mr = plus<T>(mr, times<T>(v128.load(at), c));
      mi = plus<T>(mi, times<T>(v128.load(at, 16), c));
      nr = plus<T>(nr, times<T>(v128.load(at, 32), s));
      ni = plus<T>(ni, times<T>(v128.load(at, 48), s));
      at += 64;
      angle += k;
      if (angle >= radix) angle -= radix;
    }
    const q = p + <usize>k * step;
    const r = p + <usize>(radix - k) * step;
    v128.store(q, plus<T>(mr, ni));
    v128.store(q, minus<T>(mi, nr), 16);
    v128.store(r, minus<T>(mr, ni));
    v128.store(r, plus<T>(mi, nr), 16);
  }
}
