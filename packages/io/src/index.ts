export type { TorchArray, TorchDType } from "./dtypes.js";
export { examineSavedSynthesis, type SavedCallable, type SavedSynthesis } from "./examine.js";
export { type FileSource, readBytes, writeFileAtomically } from "./files.js";
export { FormatError } from "./format-error.js";
export { readSafetensors, type Safetensors, writeSafetensors } from "./safetensors.js";
export { type ReadOptions, readTorch, readTorchFile } from "./torch-read.js";
export { torchPieces, writeTorch, writeTorchFile } from "./torch-write.js";
export { PythonFloat, PythonTuple, TorchDTypeName, TorchTensor, type TorchValue } from "./value.js";
