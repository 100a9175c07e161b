import { invalidArgument } from "@plenoptic/tensor";
import { checkOptionNames, type Optimizer } from "./optimizer.js";
import { CountingScheduler } from "./scheduler.js";

/** Options of {@link ExponentialLR}. */
export interface ExponentialLROptions {
  /** Factor at each step. */
  gamma: number;
}

/** Multiplies the learning rate by `gamma` at each step. */
export class ExponentialLR extends CountingScheduler {
  readonly name = "ExponentialLR";
  private readonly gamma: number;

  constructor(optimizer: Optimizer, options: ExponentialLROptions) {
    super(optimizer);
    checkOptionNames("ExponentialLR", options ?? {}, ["gamma"]);
    if (typeof options?.gamma !== "number") throw invalidArgument("gamma", options?.gamma, "a number");
    this.gamma = options.gamma;
  }

  protected next(lr: number): number {
    return lr * this.gamma;
  }
}
