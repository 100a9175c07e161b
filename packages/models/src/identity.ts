import { mul, type Tensor } from "@plenoptic/tensor";
import type { Model } from "./model.js";

/**
 * Gives the image back: its metamers are the image itself.
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { Identity } from "@plenoptic/models";
 * import { ones } from "@plenoptic/tensor";
 * console.log(new Identity().forward(ones([1, 1, 4, 4])).shape); // [1, 1, 4, 4]
 * ```
 */
export class Identity implements Model {
  readonly name = "Identity";

  forward(x: Tensor): Tensor {
    return mul(x, 1);
  }

  toString(): string {
    return "Identity()";
  }
}
