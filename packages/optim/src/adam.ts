import { adamStep, invalidArgument, type Tensor, zerosLike } from "@plenoptic/tensor";
import { BaseOptimizer } from "./base-optimizer.js";
import { checkFlag, checkNotNegative, withDefaults } from "./options.js";

/** Options of {@link Adam} and {@link AdamW}; the defaults are PyTorch's. */
export interface AdamOptions {
  /** Learning rate, ≥ 0. Default 0.001. */
  lr?: number;
  /** Decay of the running means of the gradient and of its square, each in [0, 1). Default [0.9, 0.999]. */
  betas?: readonly [number, number];
  /** Added to the denominator, ≥ 0. Default 1e-8. */
  eps?: number;
  /** Weight decay, ≥ 0. Default 0 for Adam, 0.01 for AdamW. */
  weightDecay?: number;
  /** Divide by the largest running mean so far (Reddi et al., 2018). Default false. */
  amsgrad?: boolean;
}

const defaults: Required<AdamOptions> = {
  lr: 1e-3,
  betas: [0.9, 0.999],
  eps: 1e-8,
  weightDecay: 0,
  amsgrad: false,
};

interface Moments {
  expAvg?: Tensor;
  expAvgSq?: Tensor;
  maxExpAvgSq?: Tensor;
}

abstract class AdamFamily extends BaseOptimizer<Required<AdamOptions>> {
  protected readonly tensorNames = ["expAvg", "expAvgSq", "maxExpAvgSq"];
  protected abstract readonly decoupled: boolean;

  protected override check(options: Required<AdamOptions>): void {
    const { eps, betas, weightDecay, amsgrad } = options;
    super.check(options);
    checkNotNegative("eps", eps, "Invalid epsilon value.");
    checkNotNegative("weightDecay", weightDecay, "Invalid weight_decay value.");
    checkFlag("amsgrad", amsgrad);
    const index = Array.isArray(betas) && betas.length === 2 ? betas.findIndex((b) => !(b >= 0 && b < 1)) : 0;
    if (index >= 0) {
      const fix = `Invalid beta parameter at index ${index}; the usual ones are [0.9, 0.999].`;
      throw invalidArgument("betas", betas, "two numbers in [0, 1)", fix);
    }
  }

  protected update(param: Tensor, grad: Tensor, { step, tensors }: { step: number; tensors: Moments }) {
    const { lr, betas, eps, weightDecay, amsgrad } = this.options;
    const zeros: Tensor[] = [];
    const orZeros = (moment: Tensor | undefined) => {
      if (moment) return moment;
      zeros.push(zerosLike(param));
      return zeros[zeros.length - 1];
    };
    const moments = {
      expAvg: orZeros(tensors.expAvg),
      expAvgSq: orZeros(tensors.expAvgSq),
      ...(amsgrad ? { maxExpAvgSq: orZeros(tensors.maxExpAvgSq) } : {}),
    };
    const [beta1, beta2] = betas;
    const attrs = { lr, beta1, beta2, eps, weightDecay, amsgrad, decoupled: this.decoupled, step };
    try {
      const { param: updated, ...next } = adamStep({ param, grad, ...moments }, attrs);
      return { param: updated, tensors: { ...next } };
    } finally {
      for (const x of zeros) x.dispose();
    }
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
    super(withDefaults("Adam", options, defaults));
  }
}

/**
 * AdamW (Loshchilov & Hutter, ICLR 2019): {@link Adam} whose weight decay shrinks the parameter,
 * x ← x (1 - lr · weightDecay), apart from the gradient.
 *
 * @throws {@link ValidationError} as {@link Adam}
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { AdamW } from "@plenoptic/optim";
 * import { readSync, tensor } from "@plenoptic/tensor";
 * const optimizer = new AdamW({ lr: 0.5, weightDecay: 0.1 });
 * const [x] = optimizer.step([tensor([1])], [tensor([0])]);
 * console.log(readSync(x)[0]); // 0.95: no gradient, only decay
 * ```
 */
export class AdamW extends AdamFamily {
  readonly name = "AdamW";
  protected readonly decoupled = true;
  constructor(options: AdamOptions = {}) {
    super(withDefaults("AdamW", options, { ...defaults, weightDecay: 0.01 }));
  }
}
