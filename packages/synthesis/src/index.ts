export { validateCoarseToFine } from "./checks/coarse-to-fine.js";
export { validateInput } from "./checks/input.js";
export { validateModel } from "./checks/model.js";
export { validateLoss, validatePenalty } from "./checks/scalar-function.js";
export { Metamer } from "./metamer.js";
export { MetamerCTF } from "./metamer-ctf.js";
export type {
  LoadOptions,
  MetamerCTFOptions,
  MetamerOptions,
  Progress,
  SetupOptions,
} from "./metamer-types.js";
export type { ProgressReport, SynthesizeCTFOptions, SynthesizeOptions } from "./options.js";
export {
  type PlainArray,
  type PlainArraysOptions,
  type PlainMetamer,
  type PlainRepresentation,
  plainArrays,
} from "./plain-arrays.js";
export type { IterationSelection } from "./progress-index.js";
export { type SavedMetamer, savedArrays } from "./saving/saved-arrays.js";
export type { CoarseToFine } from "./scale-schedule.js";
export type {
  LossFunction,
  ModelLike,
  ModelObject,
  MultiScaleModel,
  OptimizerClass,
  PenaltyFunction,
  Scale,
  ScaleSelection,
  SchedulerClass,
} from "./types.js";
