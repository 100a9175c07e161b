// Magnitudes of complex bands, and the means of products of bands (see BandProducts in tensor's kernel names): positions are taken in
// blocks; what a block needs is computed into rows of work space, and the products of the rows are added up in doubles.

import { addProducts, addSums, blockLength, ROW, rowAt, stageRow } from "./rows";

// @ts-ignore: decorator
@inline
function magnitude<T>(a: v128, b: v128): v128 {
  return v128.sqrt<T>(v128.add<T>(v128.mul<T>(a, a), v128.mul<T>(b, b)));
}

/** Where the rows of a block lie: m, n (O each), the real parts (O), d (2O), and copies of a block that is not whole (4O). */
// @ts-ignore: decorator
@inline
function fineRows<T>(zr: usize, zi: usize, work: usize, k: i32, bands: i32): void {
  const m = rowAt(work, k);
  const r = rowAt(work, 2 * bands + k);
  for (let at: usize = 0; at < ROW; at += 16) {
    const a = v128.load(zr + at);
    v128.store(m + at, magnitude<T>(a, v128.load(zi + at)));
    v128.store(r + at, a);
  }
}

// @ts-ignore: decorator
@inline
function coarseRows<T>(ur: usize, ui: usize, work: usize, k: i32, bands: i32): void {
  const n = rowAt(work, bands + k);
  const d = rowAt(work, 3 * bands + k);
  const e = rowAt(work, 4 * bands + k);
  const zero = v128.splat<T>(0);
  for (let at: usize = 0; at < ROW; at += 16) {
    const p = v128.load(ur + at);
    const q = v128.load(ui + at);
    const size = magnitude<T>(p, q);
    v128.store(n + at, size);
    const isThere = v128.ne<T>(size, zero);
    const difference = v128.sub<T>(v128.mul<T>(p, p), v128.mul<T>(q, q));
    v128.store(d + at, v128.and(isThere, v128.div<T>(difference, size)));
    const pq = v128.mul<T>(p, q);
    v128.store(e + at, v128.and(isThere, v128.div<T>(v128.add<T>(pq, pq), size)));
  }
}

/** The block's positions of band k: in place, or copied when the block is not whole. */
// @ts-ignore: decorator
@inline
function source<T>(x: usize, k: i32, n: i32, start: i32, count: i32, stage: usize): usize {
  const from = x + <usize>(k * n + start) * sizeof<T>();
  if (count == blockLength<T>()) return from;
  stageRow<T>(from, count, stage);
  return stage;
}

/** How many doubles the sums take. */
// @ts-ignore: decorator
@inline
function sumCount(bands: i32, isCoarse: bool): i32 {
  return isCoarse ? bands * (6 + 4 * bands) : bands * (1 + bands);
}

// @ts-ignore: decorator
@inline
function addBlock<T>(work: usize, bands: i32, sums: usize, isCoarse: bool): void {
  const m = work;
  const n = rowAt(work, bands);
  const r = rowAt(work, 2 * bands);
  const d = rowAt(work, 3 * bands);
  const one = <usize>bands << 3;
  const all = one * <usize>bands;
  addSums<T>(m, bands, ROW, sums, 0);
  addProducts<T>(m, bands, m, bands, ROW, sums + one);
  if (!isCoarse) return;
  let at = sums + one + all;
  addSums<T>(n, bands, ROW, at, at + one);
  addProducts<T>(m, bands, n, bands, ROW, at + 2 * one);
  at += 2 * one + all;
  addSums<T>(r, bands, ROW, 0, at);
  addSums<T>(d, 2 * bands, ROW, 0, at + one);
  addProducts<T>(r, bands, d, 2 * bands, ROW, at + 3 * one);
}

/** `work` has room for 9 rows a band and the sums. Without coarser bands, ur is 0. */
// @ts-ignore: decorator
@inline
function products<T>(
  zr: usize, zi: usize, ur: usize, ui: usize, planes: i32, bands: i32, n: i32, m: usize, means: usize, work: usize,
): void {
  const isCoarse = ur != 0;
  const stage = rowAt(work, 5 * bands);
  const sums = rowAt(work, 9 * bands);
  const count = sumCount(bands, isCoarse);
  for (let p = 0; p < planes; p++) {
    memory.fill(sums, 0, <usize>count << 3);
    for (let start = 0; start < n; start += blockLength<T>()) {
      const length = min(blockLength<T>(), n - start);
      for (let k = 0; k < bands; k++) {
        const a = source<T>(zr, k, n, start, length, rowAt(stage, 4 * k));
        const b = source<T>(zi, k, n, start, length, rowAt(stage, 4 * k + 1));
        fineRows<T>(a, b, work, k, bands);
        memory.copy(m + <usize>(k * n + start) * sizeof<T>(), rowAt(work, k), <usize>length * sizeof<T>());
        if (isCoarse) {
          const c = source<T>(ur, k, n, start, length, rowAt(stage, 4 * k + 2));
          const d = source<T>(ui, k, n, start, length, rowAt(stage, 4 * k + 3));
          coarseRows<T>(c, d, work, k, bands);
        }
      }
      addBlock<T>(work, bands, sums, isCoarse);
    }
    for (let i = 0; i < count; i++) {
      store<T>(means, <T>(load<f64>(sums + (<usize>i << 3)) / <f64>n));
      means += sizeof<T>();
    }
    const plane = <usize>(bands * n) * sizeof<T>();
    zr += plane;
    zi += plane;
    m += plane;
    if (isCoarse) {
      ur += plane;
      ui += plane;
    }
  }
}

export function bandProducts_f32(
  zr: usize, zi: usize, ur: usize, ui: usize, planes: i32, bands: i32, n: i32, m: usize, means: usize, work: usize,
): void {
  products<f32>(zr, zi, ur, ui, planes, bands, n, m, means, work);
}
export function bandProducts_f64(
  zr: usize, zi: usize, ur: usize, ui: usize, planes: i32, bands: i32, n: i32, m: usize, means: usize, work: usize,
): void {
  products<f64>(zr, zi, ur, ui, planes, bands, n, m, means, work);
}
