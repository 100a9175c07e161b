import { mean, squaredDifference, type Tensor, tidy } from "@plenoptic/tensor";
import { keepName } from "./keep-name.js";

/**
 * Mean squared error between two representations: (1/N) Σᵢ (xᵢ - yᵢ)².
 *
 * @param synthesized - representation of the synthesized image, any shape
 * @param reference - representation of the reference image, same shape or broadcastable to it
 * @returns one number ≥ 0
 * @throws {@link ShapeError} when the shapes cannot be broadcast together
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { mse } from "@plenoptic/losses";
 * import { readSync, tensor } from "@plenoptic/tensor";
 * console.log(readSync(mse(tensor([1, 2]), tensor([1, 4])))[0]); // 2
 * ```
 */
export function mse(synthesized: Tensor, reference: Tensor): Tensor {
  return tidy(() => mean(squaredDifference(synthesized, reference)));
}

keepName(mse, "mse");
