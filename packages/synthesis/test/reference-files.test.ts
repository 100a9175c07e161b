import { existsSync } from "node:fs";
import { join } from "node:path";
import { Gaussian, OnOff } from "@plenoptic/models";
import * as optim from "@plenoptic/optim";
import { rand, setSeed, tensor } from "@plenoptic/tensor";
import {
  askReference,
  collectWarnings,
  describeDevices,
  expectClose,
  goldenOrSkip,
  hasGoldens,
  hasReference,
  referenceIsNeeded,
  sharedDir,
  skipReason,
  testFolder,
} from "@plenoptic/testing";
import { afterAll, describe, expect, it } from "vitest";
import { Metamer, type SetupOptions } from "../src/index.js";

interface Continued {
  losses: number[];
  penalties: number[];
  pixel_change_norm: number[];
  frames: number;
  warnings: string[];
}

const cases: { name: string; setup: SetupOptions; optimizer: string; scheduler?: string }[] = [
  { name: "Adam", setup: {}, optimizer: "Adam" },
  {
    name: "AdamW",
    setup: { optimizer: optim.AdamW, optimizerOptions: { lr: 0.02, weightDecay: 0.1 } },
    optimizer: "AdamW",
  },
  {
    name: "SGD and ReduceLROnPlateau",
    setup: {
      optimizer: optim.SGD,
      optimizerOptions: { lr: 5, momentum: 0.9 },
      scheduler: optim.ReduceLROnPlateau,
      schedulerOptions: { patience: 1, factor: 0.5, threshold: 0.5 },
    },
    optimizer: "SGD",
    scheduler: "ReduceLROnPlateau",
  },
  {
    name: "SGD and StepLR",
    setup: {
      optimizer: optim.SGD,
      optimizerOptions: { lr: 10 },
      scheduler: optim.StepLR,
      schedulerOptions: { stepSize: 3, gamma: 0.7 },
    },
    optimizer: "SGD",
    scheduler: "StepLR",
  },
  {
    name: "L-BFGS",
    setup: { optimizer: optim.LBFGS, optimizerOptions: { lr: 1, maxIter: 2, historySize: 3 } },
    optimizer: "LBFGS",
  },
  {
    name: "L-BFGS with strong Wolfe line search",
    setup: { optimizer: optim.LBFGS, optimizerOptions: { lr: 1, maxIter: 3, lineSearchFn: "strongWolfe" } },
    optimizer: "LBFGS",
  },
];

const classesOf = ({ optimizer, scheduler }: SetupOptions): SetupOptions => ({ optimizer, scheduler });
const quietly = <T>(f: () => Promise<T>) => collectWarnings(f).then(({ result }) => result);

describe.skipIf(!hasReference)(`files and the reference ${referenceIsNeeded}`, () => {
  const folder = testFolder();
  afterAll(folder.remove);

  describeDevices("there and back", (device) => {
    it.each([0, 2])(
      "it goes on from our files, and we from its, storing every %d-th image",
      async (storeProgress) => {
        setSeed(5);
        const image = rand([1, 1, 32, 32]);
        const model = new Gaussian(9, { std: 2 });
        const fresh = () => new Metamer(image, model);
        const run = (metamer: Metamer, maxIter: number) =>
          quietly(() => metamer.synthesize({ maxIter, storeProgress, stopCriterion: 0 }));

        const prepared = [];
        for (const [i, one] of cases.entries()) {
          const metamer = fresh();
          metamer.setup(one.setup);
          await run(metamer, 7);
          const file = join(folder.path, `${device.dtype}-${storeProgress}-${i}.pt`);
          await metamer.save(file);
          await run(metamer, 5);
          prepared.push({ ...one, metamer, file, back: file.replace(".pt", "-back.pt") });
        }
        const answers = askReference<Continued[]>(
          "continue_metamer.py",
          prepared.map(({ file, back, optimizer, scheduler }) => ({
            file,
            save: back,
            optimizer,
            scheduler,
            model: "Gaussian",
            model_kwargs: { kernel_size: 9, std: 2 },
            iterations: 5,
            store_progress: storeProgress,
          })),
        );

        const bound = device.dtype === "float64" ? 1e-9 : 1e-3;
        for (const [i, { metamer, back, name, setup }] of prepared.entries()) {
          const { losses, penalties, pixel_change_norm, frames } = answers[i];
          expectClose(metamer.losses, losses, bound, `${name}: losses`);
          expectClose(metamer.penalties, penalties, bound, `${name}: penalties`);
          // In float32 a tiny change comes out in multiples of the rounding unit.
          const unit = device.dtype === "float64" ? 1e-12 : 32 * 2 ** -24;
          metamer.pixelChangeNorm.forEach((change, k) => {
            expect(Math.abs(change - pixel_change_norm[k]), `${name}: pixel change ${k}`).toBeLessThan(
              unit + bound * change,
            );
          });
          expect(frames, name).toBe(storeProgress ? metamer.savedMetamer.length : 0);

          const again = fresh();
          await quietly(() =>
            again.load(back, { tensorEqualityAtol: device.dtype === "float64" ? 1e-8 : 1e-6 }),
          );
          again.setup(classesOf(setup));
          await run(again, 5);
          await run(metamer, 5);
          expect(again.losses.length).toBe(18);
          expectClose(again.losses, metamer.losses, bound, `${name}: losses, loaded again`);
          expect(again.savedMetamer.length, name).toBe(metamer.savedMetamer.length);
        }
      },
    );
  });
});

