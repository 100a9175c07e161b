import "@plenoptic/backend-node";
import "@plenoptic/backend-webgpu";
import { forPresent, useInTests } from "@plenoptic/testing";
import { Metamer, memory, models, plot, rand, setSeed } from "plenoptic";
import { describe, expect, it } from "vitest";

const others = (["webgpu", "node"] as const).map((device) => ({ device, dtype: "float32" as const }));

await forPresent("figures of what is on other devices", others, (device) => {
  describe(`figures of what is on ${device.device}`, () => {
    useInTests(device);

    it("are drawn, and leave nothing on the device", async () => {
      setSeed(0);
      const image = rand([1, 1, 16, 16]);
      const metamer = new Metamer(image, new models.Gaussian(5));
      await metamer.synthesize({ maxIter: 4, storeProgress: 2 });
      const before = memory().numTensors;
      const status = await plot.synthesisStatus(metamer, { iteration: 2 });
      const film = await plot.synthesisAnimate(metamer);
      await plot.imshow(image);
      expect(memory().numTensors).toBe(before);
      expect(status.description).toContain("Representation error");
      expect(status.toSVG()).not.toMatch(/NaN/);
      expect(film.frameCount).toBe(3);
      metamer.dispose();
      image.dispose();
    });
  });
});
