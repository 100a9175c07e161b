import {
  availableDevices,
  Metamer,
  models,
  ops,
  plot,
  rand,
  read,
  setSeed,
  setWarningHandler,
  tensor,
  useBackend,
  withDevice,
} from "plenoptic";
import { describe, expect, it } from "vitest";

const texts = (figure: plot.Figure) =>
  [...figure.toSVG().matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text);

describe("figures of tensors", () => {
  it("are those of their numbers", async () => {
    const image = rand([2, 1, 8, 8]);
    const ours = await plot.imshow(image, { title: "a" });
    const plain = await plot.imshow({ data: await read(image), shape: [2, 1, 8, 8] }, { title: "a" });
    expect(ours.toSVG()).toBe(plain.toSVG());
    const z = ops.fft2({ real: image, imag: ops.mul(image, 0) });
    expect(texts(await plot.imshow(z, { batchIdx: 0, plotComplex: "polar" }))).toEqual(
      expect.arrayContaining(["amplitude", "phase"]),
    );
  });

  it("warn where all warnings go", async () => {
    const heard: string[] = [];
    const before = setWarningHandler((category, message) => heard.push(`${category}: ${message}`));
    await plot.imshow(tensor([2, 0, 0], [1, 3, 1, 1]), { asRgb: true });
    setWarningHandler(before);
    expect(heard).toEqual([expect.stringContaining("plot: Colour values outside [0, 1]")]);
  });

  it("of the texture model's representation are drawn by group", async () => {
    const model = new models.PortillaSimoncelli([64, 64], { nScales: 2 });
    const figure = await plot.plotRepresentation(model.forward(rand([1, 1, 64, 64])), { model });
    expect(texts(figure)).toEqual(
      expect.arrayContaining(["pixels+var_highpass", "cross_scale_correlation_real"]),
    );
    expect(figure.toSVG()).not.toMatch(/NaN/);
  });
});

describe("figures of a metamer", () => {
  it("have the error of the representation at the iteration, computed by the model", async () => {
    setSeed(1);
    const metamer = new Metamer(rand([1, 1, 16, 16]), (x) => ops.mean(x, 3));
    await metamer.synthesize({ maxIter: 7, storeProgress: 3 });
    const figure = await plot.metamerRepresentationError(metamer, { iteration: 3 });
    const frame = tensor(metamer.savedMetamer[1], [1, 1, 16, 16]);
    const error = await read(ops.sub(ops.mean(frame, 3), metamer.targetRepresentation));
    const largest = Math.max(...error);
    const said = figure.description.match(/to (−?[\d.e−]+)\.$/)?.[1].replaceAll("−", "-");
    expect(Number(said)).toBeCloseTo(largest, 3);
    expect((await plot.synthesisImshow(metamer, { iteration: 3 })).title).toBe("Metamer[0] [iteration=3]");
    await expect(plot.synthesisStatus(metamer, { iteration: 8 })).rejects.toThrow("out of bounds");
    await expect(plot.synthesisStatus(metamer, { iteration: -9 })).rejects.toThrow("out of bounds");
    expect((await plot.synthesisStatus(metamer, { iteration: -8 })).description).toContain("[iteration=0]");
    metamer.dispose();
  });

  it("leave no tensors behind, on any device", async () => {
    for (const device of await availableDevices()) {
      await useBackend(device.device, { dtype: device.dtype });
      const image = rand([1, 1, 16, 16]);
      const metamer = new Metamer(image, new models.Gaussian(5));
      await metamer.synthesize({ maxIter: 2, storeProgress: 1 });
      const { memory } = await import("plenoptic");
      const before = memory().numTensors;
      const figure = await plot.synthesisStatus(metamer, { iteration: 1 });
      expect(memory().numTensors).toBe(before);
      expect(figure.toSVG().length).toBeGreaterThan(3000);
      metamer.dispose();
      withDevice(device, () => image.dispose());
    }
    await useBackend("cpu");
  });
});
