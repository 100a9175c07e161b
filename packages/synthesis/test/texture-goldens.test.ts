import { portillaSimoncelliLossFactory } from "@plenoptic/losses";
import { PortillaSimoncelli } from "@plenoptic/models";
import { LBFGS } from "@plenoptic/optim";
import { readSync, setSeed, tensor } from "@plenoptic/tensor";
import {
  boundFor,
  describeDevices,
  expectClose,
  goldenOrSkip,
  hasGoldens,
  skipReason,
} from "@plenoptic/testing";
import { describe, expect, it } from "vitest";
import { Metamer, type SetupOptions } from "../src/index.js";

/** Runs a golden again; with `initial` from its initial image, otherwise from its seed. */
async function runAgain(name: string, setup: SetupOptions, fromSeed: boolean) {
  const golden = goldenOrSkip<{ iterations: number }>(name);
  const picture = (key: string) => {
    const { values, shape } = golden.array(key);
    return tensor(values as Float64Array, shape);
  };
  const image = picture("image");
  const model = new PortillaSimoncelli(image.shape.slice(2));
  // Before the object: checking the model draws numbers.
  setSeed(0);
  const metamer = new Metamer(image, model, { lossFunction: portillaSimoncelliLossFactory(model, image) });
  metamer.setup({ ...setup, ...(fromSeed ? {} : { initialImage: picture("initial") }) });
  const start = [...readSync(metamer.metamer)];
  await metamer.synthesize({ maxIter: golden.case.iterations });
  return { golden, metamer, start };
}

describe.skipIf(!hasGoldens())(`texture synthesis against the reference (${skipReason})`, () => {
  describeDevices("goldens", (device) => {
    const bound = boundFor(device, { float64: 1e-9, float32: 1e-3 });
    const isWide = device.dtype === "float64";

    it("metamer_ps_adam", async () => {
      const { golden, metamer, start } = await runAgain("metamer_ps_adam", {}, isWide);
      if (isWide) expect(start).toEqual([...golden.array("initial").values]);
      expectClose(metamer.losses, golden.array("losses"), bound, "losses");
      expectClose(metamer.penalties, golden.array("penalties"), bound, "penalties");
      expectClose(metamer.gradientNorm, golden.array("gradient_norm"), bound, "gradient norm");
      expectClose(metamer.pixelChangeNorm, golden.array("pixel_change_norm"), bound, "pixel change");
      expectClose(metamer.metamer, golden.array("metamer"), isWide ? 1e-7 : 5e-2, "metamer");
      metamer.dispose();
    });

    it("metamer_ps_lbfgs", async () => {
      const recipe = {
        lr: 1,
        maxIter: 10,
        maxEval: 10,
        historySize: 100,
        lineSearchFn: "strongWolfe",
      } as const;
      const { golden, metamer } = await runAgain(
        "metamer_ps_lbfgs",
        { optimizer: LBFGS, optimizerOptions: recipe },
        false,
      );
      // Rounding alone moves the reference's last losses by 3e-7 and a pixel by 7e-6 in float64, by 1e-2 and 0.4 in float32. A
      // thousand times that is the bound in float64; in float32 ten times that, and nothing more, for the losses.
      const losses = golden.array("losses").values;
      expectClose(metamer.losses.slice(0, 3), losses.slice(0, 3), isWide ? 1e-9 : 1e-3, "first losses");
      metamer.losses.forEach((loss, i) => {
        expect(Math.abs(loss / losses[i] - 1), `loss ${i}`).toBeLessThan(isWide ? 3e-4 : 0.1);
      });
      expectClose(metamer.metamer, golden.array("metamer"), isWide ? 7e-3 : 0.4, "metamer");
      metamer.dispose();
    }, 300_000);
  });
});
