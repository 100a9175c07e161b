// Blocks of positions of several bands lie as rows of ROW bytes in work space. Here are the products of such rows.

import { lanes, total } from "../vector";

/** Bytes of a row: the rows of a block stay in the first-level cache together. */
export const ROW: usize = 512;

// @ts-ignore: decorator
@inline
export function rowAt(base: usize, k: i32): usize {
  return base + <usize>k * ROW;
}

// @ts-ignore: decorator
@inline
function grow<T>(at: usize, x: v128): void {
  store<f64>(at, load<f64>(at) + total<T>(x));
}

// @ts-ignore: decorator
@inline
function plusProduct<T>(sum: v128, a: v128, b: v128): v128 {
  return v128.add<T>(sum, v128.mul<T>(a, b));
}

/** sums[i] += Σ a[i], and squares[i] += Σ a[i]², for rows i < n of `bytes` bytes. Without sums or squares where they are 0. */
export function addSums<T>(a: usize, n: i32, bytes: usize, sums: usize, squares: usize): void {
  for (let i = 0; i < n; i++) {
    let s = v128.splat<T>(0);
    let q = v128.splat<T>(0);
    const row = rowAt(a, i);
    for (let at: usize = 0; at < bytes; at += 16) {
      const v = v128.load(row + at);
      s = v128.add<T>(s, v);
      q = plusProduct<T>(q, v, v);
    }
    if (sums) grow<T>(sums + (<usize>i << 3), s);
    if (squares) grow<T>(squares + (<usize>i << 3), q);
  }
}

