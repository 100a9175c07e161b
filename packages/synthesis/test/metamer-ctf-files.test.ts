import { join } from "node:path";
import * as optim from "@plenoptic/optim";
import { rand, readSync, setSeed } from "@plenoptic/tensor";
import {
  askReference,
  collectWarnings,
  describeDevices,
  expectClose,
  hasReference,
  referenceIsNeeded,
  testFolder,
} from "@plenoptic/testing";
import { afterAll, describe, expect, it } from "vitest";
import { MetamerCTF, type Scale, type SetupOptions } from "../src/index.js";
import { HaarStack } from "./haar-stack.js";

interface Continued {
  error?: string;
  losses: number[];
  scales_loss: number[];
  scales_timing: [Scale, number[]][];
  scales_finished: Scale[];
  pixel_change_norm: number[];
  frames: number;
}

interface Case {
  name: string;
  coarseToFine: "together" | "separate";
  setup: SetupOptions;
  optimizer: string;
  optimizerOptions?: object;
  scheduler?: string;
  schedulerOptions?: object;
  /** Iterations before the file is written; 4 make a scale. */
  before: number;
}

const cases: Case[] = [
  { name: "Adam, within a scale", coarseToFine: "together", setup: {}, optimizer: "Adam", before: 6 },
  { name: "Adam, where a scale ends", coarseToFine: "separate", setup: {}, optimizer: "Adam", before: 8 },
  { name: "Adam, at all scales", coarseToFine: "together", setup: {}, optimizer: "Adam", before: 19 },
  {
    name: "SGD and StepLR",
    coarseToFine: "separate",
    setup: {
      optimizer: optim.SGD,
      optimizerOptions: { lr: 3, momentum: 0.5 },
      scheduler: optim.StepLR,
      schedulerOptions: { stepSize: 5, gamma: 0.5 },
    },
    optimizer: "SGD",
    optimizerOptions: { lr: 3, momentum: 0.5 },
    scheduler: "StepLR",
    schedulerOptions: { step_size: 5, gamma: 0.5 },
    before: 9,
  },
  {
    name: "L-BFGS",
    coarseToFine: "together",
    setup: { optimizer: optim.LBFGS, optimizerOptions: { lr: 0.5, maxIter: 2, historySize: 3 } },
    optimizer: "LBFGS",
    optimizerOptions: { lr: 0.5, max_iter: 2, history_size: 3 },
    before: 7,
  },
];

const options = { changeScaleCriterion: null, ctfItersToCheck: 4, storeProgress: 3, stopCriterion: 0 };
const snakeOptions = {
  change_scale_criterion: null,
  ctf_iters_to_check: 4,
  store_progress: 3,
  stop_criterion: 0,
};
const more = 9;

describe.skipIf(!hasReference)(`coarse-to-fine files and the reference ${referenceIsNeeded}`, () => {
  const folder = testFolder();
  afterAll(folder.remove);

  describeDevices("there and back", (device) => {
    const bound = device.dtype === "float64" ? 1e-9 : 1e-3;
    const tolerance = { tensorEqualityAtol: device.dtype === "float64" ? 1e-8 : 1e-6 };
    const image = () => {
      setSeed(11);
      return rand([1, 1, 8, 8]);
    };
    const make = ({ coarseToFine }: Case) => new MetamerCTF(image(), new HaarStack(), { coarseToFine });
    const classes = ({ setup: { optimizer, scheduler } }: Case) => ({ optimizer, scheduler });
    const run = (metamer: MetamerCTF, maxIter: number) =>
      collectWarnings(() => metamer.synthesize({ ...options, maxIter }));
    const path = (name: string, i: number) => join(folder.path, `${device.dtype}-${name}-${i}.pt`);
    const request = ({ coarseToFine, optimizer, scheduler }: Case) => ({
      dtype: device.dtype,
      model: "HaarStack",
      coarse_to_fine: coarseToFine,
      optimizer,
      scheduler,
    });
    const runOf = (max_iter: number) => ({ ...snakeOptions, max_iter });

    function expectSame(metamer: MetamerCTF, answer: Continued, name: string): void {
      expect(answer.error, name).toBeUndefined();
      expect([...metamer.scalesTiming], name).toEqual(answer.scales_timing);
      expect(metamer.scalesFinished, name).toEqual(answer.scales_finished);
      expectClose(metamer.losses, answer.losses, bound, `${name}: losses`);
      expectClose(metamer.scalesLoss, answer.scales_loss, bound, `${name}: losses of scales`);
      expectClose(metamer.pixelChangeNorm, answer.pixel_change_norm, bound, `${name}: pixel changes`);
      expect(metamer.savedMetamer.length, name).toBe(answer.frames);
    }

    it("the reference goes on from our files, and we from what it makes of them", async () => {
      const prepared = [];
      for (const [i, one] of cases.entries()) {
        const metamer = make(one);
        metamer.setup(one.setup);
        await run(metamer, one.before);
        const [file, back] = [path("ours", i), path("back", i)];
        await metamer.save(file);
        await run(metamer, more);
        prepared.push({ one, metamer, file, back });
      }
      const answers = askReference<Continued[]>(
        "metamer_ctf.py",
        prepared.map(({ one, file, back }) => ({
          ...request(one),
          file,
          save: back,
          runs: [runOf(more)],
        })),
      );
      for (const [i, { one, metamer, back }] of prepared.entries()) {
        const again = make(one);
        await collectWarnings(() => again.load(back, tolerance));
        // Loaded, the reference takes the rate of that moment for the one with which scales begin: it goes our way to the next.
        const way = one.scheduler ? 12 : one.before + more;
        expect(answers[i].error, one.name).toBeUndefined();
        expectClose(metamer.scalesLoss.slice(0, way), answers[i].scales_loss.slice(0, way), bound, one.name);
        if (one.scheduler) continue;
        expectSame(metamer, answers[i], one.name);
        again.setup(classes(one));
        for (const each of [again, metamer]) await run(each, 3);
        expect([...again.scalesTiming]).toEqual([...metamer.scalesTiming]);
        expectClose(again.losses, metamer.losses, bound, `${one.name}: losses, loaded again`);
      }
    });

    it("we go on from its files as it does without a break", async () => {
      const values = Array.from(readSync(image()));
      const requests = cases.flatMap((one, i) => {
        const common = {
          ...request(one),
          image: values,
          shape: [1, 1, 8, 8],
          seed: 3,
          optimizer_kwargs: one.optimizerOptions,
          scheduler_kwargs: one.schedulerOptions,
        };
        return [
          { ...common, runs: [runOf(one.before)], save: path("its", i) },
          { ...common, runs: [runOf(one.before), runOf(more)] },
        ];
      });
      const answers = askReference<Continued[]>("metamer_ctf.py", requests);
      for (const [i, one] of cases.entries()) {
        const metamer = make(one);
        await collectWarnings(() => metamer.load(path("its", i), tolerance));
        expect(metamer.scalesLoss).toEqual(answers[2 * i].scales_loss);
        expectSame(metamer, answers[2 * i], one.name);
        metamer.setup(classes(one));
        await run(metamer, more);
        expectSame(metamer, answers[2 * i + 1], one.name);
      }
    });
  });
});
