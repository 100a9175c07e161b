export { l2Norm } from "./l2-norm.js";
export { mse } from "./mse.js";
export { type PenalizeRangeOptions, penalizeRange } from "./penalize-range.js";
export { relativeSse } from "./relative-sse.js";
