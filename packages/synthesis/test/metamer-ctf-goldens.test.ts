import { existsSync } from "node:fs";
import { join } from "node:path";
import { l2Norm } from "@plenoptic/losses";
import { PortillaSimoncelli } from "@plenoptic/models";
import { readSync, setSeed, tensor } from "@plenoptic/tensor";
import {
  askReference,
  collectWarnings,
  describeDevices,
  expectClose,
  goldenOrSkip,
  hasGoldens,
  hasReference,
  sharedDir,
  skipReason,
  testFolder,
} from "@plenoptic/testing";
import { afterAll, describe, expect, it } from "vitest";
import { MetamerCTF, type Scale } from "../src/index.js";

interface Case {
  iterations: number;
  seed: number;
  coarse_to_fine: "together" | "separate";
  scales_finished: string[];
  /** By scale, the iteration with which it began. */
  scales_loss: Record<string, number>;
}

const options = { changeScaleCriterion: null, ctfItersToCheck: 3, storeProgress: 4 } as const;

describe.skipIf(!hasGoldens())(
  `texture metamers, coarse to fine, against the reference (${skipReason})`,
  () => {
    const folder = testFolder();
    afterAll(folder.remove);

    describeDevices("goldens", (device) => {
      const isWide = device.dtype === "float64";
      const bound = isWide ? 1e-9 : 1e-3;
      const make = (name: string) => {
        const golden = goldenOrSkip<Case>(name);
        const image = golden.array("image");
        // Built before the seed is set, as for the goldens.
        const model = new PortillaSimoncelli(image.shape.slice(2));
        setSeed(golden.case.seed);
        const target = tensor(image.values as Float64Array, image.shape);
        const metamer = new MetamerCTF(target, model, {
          lossFunction: l2Norm,
          coarseToFine: golden.case.coarse_to_fine,
        });
        return { golden, metamer, model };
      };

      it.each(["metamerctf_together", "metamerctf_separate"])("%s", async (name) => {
        const { golden, metamer, model } = make(name);
        const initial = golden.array("initial");
        const values = initial.values as Float64Array;
        metamer.setup(isWide ? {} : { initialImage: tensor(values, initial.shape) });
        if (isWide) expect(Array.from(readSync(metamer.metamer))).toEqual(Array.from(values));
        await metamer.synthesize({ ...options, maxIter: golden.case.iterations });

        expect(metamer.scalesFinished.map(String)).toEqual(golden.case.scales_finished);
        const starts = [...metamer.scalesTiming].map(([scale, [first]]) => [String(scale), first]);
        expect(Object.fromEntries(starts)).toEqual(golden.case.scales_loss);
        expectClose(metamer.losses, golden.array("losses"), bound, "losses");
        expectClose(metamer.penalties, golden.array("penalties"), bound, "penalties");
        expectClose(metamer.gradientNorm, golden.array("gradient_norm"), bound, "gradient norm");
        expectClose(metamer.pixelChangeNorm, golden.array("pixel_change_norm"), bound, "pixel change");
        expectClose(metamer.metamer, golden.array("metamer"), isWide ? 1e-7 : 5e-2, "metamer");
        const frames = metamer.savedMetamer.flatMap((frame) => [...frame]);
        expectClose(frames, golden.array("saved_metamer"), isWide ? 1e-7 : 5e-2, "stored frames");
        metamer.dispose();
        model.dispose();
      });

      it.skipIf(!isWide)(
        "metamerctf_together.pt is loaded, and goes on as the reference does, there and back",
        async () => {
          const file = join(sharedDir(), "goldens", "metamerctf_together.pt");
          expect(existsSync(file)).toBe(true);
          const { golden, metamer, model } = make("metamerctf_together");
          await metamer.load(file);
          expect(metamer.losses).toEqual([...(golden.array("losses").values as Float64Array)]);
          expect(metamer.scales).toEqual(["all"]);
          expect([...metamer.scalesTiming.keys()]).toEqual([
            "pixel_statistics",
            "residual_lowpass",
            3,
            2,
            1,
            0,
            "all",
          ]);
          const ours = join(folder.path, "ours.pt");
          await metamer.save(ours);
          await collectWarnings(() => metamer.synthesize({ ...options, maxIter: 4, stopCriterion: 0 }));
          if (hasReference) {
            // One request: before it goes on, the reference tries the model with every subset of its scales.
            const [{ error, losses, scales_timing }] = askReference<
              { error?: string; losses: number[]; scales_timing: [Scale, number[]][] }[]
            >("metamer_ctf.py", [
              {
                file: ours,
                dtype: "float64",
                model: "PortillaSimoncelli",
                model_kwargs: { image_shape: model.imageShape },
                loss_function: "l2_norm",
                coarse_to_fine: "together",
                runs: [
                  {
                    change_scale_criterion: null,
                    ctf_iters_to_check: 3,
                    store_progress: 4,
                    max_iter: 4,
                    stop_criterion: 0,
                  },
                ],
              },
            ]);
            expect(error).toBeUndefined();
            expectClose(metamer.losses, losses, bound, "losses");
            expect(scales_timing).toEqual([...metamer.scalesTiming]);
          }
          metamer.dispose();
          model.dispose();
        },
        180_000,
      );
    });
  },
);
