import { clip, invalidArgument, sub, sumSquares, type Tensor, tidy } from "@plenoptic/tensor";
import { keepName } from "./keep-name.js";

/** Options of {@link penalizeRange}. */
export interface PenalizeRangeOptions {
  /** Lowest and highest value that cost nothing. Default `[0, 1]`. */
  readonly allowedRange?: readonly [low: number, high: number];
}

/**
 * What an image pays for leaving a range: Σᵢ d(xᵢ)², d being the distance of a pixel to [low, high], 0 inside.
 *
 * To use other bounds as a penalty, wrap it: `(image) => penalizeRange(image, { allowedRange: [-1, 1] })`.
 *
 * @param image - any shape
 * @param options - by name
 * @param options.allowedRange - the bounds, default `[0, 1]`
 * @returns one number ≥ 0
 * @throws {@link ValidationError} when the bounds are not two numbers in order
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { penalizeRange } from "@plenoptic/losses";
 * import { readSync, tensor } from "@plenoptic/tensor";
 * console.log(readSync(penalizeRange(tensor([-1, 0.5, 3])))[0]); // 1 + 4
 * ```
 */
export function penalizeRange(image: Tensor, { allowedRange = [0, 1] }: PenalizeRangeOptions = {}): Tensor {
  const [low, high] = allowedRange;
  if (!(low <= high))
    throw invalidArgument("allowedRange", [...allowedRange], "two numbers, the lower one first");
  return tidy(() => sumSquares(sub(image, clip(image, low, high))));
}

keepName(penalizeRange, "penalizeRange");
