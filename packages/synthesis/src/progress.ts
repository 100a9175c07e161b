import { type FloatArray, warn } from "@plenoptic/tensor";
import type { Progress } from "./metamer-types.js";
import { type IterationSelection, resolveIteration, selectFrame } from "./progress-index.js";

/** What an object of synthesis has recorded. */
export interface Recorded {
  readonly losses: readonly number[];
  readonly penalties: readonly number[];
  readonly gradientNorm: readonly number[];
  readonly pixelChangeNorm: readonly number[];
  readonly savedMetamer: readonly FloatArray[];
  readonly storeProgress: number | undefined;
}

/** What was recorded at an iteration; of the current state, null norms, for there has been no step from it. */
export function progressAt(
  recorded: Recorded,
  iteration: number | null,
  iterationSelection: IterationSelection,
): Progress {
  const { losses, penalties, storeProgress } = recorded;
  const count = losses.length;
  const at = resolveIteration(iteration, count);
  const progress: Progress = {
    iteration: at,
    losses: losses[at],
    penalties: penalties[at],
    gradientNorm: recorded.gradientNorm[at] ?? null,
    pixelChangeNorm: recorded.pixelChangeNorm[at] ?? null,
  };
  if (!storeProgress) return progress;
  const saved = recorded.savedMetamer;
  // null always means the current image; an index, the frame that is nearest by the chosen rule.
  const selected =
    iteration === null
      ? { frame: saved.length - 1, iteration: at }
      : selectFrame(at, storeProgress, count, iterationSelection);
  if (selected.iteration !== at) {
    warn(
      "progress",
      `loss iteration and iteration for savedMetamer are not the same: ${at} and ${selected.iteration}.`,
    );
  }
  return { ...progress, savedMetamer: saved[selected.frame], storeProgressIteration: selected.iteration };
}