/** Two rows by four. */
// @ts-ignore: decorator
@inline
function tile<T>(a0: usize, a1: usize, b: usize, bytes: usize, c0: usize, c1: usize): void {
  let s0 = v128.splat<T>(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  let t0 = s0;
  let t1 = s0;
  let t2 = s0;
  let t3 = s0;
  for (let at: usize = 0; at < bytes; at += 16) {
    const x = v128.load(a0 + at);
    const y = v128.load(a1 + at);
    const p = v128.load(b + at);
    s0 = plusProduct<T>(s0, x, p);
    t0 = plusProduct<T>(t0, y, p);
    const q = v128.load(b + at, ROW);
    s1 = plusProduct<T>(s1, x, q);
    t1 = plusProduct<T>(t1, y, q);
    const r = v128.load(b + at, 2 * ROW);
    s2 = plusProduct<T>(s2, x, r);
    t2 = plusProduct<T>(t2, y, r);
    const s = v128.load(b + at, 3 * ROW);
    s3 = plusProduct<T>(s3, x, s);
    t3 = plusProduct<T>(t3, y, s);
  }
  grow<T>(c0, s0);
  grow<T>(c0 + 8, s1);
  grow<T>(c0 + 16, s2);
  grow<T>(c0 + 24, s3);
  grow<T>(c1, t0);
  grow<T>(c1 + 8, t1);
  grow<T>(c1 + 16, t2);
  grow<T>(c1 + 24, t3);
}

// @ts-ignore: decorator
@inline
function single<T>(a: usize, b: usize, bytes: usize, c: usize): void {
  let s = v128.splat<T>(0);
  for (let at: usize = 0; at < bytes; at += 16) s = plusProduct<T>(s, v128.load(a + at), v128.load(b + at));
  grow<T>(c, s);
}

/** c[i, j] += Σ a[i] · b[j] over `bytes` bytes of rows i < n and j < m; c is of doubles, m in a row. */
export function addProducts<T>(a: usize, n: i32, b: usize, m: i32, bytes: usize, c: usize): void {
  const row = <usize>m << 3;
  let i = 0;
  for (; i + 1 < n; i += 2) {
    const a0 = rowAt(a, i);
    const a1 = rowAt(a, i + 1);
    let j = 0;
    for (; j + 3 < m; j += 4) {
      const to = c + (<usize>j << 3);
      tile<T>(a0, a1, rowAt(b, j), bytes, to, to + row);
    }
    for (; j < m; j++) {
      const to = c + (<usize>j << 3);
      single<T>(a0, rowAt(b, j), bytes, to);
      single<T>(a1, rowAt(b, j), bytes, to + row);
    }
    c += 2 * row;
  }
  if (i < n) {
    for (let j = 0; j < m; j++) single<T>(rowAt(a, i), rowAt(b, j), bytes, c + (<usize>j << 3));
  }
}

/** One row of y, four vectors at a time: y += Σ_j c[j] · x[j]. */
// @ts-ignore: decorator
@inline
function combineOne<T>(x: usize, m: i32, c: usize, bytes: usize, y: usize): void {
  for (let at: usize = 0; at < bytes; at += 64) {
    let s0 = v128.load(y + at);
    let s1 = v128.load(y + at, 16);
    let s2 = v128.load(y + at, 32);
    let s3 = v128.load(y + at, 48);
    for (let j = 0; j < m; j++) {
      const from = rowAt(x, j) + at;
      const k = v128.load_splat<T>(c + <usize>j * sizeof<T>());
      s0 = plusProduct<T>(s0, k, v128.load(from));
      s1 = plusProduct<T>(s1, k, v128.load(from, 16));
      s2 = plusProduct<T>(s2, k, v128.load(from, 32));
      s3 = plusProduct<T>(s3, k, v128.load(from, 48));
    }
    v128.store(y + at, s0);
    v128.store(y + at, s1, 16);
    v128.store(y + at, s2, 32);
    v128.store(y + at, s3, 48);
  }
}

/** Two rows of y. */
// @ts-ignore: decorator
@inline
function combineTwo<T>(x: usize, m: i32, c: usize, d: usize, bytes: usize, y: usize): void {
  for (let at: usize = 0; at < bytes; at += 64) {
    let s0 = v128.load(y + at);
    let s1 = v128.load(y + at, 16);
    let s2 = v128.load(y + at, 32);
    let s3 = v128.load(y + at, 48);
    let t0 = v128.load(y + at, ROW);
    let t1 = v128.load(y + at, ROW + 16);
    let t2 = v128.load(y + at, ROW + 32);
    let t3 = v128.load(y + at, ROW + 48);
    for (let j = 0; j < m; j++) {
      const from = rowAt(x, j) + at;
      const k = v128.load_splat<T>(c + <usize>j * sizeof<T>());
      const l = v128.load_splat<T>(d + <usize>j * sizeof<T>());
      const p = v128.load(from);
      s0 = plusProduct<T>(s0, k, p);
      t0 = plusProduct<T>(t0, l, p);
      const q = v128.load(from, 16);
      s1 = plusProduct<T>(s1, k, q);
      t1 = plusProduct<T>(t1, l, q);
      const r = v128.load(from, 32);
      s2 = plusProduct<T>(s2, k, r);
      t2 = plusProduct<T>(t2, l, r);
      const s = v128.load(from, 48);
      s3 = plusProduct<T>(s3, k, s);
      t3 = plusProduct<T>(t3, l, s);
    }
    v128.store(y + at, s0);
    v128.store(y + at, s1, 16);
    v128.store(y + at, s2, 32);
    v128.store(y + at, s3, 48);
    v128.store(y + at, t0, ROW);
    v128.store(y + at, t1, ROW + 16);
    v128.store(y + at, t2, ROW + 32);
    v128.store(y + at, t3, ROW + 48);
  }
}

/** y[i] += Σ_j c[i, j] · x[j] for rows i < n and j < m; c is of T, m in a row. Works on 64 bytes at a time. */
export function combineRows<T>(x: usize, m: i32, c: usize, n: i32, bytes: usize, y: usize): void {
  const row = <usize>m * sizeof<T>();
  let i = 0;
  for (; i + 1 < n; i += 2) combineTwo<T>(x, m, c + <usize>i * row, c + <usize>(i + 1) * row, bytes, rowAt(y, i));
  if (i < n) combineOne<T>(x, m, c + <usize>i * row, bytes, rowAt(y, i));
}

/** Copies `count` values to a row, zeros up to its end. */
export function stageRow<T>(x: usize, count: i32, row: usize): void {
  memory.fill(row, 0, ROW);
  memory.copy(row, x, <usize>count * sizeof<T>());
}

/** How many positions a block has. */
// @ts-ignore: decorator
@inline
export function blockLength<T>(): i32 {
  return <i32>(ROW >> 4) * lanes<T>();
}
