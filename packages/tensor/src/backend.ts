import { engine, type KernelBackend } from "@tensorflow/tfjs-core";
import { DeviceError, DeviceLostError, DTypeError, invalidArgument, nearest } from "./errors.js";
import type { Tensor } from "./tensor-type.js";

/** The precision a backend computes in. tfjs itself labels both kinds of tensors "float32". */
export type DType = "float32" | "float64";

/** Where tensors live and in which precision they are computed. */
export interface Device {
  readonly device: string;
  readonly dtype: DType;
}

/** What a backend package says about itself when it is imported. */
export interface BackendSpec {
  /** The name that people write: `"cpu"`, `"webgpu"`, `"node"`. */
  readonly device: string;
  readonly dtypes: readonly DType[];
  /** Name of the entry in tfjs's registry of backends. */
  engineName(dtype: DType): string;
  /** False where values can only be awaited, as on a GPU in a browser. Default true. */
  readonly readsAtOnce?: boolean;
  /** One line about what computes: software, version, hardware. Undefined before the backend has started. */
  describe?(dtype: DType): string | undefined;
  /** Awaited by `useBackend` before the first use; a backend without it starts synchronously. */
  ready?(dtype: DType): Promise<void>;
}

const specs = new Map<string, BackendSpec>();
const deviceOfBackend = new WeakMap<KernelBackend, Device>();
let active: Device | undefined;

/**
 * Makes a backend known. Backend packages call it on import; importing the same one twice is harmless.
 */
export function registerBackend(spec: BackendSpec): void {
  specs.set(spec.device, spec);
}

/** Every (device, dtype) pair that an imported package offers. */
export function availableDevices(): Device[] {
  return [...specs.values()].flatMap((spec) => spec.dtypes.map((dtype) => ({ device: spec.device, dtype })));
}

/** Whether values of a device's tensors can be read without waiting (`readSync`). */
export function canReadAtOnce(device: Device): boolean {
  return findSpec(device).readsAtOnce ?? true;
}

/**
 * One line about what computes on a device, such as the GPU and its driver: for logs and reports.
 *
 * @returns undefined when the backend has not started, or has nothing to add to its name
 * @throws {@link DeviceError} when there is no such backend, or it lacks the precision
 */
export function describeDevice(device: Device): string | undefined {
  return findSpec(device).describe?.(device.dtype);
}

function describe(device: Device): string {
  return `"${device.device}" (${device.dtype})`;
}

function findSpec({ device, dtype }: Device): BackendSpec {
  const spec = specs.get(device);
  if (!spec) {
    const known = [...specs.keys()];
    const close = nearest(device, known);
    throw new DeviceError(
      `There is no backend "${device}"; ${known.length ? `imported are: ${known.join(", ")}` : "none is imported"}. ` +
        (close
          ? `Did you mean "${close}"?`
          : `Import its package first, e.g. import "@plenoptic/backend-cpu".`),
    );
  }
  if (dtype !== "float32" && dtype !== "float64")
    throw invalidArgument("dtype", dtype, '"float32" or "float64"');
  if (!spec.dtypes.includes(dtype)) {
    const able = [...specs.values()]
      .filter((other) => other.dtypes.includes(dtype))
      .map((other) => other.device);
    throw new DeviceError(
      `Backend "${device}" has no ${dtype}; backends with ${dtype}: ${able.join(", ") || "none is imported"}.`,
    );
  }
  return spec;
}

/** The running backend behind a device, started if need be. */
function startBackend(device: Device): KernelBackend {
  const name = findSpec(device).engineName(device.dtype);
  const backend = engine().findBackend(name);
  if (!backend) {
    throw new DeviceError(
      `Backend ${describe(device)} has not started. Call await useBackend("${device.device}") first.`,
    );
  }
  deviceOfBackend.set(backend, device);
  return backend;
}

/** Points tfjs's engine at a backend that runs already, and returns what puts the old one back. */
function activate(device: Device): void {
  const backend = startBackend(device);
  const e = engine();
  if (e["backendInstance"] === backend) return;
  // setBackend does the same and more (set-up hooks, profiler), too slow to do between two ops.
  e.backendName = findSpec(device).engineName(device.dtype);
  e["backendInstance"] = backend;
}

