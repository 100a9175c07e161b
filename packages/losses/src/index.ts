export type { ConvertibleModel, LossFactoryOptions, Weight } from "./convertible-model.js";
export { groupwiseRelativeL2NormFactory } from "./groupwise-relative-l2-norm.js";
export { l2Norm } from "./l2-norm.js";
export { mse } from "./mse.js";
export { type PenalizeRangeOptions, penalizeRange } from "./penalize-range.js";
export { portillaSimoncelliLossFactory } from "./portilla-simoncelli-loss.js";
export { relativeSse } from "./relative-sse.js";
