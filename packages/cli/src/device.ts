import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "@plenoptic/data";
import type { ModelLike } from "@plenoptic/synthesis";
import {
  type ChoiceCache,
  chooseDevice,
  type Device,
  type DType,
  describeDevice,
  type Tensor,
  toDevice,
  useBackend,
} from "@plenoptic/tensor";

/** Loads what a device needs; importing a backend's package makes it known, and starts nothing. */
async function importBackends(name: string): Promise<void> {
  if (name === "webgpu" || name === "auto") await import("@plenoptic/backend-webgpu");
  if (name === "node" || name === "auto") await import("@plenoptic/backend-node");
}

/**
 * Starts the device that was asked for; with "auto", `cpu` until it is known what is to be computed.
 *
 * @throws {@link DeviceError} saying what is missing
 */
export async function startDevice(name: string, dtype: DType): Promise<void> {
  await importBackends(name);
  await useBackend(name === "auto" ? "cpu" : name, { dtype });
}

/** Choices between processes, in a file of the cache. A cache that cannot be written is none. */
async function fileCache(): Promise<ChoiceCache> {
  const folder = await cacheFolder();
  const file = join(folder, "devices.json");
  const entries = (): Record<string, string> => {
    try {
      return JSON.parse(readFileSync(file, "utf8"));
    } catch {
      return {};
    }
  };
  return {
    getItem: (key) => entries()[key] ?? null,
    setItem(key, value) {
      try {
        mkdirSync(folder, { recursive: true });
        writeFileSync(file, JSON.stringify({ ...entries(), [key]: value }, null, 1));
      } catch {
        // It will be measured again.
      }
    },
  };
}

/** A device, and what is to be said of it. */
export interface Chosen {
  readonly device: Device;
  readonly note: string | undefined;
}

/** The device to compute on: the one asked for, or the fastest for this model and size of picture. */
export async function settleDevice(
  name: string,
  dtype: DType,
  model: ModelLike,
  picture: Tensor,
): Promise<Chosen> {
  if (name !== "auto") {
    const device = { device: name, dtype };
    const description = describeDevice(device);
    return { device, note: description && `${name}: ${description}` };
  }
  const chosen = await chooseDevice({ model, shape: picture.shape, dtype, cache: await fileCache() });
  await useBackend(chosen.device, { dtype });
  return { device: { device: chosen.device, dtype }, note: `Chose ${chosen.device}. ${chosen.reason}` };
}

/** A picture on another device; itself, where it is there already. */
export async function moved(x: Tensor, from: Device, to: Device): Promise<Tensor> {
  if (from.device === to.device && from.dtype === to.dtype) return x;
  const there = await toDevice(x, to);
  x.dispose();
  return there;
}
