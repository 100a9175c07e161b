import { version_core } from "@tensorflow/tfjs-core";
import { packageNames, type TfjsNodePackage } from "./locate.js";

/** What tfjs-node-gpu asks of the machine (its README; libtensorflow 2.9). */
export const gpuNeeds = "an NVIDIA driver of 450 or newer, CUDA 11.2 and cuDNN 8.1";

const install =
  `npm install ${packageNames[1]}@${version_core} (CPU), or ${packageNames[0]}@${version_core} ` +
  `(NVIDIA GPU on Linux or Windows; needs ${gpuNeeds})`;
const installSteps =
  "Their install step downloads libtensorflow, and must be allowed to run: pnpm asks for `pnpm approve-builds`, " +
  "npm for --ignore-scripts not to be set.";

export const nothingInstalled = (): string =>
  `Backend "node" needs ${packageNames.join(" or ")}, and neither can be found. Install one: ${install}. ` +
  `${installSteps} Or set PLENOPTIC_TFJS_NODE to the folder of one that is installed elsewhere.`;

export const noBinding = ({ name, folder }: TfjsNodePackage): string =>
  `${name} lies in ${folder}, but its native module (lib/napi-v*/tfjs_binding.node) was never installed. ` +
  `${installSteps} Then: npm rebuild ${name} --build-addon-from-source.`;

export const bindingFails = ({ name, folder }: TfjsNodePackage, reason: string): string =>
  `${name} lies in ${folder}, but its native module does not load: ${reason}. It must have been installed on this ` +
  `kind of machine, together with libtensorflow (deps/lib): npm rebuild ${name} --build-addon-from-source. ` +
  `Node here is ${process.version}, ${process.platform}-${process.arch}.`;

export const otherVersion = ({ name, version, folder }: TfjsNodePackage): string =>
  `${name} ${version} in ${folder} was made for another tfjs-core than the ${version_core} that runs here; they must ` +
  `agree in the first two numbers. Install ${name}@${version_core}.`;

export const otherFiles = ({ name, version, folder }: TfjsNodePackage, reason: string): string =>
  `${name} ${version} in ${folder} cannot be loaded: ${reason}. Install it anew: npm install ${name}@${version_core}.`;

export const gpuUnused = (): string =>
  `tfjs-node-gpu finds no GPU that it can use and computes on the CPU. It needs ${gpuNeeds}, with their libraries on ` +
  "LD_LIBRARY_PATH (PATH on Windows); with TF_CPP_MIN_LOG_LEVEL=0 TensorFlow says which one it misses. Without a GPU, " +
  `${packageNames[1]} is the smaller choice.`;
