import { invalidArgument, scalarMath } from "@plenoptic/tensor";
import type { Optimizer } from "./optimizer.js";
import { checkNumber, withDefaults } from "./options.js";
import { type CountingOptions, CountingScheduler } from "./scheduler.js";

/** Options of {@link MultiStepLR}. */
export interface MultiStepLROptions extends CountingOptions {
  /** Steps at which the rate changes, in any order; one that is listed twice counts twice. */
  milestones: readonly number[];
  /** Factor at each milestone. Default 0.1. */
  gamma?: number;
}

interface Own {
  milestones: readonly number[];
  gamma: number;
}

/**
 * Multiplies the learning rate by `gamma` at each milestone. As in PyTorch, a milestone 0 counts when the scheduler
 * is made.
 *
 * @throws {@link ValidationError} for milestones that are no whole numbers, or an unknown option
 *
 * @example
 * ```ts
 * import { MultiStepLR, SGD } from "@plenoptic/optim";
 * const optimizer = new SGD({ lr: 1 });
 * const scheduler = new MultiStepLR(optimizer, { milestones: [2, 3], gamma: 0.5 });
 * for (let i = 0; i < 4; i++) scheduler.step();
 * console.log(optimizer.lr); // 0.25
 * ```
 */
export class MultiStepLR extends CountingScheduler<Own> {
  readonly name = "MultiStepLR";

  constructor(optimizer: Optimizer, options: MultiStepLROptions) {
    const { lastEpoch, ...own } = withDefaults("MultiStepLR", options ?? {}, {
      milestones: undefined,
      gamma: 0.1,
      lastEpoch: -1,
    });
    super(optimizer, own, { lastEpoch });
  }

  protected check({ milestones, gamma }: Own): void {
    if (!Array.isArray(milestones) || !milestones.every(Number.isInteger)) {
      throw invalidArgument("milestones", milestones, "a list of whole numbers");
    }
    checkNumber("gamma", gamma);
  }

  protected next(lr: number): number {
    const { milestones, gamma } = this.options;
    return lr * scalarMath.integerPower(gamma, milestones.filter((m) => m === this.lastEpoch).length);
  }
}
