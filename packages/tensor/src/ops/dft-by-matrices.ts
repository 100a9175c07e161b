// Fourier transforms as products with matrices: O(N) a value instead of O(log N), but right on any backend.
import { deviceOf, withDevice } from "../backend.js";
import { tensor } from "../create.js";
import { rootOfUnity } from "../random/elementary.js";
import type { Tensor } from "../tensor-type.js";
import { add, mul, sub } from "./binary.js";
import { matMul } from "./mat-mul.js";

interface Table {
  readonly cos: Float64Array;
  readonly sin: Float64Array;
}

const tables = new Map<number, Table>();
const mostTables = 16;

/** Cosines and sines of all multiples of 2π / n, made in float64 and remembered for the sizes used last. */
function circle(n: number): Table {
  let table = tables.get(n);
  tables.delete(n);
  if (!table) {
    const roots = Array.from({ length: n }, (_, k) => rootOfUnity(k, n));
    table = {
      cos: Float64Array.from(roots, ([c]) => c),
      sin: Float64Array.from(roots, ([, s]) => s),
    };
    if (tables.size >= mostTables) tables.delete(tables.keys().next().value as number);
  }
  tables.set(n, table);
  return table;
}

/** Real and imaginary part of exp(2πi j k / n) for j < n and k < columns, on the device of `like`. */
function matrices(like: Tensor, n: number, columns = n): [cos: Tensor, sin: Tensor] {
  const { cos, sin } = circle(n);
  const build = (from: Float64Array) => {
    const values = new Float64Array(n * columns);
    // j k is reduced in whole numbers: the same angle gives the same number wherever it occurs.
    for (let j = 0; j < n; j++) {
      for (let k = 0; k < columns; k++) values[j * columns + k] = from[(j * k) % n];
    }
    return tensor(values, [n, columns]);
  };
  return withDevice(deviceOf(like), () => [build(cos), build(sin)]);
}

/** Transforms the columns of `re + i im`. */
function overColumns(re: Tensor, im: Tensor, inverse: boolean): [Tensor, Tensor] {
  const [c, s] = matrices(re, re.shape[re.rank - 2]);
  const [cr, ci, sr, si] = [matMul(c, re), matMul(c, im), matMul(s, re), matMul(s, im)];
  return inverse ? [sub(cr, si), add(ci, sr)] : [add(cr, si), sub(ci, sr)];
}

const scaled = (parts: Tensor[], scale: number) => (scale === 1 ? parts : parts.map((x) => mul(x, scale)));

/** What the kernel Fft2d computes. */
export function dft2d(re: Tensor, im: Tensor, inverse: boolean, scale: number): Tensor[] {
  const [c, s] = matrices(re, re.shape[re.rank - 1]);
  const [cr, ci, sr, si] = [matMul(re, c), matMul(im, c), matMul(re, s), matMul(im, s)];
  const rows = inverse ? [sub(cr, si), add(ci, sr)] : [add(cr, si), sub(ci, sr)];
  return scaled(overColumns(rows[0], rows[1], inverse), scale);
}

/** What the kernel Rfft2d computes. */
export function halfDft2d(x: Tensor, scale: number): Tensor[] {
  const width = x.shape[x.rank - 1];
  const [c, s] = matrices(x, width, Math.floor(width / 2) + 1);
  return scaled(overColumns(matMul(x, c), mul(matMul(x, s), -1), false), scale);
}

/** What the kernel Rfft2dAdjoint computes. */
export function halfDft2dAdjoint(re: Tensor, im: Tensor, width: number, scale: number): Tensor {
  const [c, s] = matrices(re, width, Math.floor(width / 2) + 1);
  const [real, imag] = overColumns(re, im, true);
  return scaled([sub(matMul(real, c, false, true), matMul(imag, s, false, true))], scale)[0];
}
