/** What a page or a worker loads; it answers to the names below. */
import "@plenoptic/backend-webgpu";
import { gpuInfo } from "@plenoptic/backend-webgpu";
import * as T from "@plenoptic/tensor";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { engine } from "@tensorflow/tfjs-core";
import { runChecks } from "./checks.js";

const described = (error: unknown) => {
  const { name, code, message } = error as T.PlenopticError;
  return { name, code, message };
};
const errorOf = (body: () => unknown) =>
  Promise.resolve()
    .then(body)
    .then(() => undefined, described);

const tasks = {
  checks: () => runChecks({ device: "webgpu", dtype: "float32" }),
  gpu: () => gpuInfo(),
  start: () => errorOf(() => T.useBackend("webgpu")),
  /** Loses the device while a read waits, and starts again. */
  loss: async () => {
    await T.useBackend("webgpu");
    const x = T.add(T.tensor([1, 2]), 1);
    const waiting = errorOf(() => T.read(x));
    (engine().findBackend("plenoptic-webgpu") as WebGPUBackend).device.destroy();
    const errors = [await waiting, await errorOf(() => T.square(x))];
    await T.useBackend("webgpu");
    return { errors, values: Array.from(await T.read(T.add(T.tensor([1, 2]), 1))) };
  },
  /** An error of the GPU itself, and one of the library before it comes to that. */
  faults: async () => {
    await T.useBackend("webgpu");
    const { device } = engine().findBackend("plenoptic-webgpu") as WebGPUBackend;
    T.setWarningHandler(() => {});
    device.createBuffer({ size: 2 ** 52, usage: GPUBufferUsage.STORAGE });
    const gpu = await errorOf(() => T.read(T.add(T.tensor([5]), 1)));
    const large = await errorOf(() => T.tidy(() => T.broadcastTo(T.tensor([1]), [4096, 4096, 256])));
    return { gpu, large, after: Array.from(await T.read(T.add(T.tensor([5]), 1))) };
  },
};

export type Tasks = typeof tasks;
export type TaskName = keyof Tasks;

const answer = async (name: TaskName) => tasks[name]();

if ("document" in globalThis) Object.assign(globalThis, { answer });
else {
  addEventListener("message", async ({ data }) => {
    postMessage(
      await answer(data).then(
        (result) => ({ result }),
        (error) => ({ error: described(error) }),
      ),
    );
  });
}