const goldenFiles: [string, SetupOptions][] = [
  ["metamer_gaussian_adam_f32", {}],
  ["metamer_gaussian_adam_f64", {}],
  ["metamer_onoff_sgd_momentum", { optimizer: optim.SGD }],
  ["metamer_onoff_plateau", { optimizer: optim.Adam, scheduler: optim.ReduceLROnPlateau }],
  ["metamer_onoff_steplr", { optimizer: optim.SGD, scheduler: optim.StepLR }],
  ["metamer_onoff_lbfgs", { optimizer: optim.LBFGS }],
];

type GoldenCase = {
  dtype: string;
  model_kwargs: { kernel_size: number; pretrained?: boolean };
  store_progress?: number;
};
const fileOf = (name: string) => join(sharedDir(), "goldens", `${name}.pt`);
const requestFor = ([name, setup]: [string, SetupOptions]) => {
  const { model_kwargs, store_progress } = goldenOrSkip<GoldenCase>(name).case;
  return {
    file: fileOf(name),
    optimizer: setup.optimizer?.name ?? "Adam",
    scheduler: setup.scheduler?.name,
    model: name.includes("gaussian") ? "Gaussian" : "OnOff",
    model_kwargs,
    iterations: 5,
    store_progress: store_progress ?? false,
  };
};

let answers: Continued[] | undefined;

describe.skipIf(!hasGoldens())(`files of the reference (${skipReason})`, () => {
  const folder = testFolder();
  afterAll(folder.remove);

  describeDevices("goldens", (device) => {
    it.each(goldenFiles)("%s.pt is loaded, and goes on as the reference does", async (name, setup) => {
      const golden = goldenOrSkip<{
        dtype: string;
        model_kwargs: { kernel_size: number; pretrained?: boolean };
      }>(name);
      if (golden.case.dtype !== device.dtype) return;
      const file = fileOf(name);
      expect(existsSync(file)).toBe(true);
      const { kernel_size, ...options } = golden.case.model_kwargs;
      const model = name.includes("gaussian") ? new Gaussian(kernel_size) : new OnOff(kernel_size, options);
      const image = golden.array("image");
      const metamer = new Metamer(tensor(image.values as Float64Array, image.shape), model);
      await quietly(() =>
        metamer.load(file, { tensorEqualityAtol: device.dtype === "float64" ? 1e-8 : 1e-6 }),
      );
      expect(metamer.losses).toEqual([...(golden.array("losses").values as Float64Array)]);
      expect(metamer.pixelChangeNorm).toEqual([
        ...(golden.array("pixel_change_norm").values as Float64Array),
      ]);
      metamer.setup(setup);
      if (!hasReference) return;
      const { storeProgress } = metamer;
      await quietly(() => metamer.synthesize({ maxIter: 5, stopCriterion: 0, storeProgress }));
      answers ??= askReference<Continued[]>("continue_metamer.py", goldenFiles.map(requestFor));
      const answer = answers[goldenFiles.findIndex(([other]) => other === name)];
      expectClose(metamer.losses, answer.losses, device.dtype === "float64" ? 1e-9 : 1e-3, "losses");
      expect(metamer.losses.at(-1)).not.toBe(metamer.losses.at(-6));
    });
  });
});
