export { expectClose, numbersOf, relativeError, type Values } from "./compare.js";
export { spreadNumbers } from "./conformance/arrays.js";
export type { DerivativeErrors } from "./conformance/derivatives.js";
export type { ConformanceCase, ConformanceOptions, Exception } from "./conformance/index.js";
export { conformanceCases } from "./conformance/index.js";
export { describeConformance } from "./describe-conformance.js";
export { boundFor, describeDevices, devices, type TestDevice, useInTests } from "./devices.js";
export {
  Golden,
  goldenNames,
  goldenOrSkip,
  hasGoldens,
  hasSharedData,
  sharedDataDir,
  sharedDir,
  skipReason,
} from "./goldens.js";
export { checkGradient, gradientErrors } from "./gradient-check.js";
export { type DeviceReport, findDevices, forPresent } from "./present.js";
export { askReference, bytesOfFile, hasReference, referenceIsNeeded, testFolder } from "./reference.js";
export { type GoldenArray, type ParsedSafetensors, parseSafetensors } from "./safetensors.js";
export { collectWarnings, type HeardWarning, withoutLeak } from "./watch.js";
