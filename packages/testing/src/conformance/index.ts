export type { NumberArray } from "./arrays.js";
export { ConformanceError } from "./compare.js";
export { conformanceCases } from "./conformance-cases.js";
export { kernelCalls } from "./kernel-calls.js";
export { opCases } from "./ops/index.js";
export {
  runSynthesis,
  type SynthesisRun,
  type SynthesisStart,
  synthesisModels,
  testPicture,
} from "./synthesis-run.js";
export type {
  CaseGroup,
  ConformanceCase,
  ConformanceOptions,
  Exception,
  KernelCall,
  OpCase,
} from "./types.js";
