import { LBFGS } from "@plenoptic/optim";
import { Metamer } from "@plenoptic/synthesis";
import { mean, rand, setSeed, square, type Tensor, useBackend } from "@plenoptic/tensor";
import { collectWarnings } from "@plenoptic/testing";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { engineBackend, missing, titled } from "./support.js";

// Quick to compile, also in software.
const energyOfRows = (x: Tensor) => mean(square(x), 3);
const never = { stopCriterion: 0, storeProgress: 2 };

/** The same object on a device, from the same start. */
async function make(device: string, options: object): Promise<Metamer> {
  await useBackend(device);
  setSeed(4);
  const metamer = new Metamer(rand([1, 1, 16, 16]), energyOfRows);
  metamer.setup(options);
  return metamer;
}

/** Runs until the GPU is destroyed in the middle; the error. */
async function loseIn(metamer: Metamer): Promise<{ code?: string; message: string }> {
  let seen = 0;
  const onProgress = () => {
    seen++;
    if (seen === 3) engineBackend().device.destroy();
  };
  return metamer.synthesize({ maxIter: 60, ...never, onProgress }).then(
    () => expect.fail("the loss went unnoticed"),
    (error) => error,
  );
}

describe.skipIf(missing)(titled("a GPU lost in the middle of a synthesis"), () => {
  beforeEach(() => useBackend("webgpu"));
  afterAll(() => useBackend("cpu"));

  for (const [name, options] of Object.entries({
    Adam: {},
    "L-BFGS": { optimizer: LBFGS, optimizerOptions: { maxIter: 2 } },
  })) {
    for (const target of ["cpu", "webgpu"]) {
      it(`${name}: what was done is readable, and goes on with ${target}`, async () => {
        const { result } = await collectWarnings(async () => {
          const unbroken = await make("cpu", options);
          const metamer = await make("webgpu", options);
          await metamer.synthesize({ maxIter: 4, ...never });
          const error = await loseIn(metamer);
          expect(error).toMatchObject({ code: "device-lost" });
          expect(error.message).toMatch(/after \d+ iterations is kept/);
          const done = metamer.gradientNorm.length;
          expect(done).toBeGreaterThanOrEqual(4);
          expect(metamer.losses.length).toBe(done + 1);
          expect(metamer.savedMetamer.at(-1)?.every(Number.isFinite)).toBe(true);
          await expect(metamer.saveToBlob()).rejects.toMatchObject({ code: "device-lost" });

          await useBackend(target);
          await metamer.to({ device: target });
          await metamer.synthesize({ maxIter: 12 - done, ...never });
          await unbroken.synthesize({ maxIter: 12, ...never });
          return { metamer, unbroken };
        });
        const { metamer, unbroken } = result;
        expect(metamer.device.device).toBe(target);
        expect(metamer.losses.length).toBe(unbroken.losses.length);
        unbroken.losses.forEach((loss, i) => {
          expect(Math.abs(metamer.losses[i] - loss)).toBeLessThan(1e-3 * unbroken.losses[0]);
        });
        expect(metamer.savedMetamer.length).toBe(unbroken.savedMetamer.length);
      });
    }
  }

  it("loses no iteration when nothing runs meanwhile, and moves without having been used again", async () => {
    await collectWarnings(async () => {
      const metamer = await make("webgpu", {});
      await metamer.synthesize({ maxIter: 5, ...never });
      const { losses, gradientNorm, savedMetamer } = metamer;
      engineBackend().device.destroy();
      await engineBackend().device.lost;
      // A rejection that nobody handles would end this process.
      await expect(metamer.saveToBlob()).rejects.toMatchObject({ code: "device-lost" });
      await useBackend("cpu");
      await metamer.to({ device: "cpu" });
      expect(metamer.device.device).toBe("cpu");
      expect(metamer.gradientNorm).toEqual(gradientNorm);
      expect(metamer.losses.slice(0, -1)).toEqual(losses.slice(0, -1));
      expect(metamer.savedMetamer).toEqual(savedMetamer);
      await metamer.synthesize({ maxIter: 2, ...never });
      expect(metamer.losses.length).toBe(8);
    });
  });
});
