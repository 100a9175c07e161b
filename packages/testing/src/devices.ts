import "@plenoptic/backend-cpu";
import { activeDevice, type Device, type DType, useBackend } from "@plenoptic/tensor";
import { afterEach, beforeEach, describe } from "vitest";

/** A device to test on. */
export interface TestDevice extends Device {
  readonly device: "cpu";
  readonly dtype: DType;
}

/** The devices that every device-independent test runs on: values are read at once there. */
export const devices: readonly TestDevice[] = [
  { device: "cpu", dtype: "float32" },
  { device: "cpu", dtype: "float64" },
];

/** Makes the device the default of each test in the enclosing block, and puts the old default back. */
export function useInTests(device: Device): void {
  let before: Device;
  beforeEach(async () => {
    before = activeDevice();
    await useBackend(device.device, { dtype: device.dtype });
  });
  afterEach(async () => {
    await useBackend(before.device, { dtype: before.dtype });
  });
}

/** A `describe` block for each device, with that device as the default in its tests. */
export function describeDevices(title: string, block: (device: TestDevice) => void): void {
  for (const device of devices) {
    describe(`${title} [${device.device} ${device.dtype}]`, () => {
      useInTests(device);
      block(device);
    });
  }
}

/** The bound for the device's precision; by default those for a model's or a loss's output and gradient. */
export function boundFor(device: Device, { float64 = 1e-10, float32 = 2e-5 } = {}): number {
  return device.dtype === "float64" ? float64 : float32;
}