/** Starts a backend, and leaves the active one active. */
export async function startDevice(device: Device): Promise<void> {
  const spec = findSpec(device);
  await spec.ready?.(device.dtype);
  if (!(await engine().setBackend(spec.engineName(device.dtype)))) {
    throw new DeviceError(`Backend ${describe(device)} could not be started; the console says why.`);
  }
  if (active) activate(active);
}

/** Starts a backend and makes it the active one. */
export async function startAndActivate({ device, dtype }: Device): Promise<Device> {
  const chosen = { device, dtype };
  await startDevice(chosen);
  activate(chosen);
  active = chosen;
  return chosen;
}

/** The device that ops without a tensor among their arguments use; `cpu` in float32 if nothing was chosen. */
export function activeDevice(): Device {
  if (!active) {
    const first = specs.has("cpu") ? specs.get("cpu") : specs.values().next().value;
    if (!first) {
      throw new DeviceError('No backend is imported. Import one, e.g. import "@plenoptic/backend-cpu".');
    }
    active = { device: first.device, dtype: first.dtypes[0] };
  }
  return active;
}

/** Makes sure that the engine stands on the active device. */
export function ensureActive(): void {
  activate(activeDevice());
}

/**
 * Runs a synchronous stretch of work on a device, then restores the one before.
 * For asynchronous work call it once per stretch, so that two computations on two devices can take turns.
 *
 * @throws {@link DeviceError} when the device does not exist or has not started
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { deviceOf, scalar, withDevice } from "@plenoptic/tensor";
 * const x = withDevice({ device: "cpu", dtype: "float64" }, () => scalar(0.1));
 * console.log(deviceOf(x).dtype); // "float64"
 * ```
 */
export function withDevice<T>(device: Device, fn: () => T): T {
  const before = activeDevice();
  active = { device: device.device, dtype: device.dtype };
  try {
    activate(active);
    return fn();
  } finally {
    active = before;
    activate(before);
  }
}

/**
 * The device a tensor lives on.
 *
 * @throws {@link DeviceError} when the tensor is disposed or belongs to a backend that this library does not know
 */
export function deviceOf(x: Tensor): Device {
  const backend = backendOf(x);
  const device = deviceOfBackend.get(backend) ?? findDevice(backend);
  if (!device) throw new DeviceError("The tensor lives on a tfjs backend that was not registered here.");
  return device;
}

function findDevice(backend: KernelBackend): Device | undefined {
  for (const device of availableDevices()) {
    const name = findSpec(device).engineName(device.dtype);
    if (engine().registry[name] === backend) {
      deviceOfBackend.set(backend, device);
      return device;
    }
  }
  return undefined;
}

/** The tfjs backend that holds a tensor's values. */
export function backendOf(x: Tensor): KernelBackend {
  const info = engine().state.tensorInfo.get(x.dataId);
  if (x.isDisposed || !info) {
    throw new DeviceError("The tensor has been disposed. Clone or keep() what is needed later.");
  }
  return info.backend;
}

/** The one device all tensors live on; undefined for an empty list. */
export function commonDevice(tensors: Iterable<Tensor>, what: string): Device | undefined {
  let first: KernelBackend | undefined;
  let firstTensor: Tensor | undefined;
  for (const x of tensors) {
    const backend = backendOf(x);
    if (first === undefined) {
      first = backend;
      firstTensor = x;
    } else if (backend !== first && firstTensor) {
      const [a, b] = [deviceOf(firstTensor), deviceOf(x)];
      if (a.device === b.device && a.dtype === b.dtype) {
        throw new DeviceLostError(
          `${what} got a tensor from before ${describe(a)} was lost and started again. Make it anew.`,
        );
      }
      const message = `${what} got tensors of two backends, ${describe(a)} and ${describe(b)}. Move one with toDevice(x, …).`;
      throw a.dtype === b.dtype ? new DeviceError(message) : new DTypeError(message);
    }
  }
  return firstTensor && deviceOf(firstTensor);
}

/** Whether the engine stands on the backend that holds `x` (the quick check before each op). */
export function isCurrent(x: Tensor): boolean {
  return engine().state.tensorInfo.get(x.dataId)?.backend === engine()["backendInstance"];
}
