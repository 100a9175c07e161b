import { inverse, normalCdf, normalQuantile } from "./normal.js";
import type { Tally } from "./trials.js";

// Sensitivity in the same–different task, after Macmillan & Creelman (2005), Detection Theory: A User's Guide, chapter 9:
// each picture is seen as a number with a normal error of standard deviation 1, and d′ is the distance of the two means.

/**
 * Rates at which different and same pairs are called different. Half a trial is added to the answers and one to the trials,
 * so that rates of 0 and 1, which few trials often give, have a d′ (Hautus 1995).
 */
export function rates({ different, hits, same, falseAlarms }: Tally): { hit: number; falseAlarm: number } {
  return { hit: (hits + 0.5) / (different + 1), falseAlarm: (falseAlarms + 0.5) / (same + 1) };
}

const largest = 10;

/**
 * d′ of an observer who decides for each picture by itself which of the two it is, and compares these: the best one can do
 * with the same two pictures in every trial. 0 where nothing was told apart.
 */
export function independentDPrime(hit: number, falseAlarm: number): number {
  if (hit <= falseAlarm) return 0;
  // What part would be right without a bias towards one of the answers.
  const part = normalCdf((normalQuantile(hit) - normalQuantile(falseAlarm)) / 2);
  return 2 * normalQuantile((1 + Math.sqrt(Math.max(0, 2 * part - 1))) / 2);
}

/**
 * d′ of an observer who says “different” where the difference of the two exceeds a criterion, as one does who has not
 * learned the two pictures. 0 where nothing was told apart.
 */
export function differencingDPrime(hit: number, falseAlarm: number): number {
  if (hit <= falseAlarm) return 0;
  // A difference has twice the variance.
  const criterion = -normalQuantile(falseAlarm / 2);
  const hitAt = (d: number) => normalCdf(d / Math.SQRT2 - criterion) + normalCdf(-d / Math.SQRT2 - criterion);
  return inverse(hitAt, hit, 0, largest);
}
