import { engine, getKernel, type NamedAttrMap } from "@tensorflow/tfjs-core";
import { commonDevice, ensureActive, isCurrent, withDevice } from "./backend.js";
import { DeviceError } from "./errors.js";
import { serveByComposition } from "./op.js";
import type { Tensor } from "./tensor-type.js";

/** What a kernel takes: named tensors, or a list for kernels such as Concat. */
export type KernelInputs = Record<string, Tensor> | Tensor[];

function call<T extends Tensor | Tensor[]>(kernelName: string, inputs: KernelInputs, attrs: object): T {
  const e = engine();
  if (!getKernel(kernelName, e.backendName) && !serveByComposition(kernelName, e.backendName)) {
    throw new DeviceError(
      `Backend "${e.backendName}" has no kernel "${kernelName}", and there is no composition for it.`,
    );
  }
  return e.runKernel(kernelName, inputs as Record<string, Tensor>, attrs as NamedAttrMap) as T;
}

/**
 * Runs one kernel on the device that its inputs live on, recording it for the gradient.
 * Inputs of two devices are an error that names both.
 */
export function run<T extends Tensor | Tensor[] = Tensor>(
  kernelName: string,
  inputs: KernelInputs,
  attrs: object = {},
): T {
  let allCurrent = true;
  let any = false;
  for (const key in inputs) {
    any = true;
    if (!isCurrent((inputs as Record<string, Tensor>)[key])) allCurrent = false;
  }
  if (any && allCurrent) return call(kernelName, inputs, attrs);
  const device = commonDevice(Object.values(inputs), kernelName);
  if (device) return withDevice(device, () => call<T>(kernelName, inputs, attrs));
  ensureActive();
  return call(kernelName, inputs, attrs);
}

/** Runs `fn` without recording it: for what has no gradient, such as comparisons. */
export function offTape<T>(fn: () => T): T {
  const { state } = engine();
  const depth = state.gradientDepth;
  state.gradientDepth = 0;
  try {
    return fn();
  } finally {
    state.gradientDepth = depth;
  }
}
