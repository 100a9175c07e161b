import type { GpuBackend } from "../../backend.js";

/** exp(-2πi k / n), computed in doubles from the eighth of a turn nearest to 0. */
export function root(k: number, n: number): [number, number] {
  const turn = ((k % n) + n) % n;
  const eighth = Math.floor((8 * turn) / n);
  // Reflecting at multiples of an eighth keeps the argument small and the symmetries exact.
  const quarters = Math.floor((eighth + 1) / 2);
  const rest = (2 * Math.PI * (turn - (quarters * n) / 4)) / n;
  const [c, s] = [Math.cos(rest), Math.sin(rest)];
  const [re, im] = [
    [c, s],
    [-s, c],
    [-c, -s],
    [s, -c],
  ][quarters % 4];
  return [re, -im];
}

/** A transform in doubles on the host, for tables; the length is a power of two. */
function hostFft(re: Float64Array, im: Float64Array): void {
  const n = re.length;
  if (n === 1) return;
  const part = (z: Float64Array, first: number) => z.filter((_, i) => i % 2 === first);
  const [er, ei, or, oi] = [part(re, 0), part(im, 0), part(re, 1), part(im, 1)];
  hostFft(er, ei);
  hostFft(or, oi);
  for (let k = 0; k < n / 2; k++) {
    const [c, s] = root(k, n);
    const [tr, ti] = [c * or[k] - s * oi[k], c * oi[k] + s * or[k]];
    re[k] = er[k] + tr;
    im[k] = ei[k] + ti;
    re[k + n / 2] = er[k] - tr;
    im[k + n / 2] = ei[k] - ti;
  }
}

const interleave = (re: ArrayLike<number>, im: ArrayLike<number>) =>
  Float32Array.from({ length: 2 * re.length }, (_, i) => (i % 2 ? im : re)[i >> 1]);

/** exp(-2πi k / n) for k = 0 … n - 1. */
function rootsTable(n: number): Float32Array {
  const roots = Array.from({ length: n }, (_, k) => root(k, n));
  return interleave(
    roots.map(([re]) => re),
    roots.map(([, im]) => im),
  );
}

/** exp(∓πi k² / n): k² modulo 2n, so that the angle is small. */
function chirp(n: number, inverse: boolean): [number, number][] {
  return Array.from({ length: n }, (_, k) => {
    const [re, im] = root(Number((BigInt(k) * BigInt(k)) % BigInt(2 * n)), 2 * n);
    return [re, inverse ? -im : im];
  });
}

/**
 * Bluestein (1970): X[k] = c[k] Σ_i (x[i] c[i]) · conj c[k - i], a circular convolution of m ≥ 2n - 1 points.
 * `chirp` is c, `spectrum` the transform of conj c, divided by m.
 */
function bluesteinTables(
  n: number,
  m: number,
  inverse: boolean,
): { chirp: Float32Array; spectrum: Float32Array } {
  const c = chirp(n, inverse);
  const [re, im] = [new Float64Array(m), new Float64Array(m)];
  c.forEach(([cr, ci], k) => {
    for (const at of k === 0 ? [0] : [k, m - k]) {
      re[at] = cr / m;
      im[at] = -ci / m;
    }
  });
  hostFft(re, im);
  return {
    chirp: interleave(
      c.map(([cr]) => cr),
      c.map(([, ci]) => ci),
    ),
    spectrum: interleave(re, im),
  };
}

/** Tables are made once for each length, and stay as long as the device. */
const tables = new WeakMap<GpuBackend, Map<string, GPUBuffer>>();

function table(backend: GpuBackend, key: string, make: () => Float32Array): GPUBuffer {
  let ofBackend = tables.get(backend);
  if (!ofBackend) {
    ofBackend = new Map();
    tables.set(backend, ofBackend);
  }
  let buffer = ofBackend.get(key);
  if (!buffer) {
    buffer = backend.makeTable(make());
    ofBackend.set(key, buffer);
  }
  return buffer;
}

export const rootsOnGpu = (backend: GpuBackend, n: number): GPUBuffer =>
  table(backend, `roots ${n}`, () => rootsTable(n));

export function bluesteinOnGpu(
  backend: GpuBackend,
  n: number,
  m: number,
  inverse: boolean,
): { chirp: GPUBuffer; spectrum: GPUBuffer } {
  const key = `${n} ${m} ${inverse}`;
  let made: ReturnType<typeof bluesteinTables> | undefined;
  const both = () => {
    made ??= bluesteinTables(n, m, inverse);
    return made;
  };
  return {
    chirp: table(backend, `chirp ${key}`, () => both().chirp),
    spectrum: table(backend, `spectrum ${key}`, () => both().spectrum),
  };
}
