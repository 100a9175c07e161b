export { ConformanceError } from "./compare.js";
export { conformanceCases } from "./conformance-cases.js";
export { kernelCalls } from "./kernel-calls.js";
export { opCases } from "./ops/index.js";
export type {
  CaseGroup,
  ConformanceCase,
  ConformanceOptions,
  Exception,
  KernelCall,
  OpCase,
} from "./types.js";
