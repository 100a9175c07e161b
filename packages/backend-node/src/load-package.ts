import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { DeviceError } from "@plenoptic/tensor";
import * as core from "@tensorflow/tfjs-core";
import type { TfjsNodePackage } from "./locate.js";
import { bindingFails, noBinding, otherFiles, otherVersion } from "./messages.js";
import { olderUtil, withReplacedModules } from "./replaced-modules.js";
import { engineName } from "./tensorflow.js";

const majorMinor = (version: string): string => version.split(".").slice(0, 2).join(".");
const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split("\n")[0];

/** The native module for the highest version of Node's C interface that both sides have. */
function findBinding(found: TfjsNodePackage): string {
  for (let version = Number(process.versions.napi); version >= 3; version--) {
    const file = join(found.folder, "lib", `napi-v${version}`, "tfjs_binding.node");
    if (existsSync(file)) return file;
  }
  throw new DeviceError(noBinding(found));
}

/** Without TensorFlow's remarks on the processor; its warnings, such as that a CUDA library is missing, are shown. */
function withoutRemarks<T>(fn: () => T): T {
  const name = "TF_CPP_MIN_LOG_LEVEL";
  if (process.env[name] !== undefined) return fn();
  process.env[name] = "1";
  try {
    return fn();
  } finally {
    delete process.env[name];
  }
}

/**
 * GPUs since Ampere round the factors of matrix products and convolutions to 10 bits (TF32) unless told not to: errors of
 * 1e-3 where float32 has 1e-7. CUDA's libraries read this when they are first used.
 */
function useFullPrecision(): void {
  process.env.NVIDIA_TF32_OVERRIDE ??= "0";
}

/**
 * tfjs-core for a package compiled to ES5, whose classes call the constructor of the class above as a function; the
 * modern build of tfjs-core, which bundlers take, would refuse that.
 */
function coreForES5(): object {
  function Extendable(this: object): object {
    return Reflect.construct(core.KernelBackend, [], this.constructor);
  }
  Extendable.prototype = core.KernelBackend.prototype;
  return Object.create(core, { KernelBackend: { value: Extendable } });
}

/**
 * Makes a package's backend known to tfjs's engine and starts it.
 *
 * Its `index.js` would load all of tfjs: three more backends, and gradients in place of ours, several of which cannot be
 * differentiated again. So only the backend and its kernels are loaded, and they get the tfjs-core that runs here for
 * "@tensorflow/tfjs": there is one copy, whatever lies in the package's own node_modules.
 *
 * @throws {@link DeviceError} when the package is of another version, incomplete, or does not load
 */
export function loadPackage(found: TfjsNodePackage): void {
  if (majorMinor(found.version) !== majorMinor(core.version_core)) throw new DeviceError(otherVersion(found));
  const bindingFile = findBinding(found);
  if (found.name.endsWith("-gpu")) useFullPrecision();
  const require = createRequire(join(found.folder, "package.json"));
  const tf = coreForES5();
  const replacements = new Map<string, unknown>([
    ["@tensorflow/tfjs", tf],
    ["@tensorflow/tfjs-core", tf],
    ["util", olderUtil],
  ]);
  withoutRemarks(() => {
    let binding: unknown;
    try {
      binding = require(bindingFile);
    } catch (error) {
      throw new DeviceError(bindingFails(found, reasonOf(error)), { cause: error });
    }
    try {
      withReplacedModules(found.folder, replacements, () => {
        const { NodeJSKernelBackend } = require("./dist/nodejs_kernel_backend.js");
        require("./dist/register_all_kernels.js");
        core.registerBackend(engineName, () => new NodeJSKernelBackend(binding, found.name));
      });
      core.findBackend(engineName);
    } catch (error) {
      throw new DeviceError(otherFiles(found, reasonOf(error)), { cause: error });
    }
  });
}
