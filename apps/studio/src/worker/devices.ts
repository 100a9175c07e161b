import { explain } from "@plenoptic/cli/settings";
import { type DType, describeDevice, useBackend } from "@plenoptic/tensor";
import type { DeviceReport } from "../protocol.js";
import type { Settings } from "../settings/settings.js";

interface AdapterInfo {
  readonly vendor?: string;
  readonly architecture?: string;
  readonly description?: string;
  readonly isFallbackAdapter?: boolean;
}

/** A driver that hangs must not keep the page from beginning. */
const adapterMs = 5000;

async function findAdapter(): Promise<AdapterInfo | undefined> {
  const { gpu } = navigator as { gpu?: { requestAdapter(): Promise<{ info: AdapterInfo } | null> } };
  try {
    const late = new Promise<null>((resolve) => setTimeout(resolve, adapterMs, null));
    return (await Promise.race([gpu?.requestAdapter(), late]))?.info;
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

/** What is computed on, and why. */
async function choose({ device, dtype }: Settings): Promise<DeviceReport> {
  if (device !== "auto") return { chosen: device, reason: "It was chosen in the settings." };
  const found = await reportDevices();
  if (found.chosen === "cpu" || dtype === "float32") return found;
  return { chosen: "cpu", reason: "GPUs have no double precision, so the processor computes." };
}

async function start(chosen: "cpu" | "webgpu", dtype: DType): Promise<void> {
  if (chosen === "webgpu") await import("@plenoptic/backend-webgpu");
  await useBackend(chosen, { dtype });
}

/**
 * Starts what the settings ask for, and says why it is that. Where nobody chose, a GPU that does not start is none.
 *
 * @param why - another reason than the settings
 */
export async function startDevice(settings: Settings, why?: string): Promise<DeviceReport> {
  const { dtype } = settings;
  let { chosen, reason } = await choose(settings);
  try {
    await start(chosen, dtype);
  } catch (error) {
    if (settings.device !== "auto" || chosen === "cpu") throw error;
    chosen = "cpu";
    reason = `The GPU does not start, so the processor computes. (${explain(error)})`;
    await start(chosen, dtype);
  }
  reason = why ?? reason;
  const description = describeDevice({ device: chosen, dtype });
  return { chosen, reason: description ? `${reason} (${description})` : reason };
}
