// The numbers that transforms of one length need, made in float64 of roots of unity that are the same on every machine.
import { scalarMath } from "@plenoptic/tensor";

/** Up to this prime factor a butterfly's square of it beats a convolution. */
const largestRadix = 97;

/** Radices of the passes in order, or undefined when a prime factor is too large. 4 comes first and last if it can. */
export function radicesOf(length: number): number[] | undefined {
  let rest = length;
  const take = (radix: number) => {
    const taken: number[] = [];
    for (; rest % radix === 0; rest /= radix) taken.push(radix);
    return taken;
  };
  const fours = take(4);
  const twos = take(2);
  const odd: number[] = [];
  for (let radix = 3; radix * radix <= rest; radix += 2) odd.push(...take(radix));
  if (rest > 1) odd.push(rest);
  if (odd.some((radix) => radix > largestRadix)) return undefined;
  return [...fours.slice(0, 1), ...odd, ...twos, ...fours.slice(1)];
}

/** The place in the buffer of each input, so that every pass joins neighbouring blocks. */
export function placesFor(length: number, radices: readonly number[]): number[] {
  return Array.from({ length }, (_, input) => {
    let [place, rest, extent] = [0, input, length];
    for (let pass = radices.length - 1; pass >= 0; pass--) {
      const radix = radices[pass];
      extent /= radix;
      place += (rest % radix) * extent;
      rest = Math.floor(rest / radix);
    }
    return place;
  });
}

/** Complex numbers as [real, imaginary, real, …]. */
export type Complex = Float64Array;

/** exp(-2πi k / n) for all k < n. All other tables are made of these. */
export function rootsFor(n: number): Complex {
  const roots = new Float64Array(2 * n);
  for (let k = 0; k < n; k++) {
    const [cos, sin] = scalarMath.rootOfUnity(k, n);
    roots[2 * k] = cos;
    roots[2 * k + 1] = -sin;
  }
  return roots;
}

/** cos and sin of 2π k / n for all k < n. */
export function circleFor(n: number): Float64Array {
  return rootsFor(n).map((v, i) => (i % 2 === 0 ? v : -v));
}

/** Those of the roots that the exponents say. */
function pick(roots: Complex, exponents: readonly number[]): Complex {
  const out = new Float64Array(2 * exponents.length);
  const n = roots.length / 2;
  exponents.forEach((k, i) => {
    out[2 * i] = roots[2 * (k % n)];
    out[2 * i + 1] = roots[2 * (k % n) + 1];
  });
  return out;
}

export function twiddles(roots: Complex, radix: number, distance: number): Complex {
  const stride = roots.length / 2 / (radix * distance);
  const exponents: number[] = [];
  for (let j = 0; j < distance; j++) {
    for (let q = 1; q < radix; q++) exponents.push(j * q * stride);
  }
  return pick(roots, exponents);
}

/** A plain transform in float64 of every `step`-th number from `start`, for tables only. */
function transform(x: Complex, roots: Complex, radices: readonly number[], start = 0, step = 1): Complex {
  const radix = radices.at(-1);
  if (radix === undefined) return x.slice(2 * start, 2 * start + 2);
  const parts = Array.from({ length: radix }, (_, q) =>
    transform(x, roots, radices.slice(0, -1), start + q * step, step * radix),
  );
  const m = parts[0].length / 2;
  const out = new Float64Array(2 * m * radix);
  for (let k = 0; k < m * radix; k++) {
    for (let q = 0; q < radix; q++) {
      const at = 2 * ((k * q * step) % (roots.length / 2));
      const [c, s] = [roots[at], roots[at + 1]];
      const [a, b] = [parts[q][2 * (k % m)], parts[q][2 * (k % m) + 1]];
      out[2 * k] += a * c - b * s;
      out[2 * k + 1] += a * s + b * c;
    }
  }
  return out;
}

/** The shortest length with factors 2, 3 and 5 that is quick and not below `least`. */
export function longerLength(least: number): number {
  const candidates = [1, 3, 5, 9, 15].map((odd) => odd * 2 ** Math.max(2, Math.ceil(Math.log2(least / odd))));
  return Math.min(...candidates);
}

/** exp(-πi k² / n), and the spectrum of its inverse over the longer length m, divided by m. */
export function chirpsFor(n: number, m: number): { chirp: Complex; spectrum: Complex } {
  const chirp = pick(
    rootsFor(2 * n),
    Array.from({ length: n }, (_, k) => (k * k) % (2 * n)),
  );
  const inverse = new Float64Array(2 * m);
  for (let k = 0; k < n; k++) {
    for (const at of k === 0 ? [0] : [k, m - k]) {
      inverse[2 * at] = chirp[2 * k];
      inverse[2 * at + 1] = -chirp[2 * k + 1];
    }
  }
  const spectrum = transform(inverse, rootsFor(m), radicesOf(m) as number[]).map((v) => v / m);
  return { chirp, spectrum };
}

/** exp(-2πi b k / n) for b = 1, 2, 3 and k < n / 4, in vectors of neighbouring k: all real parts, then all imaginary ones. */
export function quarterTwiddles(roots: Complex, lanes: number): Float64Array {
  const n = roots.length / 2;
  const out = new Float64Array((6 * n) / 4);
  let at = 0;
  for (let k = 0; k < n / 4; k += lanes) {
    for (let b = 1; b < 4; b++) {
      for (let part = 0; part < 2; part++) {
        for (let lane = 0; lane < lanes; lane++) out[at++] = roots[2 * b * (k + lane) + part];
      }
    }
  }
  return out;
}
