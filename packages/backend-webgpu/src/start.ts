import { DeviceLostError } from "@plenoptic/tensor";
import { copyRegisteredKernels, engine, registerBackend } from "@tensorflow/tfjs-core";
import type { GpuBackend } from "./backend.js";
import { openDevice, withNavigatorGpu } from "./find-gpu.js";

/** The name in tfjs's registry. Not tfjs's own "webgpu", so that a page may use that beside ours, unchanged. */
const name = "plenoptic-webgpu";
export const engineName = (): string => name;

/** What is known about the GPU in use. Browsers tell little, to protect their users. */
export interface GpuInfo {
  /** One line for logs. */
  readonly summary: string;
  readonly vendor: string;
  readonly architecture: string;
  readonly description: string;
  /** Whether it is a processor that plays the part of a GPU, slowly. */
  readonly isSoftware: boolean;
  /** Bytes that one tensor may have. */
  readonly maxTensorBytes: number;
}

interface Running {
  readonly backend: GpuBackend;
  readonly info: GpuInfo;
}

let running: Running | undefined;
let starting: Promise<void> | undefined;
const listeners = new Set<(error: DeviceLostError) => void>();

/**
 * Calls `listener` whenever the GPU in use is lost. Tensors on it are lost too; reads that wait reject with
 * the same error, and so does every later operation on those tensors.
 *
 * @returns a function that ends it
 *
 * @example
 * ```ts
 * import { onDeviceLost } from "@plenoptic/backend-webgpu";
 * const end = onDeviceLost((error) => console.warn(error.message));
 * end();
 * ```
 */
export function onDeviceLost(listener: (error: DeviceLostError) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/**
 * The GPU in use; undefined before `await useBackend("webgpu")`.
 *
 * @example
 * ```ts
 * import { gpuInfo } from "@plenoptic/backend-webgpu";
 * console.log(gpuInfo()?.summary ?? "not started"); // "not started"
 * ```
 */
export function gpuInfo(): GpuInfo | undefined {
  return running?.info;
}

/** Opens a GPU unless one is open; after a loss, a new one. */
export function ready(): Promise<void> {
  if (running && !running.backend.lost) return Promise.resolve();
  starting ??= start().finally(() => {
    starting = undefined;
  });
  return starting;
}

let kernelsAreThere = false;

async function start(): Promise<void> {
  const { gpu, adapter, device } = await openDevice();
  // All that is large is loaded here, when somebody wants a GPU.
  const [{ WebGPUBackend }, { extendBackend }, { registerKernels }] = await Promise.all([
    import("@tensorflow/tfjs-backend-webgpu"),
    import("./backend.js"),
    import("./kernels/index.js"),
  ]);
  const Backend = extendBackend(WebGPUBackend);
  const backend = withNavigatorGpu(gpu, () => new Backend(device, adapter.info));
  if (!kernelsAreThere) {
    copyRegisteredKernels("webgpu", name);
    registerKernels(name);
    kernelsAreThere = true;
  }
  if (engine().findBackendFactory(name)) engine().removeBackend(name);
  registerBackend(name, () => backend);
  running = { backend, info: describe(adapter, device) };
  device.lost.then(({ reason, message }) => {
    const error = lossOf(reason, message);
    backend.lose(error);
    for (const listener of listeners) listener(error);
  });
}

function lossOf(reason: string, message: string): DeviceLostError {
  return new DeviceLostError(
    `The GPU was lost${message ? `: ${message.trim()}` : ""} (${reason}). Tensors on it are gone. ` +
      'await useBackend("webgpu") opens it again; a large picture or a long computation may have made the driver give up.',
  );
}

function describe(adapter: GPUAdapter, device: GPUDevice): GpuInfo {
  const { vendor, architecture, description } = adapter.info;
  const name = description || `${vendor} ${architecture}`.trim() || "a GPU that the browser does not name";
  const isSoftware =
    adapter.info.isFallbackAdapter || /swiftshader|llvmpipe|basic render/i.test(`${name} ${architecture}`);
  const { maxBufferSize, maxStorageBufferBindingSize } = device.limits;
  return {
    summary: `WebGPU on ${name}${isSoftware ? ", in software" : ""}`,
    vendor,
    architecture,
    description,
    isSoftware,
    maxTensorBytes: Math.min(maxBufferSize, maxStorageBufferBindingSize),
  };
}
