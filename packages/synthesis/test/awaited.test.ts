import { Adam, LBFGS, type Optimizer, ReduceLROnPlateau, SGD, StepLR } from "@plenoptic/optim";
import {
  DeviceLostError,
  div,
  mean,
  memory,
  NumericalError,
  rand,
  read,
  setSeed,
  square,
  sub,
  type Tensor,
  toDevice,
  useBackend,
} from "@plenoptic/tensor";
import { collectWarnings, expectClose } from "@plenoptic/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { useWaiting, waiting, waitingDevice } from "../../tensor/test/waiting-device.js";
import { Metamer } from "../src/index.js";

const cpu = { device: "cpu", dtype: "float32" } as const;
const model = (x: Tensor) => mean(square(x), 3);

/** The same object on both devices: same image, same start. */
async function pair(options: object = {}) {
  const made = [];
  for (const device of [cpu, waitingDevice]) {
    await useBackend(device.device);
    setSeed(3);
    const metamer = new Metamer(rand([1, 1, 12, 10]), model);
    metamer.setup(options);
    made.push(metamer);
  }
  return made as [Metamer, Metamer];
}

const closeTo = (a: readonly number[], b: readonly number[]) => expectClose(a, b, 2e-5);

function expectSameRecords(a: Metamer, b: Metamer): void {
  closeTo(b.losses, a.losses);
  closeTo(b.penalties, a.penalties);
  closeTo(b.gradientNorm, a.gradientNorm);
  closeTo(b.pixelChangeNorm, a.pixelChangeNorm);
  expect(b.savedMetamer.length).toBe(a.savedMetamer.length);
  a.savedMetamer.forEach((frame, i) => {
    closeTo([...b.savedMetamer[i]], [...frame]);
  });
}

