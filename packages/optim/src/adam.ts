import { adamStep, invalidArgument, keep, type Tensor, zerosLike } from "@plenoptic/tensor";
import { BaseOptimizer, checkNotNegative, checkOptionNames } from "./optimizer.js";

/** Options of {@link Adam} and {@link AdamW}; the defaults are PyTorch's. */
export interface AdamOptions {
  /** Learning rate, ≥ 0. Default 0.001. */
  lr?: number;
  /** Decay of the running means of the gradient and of its square, each in [0, 1). Default [0.9, 0.999]. */
  betas?: readonly [number, number];
  /** Added to the denominator. Default 1e-8. */
  eps?: number;
  /** Weight decay, ≥ 0. Default 0 for Adam, 0.01 for AdamW. */
  weightDecay?: number;
  /** Divide by the largest running mean so far (Reddi et al., 2018). Default false. */
  amsgrad?: boolean;
}

const defaults = {
  lr: 1e-3,
  betas: [0.9, 0.999] as readonly [number, number],
  eps: 1e-8,
  weightDecay: 0,
  amsgrad: false,
};

abstract class AdamFamily extends BaseOptimizer<Required<AdamOptions>> {
  protected abstract readonly decoupled: boolean;

  constructor(owner: string, options: AdamOptions, own: Partial<AdamOptions>) {
    checkOptionNames(owner, options, Object.keys(defaults));
    const full = { ...defaults, ...own, ...options };
    checkNotNegative("eps", full.eps);
    checkNotNegative("weightDecay", full.weightDecay);
    for (const beta of full.betas) {
      if (!(beta >= 0 && beta < 1)) throw invalidArgument("betas", [...full.betas], "two numbers in [0, 1)");
    }
    super(full);
  }

  protected update(param: Tensor, grad: Tensor, state: { step: number; tensors: Record<string, Tensor> }) {
    const { lr, betas, eps, weightDecay, amsgrad } = this.options;
    const { tensors } = state;
    const start = tensors.expAvg
      ? tensors
      : {
          expAvg: zerosLike(param),
          expAvgSq: zerosLike(param),
          ...(amsgrad ? { maxExpAvgSq: zerosLike(param) } : {}),
        };
    const attrs = {
      lr,
      beta1: betas[0],
      beta2: betas[1],
      eps,
      weightDecay,
      amsgrad,
      decoupled: this.decoupled,
      step: state.step,
    };
    const { expAvg, expAvgSq, maxExpAvgSq } = start as {
      expAvg: Tensor;
      expAvgSq: Tensor;
      maxExpAvgSq?: Tensor;
    };
    const { param: updated, ...next } = adamStep({ param, grad, expAvg, expAvgSq, maxExpAvgSq }, attrs);
    if (!tensors.expAvg) for (const zero of Object.values(start)) zero.dispose();
    for (const x of Object.values(next)) keep(x);
    return { param: updated, tensors: next as Record<string, Tensor> };
  }
}

/**
 * Adam (Kingma & Ba, ICLR 2015), with PyTorch's order of operations: m ← m + (1 - β₁)(g - m),
 * v ← β₂ v + (1 - β₂) g², x ← x - lr / (1 - β₁ᵗ) · m / (√v / √(1 - β₂ᵗ) + ε).
 * Weight decay is added to the gradient.
 *
 * @throws {@link ValidationError} for lr < 0, ε < 0, weightDecay < 0, β outside [0, 1), or an unknown option
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { Adam } from "@plenoptic/optim";
 * import { readSync, tensor } from "@plenoptic/tensor";
 * const [x] = new Adam({ lr: 0.1 }).step([tensor([1, 2])], [tensor([3, -4])]);
 * console.log(readSync(x)); // 0.9 2.1: the first step is lr against the sign of the gradient
 * ```
 */
export class Adam extends AdamFamily {
  readonly name = "Adam";
  protected readonly decoupled = false;
  constructor(options: AdamOptions = {}) {
    super("Adam", options, {});
  }
}

/**
 * AdamW (Loshchilov & Hutter, ICLR 2019): Adam whose weight decay shrinks the parameter, x ← x (1 - lr · weightDecay),
 * apart from the gradient.
 *
 * @throws {@link ValidationError} as {@link Adam}
 */
export class AdamW extends AdamFamily {
  readonly name = "AdamW";
  protected readonly decoupled = true;
  constructor(options: AdamOptions = {}) {
    super("AdamW", options, { weightDecay: 0.01 });
  }
}
