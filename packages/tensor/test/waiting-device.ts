/**
 * A device whose values can only be awaited, without a GPU: tfjs's plain-JavaScript backend behind a read that takes a turn of
 * the event loop. It counts its reads, which can be made to fail.
 */

import { MathBackendCPU } from "@tensorflow/tfjs-backend-cpu";
import { copyRegisteredKernels, registerBackend as registerWithEngine } from "@tensorflow/tfjs-core";
import { registerBackend, useBackend } from "../src/index.js";

const name = "waiting";

export const waiting: { reads: number; failure: Error | undefined } = { reads: 0, failure: undefined };

class WaitingBackend extends MathBackendCPU {
  override async read(dataId: object) {
    waiting.reads++;
    const values = super.readSync(dataId);
    await new Promise((resolve) => setTimeout(resolve));
    if (waiting.failure) throw waiting.failure;
    return values as never;
  }
}

export async function useWaiting(): Promise<void> {
  waiting.failure = undefined;
  await useBackend(name);
}

copyRegisteredKernels("cpu", name);
registerWithEngine(name, () => new WaitingBackend());
registerBackend({ device: name, dtypes: ["float32"], readsAtOnce: false, engineName: () => name });
export const waitingDevice = { device: name, dtype: "float32" } as const;
