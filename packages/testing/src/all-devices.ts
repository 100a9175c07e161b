import "@plenoptic/backend-cpu";
import "@plenoptic/backend-node";
import "@plenoptic/backend-webgpu";
import { activeDevice, type Device, useBackend } from "@plenoptic/tensor";
import { it } from "vitest";

/** A device of this project, and what it needs where it is not there. */
export interface DeviceReport {
  readonly device: Device;
  /** Undefined where the device has started. */
  readonly missing: string | undefined;
}

const all: readonly Device[] = [
  { device: "cpu", dtype: "float32" },
  { device: "cpu", dtype: "float64" },
  { device: "node", dtype: "float32" },
  { device: "webgpu", dtype: "float32" },
];

/** In one line, for the titles of tests that are skipped; the whole message is the error's. */
const needs: Readonly<Record<string, string>> = {
  node: "needs tfjs-node, or PLENOPTIC_TFJS_NODE",
  webgpu: "needs a driver for WebGPU in Node",
};

async function report(device: Device): Promise<DeviceReport> {
  try {
    await useBackend(device.device, { dtype: device.dtype });
    return { device, missing: undefined };
  } catch (error) {
    const [reason] = (error as Error).message.split(". ");
    return { device, missing: `${needs[device.device] ?? "does not start"}: ${reason}` };
  }
}

/**
 * Starts every device of this project that starts here, and tells of the others what they need. `cpu` is active afterwards,
 * or what was. To be awaited at the top of a file of tests.
 */
export async function findDevices(
  wanted: readonly string[] = all.map(({ device }) => device),
): Promise<DeviceReport[]> {
  const before = activeDevice();
  const reports: DeviceReport[] = [];
  for (const device of all.filter((d) => wanted.includes(d.device))) reports.push(await report(device));
  await useBackend(before.device, { dtype: before.dtype });
  return reports;
}

/** Runs `define` for each device that is there, and defines one skipped test for each that is not. */
export function forPresent(
  title: string,
  reports: readonly DeviceReport[],
  define: (device: Device) => void,
): void {
  for (const { device, missing } of reports) {
    if (missing) it.skip(`${title} [${device.device} ${device.dtype}] (${missing})`, () => {});
    else define(device);
  }
}
