import { invalidArgument } from "@plenoptic/tensor";
import { checkOptionNames, type Optimizer } from "./optimizer.js";
import type { Scheduler, SchedulerState } from "./scheduler.js";

/** Options of {@link ReduceLROnPlateau}; the defaults are PyTorch's. */
export interface ReduceLROnPlateauOptions {
  /** Whether the loss is to become small or large. Default "min". */
  mode?: "min" | "max";
  /** Factor at each reduction, below 1. Default 0.1. */
  factor?: number;
  /** Steps without improvement that are allowed. Default 10. */
  patience?: number;
  /** What counts as improvement. Default 1e-4. */
  threshold?: number;
  /** Whether the threshold is a fraction of the best loss or an amount. Default "rel". */
  thresholdMode?: "rel" | "abs";
  /** Steps to wait after a reduction before counting again. Default 0. */
  cooldown?: number;
  /** Smallest rate. Default 0. */
  minLr?: number;
  /** Changes smaller than this are not made. Default 1e-8. */
  eps?: number;
}

const defaults = {
  mode: "min" as const,
  factor: 0.1,
  patience: 10,
  threshold: 1e-4,
  thresholdMode: "rel" as const,
  cooldown: 0,
  minLr: 0,
  eps: 1e-8,
};

/**
 * Reduces the learning rate when the loss has stopped improving.
 *
 * @throws {@link ValidationError} when the factor is not below 1, a mode is unknown, or `step` gets no loss
 */
export class ReduceLROnPlateau implements Scheduler {
  readonly name = "ReduceLROnPlateau";
  readonly needsLoss = true;
  private readonly options: Required<ReduceLROnPlateauOptions>;
  private best: number;
  private badSteps = 0;
  private cooldownLeft = 0;
  private lastEpoch = 0;

  constructor(
    private readonly optimizer: Optimizer,
    options: ReduceLROnPlateauOptions = {},
  ) {
    checkOptionNames("ReduceLROnPlateau", options, Object.keys(defaults));
    this.options = { ...defaults, ...options };
    const { factor, mode, thresholdMode } = this.options;
    if (!(factor < 1)) throw invalidArgument("factor", factor, "a number below 1");
    if (mode !== "min" && mode !== "max") throw invalidArgument("mode", mode, '"min" or "max"');
    if (thresholdMode !== "rel" && thresholdMode !== "abs") {
      throw invalidArgument("thresholdMode", thresholdMode, '"rel" or "abs"');
    }
    this.best = mode === "min" ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  }

  get lastLr(): number {
    return this.optimizer.lr;
  }

  private improves(loss: number): boolean {
    const { mode, threshold, thresholdMode } = this.options;
    const sign = mode === "min" ? -1 : 1;
    const bar = thresholdMode === "rel" ? this.best * (1 + sign * threshold) : this.best + sign * threshold;
    return mode === "min" ? loss < bar : loss > bar;
  }

  step(loss?: number): void {
    if (typeof loss !== "number") throw invalidArgument("loss", loss, "the loss of this step");
    this.lastEpoch++;
    if (this.improves(loss)) {
      this.best = loss;
      this.badSteps = 0;
    } else {
      this.badSteps++;
    }
    if (this.cooldownLeft > 0) {
      this.cooldownLeft--;
      this.badSteps = 0;
    }
    if (this.badSteps > this.options.patience) {
      this.reduce();
      this.cooldownLeft = this.options.cooldown;
      this.badSteps = 0;
    }
  }

  private reduce(): void {
    const { factor, minLr, eps } = this.options;
    const lr = Math.max(this.optimizer.lr * factor, minLr);
    if (this.optimizer.lr - lr > eps) this.optimizer.lr = lr;
  }

  stateDict(): SchedulerState {
    const { best, badSteps, cooldownLeft, lastEpoch, lastLr } = this;
    return { best, badSteps, cooldownLeft, lastEpoch, lastLr };
  }

  loadStateDict({ best, badSteps, cooldownLeft, lastEpoch, lastLr }: SchedulerState): void {
    this.best = best as number;
    this.badSteps = badSteps as number;
    this.cooldownLeft = cooldownLeft as number;
    this.lastEpoch = lastEpoch as number;
    this.optimizer.lr = lastLr as number;
  }
}
