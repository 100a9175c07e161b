import { rand, readSync, setSeed } from "@plenoptic/tensor";
import {
  askReference,
  collectWarnings,
  describeDevices,
  expectClose,
  hasReference,
  referenceIsNeeded,
} from "@plenoptic/testing";
import { describe, expect, it } from "vitest";
import { MetamerCTF, type Scale, type SetupOptions, type SynthesizeCTFOptions } from "../src/index.js";
import { HaarStack } from "./haar-stack.js";

interface Answer {
  error?: string;
  losses: number[];
  penalties: number[];
  gradient_norm: number[];
  pixel_change_norm: number[];
  scales: Scale[];
  scales_loss: number[];
  scales_timing: [Scale, number[]][];
  scales_finished: Scale[];
  lr: number;
  initial: number[];
  metamer: number[];
  frames: number;
}

const snake = (options: object) =>
  Object.fromEntries(
    Object.entries(options).map(([key, value]) => [
      key === "tMax" ? "T_max" : key.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`),
      value === "strongWolfe" ? "strong_wolfe" : value,
    ]),
  );

interface Case {
  coarseToFine: "together" | "separate";
  setup?: SetupOptions;
  runs: SynthesizeCTFOptions[];
}

const byCount = { changeScaleCriterion: null, ctfItersToCheck: 4, maxIter: 24, stopCriterion: 0 };
const byLoss = { changeScaleCriterion: 3e-3, ctfItersToCheck: 3, maxIter: 60, stopCriterion: 1e-6 };

const cases: Record<string, Case> = {
  "together, by count": { coarseToFine: "together", runs: [byCount] },
  "separate, by count": { coarseToFine: "separate", runs: [byCount] },
  "together, by loss": { coarseToFine: "together", runs: [byLoss] },
  "separate, by loss": { coarseToFine: "separate", runs: [byLoss] },
};

/** So that some scales last longer than others. */
const size = [1, 1, 8, 8];

describe.skipIf(!hasReference)(`coarse to fine as the reference does it ${referenceIsNeeded}`, () => {
  describeDevices("runs", (device) => {
    let answers: Answer[] | undefined;
    const names = Object.keys(cases);
    const imageOf = () => {
      setSeed(11);
      return rand(size);
    };
    const ask = () => {
      const image = Array.from(readSync(imageOf()));
      return askReference<Answer[]>(
        "metamer_ctf.py",
        names.map((name) => {
          const { coarseToFine, setup = {}, runs } = cases[name];
          const { optimizer, optimizerOptions, scheduler, schedulerOptions } = setup;
          return {
            image,
            shape: size,
            dtype: device.dtype,
            model: "HaarStack",
            coarse_to_fine: coarseToFine,
            seed: 3,
            optimizer: optimizer?.name,
            optimizer_kwargs: optimizerOptions && snake(optimizerOptions),
            scheduler: scheduler?.name,
            scheduler_kwargs: schedulerOptions && snake(schedulerOptions),
            runs: runs.map(snake),
          };
        }),
      );
    };

    it.each(names)("%s", async (name) => {
      answers ??= ask();
      const answer = answers[names.indexOf(name)];
      expect(answer.error).toBeUndefined();
      const { coarseToFine, setup, runs } = cases[name];
      const image = imageOf();
      setSeed(3);
      const metamer = new MetamerCTF(image, new HaarStack(), { coarseToFine });
      metamer.setup(setup);
      expect(Array.from(readSync(metamer.metamer))).toEqual(answer.initial);
      await collectWarnings(async () => {
        for (const run of runs) await metamer.synthesize(run);
      });
      const bound = device.dtype === "float64" ? 1e-9 : 1e-3;
      expect([...metamer.scalesTiming]).toEqual(answer.scales_timing);
      expect(metamer.scalesFinished).toEqual(answer.scales_finished);
      expect(metamer.scales).toEqual(answer.scales);
      expect(metamer.optimizer?.lr).toBeCloseTo(answer.lr, 12);
      expectClose(metamer.losses, answer.losses, bound, "losses");
      expectClose(metamer.scalesLoss, answer.scales_loss, bound, "losses of scales");
      expectClose(metamer.penalties, answer.penalties, bound, "penalties");
      expectClose(metamer.gradientNorm, answer.gradient_norm, bound, "gradient norms");
      expectClose(metamer.pixelChangeNorm, answer.pixel_change_norm, bound, "pixel changes");
      expectClose(metamer.metamer, answer.metamer, device.dtype === "float64" ? 1e-7 : 5e-2, "metamer");
    });
  });
});
