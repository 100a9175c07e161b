import { invalidArgument } from "@plenoptic/tensor";
import type { Optimizer } from "./optimizer.js";
import { checkNumber, withDefaults } from "./options.js";
import { type CountingOptions, CountingScheduler } from "./scheduler.js";

/** Options of {@link StepLR}. */
export interface StepLROptions extends CountingOptions {
  /** Steps between two changes, a whole number above 0. */
  stepSize: number;
  /** Factor at each change. Default 0.1. */
  gamma?: number;
}

/**
 * Multiplies the learning rate by `gamma` every `stepSize` steps.
 *
 * @throws {@link ValidationError} for a stepSize that is no whole number above 0, or an unknown option
 *
 * @example
 * ```ts
 * import { SGD, StepLR } from "@plenoptic/optim";
 * const optimizer = new SGD({ lr: 1 });
 * const scheduler = new StepLR(optimizer, { stepSize: 2, gamma: 0.5 });
 * for (let i = 0; i < 4; i++) scheduler.step();
 * console.log(optimizer.lr); // 0.25
 * ```
 */
export class StepLR extends CountingScheduler<{ stepSize: number; gamma: number }> {
  readonly name = "StepLR";

  constructor(optimizer: Optimizer, options: StepLROptions) {
    const { lastEpoch, ...own } = withDefaults("StepLR", options ?? {}, {
      stepSize: undefined,
      gamma: 0.1,
      lastEpoch: -1,
    });
    super(optimizer, own, { lastEpoch });
  }

  protected check({ stepSize, gamma }: { stepSize: number; gamma: number }): void {
    if (!(Number.isInteger(stepSize) && stepSize > 0)) {
      throw invalidArgument("stepSize", stepSize, "a whole number above 0");
    }
    checkNumber("gamma", gamma);
  }

  protected next(lr: number): number {
    return this.lastEpoch > 0 && this.lastEpoch % this.options.stepSize === 0 ? lr * this.options.gamma : lr;
  }
}
