import type { Viewing } from "./viewing.js";

/** What can be shown. */
export type Shown = "target" | "metamer";

/** What two pictures a trial shows, one after the other. */
export interface Pair {
  readonly first: Shown;
  readonly second: Shown;
}

/** A trial of the match, and what was answered. */
export interface Trial extends Pair {
  /** From 1 on. */
  readonly block: number;
  readonly saidDifferent: boolean;
  /** How the pictures were looked at: it may change between trials. */
  readonly viewing: Viewing;
  /** From the end of the second picture to the answer. */
  readonly responseMs: number;
  /** How long the pictures and what is between them were on the screen, by its frames. */
  readonly firstMs: number;
  readonly gapMs: number;
  readonly secondMs: number;
}

export const isDifferent = ({ first, second }: Pair): boolean => first !== second;

export const isRight = (trial: Trial): boolean => isDifferent(trial) === trial.saidDifferent;

const pairs: readonly Pair[] = [
  { first: "target", second: "target" },
  { first: "metamer", second: "metamer" },
  { first: "target", second: "metamer" },
  { first: "metamer", second: "target" },
];
const repeats = 2;

/** Trials in a block. */
export const blockLength = repeats * pairs.length;

/**
 * A block of trials in random order: each of the four pairs equally often, so that half of the trials show the same, and
 * neither picture is seen more often than the other, nor more often first.
 *
 * @param random - numbers in [0, 1)
 */
export function makeBlock(random: () => number): Pair[] {
  const block = Array.from({ length: repeats }, () => pairs).flat();
  for (let i = block.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [block[i], block[j]] = [block[j], block[i]];
  }
  return block;
}

/** Random numbers in [0, 1) that nobody can foresee. */
export const fairRandom = (): number => crypto.getRandomValues(new Uint32Array(1))[0] / 2 ** 32;

/** How many of the trials with different pictures and with the same were called different. */
export interface Tally {
  readonly different: number;
  readonly hits: number;
  readonly same: number;
  readonly falseAlarms: number;
}

export function tally(trials: readonly Trial[]): Tally {
  const count = (test: (trial: Trial) => boolean) => trials.filter(test).length;
  return {
    different: count(isDifferent),
    hits: count((trial) => isDifferent(trial) && trial.saidDifferent),
    same: count((trial) => !isDifferent(trial)),
    falseAlarms: count((trial) => !isDifferent(trial) && trial.saidDifferent),
  };
}

/** What part of the answers was right, and the 95 % interval of Wilson (1927), which holds for few trials, too. */
export function scoreOf({ different, hits, same, falseAlarms }: Tally): {
  right: number;
  count: number;
  part: number;
  low: number;
  high: number;
} {
  const count = different + same;
  const right = hits + same - falseAlarms;
  const part = right / count;
  const z = 1.96;
  const middle = (part + z ** 2 / (2 * count)) / (1 + z ** 2 / count);
  const half =
    (z * Math.sqrt((part * (1 - part)) / count + z ** 2 / (4 * count ** 2))) / (1 + z ** 2 / count);
  return { right, count, part, low: middle - half, high: middle + half };
}
