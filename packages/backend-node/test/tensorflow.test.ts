import "@plenoptic/backend-cpu";
import * as T from "@plenoptic/tensor";
import { losses, Metamer, models } from "plenoptic";
import { describe, expect, it } from "vitest";
import { describeNodeBackend } from "../src/index.js";
import { runningBackend } from "../src/tensorflow.js";
import { needed, realPackage } from "./support.js";

const node: T.Device = { device: "node", dtype: "float32" };
const wide: T.Device = { device: "cpu", dtype: "float64" };

/** How many tensors TensorFlow itself holds. */
function heldByTensorflow(): number {
  const { binding } = runningBackend() as unknown as { binding: { getNumOfTensors(): number } };
  return binding.getNumOfTensors();
}

async function lossesOn({ device, dtype }: T.Device, model: () => models.Model): Promise<Float64Array> {
  // Random numbers differ between the precisions, so both start from those in float32.
  await T.useBackend("cpu");
  T.setSeed(0);
  const [target, start] = [T.readSync(T.rand([1, 1, 32, 32])), T.readSync(T.rand([1, 1, 32, 32]))];
  await T.useBackend(device, { dtype });
  const [image, initialImage] = [target, start].map((values) => T.tensor(values, [1, 1, 32, 32]));
  const metamer = new Metamer(image, model(), { lossFunction: losses.mse });
  metamer.setup({ initialImage });
  await metamer.synthesize({ maxIter: 8 });
  const found = Float64Array.from(metamer.losses);
  metamer.dispose();
  T.dispose(image, initialImage);
  return found;
}

describe.skipIf(!realPackage)(`tensors on libtensorflow${needed}`, () => {
  it("are copies of the arrays they are made of", async () => {
    await T.useBackend("node");
    const array = Float32Array.of(1, 2, 3);
    const x = T.tensor(array);
    array[0] = 7;
    expect([...T.readSync(x)]).toEqual([1, 2, 3]);
    T.readSync(x)[1] = 7;
    expect([...(await T.read(x))]).toEqual([1, 2, 3]);
    const y = T.add(x, 0);
    T.readSync(y)[2] = 7;
    expect([...T.readSync(y)]).toEqual([1, 2, 3]);
    T.dispose(x, y);
  });

  it("are freed in TensorFlow as in the engine", async () => {
    await T.useBackend("node");
    const x = T.rand([1, 2, 16, 16]);
    const taps = [0.25, 0.5, 0.25];
    const filters = [1, 0, 1].map((channel) => ({
      channel,
      terms: [{ vertical: taps, horizontal: taps }],
    }));
    const f = (v: T.Tensor) => {
      const filtered = T.separableFilter(v, filters, [1, 1, 1, 1], "reflect");
      const { real, imag } = T.rfft2(filtered);
      return T.add(T.sumSquares(real), T.sum(T.square(imag)));
    };
    const once = () => T.tidy(() => T.readSync(T.grad((v) => T.sumSquares(T.grad(f)(v)))(x)));
    once();
    const before = [heldByTensorflow(), T.memory().numTensors, T.memory().numDataIds];
    for (let i = 0; i < 3; i++) once();
    expect([heldByTensorflow(), T.memory().numTensors, T.memory().numDataIds]).toEqual(before);
    x.dispose();
  });

  it("know which library computes them", async () => {
    await T.useBackend("node");
    const info = describeNodeBackend();
    expect(info?.packageName).toBe(realPackage?.name);
    expect(info?.usesGpu).toBe(runningBackend()?.isUsingGpuDevice);
    expect(T.describeDevice(node)).toBe(info?.summary);
  });

  it("come only in float32", async () => {
    await expect(T.useBackend("node", { dtype: "float64" })).rejects.toThrow(
      /no float64; backends with float64: cpu/,
    );
  });
});

describe.skipIf(!realPackage)(`synthesis on libtensorflow${needed}`, () => {
  it.each([
    ["Gaussian", () => new models.Gaussian(30)],
    ["OnOff", () => new models.OnOff(31, { pretrained: true })],
  ] as const)("goes the way of cpu in float64: %s", async (_, model) => {
    const expected = await lossesOn(wide, model);
    const found = await lossesOn(node, model);
    expect(found.length).toBe(expected.length);
    found.forEach((loss, i) => {
      expect(Math.abs(loss - expected[i]) / expected[i]).toBeLessThan(1e-3);
    });
    expect(expected[8]).toBeLessThan(expected[0]);
  });
});
