import type { CpuBackend } from "../backend.js";

/**
 * An axis through which a side of a matrix counts: its extent and its strides, in values. Rows have a stride in the left
 * factor and one in the product, columns in the right factor and the product, steps of the sum in the left and the right.
 */
export type Axis = readonly [extent: number, first: number, second: number];

/** c[i, j] = Σ_l a[i, l] · b[l, j], where each of i, j, l counts through axes of the arrays, the last fastest. */
export interface Product {
  readonly rows: readonly Axis[];
  readonly columns: readonly Axis[];
  readonly steps: readonly Axis[];
}

/** Neighbouring axes that can be walked as one are; those of extent 1 are left out. */
function merge(axes: readonly Axis[]): Axis[] {
  const merged: Axis[] = [];
  for (const axis of axes) {
    const [extent, first, second] = axis;
    if (extent === 1) continue;
    const last = merged.at(-1);
    if (last && last[1] === extent * first && last[2] === extent * second) {
      merged[merged.length - 1] = [last[0] * extent, first, second];
    } else {
      merged.push(axis);
    }
  }
  return merged.length > 0 ? merged : [[1, 0, 0]];
}

const count = (axes: readonly Axis[]) => axes.reduce((n, [extent]) => n * extent, 1);
const turned = (axes: readonly Axis[]): Axis[] =>
  axes.map(([extent, first, second]) => [extent, second, first]);

/** What fraction of the tiles, 4 rows of two vectors, is part of the product. */
function used(rows: number, columns: number, floatBytes: number): number {
  const across = 32 / floatBytes;
  return (rows / (4 * Math.ceil(rows / 4))) * (columns / (across * Math.ceil(columns / across)));
}

/**
 * Prepares a product for several arrays of the same layout, of floats of `bytes` each.
 *
 * @returns a function of the addresses of both factors and the product
 */
export function planProduct(
  backend: CpuBackend,
  { rows, columns, steps }: Product,
  bytes: 4 | 8 = backend.floatBytes,
): (a: number, b: number, product: number) => void {
  const [m, n, k] = [count(rows), count(columns), count(steps)];
  // c = a b or, where tiles are filled better, its transpose: bᵀ aᵀ.
  const swap = used(n, m, bytes) > 1.1 * used(m, n, bytes);
  const [r, c, s] = (swap ? [columns, rows, turned(steps)] : [rows, columns, steps]).map(merge);
  const table = [
    ...(swap ? [n, m, k] : [m, n, k]),
    r.length,
    c.length,
    s.length,
    ...[...r, ...c, ...s].flatMap(([extent, first, second]) => [extent, first * bytes, second * bytes, 0]),
  ];
  const gemm = backend.wasm.functions[bytes === 8 ? "gemm_f64" : "gemm_f32"];
  return (a, b, product) => {
    const plan = backend.writeTable(table);
    gemm(swap ? b : a, swap ? a : b, product, plan, backend.gemmScratch());
  };
}
