import { invalidArgument } from "@plenoptic/tensor";
import { checkOptionNames, type Optimizer } from "./optimizer.js";
import { CountingScheduler } from "./scheduler.js";

/** Options of {@link StepLR}. */
export interface StepLROptions {
  /** Steps between two changes, a whole number above 0. */
  stepSize: number;
  /** Factor at each change. Default 0.1. */
  gamma?: number;
}

/**
 * Multiplies the learning rate by `gamma` every `stepSize` steps.
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
export class StepLR extends CountingScheduler {
  readonly name = "StepLR";
  private readonly stepSize: number;
  private readonly gamma: number;

  constructor(optimizer: Optimizer, options: StepLROptions) {
    super(optimizer);
    checkOptionNames("StepLR", options ?? {}, ["stepSize", "gamma"]);
    const { stepSize, gamma = 0.1 } = options ?? {};
    if (!(Number.isInteger(stepSize) && stepSize > 0))
      throw invalidArgument("stepSize", stepSize, "a whole number above 0");
    this.stepSize = stepSize;
    this.gamma = gamma;
  }

  protected next(lr: number): number {
    return this.lastEpoch % this.stepSize === 0 ? lr * this.gamma : lr;
  }
}
