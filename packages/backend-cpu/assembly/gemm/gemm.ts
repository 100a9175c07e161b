// c[i, j] = Σ_l a[i, l] · b[l, j], where each of i, j and l counts through several axes of an array. So a factor may be
// transposed, or the patches of an image around each pixel, without a copy of the whole: blocks are gathered when they are
// packed. For each element the products are summed in the order of l, within blocks of blockSteps, then block by block.

import { lanes } from "../vector";
import { areNeighbours, fillOffsets, markRuns } from "./offsets";
import { pack } from "./pack";
import { tile, tileColumns, tileRows } from "./tile";

// A panel of blockSteps × two vectors stays in the first-level cache, a block of blockRows × blockSteps in the second.
const blockSteps: i32 = 320;
const blockRows: i32 = 128;
const blockColumns: i32 = 512;

const headBytes: usize = 24;
const tables: usize = sizeof<usize>() * 2 * (<usize>blockRows + blockColumns + blockSteps);
const marksBytes: usize = 2 * <usize>blockSteps;
const tileBytes: usize = 128;

/** Bytes of scratch memory that a product needs, for the larger of the two types. */
export function gemmScratchBytes(): usize {
  return tables + marksBytes + tileBytes + 8 * <usize>(blockRows + blockColumns) * blockSteps;
}

// @ts-ignore: decorator
@inline
function head(plan: usize, i: i32): i32 {
  return load<i32>(plan + <usize>(i << 2));
}

/** All tiles of a block of rows times a block of columns. */
function multiplyBlocks<T>(
  packedA: usize, packedB: usize, k: i32, c: usize, rows: usize, columns: usize, height: i32, width: i32,
  accumulate: bool, buffer: usize,
): void {
  const across = tileColumns<T>();
  for (let j = 0; j < width; j += across) {
    const columnsAt = columns + <usize>j * sizeof<usize>();
    const wide = min<i32>(across, width - j);
    const isRow = wide == across && areNeighbours(columnsAt, across, sizeof<T>());
    const panel = packedB + <usize>(j * k) * sizeof<T>();
    for (let i = 0; i < height; i += tileRows) {
      const from = packedA + <usize>(i * k) * sizeof<T>();
      const high = min<i32>(tileRows, height - i);
      tile<T>(from, panel, k, c, rows + <usize>i * sizeof<usize>(), columnsAt, high, wide, isRow, accumulate, buffer);
    }
  }
}

/**
 * `plan` points to i32: [rows, columns, steps, and the number of axes of each], then for each axis of the rows
 * [extent, stride in a, stride in c, scratch], of the columns [extent, stride in b, stride in c, scratch], of the steps
 * [extent, stride in a, stride in b, scratch]; see offsets.ts.
 */
function gemm<T>(a: usize, b: usize, c: usize, plan: usize, scratch: usize): void {
  const m = head(plan, 0);
  const n = head(plan, 1);
  const k = head(plan, 2);
  const rowAxes = plan + headBytes;
  const columnAxes = rowAxes + <usize>(head(plan, 3) << 4);
  const stepAxes = columnAxes + <usize>(head(plan, 4) << 4);

  const entry = sizeof<usize>();
  const rowsA = scratch;
  const rowsC = rowsA + <usize>blockRows * entry;
  const columnsB = rowsC + <usize>blockRows * entry;
  const columnsC = columnsB + <usize>blockColumns * entry;
  const stepsA = columnsC + <usize>blockColumns * entry;
  const stepsB = stepsA + <usize>blockSteps * entry;
  const marksA = stepsB + <usize>blockSteps * entry;
  const marksB = marksA + <usize>blockSteps;
  const buffer = marksB + <usize>blockSteps;
  const packedA = buffer + tileBytes;
  const packedB = packedA + <usize>(blockRows * blockSteps) * sizeof<T>();

  // Blocks of about equal depth: a shallow last one would hardly pay for reading and writing the product once more.
  const blocks = max<i32>(1, (k + blockSteps - 1) / blockSteps);
  const deepest = (k + blocks - 1) / blocks;
  for (let j = 0; j < n; j += blockColumns) {
    const width = min<i32>(blockColumns, n - j);
    fillOffsets(columnAxes, head(plan, 4), j, width, columnsB, columnsC);
    let l = 0;
    // Without steps the sums are zeros, and still written.
    do {
      const depth = min<i32>(deepest, k - l);
      fillOffsets(stepAxes, head(plan, 5), l, depth, stepsA, stepsB);
      markRuns(stepsA, depth, lanes<T>(), sizeof<T>(), marksA);
      markRuns(stepsB, depth, lanes<T>(), sizeof<T>(), marksB);
      pack<T>(b, columnsB, width, tileColumns<T>(), stepsB, marksB, depth, packedB);
      for (let i = 0; i < m; i += blockRows) {
        const height = min<i32>(blockRows, m - i);
        fillOffsets(rowAxes, head(plan, 3), i, height, rowsA, rowsC);
        pack<T>(a, rowsA, height, tileRows, stepsA, marksA, depth, packedA);
        multiplyBlocks<T>(packedA, packedB, depth, c, rowsC, columnsC, height, width, l > 0, buffer);
      }
      l += depth;
    } while (l < k);
  }
}

export function gemm_f32(a: usize, b: usize, c: usize, plan: usize, scratch: usize): void {
  gemm<f32>(a, b, c, plan, scratch);
}
export function gemm_f64(a: usize, b: usize, c: usize, plan: usize, scratch: usize): void {
  gemm<f64>(a, b, c, plan, scratch);
}
