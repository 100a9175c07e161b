import { Adam, LBFGS, ReduceLROnPlateau, SGD, StepLR } from "@plenoptic/optim";
import { DeviceLostError, memory, rand, read, setSeed, type Tensor, useBackend } from "@plenoptic/tensor";
import { collectWarnings, expectClose } from "@plenoptic/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { useWaiting, waiting, waitingDevice } from "../../tensor/test/waiting-device.js";
import {
  MetamerCTF,
  type ProgressReport,
  type ScaleSelection,
  type SynthesizeCTFOptions,
} from "../src/index.js";
import { HaarStack } from "./haar-stack.js";

const cpu = { device: "cpu", dtype: "float32" } as const;

/** The same object on both devices: same image, same start. */
async function pair(setup: object = {}, coarseToFine: "together" | "separate" = "together") {
  const made = [];
  for (const device of [cpu, waitingDevice]) {
    await useBackend(device.device);
    setSeed(3);
    const metamer = new MetamerCTF(rand([1, 1, 8, 8]), new HaarStack(), { coarseToFine });
    metamer.setup(setup);
    made.push(metamer);
  }
  return made as [MetamerCTF, MetamerCTF];
}

/**
 * The bound for single computations; for losses along iterations of L-BFGS the one of the design, for its two loops are one kernel on cpu
 * and a composition here, which round differently.
 */
const boundFor = (name: string) => (name === "L-BFGS" ? 1e-3 : 2e-5);

function expectSame(a: MetamerCTF, b: MetamerCTF, bound = 2e-5): void {
  const closeTo = (x: readonly number[], y: readonly number[]) => expectClose(x, y, bound);
  expect([...b.scalesTiming]).toEqual([...a.scalesTiming]);
  expect(b.scales).toEqual(a.scales);
  expect(b.scalesFinished).toEqual(a.scalesFinished);
  expect(b.optimizer?.lr).toBe(a.optimizer?.lr);
  closeTo(b.scalesLoss, a.scalesLoss);
  closeTo(b.losses, a.losses);
  closeTo(b.penalties, a.penalties);
  closeTo(b.gradientNorm, a.gradientNorm);
  closeTo(b.pixelChangeNorm, a.pixelChangeNorm);
  expect(b.savedMetamer.length).toBe(a.savedMetamer.length);
  a.savedMetamer.forEach((frame, i) => {
    closeTo([...b.savedMetamer[i]], [...frame]);
  });
}

const byCount = { changeScaleCriterion: null, ctfItersToCheck: 5, stopCriterion: 0 } as const;
const byLoss = { changeScaleCriterion: 4e-3, ctfItersToCheck: 3, stopCriterion: 0 } as const;

