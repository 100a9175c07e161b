import { Adam, AdamW } from "./adam.js";
import { CosineAnnealingLR } from "./cosine-annealing-lr.js";
import { ExponentialLR } from "./exponential-lr.js";
import { LBFGS } from "./lbfgs.js";
import { MultiStepLR } from "./multi-step-lr.js";
import type { OptimizerClass } from "./optimizer.js";
import { ReduceLROnPlateau } from "./reduce-lr-on-plateau.js";
import type { SchedulerClass } from "./scheduler.js";
import { SGD } from "./sgd.js";
import { StepLR } from "./step-lr.js";

/** The optimizers by name, for programs that take the name from their user. */
export const optimizers: Readonly<Record<string, OptimizerClass>> = { Adam, AdamW, LBFGS, SGD };

/** The schedulers by name. */
export const schedulers: Readonly<Record<string, SchedulerClass>> = {
  CosineAnnealingLR,
  ExponentialLR,
  MultiStepLR,
  ReduceLROnPlateau,
  StepLR,
};
