import { invalidArgument } from "@plenoptic/tensor";
import { checkOptionNames, type Optimizer } from "./optimizer.js";
import { CountingScheduler } from "./scheduler.js";

/** Options of {@link MultiStepLR}. */
export interface MultiStepLROptions {
  /** Steps at which the rate changes; one that is listed twice counts twice. */
  milestones: readonly number[];
  /** Factor at each milestone. Default 0.1. */
  gamma?: number;
}

/** Multiplies the learning rate by `gamma` at each milestone. */
export class MultiStepLR extends CountingScheduler {
  readonly name = "MultiStepLR";
  private readonly milestones: readonly number[];
  private readonly gamma: number;

  constructor(optimizer: Optimizer, options: MultiStepLROptions) {
    super(optimizer);
    checkOptionNames("MultiStepLR", options ?? {}, ["milestones", "gamma"]);
    const { milestones, gamma = 0.1 } = options ?? {};
    if (!Array.isArray(milestones) || !milestones.every(Number.isInteger)) {
      throw invalidArgument("milestones", milestones, "a list of whole numbers");
    }
    this.milestones = milestones;
    this.gamma = gamma;
  }

  protected next(lr: number): number {
    return lr * this.gamma ** this.milestones.filter((m) => m === this.lastEpoch).length;
  }
}
