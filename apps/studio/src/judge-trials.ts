/** One trial of the match: what the second picture was, and what was answered. */
export interface Trial {
  readonly wasMetamer: boolean;
  readonly saidDifferent: boolean;
}

/** What part of the answers was right, and the 95 % interval of Wilson (1927), which holds for few trials, too. */
export function scoreOf(trials: readonly Trial[]): {
  right: number;
  part: number;
  low: number;
  high: number;
} {
  const count = trials.length;
  const right = trials.filter(({ wasMetamer, saidDifferent }) => wasMetamer === saidDifferent).length;
  const part = right / count;
  const z = 1.96;
  const middle = (part + z ** 2 / (2 * count)) / (1 + z ** 2 / count);
  const half =
    (z * Math.sqrt((part * (1 - part)) / count + z ** 2 / (4 * count ** 2))) / (1 + z ** 2 / count);
  return { right, part, low: middle - half, high: middle + half };
}

/** Degrees of visual angle of something so large, from so far, in the same unit. */
export const visualAngle = (size: number, distance: number): number =>
  (2 * Math.atan(size / 2 / distance) * 180) / Math.PI;
