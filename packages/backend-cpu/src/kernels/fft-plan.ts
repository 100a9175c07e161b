import { scalarMath } from "@plenoptic/tensor";
import type { CpuBackend } from "../backend.js";

/** The tables for transforms of one length, in the module's memory (laid out as assembly/fft/plan.ts says). */
export interface FftPlan {
  readonly length: number;
  readonly address: number;
  /** Pairs of vectors that a transform of one element's width needs beside its buffer. */
  readonly scratch: number;
  /** For lengths done by convolution, the longer one. */
  readonly longer?: FftPlan;
  readonly blocks: readonly number[];
}

/** Up to this prime factor a butterfly's square of it beats a convolution. */
const largestRadix = 97;

const headLength = 12;

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
function placesFor(length: number, radices: readonly number[]): number[] {
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
type Complex = number[];

/** exp(-2πi k / n). */
function turn(k: number, n: number): Complex {
  const [cos, sin] = scalarMath.rootOfUnity(k, n);
  return [cos, -sin];
}

function twiddlesFor(radix: number, distance: number): Complex {
  const out: Complex = [];
  for (let j = 0; j < distance; j++) {
    for (let q = 1; q < radix; q++) out.push(...turn(j * q, radix * distance));
  }
  return out;
}

/** A plain transform in float64 of every `step`-th number, for tables only. */
function transform(x: Complex, radices: readonly number[], start = 0, step = 1): Complex {
  const radix = radices.at(-1);
  if (radix === undefined) return [x[2 * start], x[2 * start + 1]];
  const parts = Array.from({ length: radix }, (_, q) =>
    transform(x, radices.slice(0, -1), start + q * step, step * radix),
  );
  const m = parts[0].length / 2;
  const out: Complex = [];
  for (let k = 0; k < m * radix; k++) {
    let [re, im] = [0, 0];
    for (let q = 0; q < radix; q++) {
      const [c, s] = turn(k * q, m * radix);
      const [a, b] = [parts[q][2 * (k % m)], parts[q][2 * (k % m) + 1]];
      re += a * c - b * s;
      im += a * s + b * c;
    }
    out.push(re, im);
  }
  return out;
}

/** The shortest length with factors 2, 3 and 5 that is quick and not below `least`. */
function longerLength(least: number): number {
  const candidates = [1, 3, 5, 9, 15].map((odd) => odd * 2 ** Math.max(2, Math.ceil(Math.log2(least / odd))));
  return Math.min(...candidates);
}

/** exp(-πi k² / n), and the spectrum of its inverse over the longer length m, divided by m. */
function chirpsFor(n: number, m: number): { chirp: Complex; spectrum: Complex } {
  const chirp = Array.from({ length: n }, (_, k) => turn((k * k) % (2 * n), 2 * n)).flat();
  const inverse: Complex = Array(2 * m).fill(0);
  for (let k = 0; k < n; k++) {
    for (const at of k === 0 ? [0] : [k, m - k]) {
      inverse[2 * at] = chirp[2 * k];
      inverse[2 * at + 1] = -chirp[2 * k + 1];
    }
  }
  const spectrum = transform(inverse, radicesOf(m) as number[]).map((v) => v / m);
  return { chirp, spectrum };
}

function storeInts(backend: CpuBackend, numbers: readonly number[]): number {
  const address = backend.allocator.allocate(numbers.length * 4);
  new Int32Array(backend.wasm.memory.buffer, address, numbers.length).set(numbers);
  return address;
}

function storeFloats(backend: CpuBackend, numbers: readonly number[]): number {
  const address = backend.allocator.allocate(numbers.length * backend.floatBytes);
  backend.floats(address, numbers.length).set(numbers);
  return address;
}

function build(length: number, backend: CpuBackend): FftPlan {
  const blocks: number[] = [];
  const ints = (numbers: readonly number[]) => blocks[blocks.push(storeInts(backend, numbers)) - 1];
  const floats = (numbers: readonly number[]) => blocks[blocks.push(storeFloats(backend, numbers)) - 1];
  const radices = radicesOf(length);
  const places = radices ? placesFor(length, radices) : Array.from({ length }, (_, i) => i);
  const first = radices?.[0] ?? 1;
  const inputAt: number[] = [];
  places.forEach((place, input) => {
    inputAt[place] = input;
  });
  const beyond = Array(4).fill(length);
  const half = Array.from({ length: Math.floor(length / 2) + 1 }, (_, k) => k);
  const head = [
    length,
    radices?.length ?? 0,
    ints([...places, ...beyond]),
    ints(inputAt.filter((_, place) => place % first === 0)),
    ints([...half.map((k) => places[k]), ...beyond]),
    ints([...half.map((k) => (k === 0 || 2 * k === length ? length : places[length - k])), ...beyond]),
    ...Array(headLength - 6).fill(0),
  ];
  let distance = 1;
  for (const radix of radices ?? []) {
    const circle =
      radix > 5
        ? floats(Array.from({ length: radix }, (_, k) => scalarMath.rootOfUnity(k, radix)).flat())
        : 0;
    head.push(radix, distance, floats(twiddlesFor(radix, distance)), circle);
    distance *= radix;
  }
  if (radices) {
    return { length, address: ints(head), scratch: Math.max(1, ...radices), blocks };
  }
  const longer = build(longerLength(2 * length - 1), backend);
  const { chirp, spectrum } = chirpsFor(length, longer.length);
  head[6] = floats(chirp);
  head[7] = floats(spectrum);
  head[8] = longer.address;
  const scratch = 2 * (longer.length + 1) + longer.scratch;
  return { length, address: ints(head), scratch, longer, blocks };
}

function release({ blocks, longer }: FftPlan, backend: CpuBackend): void {
  for (const block of blocks) backend.allocator.release(block);
  if (longer) release(longer, backend);
}

/** Lengths remembered for each backend; the one whose use is longest ago makes room. */
export const mostPlans = 64;

const plansOf = new WeakMap<CpuBackend, Map<number, FftPlan>>();

/** The plan for a length on this backend, made at the first use. */
export function fftPlanFor(length: number, backend: CpuBackend): FftPlan {
  const plans = plansOf.get(backend) ?? new Map<number, FftPlan>();
  plansOf.set(backend, plans);
  const plan = plans.get(length) ?? build(length, backend);
  plans.delete(length);
  plans.set(length, plan);
  if (plans.size > mostPlans) {
    const [oldest, forgotten] = plans.entries().next().value as [number, FftPlan];
    plans.delete(oldest);
    release(forgotten, backend);
  }
  return plan;
}
