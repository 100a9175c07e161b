import type { CpuBackend } from "../backend.js";
import * as tables from "./fft-tables.js";
import { Recent } from "./recent.js";

/** The tables for transforms of one length, in the module's memory (laid out as assembly/fft/plan.ts says). */
export interface FftPlan {
  readonly length: number;
  readonly address: number;
  /** Pairs of vectors that a transform of one element's width needs beside its buffer. */
  readonly scratch: number;
  /** The plan for a shorter or longer length by which this one is done. */
  readonly other?: FftPlan;
  readonly blocks: readonly number[];
}

/** Numbers of the head before the passes. */
const headLength = 12;

/** The blocks of memory of one plan. */
class Layout {
  readonly blocks: number[] = [];

  constructor(private readonly backend: CpuBackend) {}

  ints(numbers: ArrayLike<number>): number {
    const address = this.take(numbers.length * 4);
    new Int32Array(this.backend.wasm.memory.buffer, address, numbers.length).set(numbers);
    return address;
  }

  floats(numbers: ArrayLike<number>): number {
    const address = this.take(numbers.length * this.backend.floatBytes);
    this.backend.floats(address, numbers.length).set(numbers);
    return address;
  }

  private take(bytes: number): number {
    const address = this.backend.allocator.allocate(bytes);
    this.blocks.push(address);
    return address;
  }
}

/** The head without passes, and the tables of places. */
function headFor(
  length: number,
  radices: readonly number[],
  places: readonly number[],
  layout: Layout,
): number[] {
  // Whole vectors are read beyond the end; what comes from there goes to an element that nobody uses.
  const unused = Array<number>(4).fill(length);
  const half = Array.from({ length: Math.floor(length / 2) + 1 }, (_, k) => k);
  const isOwnMirror = (k: number) => k === 0 || 2 * k === length;
  const inputAt: number[] = [];
  places.forEach((place, input) => {
    inputAt[place] = input;
  });
  return [
    length,
    radices.length,
    layout.ints([...places, ...unused]),
    layout.ints(inputAt.filter((_, place) => place % (radices[0] ?? 1) === 0)),
    layout.ints([...half.map((k) => places[k]), ...unused]),
    layout.ints([...half.map((k) => (isOwnMirror(k) ? length : places[length - k])), ...unused]),
    ...Array<number>(headLength - 6).fill(0),
  ];
}

/** By passes, one for each radix; `quarters` adds what single rows need. */
function buildPasses(
  length: number,
  radices: readonly number[],
  quarters: boolean,
  backend: CpuBackend,
): FftPlan {
  const layout = new Layout(backend);
  const head = headFor(length, radices, tables.placesFor(length, radices), layout);
  const roots = tables.rootsFor(length);
  let distance = 1;
  for (const radix of radices) {
    const circle = radix > 5 ? layout.floats(tables.circleFor(radix)) : 0;
    head.push(radix, distance, layout.floats(tables.twiddles(roots, radix, distance)), circle);
    distance *= radix;
  }
  let quarter: FftPlan | undefined;
  if (quarters && length % 16 === 0) {
    quarter = build(length / 4, backend, false);
    head[9] = quarter.address;
    head[10] = layout.floats(tables.quarterTwiddles(roots, 16 / backend.floatBytes));
  }
  const { blocks } = layout;
  return { length, address: layout.ints(head), scratch: Math.max(1, ...radices), other: quarter, blocks };
}

/** By convolution with a chirp. */
function buildChirp(length: number, backend: CpuBackend): FftPlan {
  const layout = new Layout(backend);
  const natural = Array.from({ length }, (_, i) => i);
  const head = headFor(length, [], natural, layout);
  const longer = build(tables.longerLength(2 * length - 1), backend, false);
  const { chirp, spectrum } = tables.chirpsFor(length, longer.length);
  head[6] = layout.floats(chirp);
  head[7] = layout.floats(spectrum);
  head[8] = longer.address;
  const scratch = 2 * (longer.length + 1) + longer.scratch;
  return { length, address: layout.ints(head), scratch, other: longer, blocks: layout.blocks };
}

function build(length: number, backend: CpuBackend, quarters = true): FftPlan {
  const radices = tables.radicesOf(length);
  return radices ? buildPasses(length, radices, quarters, backend) : buildChirp(length, backend);
}

function release({ blocks, other }: FftPlan, backend: CpuBackend): void {
  for (const block of blocks) backend.allocator.release(block);
  if (other) release(other, backend);
}

/** Lengths remembered for each backend. */
export const mostPlans = 64;

const plans = new Recent<number, FftPlan>(mostPlans, release);

/** The plan for a length on this backend, made at the first use. */
export const fftPlanFor = (length: number, backend: CpuBackend): FftPlan =>
  plans.get(backend, length, () => build(length, backend));
