import { ShapeError } from "@plenoptic/tensor";
import type { DataType, TensorInfo } from "@tensorflow/tfjs-core";
import type { CpuBackend } from "../backend.js";
import { sizeOf } from "./kernel.js";

interface Plan {
  shape: number[];
  /** Rows [extent, stride of a, stride of b], neighbours merged where that is possible. */
  table: number[];
}

/** Strides in values, 0 along axes that are repeated to reach `rank` axes and their extents. */
function stridesOf(shape: readonly number[], rank: number): number[] {
  const strides = new Array<number>(rank).fill(0);
  let stride = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    if (shape[i] !== 1) strides[rank - shape.length + i] = stride;
    stride *= shape[i];
  }
  return strides;
}

/** How to walk two broadcast inputs in as few and as long runs as possible. */
export function planBroadcast(a: readonly number[], b: readonly number[]): Plan {
  const rank = Math.max(a.length, b.length);
  const shape = new Array<number>(rank);
  for (let i = 0; i < rank; i++) {
    const m = a[a.length - rank + i] ?? 1;
    const n = b[b.length - rank + i] ?? 1;
    if (m !== n && m !== 1 && n !== 1)
      throw new ShapeError(`Shapes [${a.join(", ")}] and [${b.join(", ")}] cannot be broadcast together.`);
    shape[i] = m === 1 ? n : m;
  }
  const [sa, sb] = [stridesOf(a, rank), stridesOf(b, rank)];
  const rows: [number, number, number][] = [];
  for (let i = 0; i < rank; i++) {
    if (shape[i] === 1) continue;
    const last = rows.at(-1);
    if (last && last[1] === sa[i] * shape[i] && last[2] === sb[i] * shape[i]) {
      last[0] *= shape[i];
      last[1] = sa[i];
      last[2] = sb[i];
    } else {
      rows.push([shape[i], sa[i], sb[i]]);
    }
  }
  if (rows.length === 0) rows.push([1, 1, 1]);
  return { shape, table: rows.flat() };
}

/** Runs a kernel of two inputs that broadcast. */
export function runBroadcast(
  f: (...args: number[]) => number,
  code: number,
  a: TensorInfo,
  b: TensorInfo,
  backend: CpuBackend,
  dtype: DataType,
): TensorInfo {
  const { shape, table } = planBroadcast(a.shape, b.shape);
  const y = backend.output(shape, dtype);
  if (sizeOf(shape) > 0) {
    f(
      code,
      backend.address(a),
      backend.address(b),
      backend.address(y),
      backend.writeTable(table),
      table.length / 3,
    );
  }
  return y;
}
