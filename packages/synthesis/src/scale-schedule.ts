import type { ScaleOptions } from "./options.js";
import type { Scale } from "./types.js";

/** How scales are optimized: each together with all coarser ones, or each by itself. */
export type CoarseToFine = "together" | "separate";

/** The last turn: that of the whole representation. */
export const allScales = "all";

/** Where coarse-to-fine synthesis stands. Iterations are counted from 0. */
export interface ScaleState {
  readonly coarseToFine: CoarseToFine;
  /** Those still to be optimized; the first is in turn, "all" the last. */
  readonly scales: readonly Scale[];
  readonly finished: readonly Scale[];
  /** First and last iteration of each, as far as they are known. */
  readonly timing: ReadonlyMap<Scale, readonly number[]>;
  /** What was descended at each iteration. */
  readonly losses: readonly number[];
}

interface ScaleCopies {
  scales: Scale[];
  finished: Scale[];
  timing: Map<Scale, number[]>;
  losses: number[];
}

/** A state before the first iteration. */
export function firstScaleState(coarseToFine: CoarseToFine, modelScales: readonly Scale[]): ScaleState {
  // Together, the finest scale's turn would be that of all.
  const turns = coarseToFine === "together" ? modelScales.slice(0, -1) : modelScales;
  const scales = [...turns, allScales];
  const timing = new Map(scales.map((scale, i) => [scale, i === 0 ? [0] : []]));
  return { coarseToFine, scales, finished: [], timing, losses: [] };
}

/** Whose turn it is, and when the next one's comes. Knows numbers only. */
export class ScaleSchedule {
  readonly coarseToFine: CoarseToFine;
  private readonly scales: Scale[];
  private readonly finished: Scale[];
  private readonly timing: Map<Scale, number[]>;
  private readonly losses: number[];

  constructor(state: ScaleState) {
    const { coarseToFine, scales, finished, timing, losses } = state;
    this.coarseToFine = coarseToFine;
    this.scales = [...scales];
    this.finished = [...finished];
    this.timing = new Map([...timing].map(([scale, times]) => [scale, [...times]]));
    this.losses = [...losses];
  }

  /** A copy of where it stands. */
  get state(): { coarseToFine: CoarseToFine } & ScaleCopies {
    const { coarseToFine, scales, finished, timing, losses } = this;
    return { coarseToFine, ...structuredClone({ scales, finished, timing, losses }) };
  }

  get current(): Scale {
    return this.scales[0];
  }

  /** What the model is restricted to; undefined in the last turn. */
  get selection(): Scale[] | undefined {
    if (this.current === allScales) return undefined;
    return this.coarseToFine === "together" ? [this.current, ...this.finished] : [this.current];
  }

  record(loss: number): void {
    this.losses.push(loss);
  }

  /** Iterations of the scale in turn. */
  private get count(): number {
    return this.losses.length - (this.timing.get(this.current)?.[0] ?? 0);
  }

  /** Whether the next scale's turn has come, before another iteration is made. */
  isDue({ changeScaleCriterion: criterion, ctfItersToCheck }: ScaleOptions): boolean {
    const { losses, scales } = this;
    if (scales.length === 1 || this.count < ctfItersToCheck) return false;
    const change = Math.abs(losses[losses.length - 1] - losses[losses.length - ctfItersToCheck]);
    return criterion === null || change < criterion;
  }

  /** Goes on to the next scale. */
  advance(): void {
    const { scales, finished, timing, losses } = this;
    timing.get(scales[0])?.push(losses.length - 1);
    finished.push(...scales.splice(0, 1));
    timing.get(scales[0])?.push(losses.length);
  }

  /** How many iterations from now on are those of the scale in turn, unless its loss decides. */
  iterationsAhead({ changeScaleCriterion, ctfItersToCheck }: ScaleOptions): number {
    if (this.scales.length === 1 || changeScaleCriterion !== null) return Number.POSITIVE_INFINITY;
    return Math.max(1, ctfItersToCheck - this.count);
  }

  /** Whether all scales have been optimized together for long enough that synthesis may end. */
  isEnough({ ctfItersToCheck }: ScaleOptions): boolean {
    return this.current === allScales && this.count > ctfItersToCheck + 1;
  }
}
