import { DeviceError } from "@plenoptic/tensor";
import { isNode, noAdapter, noPackage, notOpened, noWebGpu, thisPlace } from "./messages.js";

/** What the npm package `webgpu` exports. */
interface Dawn {
  create(options: string[]): GPU;
  globals: Record<string, unknown>;
}

/** What tfjs and this package read at run time under its global name. */
const neededGlobals = [
  "GPUBuffer",
  "GPUTexture",
  "GPUBufferUsage",
  "GPUTextureUsage",
  "GPUMapMode",
  "GPUShaderStage",
];

let nodeGpu: GPU | undefined;

/** The package as a peer of this one, else as the program that runs or the folder it runs in sees it. */
async function importDawn(): Promise<Dawn> {
  // A variable, so that bundlers for browsers do not look for a package that is only for Node.
  let name = "webgpu";
  const load = () => import(/* @vite-ignore */ /* webpackIgnore: true */ name) as Promise<Dawn>;
  try {
    return await load();
  } catch (error) {
    const { createRequire } = process.getBuiltinModule("node:module");
    const { pathToFileURL } = process.getBuiltinModule("node:url");
    for (const from of [process.argv[1], `${process.cwd()}/package.json`]) {
      try {
        name = pathToFileURL(createRequire(from).resolve("webgpu")).href;
      } catch {
        continue;
      }
      return load();
    }
    throw error;
  }
}

async function loadDawn(): Promise<GPU> {
  let dawn: Dawn;
  try {
    dawn = await importDawn();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new DeviceError(noPackage(code === "ERR_MODULE_NOT_FOUND" ? "" : message), { cause: error });
  }
  for (const key of neededGlobals) {
    if (key in globalThis) continue;
    Object.defineProperty(globalThis, key, {
      value: dawn.globals[key],
      configurable: true,
      writable: true,
      enumerable: false,
    });
  }
  return dawn.create([]);
}

/** `navigator.gpu` of a page or worker; in Node, that of the package `webgpu`. */
async function findGpu(): Promise<GPU> {
  const { gpu } = (globalThis.navigator ?? {}) as Partial<Navigator>;
  if (gpu) return gpu;
  if (!isNode()) throw new DeviceError(noWebGpu(thisPlace()));
  nodeGpu ??= await loadDawn();
  return nodeGpu;
}

/** Limits asked for at the adapter's best: the defaults hold no large picture. */
const wantedLimits = [
  "maxStorageBufferBindingSize",
  "maxBufferSize",
  "maxComputeWorkgroupStorageSize",
  "maxComputeWorkgroupsPerDimension",
  "maxComputeWorkgroupSizeX",
  "maxComputeWorkgroupSizeY",
  "maxComputeInvocationsPerWorkgroup",
] as const;

export interface OpenedDevice {
  readonly gpu: GPU;
  readonly adapter: GPUAdapter;
  readonly device: GPUDevice;
}

/**
 * Opens the fastest GPU.
 *
 * @throws {@link DeviceError} saying what is missing and how to get it
 */
export async function openDevice(): Promise<OpenedDevice> {
  const gpu = await findGpu();
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  if (!adapter) throw new DeviceError(noAdapter(thisPlace()));
  const requiredLimits = Object.fromEntries(wantedLimits.map((name) => [name, adapter.limits[name]]));
  const requiredFeatures: GPUFeatureName[] = adapter.features.has("timestamp-query")
    ? ["timestamp-query"]
    : [];
  try {
    const device = await adapter.requestDevice({ requiredFeatures, requiredLimits });
    return { gpu, adapter, device };
  } catch (error) {
    throw new DeviceError(notOpened((error as Error).message), { cause: error });
  }
}

/**
 * Runs `make` while `navigator.gpu` is there: tfjs's backend looks for it when it is made, and never again.
 * Node has no `navigator` (20) or one without `gpu`, and shall stay so.
 */
export function withNavigatorGpu<T>(gpu: GPU, make: () => T): T {
  const had = globalThis.navigator as Navigator | undefined;
  if (had?.gpu) return make();
  if (had) Object.defineProperty(had, "gpu", { value: gpu, configurable: true });
  else Object.defineProperty(globalThis, "navigator", { value: { gpu }, configurable: true });
  try {
    return make();
  } finally {
    Reflect.deleteProperty(had ?? globalThis, had ? "gpu" : "navigator");
  }
}
