import { keep, sgdStep, type Tensor, ValidationError } from "@plenoptic/tensor";
import { BaseOptimizer, checkNotNegative, checkOptionNames } from "./optimizer.js";

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

const defaults = { lr: 1e-3, momentum: 0, dampening: 0, weightDecay: 0, nesterov: false };

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

  constructor(options: SGDOptions = {}) {
    checkOptionNames("SGD", options, Object.keys(defaults));
    const full = { ...defaults, ...options };
    checkNotNegative("momentum", full.momentum);
    checkNotNegative("weightDecay", full.weightDecay);
    if (full.nesterov && (full.momentum <= 0 || full.dampening !== 0)) {
      throw new ValidationError("Nesterov momentum requires a momentum above 0 and zero dampening.", {
        argument: "nesterov",
        value: full.nesterov,
      });
    }
    super(full);
  }

  protected update(param: Tensor, grad: Tensor, state: { tensors: Record<string, Tensor> }) {
    const { momentumBuffer } = state.tensors;
    const { param: updated, momentumBuffer: next } = sgdStep({ param, grad, momentumBuffer }, this.options);
    return {
      param: updated,
      tensors: next ? { momentumBuffer: keep(next) } : ({} as Record<string, Tensor>),
    };
  }
}
