export {
  activeDevice,
  availableDevices,
  type BackendSpec,
  canReadAtOnce,
  type Device,
  type DType,
  describeDevice,
  deviceOf,
  registerBackend,
  withDevice,
} from "./backend.js";
export {
  type ChoiceCache,
  type ChooseOptions,
  type ChosenDevice,
  chooseDevice,
  type Trial,
  type TrialModel,
} from "./choose-device.js";
export { type Coroutine, inScope, numbersOf, runCoroutine, valuesOf } from "./coroutine.js";
export {
  type FloatArray,
  full,
  fullLike,
  linspace,
  type NestedNumbers,
  ones,
  onesLike,
  scalar,
  type TensorLike,
  tensor,
  zeros,
  zerosLike,
} from "./create.js";
export {
  DataError,
  DeviceError,
  DeviceLostError,
  DTypeError,
  invalidArgument,
  ModelError,
  NumericalError,
  nearest,
  OutOfRangeError,
  PlenopticError,
  ShapeError,
  StateError,
  ValidationError,
} from "./errors.js";
export { grad, valueAndGrad, valueAndGrads } from "./gradient.js";
export { gradientOf } from "./gradients/composed-gradient.js";
export type { Padding, PadMode, SeparableFilters, SeparableOutput, SeparableTerm } from "./image-types.js";
export * as kernelNames from "./kernel-names.js";
export { clone, detach, dispose, keep, memory, read, readSync, tidy, toDevice } from "./memory.js";
export { declaredOps, declareOp, type HostArray, type OwnOp } from "./op.js";
export { type BandProductsResult, bandProducts } from "./ops/bands/band-products.js";
export { imageMoments } from "./ops/bands/image-moments.js";
export { maskSpectrum } from "./ops/bands/mask-spectrum.js";
export { powerMeans } from "./ops/bands/power-means.js";
export { type SpectralBandsOptions, spectralBands } from "./ops/bands/spectral-bands.js";
export { type SpectrumLagsOptions, spectrumLags } from "./ops/bands/spectrum-lags.js";
export { type BatchNormOptions, batchNorm } from "./ops/batch-norm.js";
export { add, atan2, div, maximum, minimum, mul, pow, squaredDifference, sub } from "./ops/binary.js";
export {
  equal,
  greater,
  greaterEqual,
  isFinite,
  isNaN,
  less,
  lessEqual,
  logicalAnd,
  logicalNot,
  logicalOr,
  notEqual,
  where,
} from "./ops/compare.js";
export { type ConvTranspose2dOptions, convTranspose2d } from "./ops/conv/conv-transpose2d.js";
export { conv2d, depthwiseConv2d } from "./ops/conv/conv2d.js";
export type { Conv2dOptions, ConvPadding, PerAxis } from "./ops/conv/options.js";
export { einsum } from "./ops/einsum.js";
export { type ComplexPair, fft2, ifft2, irfft2, rfft2 } from "./ops/fft.js";
export { gather, scatter, scatterAdd } from "./ops/gather.js";
export { matMul } from "./ops/mat-mul.js";
export { norm, sumSquares } from "./ops/norm.js";
export {
  type AdamTensors,
  adamStep,
  type CurvaturePairs,
  type SgdTensors,
  sgdStep,
  twoLoops,
} from "./ops/optimizer-steps.js";
export { pad2d, pad2dAdjoint } from "./ops/pad2d.js";
export { type AvgPool2dOptions, avgPool2d } from "./ops/pool/avg-pool2d.js";
export { type MaxPool2dOptions, maxPool2d } from "./ops/pool/max-pool2d.js";
export type { PoolOptions } from "./ops/pool/window.js";
export { all, any, logSumExp, max, mean, min, prod, sum, variance } from "./ops/reduce.js";
export { type ResizeBilinearOptions, resizeBilinear, resizeNearest } from "./ops/resize.js";
export { roundToFloat32 } from "./ops/round-to-float32.js";
export { argMax, argMin, cumsum, oneHot, topk } from "./ops/select.js";
export { separableFilter } from "./ops/separable-filter.js";
export {
  broadcastTo,
  cast,
  concat,
  expandDims,
  pad,
  reshape,
  reverse,
  slice,
  squeeze,
  stack,
  tile,
  transpose,
  unstack,
} from "./ops/shape.js";
export { logSoftmax, softmax } from "./ops/softmax.js";
export { stridedSlice } from "./ops/strided-slice.js";
export {
  abs,
  acos,
  acosh,
  asin,
  asinh,
  atan,
  atanh,
  ceil,
  clip,
  cos,
  cosh,
  elu,
  erf,
  exp,
  expm1,
  floor,
  leakyRelu,
  log,
  log1p,
  neg,
  reciprocal,
  relu,
  relu6,
  round,
  rsqrt,
  selu,
  sigmoid,
  sign,
  sin,
  sinh,
  softplus,
  sqrt,
  square,
  tan,
  tanh,
} from "./ops/unary.js";
export { PerDevice } from "./per-device.js";
export * as scalarMath from "./random/elementary.js";
export {
  getRandomState,
  type RandomState,
  rand,
  randLike,
  randn,
  randnLike,
  setRandomState,
  setSeed,
  uniformNumbers,
} from "./random/index.js";
export { run } from "./run.js";
export type { Tensor } from "./tensor-type.js";
export { useBackend } from "./use-backend.js";
export { setWarningHandler, type WarningHandler, warn } from "./warnings.js";
