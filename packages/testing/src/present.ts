import { activeDevice, type Device, useBackend } from "@plenoptic/tensor";
import { it } from "vitest";

/** A device, and what it needs where it is not there. */
export interface DeviceReport {
  readonly device: Device;
  /** Undefined where the device has started. */
  readonly missing: string | undefined;
}

/** Beside the reason in the titles of skipped tests. */
const needs: Readonly<Record<string, string>> = {
  node: "needs tfjs-node, or PLENOPTIC_TFJS_NODE",
  webgpu: "needs the package webgpu and a driver for it",
};

async function startOrExplain(device: Device): Promise<DeviceReport> {
  try {
    await useBackend(device.device, { dtype: device.dtype });
    return { device, missing: undefined };
  } catch (error) {
    const [reason] = (error as Error).message.split(". ");
    return { device, missing: `${needs[device.device] ?? "does not start"}: ${reason}` };
  }
}

/**
 * Starts those of the devices that start here, and tells of the others what they need. Their packages must have been
 * imported. To be awaited at the top of a file of tests; the active device stays what it was.
 */
export async function findDevices(devices: readonly Device[]): Promise<DeviceReport[]> {
  const before = activeDevice();
  const reports: DeviceReport[] = [];
  for (const device of devices) reports.push(await startOrExplain(device));
  await useBackend(before.device, { dtype: before.dtype });
  return reports;
}

/** Runs `define` for each device that is there, and defines one skipped test for each that is not. */
export async function forPresent(
  title: string,
  devices: readonly Device[],
  define: (device: Device) => void,
): Promise<void> {
  for (const { device, missing } of await findDevices(devices)) {
    if (missing) it.skip(`${title} [${device.device} ${device.dtype}] (${missing})`, () => {});
    else define(device);
  }
}
