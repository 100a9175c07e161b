import { norm, sub, type Tensor, tidy } from "@plenoptic/tensor";
import { keepName } from "./keep-name.js";

/**
 * Euclidean distance between two representations: √Σᵢ (xᵢ - yᵢ)². Its gradient is 0 where they are equal.
 *
 * @param synthesized - representation of the synthesized image, any shape
 * @param reference - representation of the reference image, same shape or broadcastable to it
 * @returns one number ≥ 0
 * @throws {@link ShapeError} when the shapes cannot be broadcast together
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { l2Norm } from "@plenoptic/losses";
 * import { readSync, tensor } from "@plenoptic/tensor";
 * console.log(readSync(l2Norm(tensor([0, 3]), tensor([4, 0])))[0]); // 5
 * ```
 */
export function l2Norm(synthesized: Tensor, reference: Tensor): Tensor {
  return tidy(() => norm(sub(reference, synthesized)));
}

keepName(l2Norm, "l2Norm");
