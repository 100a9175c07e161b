import { invalidArgument, OutOfRangeError } from "@plenoptic/tensor";

/** How an iteration between two stored frames is matched to one of them. */
export type IterationSelection = "floor" | "ceiling" | "round";

/** The nearest whole number, a half to the even one, as Python rounds. */
export function roundHalfToEven(x: number): number {
  const below = Math.floor(x);
  if (x - below !== 0.5) return Math.round(x);
  return below % 2 === 0 ? below : below + 1;
}

const roundings: Record<IterationSelection, (x: number) => number> = {
  floor: Math.floor,
  ceiling: Math.ceil,
  round: roundHalfToEven,
};

/** An iteration counted from 0, from one that may be null (the last) or negative (from the end). */
export function resolveIteration(iteration: number | null, count: number): number {
  const resolved = iteration === null ? count - 1 : iteration < 0 ? count + iteration : iteration;
  if (!Number.isInteger(resolved)) throw invalidArgument("iteration", iteration, "a whole number or null");
  if (resolved < 0 || resolved >= count) {
    throw new OutOfRangeError(`iteration=${iteration} out of bounds with ${count} iterations of synthesis.`);
  }
  return resolved;
}

/** Which stored frame goes with an iteration, and of which iteration it is. */
export function selectFrame(
  iteration: number,
  every: number,
  count: number,
  selection: IterationSelection,
): { frame: number; iteration: number } {
  const rounding = roundings[selection];
  if (!rounding) throw invalidArgument("iterationSelection", selection, '"floor", "ceiling" or "round"');
  const frame = rounding(iteration / every);
  return { frame, iteration: Math.min(frame * every, count - 1) };
}