describe("coarse to fine on a device whose values can only be awaited", () => {
  beforeEach(useWaiting);
  afterEach(async () => {
    waiting.failure = undefined;
    await useBackend("cpu");
  });

  const setups = {
    Adam: {},
    "SGD and StepLR": {
      optimizer: SGD,
      optimizerOptions: { lr: 2, momentum: 0.5 },
      scheduler: StepLR,
      schedulerOptions: { stepSize: 3, gamma: 0.5 },
    },
    ReduceLROnPlateau: {
      optimizer: Adam,
      scheduler: ReduceLROnPlateau,
      schedulerOptions: { patience: 1, threshold: 0.5 },
    },
    "L-BFGS": { optimizer: LBFGS, optimizerOptions: { lr: 0.2, maxIter: 2 } },
  };
  for (const [name, setup] of Object.entries(setups)) {
    it.each(["together", "separate"] as const)(
      `${name}, %s: the same scales at the same iterations as on cpu, the same records`,
      async (coarseToFine) => {
        for (const options of [byCount, byLoss]) {
          const [a, b] = await pair(setup, coarseToFine);
          const told: ProgressReport[][] = [[], []];
          for (const [i, metamer] of [a, b].entries()) {
            const onProgress = (report: ProgressReport) => told[i].push(report);
            // Later L-BFGS is so near the end that what is left is rounding.
            const maxIter = name === "L-BFGS" ? 20 : 40;
            await metamer.synthesize({ ...options, maxIter, storeProgress: 7, onProgress });
          }
          expectSame(a, b, boundFor(name));
          expect(a.scalesFinished.length).toBeGreaterThan(1);
          for (const key of ["iteration", "currentScale", "learningRate"] as const) {
            expect(told[1].map((report) => report[key])).toEqual(told[0].map((report) => report[key]));
          }
          const toldLosses = told[1].map(({ currentScaleLoss }) => currentScaleLoss as number);
          expectClose(toldLosses, a.scalesLoss, boundFor(name));
        }
      },
    );
  }

  it("reads in batches: up to a change that is sure to come, and beyond one that may come", async () => {
    const reads = async (options: SynthesizeCTFOptions) => {
      const [, b] = await pair();
      await useWaiting();
      const before = waiting.reads;
      await b.synthesize({ maxIter: 120, stopCriterion: 0, ...options });
      expect(b.losses.length).toBe(121);
      return waiting.reads - before;
    };
    expect(await reads({ changeScaleCriterion: null, ctfItersToCheck: 24 })).toBeLessThan(70);
    expect(await reads({ changeScaleCriterion: 1e-2, ctfItersToCheck: 24 })).toBeLessThan(70);
  });

  it("ends at the same iteration, and 40 iterations are 13 and 27, also over a file", async () => {
    const [a, b] = await pair();
    const stop = { ...byLoss, stopCriterion: 2e-4, stopItersToCheck: 3 };
    const { warnings } = await collectWarnings(async () => {
      for (const metamer of [a, b]) await metamer.synthesize({ ...stop, maxIter: 150 });
    });
    expect(warnings.filter(({ message }) => /converged/.test(message)).length).toBe(2);
    expect(a.losses.length).toBeLessThan(150);
    expectSame(a, b);
    const [whole, part] = await pair();
    await whole.synthesize({ ...byLoss, maxIter: 40 });
    await part.synthesize({ ...byLoss, maxIter: 13 });
    const file = await part.saveToBlob();
    await useWaiting();
    setSeed(3);
    const again = new MetamerCTF(rand([1, 1, 8, 8]), new HaarStack());
    await again.load(file);
    for (const metamer of [part, again]) {
      await metamer.synthesize({ ...byLoss, maxIter: 27 });
      expectSame(whole, metamer);
    }
  });

  it("what onProgress sees is the state of its iteration; abort ends there; it moves", async () => {
    const [a, b] = await pair();
    const seen: unknown[][] = [[], []];
    for (const [i, metamer] of [a, b].entries()) {
      const controller = new AbortController();
      await metamer.synthesize({
        ...byCount,
        maxIter: 40,
        signal: controller.signal,
        onProgress: async ({ iteration }) => {
          await read(metamer.metamer);
          seen[i].push([metamer.scalesLoss.length, metamer.losses.length, [...metamer.scalesTiming]]);
          if (iteration === 13) controller.abort();
        },
      });
    }
    expect(seen[1]).toEqual(seen[0]);
    expect(seen[1].length).toBe(13);
    await b.to(cpu);
    await b.synthesize({ ...byCount, maxIter: 4 });
    await b.to(waitingDevice);
    await b.synthesize({ ...byCount, maxIter: 10 });
    await a.synthesize({ ...byCount, maxIter: 14 });
    expectSame(a, b);
  });

  it("a model that fails at a scale that has not come yet does not fail before", async () => {
    let fails = false;
    class Tired extends HaarStack {
      override forward(x: Tensor, selection: ScaleSelection = {}): Tensor {
        if (fails && selection.scales?.[0] === 1) throw new Error("tired");
        return super.forward(x, selection);
      }
    }
    const metamer = new MetamerCTF(rand([1, 1, 8, 8]), new Tired());
    fails = true;
    const error = await metamer.synthesize({ ...byCount, maxIter: 40 }).catch((e: unknown) => e);
    expect(String(error)).toContain("tired");
    expect(metamer.scalesLoss.length).toBe(10);
    expect(metamer.losses.length).toBe(11);
    expect(metamer.scales[0]).toBe(1);
    fails = false;
    await metamer.synthesize({ ...byCount, maxIter: 5 });
    expect(metamer.scalesTiming.get(1)).toEqual([10]);
  });

  it("leaves nothing behind", async () => {
    const image = rand([1, 1, 8, 8]);
    const run = async (options: object) => {
      const metamer = new MetamerCTF(image, new HaarStack(), { coarseToFine: "separate" });
      metamer.setup({ optimizer: Adam, scheduler: StepLR, schedulerOptions: { stepSize: 2 } });
      await metamer.synthesize({ maxIter: 33, storeProgress: 2, ...options });
      metamer.dispose();
    };
    await run(byLoss);
    const before = memory().numTensors;
    await run(byLoss);
    await run(byCount);
    expect(memory().numTensors).toBe(before);
  });

  it("a lost device leaves the last state readable, and synthesis goes on elsewhere", async () => {
    const [a, b] = await pair();
    await b.synthesize({ ...byCount, maxIter: 7, storeProgress: 4 });
    const error = await b
      .synthesize({
        ...byCount,
        maxIter: 20,
        storeProgress: 4,
        onProgress: ({ iteration }) => {
          if (iteration > 12) waiting.failure = new DeviceLostError("The device was lost.");
        },
      })
      .catch((e: unknown) => e);
    expect(error).toMatchObject({ code: "device-lost" });
    const count = b.gradientNorm.length;
    expect(count).toBeGreaterThanOrEqual(7);
    expect(b.scalesLoss.length).toBe(count);
    expect(b.scales[0]).toBe(count < 11 ? "lowpass" : 1);
    await b.to(cpu);
    await b.synthesize({ ...byCount, maxIter: 27 - count, storeProgress: 4 });
    await a.synthesize({ ...byCount, maxIter: 27, storeProgress: 4 });
    expectSame(a, b);
  });
});
