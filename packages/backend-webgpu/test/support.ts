import "@plenoptic/backend-cpu";
import "@plenoptic/backend-webgpu";
import * as T from "@plenoptic/tensor";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { engine } from "@tensorflow/tfjs-core";

export { relativeError } from "@plenoptic/testing";

/** Why WebGPU does not start in this Node; "" where it does. */
export const missing: string = await T.useBackend("webgpu").then(
  () => "",
  (error: Error) => error.message,
);

/** A title that says why a suite is skipped. */
export const titled = (title: string) => (missing ? `${title} (skipped: ${missing})` : title);

export const webgpu = { device: "webgpu", dtype: "float32" } as const;
export const wide = { device: "cpu", dtype: "float64" } as const;

/** The backend behind the device, with the GPU itself. */
export function engineBackend(): WebGPUBackend {
  return engine().findBackend("plenoptic-webgpu") as WebGPUBackend;
}

/** The error that `body` throws or rejects with. */
export async function errorOf(body: () => unknown): Promise<T.PlenopticError> {
  try {
    await body();
  } catch (error) {
    return error as T.PlenopticError;
  }
  throw new Error("expected an error, but there was none");
}

/** Deterministic numbers in (low, high), exact in float32. */
export function numbers(count: number, low = -1, high = 1, seed = 1): Float32Array {
  let state = (seed * 2654435761) >>> 0;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return low + (high - low) * ((state >>> 8) / 2 ** 24);
  });
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((n, e) => n * e, 1);
