import type { TfjsNodePackage } from "./locate.js";
import { runningBackend } from "./tensorflow.js";

/** What computes behind the device `"node"`. */
export interface NodeBackendInfo {
  /** `"@tensorflow/tfjs-node-gpu"` or `"@tensorflow/tfjs-node"`. */
  readonly packageName: string;
  /** Version of that package; undefined when the program had loaded it before this library was asked for it. */
  readonly packageVersion: string | undefined;
  /** Where it lies; undefined in the same case. */
  readonly folder: string | undefined;
  /** Version of libtensorflow. */
  readonly tensorflowVersion: string;
  /** Whether a GPU is really used: tfjs-node-gpu computes on the CPU, without a word, when it finds none. */
  readonly usesGpu: boolean;
  /** The above in one line. */
  readonly summary: string;
}

let loaded: TfjsNodePackage | undefined;

/** Remembers which package the backend was loaded from. */
export function rememberPackage(found: TfjsNodePackage): void {
  loaded = found;
}

function summarize(name: string, version: string | undefined, tensorflow: string, gpu: boolean): string {
  const short = name.replace("@tensorflow/", "");
  const where = gpu
    ? "on a GPU (CUDA)"
    : `on the CPU${short.endsWith("gpu") ? ": it finds no usable GPU" : ""}`;
  return `${short}${version ? ` ${version}` : ""}, TensorFlow ${tensorflow}, ${where}`;
}

/**
 * Which package computes behind the device `"node"`, which TensorFlow, and whether a GPU is really used.
 *
 * @returns undefined before the backend has started, with `await useBackend("node")`
 *
 * @example
 * ```ts
 * import { describeNodeBackend } from "@plenoptic/backend-node";
 * console.log(describeNodeBackend()?.usesGpu ?? "not started"); // "not started"
 * ```
 */
export function describeNodeBackend(): NodeBackendInfo | undefined {
  const backend = runningBackend();
  if (!backend) return undefined;
  const packageName = backend.isGPUPackage ? "@tensorflow/tfjs-node-gpu" : "@tensorflow/tfjs-node";
  const tensorflowVersion = backend.binding.TF_Version;
  const usesGpu = backend.isUsingGpuDevice;
  return {
    packageName,
    packageVersion: loaded?.version,
    folder: loaded?.folder,
    tensorflowVersion,
    usesGpu,
    summary: summarize(packageName, loaded?.version, tensorflowVersion, usesGpu),
  };
}
