import { invalidArgument } from "@plenoptic/tensor";
import type { Optimizer } from "./optimizer.js";
import { checkNumber, checkOptionNames, withDefaults } from "./options.js";
import { checkedProgress, type Scheduler, type SchedulerState } from "./scheduler.js";

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
  /** Changes that are not larger than this are not made. Default 1e-8. */
  eps?: number;
}

const defaults: Required<ReduceLROnPlateauOptions> = {
  mode: "min",
  factor: 0.1,
  patience: 10,
  threshold: 1e-4,
  thresholdMode: "rel",
  cooldown: 0,
  minLr: 0,
  eps: 1e-8,
};

function check(options: Required<ReduceLROnPlateauOptions>): void {
  const { mode, thresholdMode, factor } = options;
  for (const [name, value] of Object.entries(options)) {
    if (name !== "mode" && name !== "thresholdMode") checkNumber(name, value);
  }
  if (!(factor < 1)) throw invalidArgument("factor", factor, "a number below 1", "Factor should be < 1.0.");
  if (mode !== "min" && mode !== "max") throw invalidArgument("mode", mode, '"min" or "max"');
  if (thresholdMode !== "rel" && thresholdMode !== "abs") {
    throw invalidArgument("thresholdMode", thresholdMode, '"rel" or "abs"');
  }
}

/**
 * Reduces the learning rate when the loss has stopped improving: lr ← max(lr · factor, minLr) once more than
 * `patience` steps in a row were no better than the best by the threshold.
 *
 * @throws {@link ValidationError} when the factor is not below 1, a mode is unknown, or `step` gets no loss
 *
 * @example
 * ```ts
 * import { ReduceLROnPlateau, SGD } from "@plenoptic/optim";
 * const optimizer = new SGD({ lr: 1 });
 * const scheduler = new ReduceLROnPlateau(optimizer, { patience: 2, factor: 0.5 });
 * for (const loss of [3, 2, 2, 2, 2]) scheduler.step(loss);
 * console.log(optimizer.lr); // 0.5
 * ```
 */
export class ReduceLROnPlateau implements Scheduler {
  readonly name = "ReduceLROnPlateau";
  readonly needsLoss = true;
  lastLr: number;
  private options: Required<ReduceLROnPlateauOptions>;
  private best: number;
  private badSteps = 0;
  private cooldownLeft = 0;
  private lastEpoch = 0;

  constructor(
    private readonly optimizer: Optimizer,
    options: ReduceLROnPlateauOptions = {},
  ) {
    this.options = withDefaults("ReduceLROnPlateau", options, defaults);
    check(this.options);
    this.best = this.options.mode === "min" ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
    this.lastLr = optimizer.lr;
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
    this.lastLr = this.optimizer.lr;
  }

  private reduce(): void {
    const { factor, minLr, eps } = this.options;
    const lr = Math.max(this.optimizer.lr * factor, minLr);
    if (this.optimizer.lr - lr > eps) this.optimizer.lr = lr;
  }

  stateDict(): SchedulerState {
    const { best, badSteps, cooldownLeft, lastEpoch, lastLr } = this;
    return { options: { ...this.options }, progress: { best, badSteps, cooldownLeft, lastEpoch, lastLr } };
  }

  loadStateDict(state: SchedulerState): void {
    checkOptionNames(this.name, state.options, Object.keys(defaults));
    const options = { ...this.options, ...state.options } as Required<ReduceLROnPlateauOptions>;
    check(options);
    const names = ["best", "badSteps", "cooldownLeft", "lastEpoch", "lastLr"] as const;
    Object.assign(this, checkedProgress(state, names));
    this.options = options;
  }
}
