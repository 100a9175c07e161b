import "@plenoptic/backend-cpu";

export * as io from "@plenoptic/io";
export * as losses from "@plenoptic/losses";
export * as models from "@plenoptic/models";
export * as optim from "@plenoptic/optim";
export {
  type CoarseToFine,
  type IterationSelection,
  type LoadOptions,
  type LossFunction,
  Metamer,
  MetamerCTF,
  type MetamerCTFOptions,
  type MetamerOptions,
  type ModelLike,
  type MultiScaleModel,
  type PenaltyFunction,
  type Progress,
  type ProgressReport,
  type Scale,
  type ScaleSelection,
  type SetupOptions,
  type SynthesizeCTFOptions,
  type SynthesizeOptions,
} from "@plenoptic/synthesis";
export {
  activeDevice,
  availableDevices,
  clone,
  DataError,
  type Device,
  DeviceError,
  type DType,
  DTypeError,
  deviceOf,
  dispose,
  type FloatArray,
  full,
  getRandomState,
  grad,
  keep,
  linspace,
  ModelError,
  memory,
  NumericalError,
  OutOfRangeError,
  ones,
  PlenopticError,
  type RandomState,
  rand,
  randLike,
  randn,
  randnLike,
  read,
  readSync,
  ShapeError,
  StateError,
  scalar,
  setRandomState,
  setSeed,
  setWarningHandler,
  type Tensor,
  tensor,
  tidy,
  toDevice,
  useBackend,
  ValidationError,
  valueAndGrad,
  withDevice,
  zeros,
} from "@plenoptic/tensor";
export * as data from "./data.js";
export * as ops from "./ops.js";
export * as plot from "./plot.js";
export * as process from "./process.js";
export * as validate from "./validate.js";
