export { Adam, type AdamOptions, AdamW } from "./adam.js";
export { CosineAnnealingLR, type CosineAnnealingLROptions } from "./cosine-annealing-lr.js";
export { ExponentialLR, type ExponentialLROptions } from "./exponential-lr.js";
export { LBFGS, type LBFGSOptions } from "./lbfgs.js";
export { MultiStepLR, type MultiStepLROptions } from "./multi-step-lr.js";
export { optimizers, schedulers } from "./names.js";
export type {
  CapturedState,
  CoroutineObjective,
  Evaluation,
  Optimizer,
  OptimizerClass,
  OptimizerState,
  ParameterValues,
  StateArray,
  StepObjective,
} from "./optimizer.js";
export type { OptionValue } from "./options.js";
export { ReduceLROnPlateau, type ReduceLROnPlateauOptions } from "./reduce-lr-on-plateau.js";
export type { CountingOptions, Scheduler, SchedulerClass, SchedulerState } from "./scheduler.js";
export { SGD, type SGDOptions } from "./sgd.js";
export { StepLR, type StepLROptions } from "./step-lr.js";
