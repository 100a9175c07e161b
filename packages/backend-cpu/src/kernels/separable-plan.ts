import type { SeparableFilters } from "@plenoptic/tensor";
import type { CpuBackend } from "../backend.js";

/** One output's table of terms in the module's memory (see assembly/filters/separable.ts). */
export interface OutputPlan {
  readonly channel: number;
  readonly terms: number;
  readonly count: number;
}

/** Filters as the kernels read them: taps in the backend's precision, in order and reversed. */
export interface FilterPlan {
  readonly kh: number;
  readonly kw: number;
  readonly forward: readonly OutputPlan[];
  readonly adjoint: readonly OutputPlan[];
}

/**
 * Taps at either end that are smaller than the largest one by this factor are left out. It is far below the rounding
 * unit (2^-24, 2^-53): against the error that rounding makes anyway where a picture's values differ by less than
 * 2^36 (2^47) they are nothing. A narrow Gaussian in a large window has mostly such taps.
 */
const negligible = { float32: 2 ** -60, float64: 2 ** -100 };

function trim(taps: ArrayLike<number>, bound: number): { first: number; kept: number[] } {
  const all = Array.from(taps);
  const least = bound * Math.max(...all.map(Math.abs));
  let first = 0;
  let end = all.length;
  while (first < end - 1 && Math.abs(all[first]) <= least) first++;
  while (end > first + 1 && Math.abs(all[end - 1]) <= least) end--;
  return { first, kept: all.slice(first, end) };
}

/** Copies all taps to one block and points the tables of terms, in a second block, at them. */
function build(filters: SeparableFilters, backend: CpuBackend): { plan: FilterPlan; blocks: number[] } {
  const bound = negligible[backend.precision];
  const outputs = filters.map(({ channel, terms }) => ({
    channel,
    terms: terms.map((term) => ({ v: trim(term.vertical, bound), h: trim(term.horizontal, bound) })),
  }));
  const taps: number[] = [];
  const entries: number[] = [];
  const bytes = backend.floatBytes;
  const store = (values: number[]) => {
    const at = taps.length * bytes;
    taps.push(...values);
    return at;
  };
  const tables = [false, true].map((reversed) =>
    outputs.map(({ channel, terms }) => {
      const start = entries.length * 4;
      for (const { v, h } of terms) {
        const order = (kept: number[]) => (reversed ? [...kept].reverse() : kept);
        entries.push(
          store(order(v.kept)),
          v.kept.length,
          v.first,
          store(order(h.kept)),
          h.kept.length,
          h.first,
        );
      }
      return { channel, terms: start, count: terms.length };
    }),
  );
  const tapBlock = backend.allocator.allocate(taps.length * bytes);
  const tableBlock = backend.allocator.allocate(entries.length * 4);
  backend.floats(tapBlock, taps.length).set(taps);
  const table = new Int32Array(backend.wasm.memory.buffer, tableBlock, entries.length);
  table.set(entries.map((value, i) => (i % 3 === 0 ? value + tapBlock : value)));
  const [forward, adjoint] = tables.map((list) => list.map((o) => ({ ...o, terms: o.terms + tableBlock })));
  const { vertical, horizontal } = filters[0].terms[0];
  return {
    plan: { kh: vertical.length, kw: horizontal.length, forward, adjoint },
    blocks: [tapBlock, tableBlock],
  };
}

// A plan lives as long as the filters it was made from.
const plans = new WeakMap<CpuBackend, WeakMap<SeparableFilters, FilterPlan>>();
const cleanup = new FinalizationRegistry<{ backend: WeakRef<CpuBackend>; blocks: number[] }>(
  ({ backend, blocks }) => {
    for (const block of blocks) backend.deref()?.allocator.release(block);
  },
);

/** The plan for these filters on this backend, made at the first use. */
export function planFor(filters: SeparableFilters, backend: CpuBackend): FilterPlan {
  const ofBackend = plans.get(backend) ?? new WeakMap<SeparableFilters, FilterPlan>();
  plans.set(backend, ofBackend);
  let plan = ofBackend.get(filters);
  if (!plan) {
    const made = build(filters, backend);
    plan = made.plan;
    ofBackend.set(filters, plan);
    cleanup.register(filters, { backend: new WeakRef(backend), blocks: made.blocks });
  }
  return plan;
}
