import { type Device, type DType, startAndActivate } from "./backend.js";
import { type ChooseOptions, type ChosenDevice, chooseDevice } from "./choose-device.js";

/**
 * Chooses the backend for everything that follows and is not told otherwise.
 *
 * @param device - `"cpu"`, the name that another imported backend package has registered, or `"auto"`: the fastest of those
 *   that are imported and start, by a short trial ({@link chooseDevice})
 * @param options - by name
 * @param options.dtype - precision: `"float32"` (default) or, where the backend has it, `"float64"`
 * @param options.model - for `"auto"`: what will be computed, and (`shape`) on images of what size
 * @returns the device now active; for `"auto"`, with the reason
 * @throws {@link DeviceError} when there is no such backend, or it lacks the precision
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { activeDevice, useBackend } from "@plenoptic/tensor";
 * await useBackend("cpu", { dtype: "float64" });
 * console.log(activeDevice()); // { device: "cpu", dtype: "float64" }
 * const { reason } = await useBackend("auto", { shape: [1, 1, 64, 64] });
 * console.log(reason); // cpu: 0.5 ms … It is the only backend that is imported.
 * ```
 */
export function useBackend(device: "auto", options?: ChooseOptions): Promise<ChosenDevice>;
export function useBackend(device?: string, options?: { dtype?: DType } & ChooseOptions): Promise<Device>;
export async function useBackend(device = "cpu", options: ChooseOptions = {}): Promise<Device> {
  const { dtype = "float32" } = options;
  if (device !== "auto") return startAndActivate({ device, dtype });
  const chosen = await chooseDevice(options);
  await startAndActivate(chosen);
  return chosen;
}
