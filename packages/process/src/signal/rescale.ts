import {
  add,
  div,
  greater,
  max as largest,
  mul,
  min as smallest,
  sub,
  type Tensor,
  tidy,
  where,
} from "@plenoptic/tensor";

/** Options of {@link rescale}. */
export interface RescaleOptions {
  /** What the smallest value becomes. Default 0. */
  min?: number;
  /** What the largest value becomes. Default 1. */
  max?: number;
}

/**
 * Moves and stretches values so that the smallest becomes `min` and the largest `max`. Where all are equal, all become `min`.
 *
 * @param x - of any shape; the smallest and largest are those of the whole tensor
 * @param options - by name, see {@link RescaleOptions}
 * @returns the same shape
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { rescale } from "@plenoptic/process";
 * import { readSync, tensor } from "@plenoptic/tensor";
 * console.log(readSync(rescale(tensor([2, 4, 6, 8]), { min: -1 }))); // -1, -0.333, 0.333, 1
 * ```
 */
export function rescale(x: Tensor, { min = 0, max = 1 }: RescaleOptions = {}): Tensor {
  return tidy(() => {
    const lowest = smallest(x);
    const range = sub(largest(x), lowest);
    const unit = div(sub(x, lowest), where(greater(range, 0), range, 1));
    return add(mul(unit, max - min), min);
  });
}
