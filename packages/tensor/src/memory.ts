import { engine } from "@tensorflow/tfjs-core";
import { canReadAtOnce, type Device, deviceOf, ensureActive, withDevice } from "./backend.js";
import { type FloatArray, tensor } from "./create.js";
import { DeviceError, DTypeError } from "./errors.js";
import { offTape, run } from "./run.js";
import type { Tensor } from "./tensor-type.js";

/**
 * Runs `fn` and frees every tensor made in it except those it returns (alone, or in a list, record or map).
 * `fn` must be synchronous.
 */
export function tidy<T>(fn: () => T): T {
  ensureActive();
  let result: T | undefined;
  // tfjs would look for tensors in every element of a typed array that is returned.
  engine().tidy(() => {
    result = fn();
    return (result instanceof Promise ? result : tensorsIn(result)) as never;
  });
  return result as T;
}

const isTensor = (item: object): item is Tensor => "dataId" in item && "dispose" in item;

/** What a list, a record or a map holds. */
const itemsOf = (container: object): Iterable<unknown> =>
  container instanceof Map ? container.values() : Object.values(container);

/** The tensors in a value, alone or inside lists, records and maps. */
export function tensorsIn(value: unknown, found: Tensor[] = [], seen = new Set<unknown>()): Tensor[] {
  if (value === null || typeof value !== "object" || ArrayBuffer.isView(value) || seen.has(value))
    return found;
  if (isTensor(value)) {
    found.push(value);
    return found;
  }
  seen.add(value);
  for (const item of itemsOf(value)) tensorsIn(item, found, seen);
  return found;
}

/** Saves a tensor from the enclosing {@link tidy}: it lives until it is disposed. */
export function keep<T extends Tensor>(x: T): T {
  return engine().keep(x);
}

/** Frees tensors, and those inside lists, records and maps. Tensors freed already are passed over. */
export function dispose(...containers: unknown[]): void {
  for (const item of containers) {
    if (item === null || typeof item !== "object") continue;
    if (isTensor(item)) {
      if (!item.isDisposed) item.dispose();
    } else if (!ArrayBuffer.isView(item)) {
      dispose(...itemsOf(item));
    }
  }
}

/**
 * How many tensors are alive on all devices, how many bytes tfjs counts for them (four per number), and how many blocks of
 * values the backends hold (several tensors may share one).
 */
export function memory(): { numTensors: number; numBytes: number; numDataIds: number } {
  const { registry, state } = engine();
  const backends = Object.values(registry);
  const numDataIds = backends.reduce((total, backend) => total + backend.numDataIds(), 0);
  return { numTensors: state.numTensors, numBytes: state.numBytes, numDataIds };
}

/** Another handle on the same values; both must be disposed. */
export function clone(x: Tensor): Tensor {
  return run("Identity", { x });
}

/** The same values, through which no gradient flows. */
export function detach(x: Tensor): Tensor {
  return offTape(() => run("Identity", { x }));
}

function asFloats(x: Tensor, values: ArrayLike<number>): FloatArray {
  if (values instanceof Float32Array || values instanceof Float64Array) return values;
  // Some backends of tfjs keep the bytes of booleans when they are cast to floats.
  if (x.dtype === "float32") return Float32Array.from(values);
  throw new DTypeError('Only float tensors can be read as floats; cast(x, "float32") first.');
}

/** The values of a float tensor, row-major, in the precision of its device. Works on every backend. */
export async function read(x: Tensor): Promise<FloatArray> {
  return asFloats(x, await x.data());
}

/**
 * As {@link read}, at once.
 *
 * @throws {@link DeviceError} on devices whose values can only be awaited (`webgpu`)
 */
export function readSync(x: Tensor): FloatArray {
  const device = deviceOf(x);
  if (!canReadAtOnce(device)) {
    throw new DeviceError(`Values on "${device.device}" cannot be read at once. Use await read(x).`);
  }
  return asFloats(x, x.dataSync());
}

/**
 * A copy of `x` on another device. From float64 to float32 values are rounded to the nearest.
 *
 * @throws {@link DeviceError} when the target does not exist or has no such precision
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { deviceOf, scalar, toDevice } from "@plenoptic/tensor";
 * const wide = await toDevice(scalar(0.5), { dtype: "float64" });
 * console.log(deviceOf(wide)); // { device: "cpu", dtype: "float64" }
 * ```
 */
export async function toDevice(x: Tensor, target: Partial<Device>): Promise<Tensor> {
  const device = { ...deviceOf(x), ...target };
  const values = await read(x);
  return withDevice(device, () => tensor(values, x.shape));
}