describe("on a device whose values can only be awaited", () => {
  beforeEach(useWaiting);
  afterEach(async () => {
    waiting.failure = undefined;
    await useBackend("cpu");
  });

  const cases = {
    "Adam with amsgrad": {},
    "SGD with momentum": { optimizer: SGD, optimizerOptions: { lr: 0.5, momentum: 0.9 } },
    "Adam with a scheduler": {
      optimizer: Adam,
      scheduler: StepLR,
      schedulerOptions: { stepSize: 3, gamma: 0.5 },
    },
    "a scheduler that needs the loss": {
      optimizer: SGD,
      optimizerOptions: { lr: 4 },
      scheduler: ReduceLROnPlateau,
      schedulerOptions: { patience: 1, threshold: 0.5 },
    },
    "L-BFGS": { optimizer: LBFGS, optimizerOptions: { lr: 1, maxIter: 4, lineSearchFn: "strongWolfe" } },
  } as const;
  for (const [name, options] of Object.entries(cases)) {
    it(`${name}: the same records, frames and rates as on cpu`, async () => {
      const [a, b] = await pair(options);
      const rates: number[][] = [[], []];
      for (const [i, metamer] of [a, b].entries()) {
        const onProgress = ({ learningRate }: { learningRate: number }) => rates[i].push(learningRate);
        await metamer.synthesize({ maxIter: 25, storeProgress: 2, stopCriterion: 0, onProgress });
      }
      expectSameRecords(a, b);
      expect(rates[1]).toEqual(rates[0]);
      expect(rates[1].length).toBe(25);
    });
  }

  it("reads in batches, not after each iteration", async () => {
    const metamer = new Metamer(rand([1, 1, 8, 8]), model);
    await metamer.synthesize({ maxIter: 1 });
    const before = waiting.reads;
    await metamer.synthesize({ maxIter: 124, stopCriterion: 0 });
    // Batches of 1, 2, 4, … 32, each with its numbers and its last image.
    expect(waiting.reads - before).toBeLessThan(60);
    expect(metamer.losses.length).toBe(126);
  });

  it("stops at the same iteration, with the state of that iteration, and goes on from it", async () => {
    const [a, b] = await pair();
    const stop = { maxIter: 200, stopCriterion: 2e-3, stopItersToCheck: 5 };
    const { warnings } = await collectWarnings(async () => {
      for (const metamer of [a, b]) await metamer.synthesize(stop);
    });
    expect(warnings.filter(({ message }) => /converged/.test(message)).length).toBe(2);
    expect(a.losses.length).toBeGreaterThan(7);
    expect(a.losses.length).toBeLessThan(200);
    expectSameRecords(a, b);
    for (const metamer of [a, b]) await metamer.synthesize({ maxIter: 5, stopCriterion: 0 });
    expectSameRecords(a, b);
  });

  it("what onProgress sees is the state of its iteration; abort ends there", async () => {
    const [a, b] = await pair();
    const seen: number[][] = [[], []];
    for (const [i, metamer] of [a, b].entries()) {
      const controller = new AbortController();
      await metamer.synthesize({
        maxIter: 40,
        stopCriterion: 0,
        signal: controller.signal,
        onProgress: async ({ iteration }) => {
          seen[i].push(
            (await read(metamer.metamer))[7],
            metamer.losses.at(-1) as number,
            metamer.losses.length,
          );
          if (iteration === 23) controller.abort();
        },
      });
    }
    closeTo(seen[1], seen[0]);
    expect(seen[1].length).toBe(3 * 23);
    expectSameRecords(a, b);
  });

  it("a NaN leaves the image of the last good iteration, as on cpu", async () => {
    const results = [];
    for (const device of [cpu, waitingDevice]) {
      await useBackend(device.device);
      setSeed(0);
      const metamer = new Metamer(rand([1, 1, 6, 6]), (x) => x, { penaltyLambda: 0 });
      // Each step makes the image ten thousand times as large, until its square is no float32 any more.
      metamer.setup({ optimizer: SGD, optimizerOptions: { lr: 1e5 } });
      const error = await metamer.synthesize({ maxIter: 20, stopCriterion: 0 }).catch((e: unknown) => e);
      expect(error).toBeInstanceOf(NumericalError);
      await metamer.refresh();
      results.push({ metamer, message: (error as Error).message });
    }
    expect(results[1].message).toBe(results[0].message);
    expect(results[1].metamer.gradientNorm.length).toBe(results[0].metamer.gradientNorm.length);
    expect(results[1].metamer.gradientNorm.length).toBeGreaterThan(0);
  });

  it("a model that fails in the middle of a batch leaves what was done before", async () => {
    const results = [];
    for (const device of [cpu, waitingDevice]) {
      await useBackend(device.device);
      setSeed(1);
      const image = rand([1, 1, 6, 6]);
      let calls = 0;
      let limit = Number.POSITIVE_INFINITY;
      const failing = (x: Tensor) => {
        if (++calls > limit) throw new Error("tired");
        return square(x);
      };
      const metamer = new Metamer(image, failing);
      metamer.setup();
      [calls, limit] = [0, 12];
      const { result } = await collectWarnings(() =>
        metamer.synthesize({ maxIter: 40, stopCriterion: 0, storeProgress: 1 }).catch((e: unknown) => e),
      );
      expect(String(result)).toContain("tired");
      const { length } = metamer.gradientNorm;
      expect(length).toBeGreaterThan(5);
      expect(metamer.losses.length).toBe(length + 1);
      expect(metamer.savedMetamer.length).toBe(length + 1);
      results.push(metamer);
    }
    // A batch ends with one evaluation more: fewer iterations fit before the model tires.
    const { length } = results[1].gradientNorm;
    closeTo(results[1].gradientNorm, results[0].gradientNorm.slice(0, length));
  });

  it("checks that need values fail synthesize(); those that need none, the constructor", async () => {
    expect(() => new Metamer(rand([1, 1, 4, 4]), () => "no tensor" as never)).toThrow(
      /does not return a tensor/,
    );
    const bad = new Metamer(rand([1, 1, 4, 4]), (x) => div(x, sub(x, x)));
    await expect(bad.synthesize({ maxIter: 1 })).rejects.toThrow(/NaN or infinite/);
  });

  it("reading at once says what to do", async () => {
    const metamer = new Metamer(rand([1, 1, 4, 4]), model);
    metamer.setup();
    expect(() => metamer.losses).toThrow(/await refresh/);
    expect(() => metamer.savedMetamer).toThrow(/await refresh/);
    await metamer.refresh();
    expect(metamer.losses.length).toBe(1);
    expect(metamer.savedMetamer[0].length).toBe(16);
  });

  it("saves, loads, and goes on as an unbroken run", async () => {
    const [a, b] = await pair();
    await a.synthesize({ maxIter: 12, stopCriterion: 0, storeProgress: 3 });
    await b.synthesize({ maxIter: 5, stopCriterion: 0, storeProgress: 3 });
    const file = await b.saveToBlob();
    await useWaiting();
    setSeed(3);
    const again = new Metamer(rand([1, 1, 12, 10]), model);
    await again.load(file);
    await again.synthesize({ maxIter: 7, stopCriterion: 0, storeProgress: 3 });
    expectSameRecords(a, again);
  });

  it("moves there and back in the middle", async () => {
    const [a, b] = await pair();
    await a.synthesize({ maxIter: 15, stopCriterion: 0 });
    await b.synthesize({ maxIter: 5, stopCriterion: 0 });
    await b.to(cpu);
    await b.synthesize({ maxIter: 5, stopCriterion: 0 });
    await b.to(waitingDevice);
    await b.synthesize({ maxIter: 5, stopCriterion: 0 });
    expectSameRecords(a, b);
  });

  it("two objects on two devices take turns", async () => {
    const [a, b] = await pair();
    await Promise.all([a, b].map((m) => m.synthesize({ maxIter: 20, stopCriterion: 0 })));
    expectSameRecords(a, b);
  });

  it("leaves nothing behind", async () => {
    const image = rand([1, 1, 8, 8]);
    const run = async () => {
      const metamer = new Metamer(image, model);
      metamer.setup({ optimizer: Adam, scheduler: StepLR, schedulerOptions: { stepSize: 2 } });
      await metamer.synthesize({ maxIter: 20, storeProgress: 2, stopCriterion: 1e-1, stopItersToCheck: 7 });
      metamer.dispose();
    };
    await run();
    const before = memory().numTensors;
    await run();
    expect(memory().numTensors).toBe(before);
  });

  it("a lost device leaves the last state readable, and synthesis goes on elsewhere", async () => {
    const [a, b] = await pair();
    await b.synthesize({ maxIter: 10, stopCriterion: 0, storeProgress: 4 });
    const error = await b
      .synthesize({
        maxIter: 10,
        stopCriterion: 0,
        storeProgress: 4,
        onProgress: () => {
          waiting.failure = new DeviceLostError("The device was lost.");
        },
      })
      .catch((e: unknown) => e as Error & { code: string });
    expect(error).toMatchObject({ code: "device-lost" });
    const count = b.gradientNorm.length;
    expect(count).toBeGreaterThanOrEqual(10);
    expect(b.losses.length).toBe(count + 1);
    expect(b.losses.every(Number.isFinite)).toBe(true);
    expect(b.savedMetamer.at(-1)?.length).toBe(120);
    await expect(b.synthesize({ storeProgress: 4 })).rejects.toThrow(/lost/);
    await expect(b.saveToBlob()).rejects.toThrow(/await to/);
    await b.to(cpu);
    await b.synthesize({ maxIter: 15 - count, stopCriterion: 0, storeProgress: 4 });
    await a.synthesize({ maxIter: 15, stopCriterion: 0, storeProgress: 4 });
    expectSameRecords(a, b);
  });

  it("moves the optimizer's state of L-BFGS too", async () => {
    const optimizer: Optimizer = new LBFGS();
    await optimizer.to(waitingDevice);
    const x = rand([2]);
    const y = await toDevice(x, cpu);
    expect([...(await read(y))]).toEqual([...(await read(x))]);
  });
});
