import { readFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { AdamW, ReduceLROnPlateau, SGD, StepLR } from "@plenoptic/optim";
import {
  add,
  deviceOf,
  div,
  full,
  getRandomState,
  memory,
  mul,
  NumericalError,
  ones,
  rand,
  randLike,
  readSync,
  ShapeError,
  StateError,
  setRandomState,
  setSeed,
  slice,
  sub,
  type Tensor,
  tensor,
  useBackend,
  ValidationError,
  zeros,
} from "@plenoptic/tensor";
import { collectWarnings, describeDevices } from "@plenoptic/testing";
import { beforeEach, describe, expect, it } from "vitest";
import { Metamer, type ProgressReport, type SynthesizeOptions } from "../src/index.js";
import { makeMetamer, ramp, rowMeans } from "./support.js";

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

/** Bytes of JavaScript objects that are still needed. */
function heapInUse(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

const recorded = JSON.parse(readFileSync(new URL("./fixtures/metamer.json", import.meta.url), "utf8"));
const quiet = <T>(f: () => T | Promise<T>) => collectWarnings(f).then(({ result }) => result);
const values = (metamer: Metamer) => [...readSync(metamer.metamer)];

describeDevices("setup", () => {
  it("draws noise with extremes 0 and 1, after the noise of the model's check, as the reference does", () => {
    const metamer = makeMetamer();
    metamer.setup();
    setSeed(0);
    randLike(ramp());
    const noise = readSync(randLike(ramp()));
    const low = Math.min(...noise);
    expect(Math.min(...values(metamer))).toBe(0);
    expect(Math.max(...values(metamer))).toBe(1);
    expect(values(metamer)[5]).toBeCloseTo((noise[5] - low) / (Math.max(...noise) - low), 6);
  });

  it("can only be called once, and before synthesize", async () => {
    const metamer = makeMetamer();
    metamer.setup();
    expect(() => metamer.setup()).toThrow(StateError);
    expect(() => metamer.setup()).toThrow("setup() can only be called once");
    const other = makeMetamer();
    await other.synthesize({ maxIter: 1 });
    expect(() => other.setup()).toThrow("setup() can only be called once");
  });

  it("takes an initial image, a copy of which it changes", async () => {
    const metamer = makeMetamer();
    const start = full([1, 1, 8, 8], 0.25);
    metamer.setup({ initialImage: start });
    expect(values(metamer)).toEqual([...readSync(start)]);
    await metamer.synthesize({ maxIter: 2 });
    expect(readSync(start)[0]).toBe(0.25);
  });

  it("warns when the initial image has another size, and goes on if the model copes", async () => {
    const metamer = makeMetamer({
      lossFunction: (x, y) =>
        sub(
          1,
          div(1, add(1, mul(slice(sub(x, y), [0, 0, 0], [1, 1, 1]), slice(sub(x, y), [0, 0, 0], [1, 1, 1])))),
        ),
    });
    const { warnings } = await collectWarnings(() => metamer.setup({ initialImage: rand([1, 1, 8, 5]) }));
    expect(warnings.map((w) => w.message).join()).toContain("initial_image and image are different sizes");
    await quiet(() => metamer.synthesize({ maxIter: 2 }));
    expect(metamer.metamer.shape).toEqual([1, 1, 8, 5]);
  });

  it("refuses an initial image of another batch, channels or rank, or with NaN", () => {
    for (const shape of [
      [2, 1, 8, 8],
      [1, 3, 8, 8],
      [8, 8],
    ]) {
      expect(() => makeMetamer().setup({ initialImage: zeros(shape) })).toThrow(ShapeError);
    }
    expect(() => makeMetamer().setup({ initialImage: full([1, 1, 8, 8], Number.NaN) })).toThrow(
      NumericalError,
    );
  });

  it("uses Adam with amsgrad and lr 0.01 by default, lr 0.01 for a named optimizer", async () => {
    const byDefault = makeMetamer();
    byDefault.setup();
    const { options } = (await byDefault.optimizer?.stateDict()) ?? {};
    expect(byDefault.optimizer?.name).toBe("Adam");
    expect(options).toMatchObject({ lr: 0.01, amsgrad: true });
    const named = makeMetamer();
    named.setup({ optimizer: AdamW });
    expect((await named.optimizer?.stateDict())?.options).toMatchObject({ lr: 0.01, amsgrad: false });
    const given = makeMetamer();
    given.setup({ optimizer: SGD, optimizerOptions: { lr: 2 } });
    expect(given.optimizer?.lr).toBe(2);
    expect(() => makeMetamer().setup({ optimizer: SGD, optimizerOptions: { lr: -1 } })).toThrow(
      ValidationError,
    );
  });

  it("an option that is refused leaves the object fresh", () => {
    const metamer = makeMetamer();
    expect(() => metamer.setup({ optimizerOptions: { lr: -1 } })).toThrow(ValidationError);
    metamer.setup();
    expect(metamer.optimizer?.lr).toBe(0.01);
  });
});

describe("the stop rule, against the reference", () => {
  beforeEach(async () => {
    await useBackend("cpu", { dtype: "float64" });
  });
  it.each(
    recorded.stops as { stopItersToCheck: number; stopCriterion: number; losses: number; last: number }[],
  )(
    "stopItersToCheck $stopItersToCheck, stopCriterion $stopCriterion",
    async ({ stopItersToCheck, stopCriterion, losses, last }) => {
      const metamer = makeMetamer();
      const { warnings } = await collectWarnings(() =>
        metamer.synthesize({ maxIter: 120, stopCriterion, stopItersToCheck }),
      );
      expect(metamer.losses.length).toBe(losses);
      expect(Math.abs(metamer.losses[losses - 1] - last)).toBeLessThan(1e-12);
      expect(warnings.some((w) => w.message.includes("Loss has converged, stopping synthesis"))).toBe(
        losses < 121,
      );
    },
  );
});

describeDevices("synthesize", ({ dtype }) => {
  it("records what belongs together", async () => {
    const metamer = makeMetamer({ penaltyLambda: 3 });
    metamer.setup({ initialImage: full([1, 1, 8, 8], 1.25), optimizerOptions: { lr: 0.05 } });
    await metamer.synthesize({ maxIter: 6, storeProgress: true });
    const { losses, penalties, gradientNorm, pixelChangeNorm, savedMetamer } = metamer;
    expect([
      losses.length,
      penalties.length,
      gradientNorm.length,
      pixelChangeNorm.length,
      savedMetamer.length,
    ]).toEqual([7, 7, 6, 6, 7]);
    savedMetamer.forEach((frame, i) => {
      const image = tensor(frame, [1, 1, 8, 8]);
      const objective = metamer.objectiveFunction(image);
      expect(readSync(objective)[0]).toBeCloseTo(losses[i], 6);
      const own = readSync(metamer.lossFunction(rowMeans(image), metamer.targetRepresentation))[0];
      expect(losses[i] - 3 * penalties[i]).toBeCloseTo(own, 5);
      if (i < 6) {
        const change = Math.hypot(...savedMetamer[i + 1].map((v, k) => v - frame[k]));
        expect(pixelChangeNorm[i]).toBeCloseTo(change, 5);
      }
    });
    expect([...savedMetamer[6]]).toEqual(values(metamer));
    expect(metamer.storeProgress).toBe(1);
  });

  it("goes on where it stopped: 10 iterations are 5 + 5, to the bit", async () => {
    const options = {
      optimizerOptions: { lr: 0.1 },
      scheduler: StepLR,
      schedulerOptions: { stepSize: 3, gamma: 0.5 },
    };
    const whole = makeMetamer();
    whole.setup(options);
    await whole.synthesize({ maxIter: 10, storeProgress: 3 });
    const halves = makeMetamer();
    halves.setup(options);
    await halves.synthesize({ maxIter: 5, storeProgress: 3 });
    await halves.synthesize({ maxIter: 5, storeProgress: 3 });
    expect(values(halves)).toEqual(values(whole));
    expect(halves.losses).toEqual(whole.losses);
    expect(halves.savedMetamer).toEqual(whole.savedMetamer);
    expect(halves.optimizer?.lr).toBe(whole.optimizer?.lr);
  });

  it("another storeProgress than before is an error, and changes nothing", async () => {
    const metamer = makeMetamer();
    await metamer.synthesize({ maxIter: 2, storeProgress: 2 });
    await expect(metamer.synthesize({ maxIter: 1 })).rejects.toThrow(
      "must re-run it with same store_progress arg",
    );
    expect(metamer.gradientNorm.length).toBe(2);
    const every = makeMetamer();
    await every.synthesize({ maxIter: 1, storeProgress: true });
    await every.synthesize({ maxIter: 1, storeProgress: 1 });
    expect(every.savedMetamer.length).toBe(3);
  });

  it.each([
    [1, 5],
    [2, 5],
    [3, 7],
    [4, 8],
    [10, 3],
  ])("storeProgress %i over %i iterations keeps ceil(n/k) + 1 frames", async (k, n) => {
    const metamer = makeMetamer();
    await metamer.synthesize({ maxIter: n, storeProgress: k });
    expect(metamer.savedMetamer.length).toBe(Math.ceil(n / k) + 1);
    expect(metamer.savedMetamer[0]).toBeInstanceOf(dtype === "float64" ? Float64Array : Float32Array);
  });

  it("tells onProgress everything, waits for it, and survives its errors", async () => {
    const metamer = makeMetamer();
    const heard: ProgressReport[] = [];
    await metamer.synthesize({
      maxIter: 3,
      onProgress: async (report) => {
        await new Promise((resolve) => setTimeout(resolve, 2));
        heard.push(report);
      },
    });
    expect(heard.map(({ iteration }) => iteration)).toEqual([1, 2, 3]);
    expect(heard.map(({ loss }) => loss)).toEqual(metamer.losses.slice(0, 3));
    expect(heard[2].learningRate).toBe(0.01);
    expect(heard[2].elapsedMs).toBeGreaterThan(heard[0].elapsedMs);
    const failing = {
      maxIter: 3,
      onProgress: () => {
        throw new Error("no");
      },
    };
    await expect(metamer.synthesize(failing)).rejects.toThrow("no");
    await metamer.synthesize({ maxIter: 2 });
    expect(metamer.losses.length).toBe(7);
  });

  it("stops between iterations when aborted, and goes on afterwards as if it had not", async () => {
    const controller = new AbortController();
    const metamer = makeMetamer();
    await metamer.synthesize({
      maxIter: 50,
      signal: controller.signal,
      onProgress: ({ iteration }) => {
        if (iteration === 4) controller.abort();
      },
    });
    expect(metamer.losses.length).toBe(5);
    await metamer.synthesize({ maxIter: 50, signal: controller.signal });
    expect(metamer.losses.length).toBe(5);
    await metamer.synthesize({ maxIter: 3 });
    const whole = makeMetamer();
    await whole.synthesize({ maxIter: 7 });
    expect(values(metamer)).toEqual(values(whole));
  });

  it("gives timers their turn, so that a timer can abort it", async () => {
    const controller = new AbortController();
    const metamer = makeMetamer();
    setTimeout(() => controller.abort(), 60);
    await metamer.synthesize({ maxIter: 10 ** 7, stopCriterion: 0, signal: controller.signal });
    expect(metamer.gradientNorm.length).toBeGreaterThan(10);
  });

  it("NaN in the loss is an error that names the iteration; the last good image stays", async () => {
    let calls = 0;
    const model = (x: Tensor) => {
      calls++;
      return calls > 8 ? mul(rowMeans(x), Number.NaN) : rowMeans(x);
    };
    setSeed(0);
    const metamer = new Metamer(ramp(), model);
    await expect(metamer.synthesize({ maxIter: 20 })).rejects.toThrow(
      /Found a NaN in loss during optimization, at iteration \d/,
    );
    await expect(metamer.synthesize({ maxIter: 20 })).rejects.toThrow(NumericalError);
    expect(values(metamer).every(Number.isFinite)).toBe(true);
    expect(metamer.gradientNorm.every(Number.isFinite)).toBe(true);
    expect(metamer.losses.length).toBe(metamer.gradientNorm.length + 1);
  });

  it("a model that throws on the way: what was recorded stays readable, and the last loss is NaN", async () => {
    let calls = 0;
    const model = (x: Tensor) => {
      if (++calls > 8) throw new Error("out of sight");
      return rowMeans(x);
    };
    const metamer = new Metamer(ramp(), model);
    await expect(metamer.synthesize({ maxIter: 20 })).rejects.toThrow("out of sight");
    const { result: losses, warnings } = await collectWarnings(() => metamer.losses);
    expect(losses.length).toBe(metamer.gradientNorm.length + 1);
    expect(losses.slice(0, -1).every(Number.isFinite)).toBe(true);
    expect(losses.at(-1)).toBeNaN();
    expect(JSON.stringify(warnings)).toContain("out of sight");
    expect(metamer.losses).toEqual(losses);
    calls = -1000;
    await metamer.synthesize({ maxIter: 3 });
    expect(metamer.losses.at(-1)).toBeGreaterThan(0);
  });

  it.each<[SynthesizeOptions, RegExp]>([
    [{ maxIter: 0 }, /maxIter must be a whole number of at least 1, but got 0/],
    [{ maxIter: -3 }, /maxIter/],
    [{ maxIter: 2.5 }, /maxIter/],
    [{ storeProgress: -1 }, /storeProgress/],
    [{ storeProgress: 1.5 }, /storeProgress/],
    [{ stopItersToCheck: 0 }, /stopItersToCheck/],
    [{ stopCriterion: -1 }, /stopCriterion/],
    [{ stopCriterion: Number.NaN }, /stopCriterion/],
  ])("refuses %o before anything is changed", async (options, words) => {
    const metamer = makeMetamer();
    await expect(metamer.synthesize(options)).rejects.toThrow(ValidationError);
    await expect(metamer.synthesize(options)).rejects.toThrow(words);
    metamer.setup();
    expect(metamer.losses.length).toBe(1);
  });

  it("refuses a second call while the first is running", async () => {
    const metamer = makeMetamer();
    const first = metamer.synthesize({ maxIter: 3, onProgress: () => new Promise((r) => setTimeout(r, 5)) });
    await expect(metamer.synthesize()).rejects.toThrow(StateError);
    await expect(metamer.to({ dtype: "float32" })).rejects.toThrow(StateError);
    expect(() => metamer.dispose()).toThrow(StateError);
    await first;
    expect(metamer.gradientNorm.length).toBe(3);
  });

  it("a scheduler that takes the loss gets it", async () => {
    const metamer = makeMetamer();
    metamer.setup({
      optimizerOptions: { lr: 0.5 },
      scheduler: ReduceLROnPlateau,
      schedulerOptions: { patience: 0, factor: 0.5 },
    });
    await metamer.synthesize({ maxIter: 20 });
    expect(metamer.optimizer?.lr).toBeLessThan(0.5);
  });

  it("leaves no tensor behind, and the records stay readable after dispose", async () => {
    const image = ramp();
    const before = memory().numTensors;
    setSeed(0);
    const metamer = new Metamer(image, rowMeans);
    await metamer.synthesize({ maxIter: 3, storeProgress: 1 });
    const during = memory().numTensors;
    await metamer.synthesize({ maxIter: 5, storeProgress: 1 });
    expect(memory().numTensors).toBe(during);
    const losses = metamer.losses;
    metamer.dispose();
    expect(memory().numTensors).toBe(before);
    expect(metamer.losses).toEqual(losses);
    await expect(metamer.synthesize({ maxIter: 1, storeProgress: 1 })).rejects.toThrow(/disposed/);
    image.dispose();
  });

  it("10,000 iterations leave the memory where 100 did", async () => {
    const metamer = makeMetamer();
    await metamer.synthesize({ maxIter: 100, stopCriterion: 0 });
    const [tensors, heap] = [memory().numTensors, heapInUse()];
    await metamer.synthesize({ maxIter: 10_000, stopCriterion: 0 });
    expect(memory().numTensors).toBe(tensors);
    // The records are 40,000 numbers.
    expect(heapInUse() - heap).toBeLessThan(8 * 2 ** 20);
  });

  it("draws nothing from the generator while it runs", async () => {
    const metamer = makeMetamer();
    metamer.setup();
    const state = getRandomState();
    await metamer.synthesize({ maxIter: 3 });
    expect(getRandomState()).toEqual(state);
    setRandomState(state);
  });
});

describe("two precisions in turn", () => {
  it("two objects on two devices do not disturb each other", async () => {
    const alone: number[][] = [];
    for (const dtype of ["float32", "float64"] as const) {
      await useBackend("cpu", { dtype });
      const metamer = makeMetamer();
      await metamer.synthesize({ maxIter: 20 });
      alone.push(values(metamer));
    }
    await useBackend("cpu", { dtype: "float32" });
    const narrow = makeMetamer();
    narrow.setup();
    await useBackend("cpu", { dtype: "float64" });
    const wide = makeMetamer();
    wide.setup();
    const onProgress = () => new Promise((resolve) => setTimeout(resolve, 0));
    await Promise.all([
      narrow.synthesize({ maxIter: 20, onProgress }),
      wide.synthesize({ maxIter: 20, onProgress }),
    ]);
    expect([values(narrow), values(wide)]).toEqual(alone);
    expect(deviceOf(narrow.metamer).dtype).toBe("float32");
  });

  it("to() moves everything, the optimizer's state included, and synthesis goes on", async () => {
    await useBackend("cpu", { dtype: "float32" });
    const before = memory().numTensors;
    const metamer = makeMetamer();
    metamer.setup({ optimizerOptions: { lr: 0.05 } });
    await metamer.synthesize({ maxIter: 8, storeProgress: 4 });
    const tensors = memory().numTensors;
    const { warnings } = await collectWarnings(() => metamer.to({ dtype: "float64" }));
    expect(warnings.map((w) => w.message).join()).toContain("Unable to call model.to");
    expect(memory().numTensors).toBe(tensors);
    for (const x of [metamer.image, metamer.targetRepresentation, metamer.metamer])
      expect(deviceOf(x).dtype).toBe("float64");
    expect(metamer.savedMetamer[0]).toBeInstanceOf(Float32Array);
    const start = values(metamer);
    await metamer.synthesize({ maxIter: 8, storeProgress: 4 });
    expect(values(metamer)).not.toEqual(start);
    await metamer.to({ dtype: "float32" });
    await metamer.synthesize({ maxIter: 8, storeProgress: 4 });
    const stayed = makeMetamer();
    await useBackend("cpu", { dtype: "float32" });
    const reference = makeMetamer();
    reference.setup({ optimizerOptions: { lr: 0.05 } });
    await reference.synthesize({ maxIter: 24 });
    const error = Math.max(...values(metamer).map((v, i) => Math.abs(v - values(reference)[i])));
    expect(error).toBeLessThan(1e-4);
    for (const m of [metamer, stayed, reference]) m.dispose();
    expect(memory().numTensors).toBe(before + 3); // the three images
  });

  it("to() where there is no such device changes nothing", async () => {
    const metamer = makeMetamer();
    await metamer.synthesize({ maxIter: 2 });
    await expect(metamer.to({ device: "gpu" })).rejects.toThrow(/no backend "gpu"/);
    await metamer.synthesize({ maxIter: 2 });
    expect(metamer.losses.length).toBe(5);
  });

  it("a model with tensors of its own is moved with it", async () => {
    await useBackend("cpu", { dtype: "float32" });
    const weights = ones([1, 1, 8, 8]);
    const model = {
      weights,
      forward(x: Tensor) {
        return mul(x, this.weights);
      },
      async to(device: { device: string; dtype: "float32" | "float64" }) {
        const { toDevice } = await import("@plenoptic/tensor");
        this.weights = await toDevice(this.weights, device);
      },
    };
    const metamer = new Metamer(ramp(), model);
    await metamer.synthesize({ maxIter: 2 });
    const { warnings } = await collectWarnings(() => metamer.to({ dtype: "float64" }));
    expect(warnings).toEqual([]);
    await metamer.synthesize({ maxIter: 2 });
    expect(metamer.losses.length).toBe(5);
  });
});
