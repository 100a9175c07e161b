import type { Optimizer } from "./optimizer.js";
import { checkNumber, withDefaults } from "./options.js";
import { type CountingOptions, CountingScheduler } from "./scheduler.js";

/** Options of {@link ExponentialLR}. */
export interface ExponentialLROptions extends CountingOptions {
  /** Factor at each step. */
  gamma: number;
}

/**
 * Multiplies the learning rate by `gamma` at each step.
 *
 * @throws {@link ValidationError} when gamma is no number, or for an unknown option
 *
 * @example
 * ```ts
 * import { ExponentialLR, SGD } from "@plenoptic/optim";
 * const optimizer = new SGD({ lr: 1 });
 * const scheduler = new ExponentialLR(optimizer, { gamma: 0.5 });
 * for (let i = 0; i < 3; i++) scheduler.step();
 * console.log(optimizer.lr); // 0.125
 * ```
 */
export class ExponentialLR extends CountingScheduler<{ gamma: number }> {
  readonly name = "ExponentialLR";

  constructor(optimizer: Optimizer, options: ExponentialLROptions) {
    const { lastEpoch, ...own } = withDefaults("ExponentialLR", options ?? {}, {
      gamma: undefined,
      lastEpoch: -1,
    });
    super(optimizer, own, { lastEpoch });
  }

  protected check({ gamma }: { gamma: number }): void {
    checkNumber("gamma", gamma);
  }

  protected next(lr: number, initial: boolean): number {
    return initial ? lr : lr * this.options.gamma;
  }
}
