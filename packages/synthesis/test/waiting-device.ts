/**
 * A device whose values can only be awaited, without a GPU: tfjs's plain-JavaScript backend behind a read that takes a turn of
 * the event loop. It counts its reads, and can be lost.
 */

import { DeviceLostError, registerBackend, useBackend } from "@plenoptic/tensor";
import { MathBackendCPU } from "@tensorflow/tfjs-backend-cpu";
import { copyRegisteredKernels, registerBackend as registerWithEngine } from "@tensorflow/tfjs-core";

const name = "waiting";

export const waiting = { reads: 0, isLost: false };

class WaitingBackend extends MathBackendCPU {
  override async read(dataId: object) {
    waiting.reads++;
    const values = super.readSync(dataId);
    await new Promise((resolve) => setTimeout(resolve));
    if (waiting.isLost) throw new DeviceLostError("The device was lost.");
    return values as never;
  }
}

export async function useWaiting(): Promise<void> {
  waiting.isLost = false;
  await useBackend(name);
}

copyRegisteredKernels("cpu", name);
registerWithEngine(name, () => new WaitingBackend());
registerBackend({ device: name, dtypes: ["float32"], readsAtOnce: false, engineName: () => name });
export const waitingDevice = { device: name, dtype: "float32" } as const;
