import { gpuInfo, onDeviceLost } from "@plenoptic/backend-webgpu";
import * as T from "@plenoptic/tensor";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { engineBackend, errorOf, missing, titled, webgpu } from "./support.js";

describe.skipIf(missing)(titled("WebGPU in Node"), () => {
  const messages: string[] = [];
  beforeAll(() => {
    T.setWarningHandler((category, message) => messages.push(`${category}: ${message}`));
  });
  afterEach(async () => {
    messages.length = 0;
    await T.useBackend("webgpu");
  });

  it("computes, and says which GPU it uses", async () => {
    const x = T.tensor([1, 2, 3]);
    expect(T.deviceOf(x)).toEqual(webgpu);
    expect(Array.from(await T.read(T.add(x, 1)))).toEqual([2, 3, 4]);
    expect(gpuInfo()?.maxTensorBytes).toBeGreaterThanOrEqual(2 ** 27);
    expect(T.describeDevice(webgpu)).toMatch(/^WebGPU on ./);
  });

  it("frees the buffers that it keeps when they are many, and computes on", async () => {
    const { bufferManager, memory } = engineBackend();
    const held = () => memory.call(engineBackend()).numBytesAllocatedInGPU;
    const before = held();
    const size = 2 ** 26;
    for (let i = 0; i < 5; i++) {
      bufferManager.releaseBuffer(bufferManager.acquireBuffer(size + 4 * i, GPUBufferUsage.STORAGE));
      expect(Array.from(await T.read(T.add(T.tensor([i]), 1)))).toEqual([i + 1]);
      if (i === 2) expect(held()).toBeGreaterThanOrEqual(before + 3 * size);
    }
    expect(held()).toBeLessThan(before + 2 * size);
    expect(Array.from(await T.read(T.add(T.tensor([5, 6]), 1)))).toEqual([6, 7]);
  });

  it("gives copies of values, from the host and from the GPU", async () => {
    const x = T.tensor([1, 2]);
    const y = T.add(x, 0);
    for (const z of [T.tensor([1, 2]), y]) {
      (await T.read(z)).fill(9);
      expect(Array.from(await T.read(z))).toEqual([1, 2]);
    }
  });

  it("leaves navigator as it was", () => {
    expect((globalThis.navigator as Navigator | undefined)?.gpu).toBeUndefined();
  });

  it("computes small tensors on the GPU too", () => {
    expect(engineBackend().shouldExecuteOnCPU([])).toBe(false);
  });

  it("refuses float64 and names who has it", async () => {
    const error = await errorOf(() => T.useBackend("webgpu", { dtype: "float64" }));
    expect(error).toBeInstanceOf(T.DeviceError);
    expect(error.message).toMatch(/float64: cpu/);
  });

  it("refuses to read at once", async () => {
    const error = await errorOf(() => T.readSync(T.add(T.tensor([1]), 1)));
    expect(error).toBeInstanceOf(T.DeviceError);
    expect(error.message).toMatch(/await read/);
  });

  it("gives limit and need of a tensor that does not fit, and goes on", async () => {
    const one = T.tensor([1]);
    const before = engineBackend().numDataIds();
    const error = await errorOf(() => T.tidy(() => T.broadcastTo(one, [1024, 1024, 1024])));
    expect(error).toBeInstanceOf(T.DeviceError);
    expect(error.message).toMatch(/1024, 1024, 1024.*needs 4 GiB.*at most/s);
    expect(engineBackend().numDataIds()).toBe(before);
    expect(Array.from(await T.read(T.add(one, 1)))).toEqual([2]);
  });

  it("turns an error of the GPU into a warning and a rejected read, once", async () => {
    engineBackend().device.createBuffer({ size: 16, usage: 2 ** 30 });
    const error = await errorOf(() => T.read(T.add(T.tensor([5]), 1)));
    expect(error).toBeInstanceOf(T.DeviceError);
    expect(error.message).toMatch(/BufferUsage/);
    expect(messages.join()).toMatch(/^webgpu: .*BufferUsage/);
    expect(Array.from(await T.read(T.add(T.tensor([5]), 1)))).toEqual([6]);
  });

  it("reports a lost device to reads that wait and to all that follows, and starts again", async () => {
    const heard: Error[] = [];
    const end = onDeviceLost((error) => heard.push(error));
    const onHost = T.tensor([7]);
    const x = T.tensor([1, 2]);
    const y = T.mul(x, 3);
    const waiting = errorOf(() => T.read(y));
    engineBackend().device.destroy();
    const lost = await waiting;
    expect(lost).toBeInstanceOf(T.DeviceLostError);
    expect(lost.code).toBe("device-lost");
    expect(lost.message).toMatch(/await useBackend\("webgpu"\)/);
    expect(heard).toEqual([lost]);
    expect(await errorOf(() => T.add(y, y))).toBe(lost);
    expect(await errorOf(() => T.read(y))).toBe(lost);
    // What has not been on the GPU yet is not lost with it.
    expect(Array.from(await T.read(onHost))).toEqual([7]);

    await T.useBackend("webgpu");
    expect(Array.from(await T.read(T.add(T.tensor([1, 2]), 1)))).toEqual([2, 3]);
    expect(await errorOf(() => T.add(y, T.tensor([1, 2])))).toBeInstanceOf(T.DeviceLostError);
    expect(await errorOf(() => T.square(y))).toBeInstanceOf(T.DeviceLostError);
    T.dispose(x, y);
    end();
  });

  it("opens one device when it is asked for twice at a time", async () => {
    engineBackend().device.destroy();
    await engineBackend().device.lost;
    await Promise.all([T.useBackend("webgpu"), T.useBackend("webgpu")]);
    expect(Array.from(await T.read(T.neg(T.tensor([1]))))).toEqual([-1]);
  });
});
