import { mul, type Tensor } from "@plenoptic/tensor";
import { BuiltInModel } from "./model.js";

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
export class Identity extends BuiltInModel {
  readonly name = "Identity";

  forward(x: Tensor): Tensor {
    return mul(x, 1);
  }

  parameters(): Record<string, number | readonly number[]> {
    return {};
  }

  override toString(): string {
    return "Identity()";
  }
}
