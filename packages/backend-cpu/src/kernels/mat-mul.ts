import { ShapeError } from "@plenoptic/tensor";
import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { CpuBackend } from "../backend.js";
import { planBroadcast } from "./broadcast.js";
import { type ActivationAttrs, addBiasAndActivate } from "./fused.js";
import { type Axis, planProduct } from "./gemm.js";
import { expectFloats, type Kernel, sizeOf } from "./kernel.js";

interface MatMulAttrs {
  transposeA: boolean;
  transposeB: boolean;
}

/** A batch axis: its extent and how far apart its matrices are in a, b and the product, in values. */
interface BatchAxis {
  extent: number;
  a: number;
  b: number;
  c: number;
}

/** Extents and strides, in values, of the last two axes, exchanged if asked. */
function matrixOf({ shape }: TensorInfo, isTransposed: boolean) {
  const [rows, columns] = shape.slice(-2);
  return isTransposed
    ? { rows: columns, columns: rows, down: 1, across: columns }
    : { rows, columns, down: columns, across: 1 };
}

function checkShapes(a: TensorInfo, b: TensorInfo, { transposeA, transposeB }: MatMulAttrs): void {
  const show = ({ shape }: TensorInfo, t: boolean) => `[${shape.join(", ")}]${t ? " (transposed)" : ""}`;
  const complain = (what: string) => {
    throw new ShapeError(
      `BatchMatMul cannot multiply ${show(a, transposeA)} by ${show(b, transposeB)}: ${what}.`,
    );
  };
  if (a.shape.length < 2 || b.shape.length < 2) complain("both need at least two axes");
  if (matrixOf(a, transposeA).columns !== matrixOf(b, transposeB).rows) complain("the inner extents differ");
}

/** Calls `visit` with the positions in a, b and the product of each element of the batch. */
function eachOf(axes: readonly BatchAxis[], visit: (a: number, b: number, c: number) => void): void {
  const walk = (depth: number, a: number, b: number, c: number) => {
    const axis = axes[depth];
    if (!axis) return visit(a, b, c);
    for (let i = 0; i < axis.extent; i++) walk(depth + 1, a + i * axis.a, b + i * axis.b, c + i * axis.c);
  };
  walk(0, 0, 0, 0);
}

/** From rows [extent, stride of a, stride of b] that count matrices, with the sizes of these. */
function batchAxes(table: readonly number[], sizes: { a: number; b: number; c: number }): BatchAxis[] {
  const axes: BatchAxis[] = [];
  let stride = sizes.c;
  for (let i = table.length - 3; i >= 0; i -= 3) {
    const [extent, a, b] = table.slice(i, i + 3);
    axes.unshift({ extent, a: a * sizes.a, b: b * sizes.b, c: stride });
    stride *= extent;
  }
  return axes;
}

/** Plans the product of the matrices in the last two axes; the axes before them are batches and broadcast. */
function planMatMul(a: TensorInfo, b: TensorInfo, attrs: MatMulAttrs, backend: CpuBackend, bytes: 4 | 8) {
  checkShapes(a, b, attrs);
  const [left, right] = [matrixOf(a, attrs.transposeA), matrixOf(b, attrs.transposeB)];
  const [m, k, n] = [left.rows, left.columns, right.columns];
  const { shape, table } = planBroadcast(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const batch = batchAxes(table, { a: m * k, b: k * n, c: m * n });
  // One matrix for a whole axis of the batch: the other's matrices are further rows, or columns, of a single product.
  const asRows = batch.filter((axis) => axis.b === 0);
  const asColumns = batch.filter((axis) => axis.b !== 0 && axis.a === 0);
  const each = batch.filter((axis) => axis.a !== 0 && axis.b !== 0);
  const product = {
    rows: [...asRows.map((axis): Axis => [axis.extent, axis.a, axis.c]), [m, left.down, n] as const],
    columns: [...asColumns.map((axis): Axis => [axis.extent, axis.b, axis.c]), [n, right.across, 1] as const],
    steps: [[k, left.across, right.down] as const],
  };
  const multiply = planProduct(backend, product, bytes);
  const run = (atA: number, atB: number, atC: number) =>
    eachOf(each, (i, j, l) => multiply(atA + i * bytes, atB + j * bytes, atC + l * bytes));
  return { shape: [...shape, m, n], run };
}

/** Whole numbers are multiplied as doubles, in which products and sums up to 2^53 are exact. */
function intMatMul(a: TensorInfo, b: TensorInfo, attrs: MatMulAttrs, backend: CpuBackend): TensorInfo {
  const { shape, run } = planMatMul(a, b, attrs, backend, 8);
  const c = backend.output(shape, "int32");
  const { castFromInt_f64, castToInt_f64 } = backend.wasm.functions;
  const wide = [a, b, c].map((x) => backend.allocator.allocate(8 * sizeOf(x.shape)));
  [a, b].forEach((x, i) => {
    castFromInt_f64(backend.address(x), wide[i], sizeOf(x.shape));
  });
  run(wide[0], wide[1], wide[2]);
  castToInt_f64(wide[2], backend.address(c), sizeOf(shape));
  for (const address of wide) backend.allocator.release(address);
  return c;
}

function matMul(a: TensorInfo, b: TensorInfo, attrs: MatMulAttrs, backend: CpuBackend): TensorInfo {
  if (a.dtype === "int32" && b.dtype === "int32") return intMatMul(a, b, attrs, backend);
  expectFloats("BatchMatMul", a, b);
  const { shape, run } = planMatMul(a, b, attrs, backend, backend.floatBytes);
  const c = backend.output(shape);
  run(backend.address(a), backend.address(b), backend.address(c));
  return c;
}

const batchMatMul: Kernel = {
  name: "BatchMatMul",
  run: ({ a, b }, backend, attrs) => matMul(a, b, attrs as unknown as MatMulAttrs, backend),
};

const fusedMatMul: Kernel = {
  name: "_FusedMatMul",
  run: ({ a, b, ...rest }, backend, attrs) => {
    const product = matMul(a, b, attrs as unknown as MatMulAttrs, backend);
    return addBiasAndActivate(product, rest, attrs as unknown as ActivationAttrs, backend);
  },
};

export const matMulKernels: Kernel[] = [batchMatMul, fusedMatMul];
