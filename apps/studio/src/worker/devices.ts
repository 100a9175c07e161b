import { describeDevice, useBackend } from "@plenoptic/tensor";
import type { DeviceReport } from "../protocol.js";
import type { Settings } from "../settings/settings.js";

interface AdapterInfo {
  readonly vendor?: string;
  readonly architecture?: string;
  readonly description?: string;
  readonly isFallbackAdapter?: boolean;
}

async function findAdapter(): Promise<AdapterInfo | undefined> {
  const { gpu } = navigator as { gpu?: { requestAdapter(): Promise<{ info: AdapterInfo } | null> } };
  try {
    return (await gpu?.requestAdapter())?.info;
  } catch {
    return undefined;
  }
}

const isSoftware = ({ vendor, architecture, description, isFallbackAdapter }: AdapterInfo) =>
  isFallbackAdapter === true ||
  /swiftshader|llvmpipe|lavapipe|software/i.test([vendor, architecture, description].join(" "));

let report: Promise<DeviceReport> | undefined;

/** Which device is taken when nobody chooses: the GPU where there is a real one. */
export function reportDevices(): Promise<DeviceReport> {
  report ??= findAdapter().then((adapter) => {
    if (!("gpu" in navigator))
      return { chosen: "cpu", reason: "This browser has no WebGPU here, so the processor computes." };
    if (!adapter) return { chosen: "cpu", reason: "No GPU answers, so the processor computes." };
    const name = [adapter.vendor, adapter.architecture].filter(Boolean).join(" ") || "a GPU";
    if (isSoftware(adapter))
      return {
        chosen: "cpu",
        reason: `The only GPU is one in software (${name}), which is slower than the processor.`,
      };
    return { chosen: "webgpu", reason: `There is a GPU (${name}).` };
  });
  return report;
}

/** Starts what the settings ask for, and says why it is that. */
export async function startDevice({ device, dtype }: Settings): Promise<DeviceReport> {
  const found = await reportDevices();
  let chosen = device === "auto" ? found.chosen : device;
  let reason = device === "auto" ? found.reason : "It was chosen in the settings.";
  if (device === "auto" && chosen === "webgpu" && dtype === "float64") {
    chosen = "cpu";
    reason = "GPUs have no double precision, so the processor computes.";
  }
  if (chosen === "webgpu") await import("@plenoptic/backend-webgpu");
  await useBackend(chosen, { dtype });
  const description = describeDevice({ device: chosen, dtype });
  return { chosen, reason: description ? `${reason} (${description})` : reason };
}
