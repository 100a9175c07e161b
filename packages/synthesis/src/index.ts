export { validateInput } from "./checks/input.js";
export { validateModel } from "./checks/model.js";
export { validateLoss, validatePenalty } from "./checks/scalar-function.js";
export { Metamer } from "./metamer.js";
export type { LoadOptions, MetamerOptions, Progress, SetupOptions } from "./metamer-types.js";
export type { ProgressReport, SynthesizeOptions } from "./options.js";
export type { IterationSelection } from "./progress-index.js";
export type {
  LossFunction,
  ModelLike,
  ModelObject,
  OptimizerClass,
  PenaltyFunction,
  SchedulerClass,
} from "./types.js";
