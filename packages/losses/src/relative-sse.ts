import { div, sub, sumSquares, type Tensor, tidy } from "@plenoptic/tensor";
import { keepName } from "./keep-name.js";

/**
 * Squared error relative to the reference: Σᵢ (xᵢ - yᵢ)² / Σᵢ yᵢ².
 *
 * @param synthesized - representation of the synthesized image, any shape
 * @param reference - representation of the reference image, same shape or broadcastable to it; not all zero
 * @returns one number ≥ 0; infinite or NaN when the reference is zero everywhere
 * @throws {@link ShapeError} when the shapes cannot be broadcast together
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { relativeSse } from "@plenoptic/losses";
 * import { readSync, tensor } from "@plenoptic/tensor";
 * console.log(readSync(relativeSse(tensor([1, 2]), tensor([2, 4])))[0]); // 0.25
 * ```
 */
export function relativeSse(synthesized: Tensor, reference: Tensor): Tensor {
  return tidy(() => div(sumSquares(sub(reference, synthesized)), sumSquares(reference)));
}

keepName(relativeSse, "relativeSse");
