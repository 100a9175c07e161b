// What another program needs that makes metamers as the command does: the names, their options, and the choices by model.
// Nothing here reads files or arguments, so that a web page can use it.
export { checkScaleOptions, makeMetamer, scaleDefaults, scaleOptions } from "./coarse-to-fine.js";
export { errorCode, explain, isUnexpected } from "./errors.js";
export { toModel } from "./export-to-model.js";
export { formatDuration, formatNumber, formatRate } from "./format.js";
export { type CompleteSettings, textureModel, withModelDefaults } from "./model-defaults.js";
export { type OptionKinds, optionKinds } from "./model-options.js";
export type { MetamerSettings } from "./options.js";
export {
  type BuiltInModel,
  findLoss,
  findOptimizer,
  findScheduler,
  type ImageShape,
  lossNames,
  type ModelForShape,
  makeBuiltInModel,
  withDefaults,
} from "./registry.js";
export {
  type AdditiveLoss,
  isConvertible,
  ShareWatch,
  type StatisticShare,
  statisticShares,
} from "./statistic-shares.js";
