export type { CoefficientKey } from "./coefficients/coefficient-maps.js";
export { localGainControlDict, localGainReleaseDict } from "./coefficients/local-gain-dict.js";
export {
  type EnergyAndState,
  polarToRectangularDict,
  rectangularToPolarDict,
} from "./coefficients/polar-dict.js";
export type { RealOrComplex } from "./complex.js";
export { diskValues } from "./disk.js";
export {
  checkFilterArguments,
  checkPadMode,
  type FilterArguments,
  type KernelSize,
  kernelShape,
} from "./filter-arguments.js";
export { circularGaussian2d, filterTensor, gaussian1d, gaussianTerm } from "./gaussian.js";
export { LaplacianPyramid, type LaplacianPyramidOptions } from "./laplacian-pyramid.js";
export { type LocalGain, localGainControl, localGainRelease } from "./local-gain.js";
export { fixedNumbers, type OneOrMany } from "./one-or-many.js";
export { type BlurOptions, blurDownsample, upsampleBlur } from "./resampling/blur.js";
export { correlateDownsample, type Odd, upsampleConvolve } from "./resampling/correlate-downsample.js";
export { namedFilter } from "./resampling/named-filter.js";
export { type SamePaddingOptions, sameFilter, samePadding, samePaddingAmounts } from "./same-padding.js";
export {
  type ChannelOf,
  type DifferenceOfGaussians,
  type DifferenceOfGaussiansOptions,
  differenceOfGaussiansFilters,
  gaussianFilters,
  scaleFilters,
} from "./separable-filters.js";
export { addNoise } from "./signal/add-noise.js";
export { type AutocorrelationOptions, autocorrelation } from "./signal/autocorrelation.js";
export { centerCrop } from "./signal/center-crop.js";
export { expand, shrink } from "./signal/expand-shrink.js";
export { modulatePhase } from "./signal/modulate-phase.js";
export { type Polar, polarToRectangular, rectangularToPolar } from "./signal/polar.js";
export { type RescaleOptions, rescale } from "./signal/rescale.js";
export { kurtosis, type MomentOptions, skew, type VarianceOptions, variance } from "./statistics.js";
export type { PyramidInfo } from "./steerable-pyramid/conversion.js";
export {
  type SteerableLevelMasks,
  type SteerableMasks,
  steerableMasks,
} from "./steerable-pyramid/masks.js";
export { type PyramidSizes, SteerablePyramidFreq } from "./steerable-pyramid/steerable-pyramid-freq.js";
export type { SteeredCoefficients } from "./steerable-pyramid/steering.js";
export type {
  PyramidCoefficients,
  PyramidScale,
  SteerableMaskOptions,
  SteerablePyramidOptions,
} from "./steerable-pyramid/types.js";
