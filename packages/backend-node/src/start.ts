import { DeviceError, warn } from "@plenoptic/tensor";
import { findBackend, findBackendFactory } from "@tensorflow/tfjs-core";
import { describeNodeBackend, rememberPackage } from "./info.js";
import { loadPackage } from "./load-package.js";
import { locatePackages } from "./locate.js";
import { gpuUnused, nothingInstalled } from "./messages.js";
import { repairBackend } from "./repair-backend.js";
import { repairUtil } from "./replaced-modules.js";
import { engineName, runningBackend } from "./tensorflow.js";

let started = false;

/** Loads the first package that loads, and tells of those before it that do not. */
function loadFirst(): void {
  const found = locatePackages();
  if (found.length === 0) throw new DeviceError(nothingInstalled());
  const failures: DeviceError[] = [];
  for (const candidate of found) {
    try {
      loadPackage(candidate);
      rememberPackage(candidate);
      for (const { message } of failures) warn("device", `${message} ${candidate.name} is used instead.`);
      return;
    } catch (error) {
      if (!(error instanceof DeviceError)) throw error;
      failures.push(error);
    }
  }
  if (failures.length === 1) throw failures[0];
  throw new DeviceError(failures.map(({ message }) => message).join("\n"), { cause: failures[0] });
}

/**
 * Loads tfjs-node-gpu or tfjs-node, once, and starts its backend.
 *
 * @throws {@link DeviceError} when neither is there, or neither loads
 */
export function startNodeBackend(): void {
  if (started) return;
  // The program itself may use tfjs-node: then there is nothing to load.
  if (findBackendFactory(engineName)) {
    repairUtil();
    findBackend(engineName);
  } else {
    loadFirst();
  }
  const backend = runningBackend();
  if (backend) repairBackend(backend);
  started = true;
  const info = describeNodeBackend();
  if (info?.packageName.endsWith("-gpu") && !info.usesGpu) warn("device", gpuUnused());
}
