import { sgdStep, type Tensor, ValidationError } from "@plenoptic/tensor";
import { BaseOptimizer } from "./base-optimizer.js";
import { checkFlag, checkNotNegative, checkNumber, withDefaults } from "./options.js";

/** Options of {@link SGD}; the defaults are PyTorch's. */
export interface SGDOptions {
  /** Learning rate, ≥ 0. Default 0.001. */
  lr?: number;
  /** Weight of the earlier steps, ≥ 0. Default 0. */
  momentum?: number;
  /** Damping of the new gradient in the momentum. Default 0. */
  dampening?: number;
  /** Weight decay, ≥ 0, added to the gradient. Default 0. */
  weightDecay?: number;
  /** Nesterov's momentum; needs momentum > 0 and no dampening. Default false. */
  nesterov?: boolean;
}

const defaults: Required<SGDOptions> = {
  lr: 1e-3,
  momentum: 0,
  dampening: 0,
  weightDecay: 0,
  nesterov: false,
};

/**
 * Gradient descent, x ← x - lr · d, with momentum as in PyTorch (after Sutskever et al., ICML 2013):
 * b ← momentum · b + (1 - dampening) g, starting at g; d = b, or g + momentum · b with Nesterov's.
 *
 * @throws {@link ValidationError} for negative options, Nesterov's momentum without momentum, or an unknown option
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { SGD } from "@plenoptic/optim";
 * import { readSync, tensor } from "@plenoptic/tensor";
 * const [x] = new SGD({ lr: 0.5 }).step([tensor([1])], [tensor([0.5])]);
 * console.log(readSync(x)[0]); // 0.75
 * ```
 */
export class SGD extends BaseOptimizer<Required<SGDOptions>> {
  readonly name = "SGD";
  protected readonly tensorNames = ["momentumBuffer"];

  constructor(options: SGDOptions = {}) {
    super(withDefaults("SGD", options, defaults));
  }

  protected override check(options: Required<SGDOptions>): void {
    const { momentum, dampening, weightDecay, nesterov } = options;
    super.check(options);
    checkNotNegative("momentum", momentum, "Invalid momentum value.");
    checkNumber("dampening", dampening);
    checkNotNegative("weightDecay", weightDecay, "Invalid weight_decay value.");
    checkFlag("nesterov", nesterov);
    if (nesterov && (momentum === 0 || dampening !== 0)) {
      throw new ValidationError(
        `Nesterov momentum requires a momentum and zero dampening, but got momentum ${momentum} and dampening ${dampening}. Set momentum, e.g. 0.9, and leave dampening out.`,
        { argument: "nesterov", value: nesterov },
      );
    }
  }

  protected update(param: Tensor, grad: Tensor, { tensors }: { tensors: { momentumBuffer?: Tensor } }) {
    const { momentumBuffer } = tensors;
    const { param: updated, momentumBuffer: next } = sgdStep({ param, grad, momentumBuffer }, this.options);
    return { param: updated, tensors: (next ? { momentumBuffer: next } : {}) as Record<string, Tensor> };
  }
}
