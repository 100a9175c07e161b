import { FormatError, readTorch, type TorchValue, writeTorch } from "@plenoptic/io";
import * as optim from "@plenoptic/optim";
import {
  add,
  ModelError,
  memory,
  mul,
  NumericalError,
  rand,
  readSync,
  setSeed,
  type Tensor,
  tensor,
  useBackend,
  ValidationError,
} from "@plenoptic/tensor";
import { collectWarnings, describeDevices } from "@plenoptic/testing";
import { beforeEach, describe, expect, it } from "vitest";
import {
  Metamer,
  MetamerCTF,
  type MetamerCTFOptions,
  type ProgressReport,
  type Scale,
  type ScaleSelection,
  type SetupOptions,
  type SynthesizeCTFOptions,
  validateCoarseToFine,
} from "../src/index.js";
import { HaarStack } from "./haar-stack.js";

const makeImage = (): Tensor => {
  setSeed(11);
  return rand([1, 1, 8, 8]);
};
const make = (options: MetamerCTFOptions = {}) => new MetamerCTF(makeImage(), new HaarStack(), options);
const byCount = { changeScaleCriterion: null, ctfItersToCheck: 4, stopCriterion: 0 } as const;
const run = (metamer: MetamerCTF, maxIter: number, options: SynthesizeCTFOptions = byCount) =>
  collectWarnings(() => metamer.synthesize({ ...options, maxIter }));

/** All that can be read of an object. */
const everything = (metamer: MetamerCTF) => ({
  losses: metamer.losses,
  penalties: metamer.penalties,
  gradientNorm: metamer.gradientNorm,
  pixelChangeNorm: metamer.pixelChangeNorm,
  metamer: [...readSync(metamer.metamer)],
  frames: metamer.savedMetamer,
  coarseToFine: metamer.coarseToFine,
  scales: metamer.scales,
  scalesLoss: metamer.scalesLoss,
  scalesTiming: [...metamer.scalesTiming],
  scalesFinished: metamer.scalesFinished,
  lr: metamer.optimizer?.lr,
  text: metamer.toString(),
});

const setups: [string, SetupOptions][] = [
  ["Adam", {}],
  [
    "SGD and StepLR",
    {
      optimizer: optim.SGD,
      optimizerOptions: { lr: 3, momentum: 0.5 },
      scheduler: optim.StepLR,
      schedulerOptions: { stepSize: 3, gamma: 0.5 },
    },
  ],
  [
    "ReduceLROnPlateau",
    {
      optimizer: optim.Adam,
      scheduler: optim.ReduceLROnPlateau,
      schedulerOptions: { patience: 0, threshold: 0.9 },
    },
  ],
  ["L-BFGS", { optimizer: optim.LBFGS, optimizerOptions: { maxIter: 3, historySize: 2 } }],
];

describeDevices("coarse to fine", (device) => {
  it("begins with the coarsest scale, and knows what is to come", () => {
    const together = make();
    expect(together.coarseToFine).toBe("together");
    expect(together.scales).toEqual(["mean", "lowpass", 1, 0, "all"]);
    expect([...together.scalesTiming]).toEqual([
      ["mean", [0]],
      ["lowpass", []],
      [1, []],
      [0, []],
      ["all", []],
    ]);
    expect([together.scalesFinished, together.scalesLoss]).toEqual([[], []]);
    expect(make({ coarseToFine: "separate" }).scales).toEqual(["mean", "lowpass", 1, 0, "energy", "all"]);
  });

  it("asks the model for the scales whose turn it is", async () => {
    for (const coarseToFine of ["together", "separate"] as const) {
      const asked: (readonly Scale[] | undefined)[] = [];
      class Watched extends HaarStack {
        override forward(x: Tensor, selection: ScaleSelection = {}): Tensor {
          asked.push(selection.scales);
          return super.forward(x, selection);
        }
      }
      const metamer = new MetamerCTF(makeImage(), new Watched(), { coarseToFine });
      asked.length = 0;
      await run(metamer, 6, { ...byCount, ctfItersToCheck: 1 });
      // Of an iteration: the image, once a scale, the metamer, and the metamer at all scales for the record.
      const turns = asked.filter((scales) => scales !== undefined).filter((_, i) => i % 2 === 0);
      expect(turns).toEqual(
        coarseToFine === "together"
          ? [["mean"], ["lowpass", "mean"], [1, "mean", "lowpass"], [0, "mean", "lowpass", 1]]
          : [["mean"], ["lowpass"], [1], [0], ["energy"]],
      );
    }
  });

  it("records the whole objective as the loss, and what was descended beside it", async () => {
    const metamer = make({ coarseToFine: "separate" });
    metamer.setup({ optimizer: optim.SGD, optimizerOptions: { lr: 0.5 } });
    await run(metamer, 22, { ...byCount, storeProgress: 1 });
    const { losses, scalesLoss, savedMetamer, penalties } = metamer;
    expect(scalesLoss.length).toBe(22);
    const whole = new Metamer(makeImage(), new HaarStack());
    for (const i of [0, 5, 13, 21, 22]) {
      const value = readSync(whole.objectiveFunction(tensor(savedMetamer[i], [1, 1, 8, 8])))[0];
      expect(value).toBe(losses[i]);
    }
    expect(scalesLoss.slice(0, 20).every((loss, i) => loss !== losses[i])).toBe(true);
    expect(scalesLoss.slice(20)).toEqual(losses.slice(20, 22));
    // Each scale's loss falls while it is its turn.
    for (const [first, last] of [...metamer.scalesTiming.values()].slice(1, -1)) {
      expect(scalesLoss[last]).toBeLessThan(scalesLoss[first]);
    }
    expect(penalties.length).toBe(23);
  });

  it.each(setups)("%s: 14 iterations are 5 and 9, also over a file, to the bit", async (_, setup) => {
    for (const coarseToFine of ["together", "separate"] as const) {
      for (const options of [
        byCount,
        { changeScaleCriterion: 2e-3, ctfItersToCheck: 2, stopCriterion: 1e-9 },
      ]) {
        const stored = { ...options, storeProgress: 3 };
        const [whole, parts] = [make({ coarseToFine }), make({ coarseToFine })];
        for (const metamer of [whole, parts]) {
          setSeed(2);
          metamer.setup(setup);
        }
        await run(whole, 14, stored);
        await run(parts, 5, stored);
        const again = make({ coarseToFine });
        await collectWarnings(async () => again.load(await parts.saveToBlob()));
        expect(everything(again)).toEqual({ ...everything(parts), lr: undefined });
        again.setup({ optimizer: setup.optimizer, scheduler: setup.scheduler });
        for (const metamer of [parts, again]) {
          await run(metamer, 9, stored);
          expect(everything(metamer)).toEqual(everything(whole));
        }
        expect(whole.scalesFinished.length).toBeGreaterThan(1);
        expect(await again.optimizer?.stateDict()).toEqual(await whole.optimizer?.stateDict());
      }
    }
  });

  it("the learning rate goes back to the first one with each scale", async () => {
    const metamer = make();
    const rates: number[] = [];
    metamer.setup({
      optimizer: optim.SGD,
      optimizerOptions: { lr: 0.5 },
      scheduler: optim.ExponentialLR,
      schedulerOptions: { gamma: 0.5 },
    });
    await metamer.synthesize({
      ...byCount,
      maxIter: 9,
      onProgress: ({ learningRate }) => rates.push(learningRate),
    });
    expect(rates).toEqual([0.5, 0.25, 0.125, 0.0625, 0.5, 0.25, 0.125, 0.0625, 0.5]);
  });

  it("onProgress tells the scale and its loss", async () => {
    const metamer = make({ coarseToFine: "separate" });
    const told: ProgressReport[] = [];
    await metamer.synthesize({ ...byCount, maxIter: 21, onProgress: (report) => told.push(report) });
    expect(told.map(({ currentScale }) => currentScale)).toEqual(
      ["mean", "lowpass", 1, 0, "energy"].flatMap((scale) => [scale, scale, scale, scale]).concat("all"),
    );
    expect(told.map(({ currentScaleLoss }) => currentScaleLoss)).toEqual(metamer.scalesLoss);
    expect(told.map(({ loss }) => loss)).toEqual(metamer.losses.slice(0, -1));
  });

  it("a signal stops it between scales and within, and it goes on to the bit", async () => {
    const whole = make();
    await run(whole, 18);
    for (const stop of [4, 6]) {
      const metamer = make();
      const controller = new AbortController();
      await metamer.synthesize({
        ...byCount,
        maxIter: 18,
        signal: controller.signal,
        onProgress: ({ iteration }) => iteration === stop && controller.abort(),
      });
      expect(metamer.scalesLoss.length).toBe(stop);
      expect(metamer.scales[0]).toBe(stop === 4 ? "mean" : "lowpass");
      await run(metamer, 18 - stop);
      expect(everything(metamer)).toEqual(everything(whole));
    }
  });

  it("converges at the same iteration in one go and in two", async () => {
    const options = {
      changeScaleCriterion: null,
      ctfItersToCheck: 2,
      stopCriterion: 1e9,
      stopItersToCheck: 1,
    };
    const whole = make();
    const { warnings } = await run(whole, 50, options);
    expect(warnings.map(({ message }) => message).join()).toContain("Loss has converged");
    // "all" begins with iteration 8, and has to have had more than three.
    expect(whole.scalesLoss.length).toBe(12);
    const parts = make();
    await run(parts, 10, options);
    await run(parts, 50, options);
    expect(everything(parts)).toEqual(everything(whole));
  });

  it("a loss that becomes NaN at one scale only leaves the last good image", async () => {
    class Fragile extends HaarStack {
      override forward(x: Tensor, selection: ScaleSelection = {}): Tensor {
        const y = super.forward(x, selection);
        return selection.scales?.includes(1) ? mul(y, Number.NaN) : y;
      }
    }
    const metamer = new MetamerCTF(makeImage(), new Fragile());
    const { result } = await collectWarnings(() =>
      metamer.synthesize({ ...byCount, maxIter: 30 }).catch((error: unknown) => error),
    );
    expect(result).toBeInstanceOf(NumericalError);
    expect(String(result)).toMatch(/at iteration 8/);
    expect(metamer.losses.length).toBe(9);
    expect(metamer.losses.every(Number.isFinite)).toBe(true);
    expect([...readSync(metamer.metamer)].every(Number.isFinite)).toBe(true);
    expect([...metamer.scalesTiming.values()].slice(0, 3)).toEqual([[0, 3], [4, 7], [8]]);
  });

  it("moves in the middle of a scale, and goes on", async () => {
    const other = device.dtype === "float32" ? "float64" : "float32";
    const metamer = make();
    await run(metamer, 6);
    await metamer.to({ dtype: other });
    await run(metamer, 6);
    const stayed = make();
    await run(stayed, 12);
    expect([...metamer.scalesTiming]).toEqual([...stayed.scalesTiming]);
    metamer.scalesLoss.forEach((loss, i) => {
      expect(loss).toBeCloseTo(stayed.scalesLoss[i], 5);
    });
    const again = make();
    await again.to({ dtype: other });
    await again.load(await metamer.saveToBlob());
    await run(again, 4);
    await run(metamer, 4);
    expect(everything(again)).toEqual(everything(metamer));
  });

  it("frees what it made", async () => {
    const image = makeImage();
    const before = memory().numTensors;
    for (const iterations of [1, 6, 18]) {
      const metamer = new MetamerCTF(image, new HaarStack());
      await run(metamer, iterations, { ...byCount, storeProgress: 2 });
      const blob = await metamer.saveToBlob();
      await metamer.to({ dtype: device.dtype === "float32" ? "float64" : "float32" });
      const again = new MetamerCTF(image, new HaarStack());
      await again.load(blob);
      await run(again, 5, { ...byCount, storeProgress: 2 });
      for (const each of [metamer, again]) each.dispose();
    }
    expect(() => new MetamerCTF(image, ((x: Tensor) => x) as never)).toThrow(ModelError);
    expect(memory().numTensors).toBe(before);
  });

  it("getProgress, toString and a saving in the middle are those of a metamer", async () => {
    const metamer = make({ coarseToFine: "separate" });
    const before = metamer.toString();
    expect(before).toMatch(/^MetamerCTF\(\n {2}image: \[1, 1, 8, 8\] float\d\d on .*\n/);
    expect(before).toMatch(/penaltyLambda: 0\.1,\n {2}coarseToFine: separate\n\)$/);
    await run(metamer, 5, { ...byCount, storeProgress: 2 });
    expect(metamer.toString()).toBe(before);
    const { warnings } = await collectWarnings(() => {
      const now = { iteration: 5, losses: metamer.losses[5], gradientNorm: null, storeProgressIteration: 4 };
      expect(metamer.getProgress(-1)).toMatchObject(now);
    });
    expect(warnings.length).toBe(1);
    expect(metamer.getProgress(2)).toMatchObject({ storeProgressIteration: 2, losses: metamer.losses[2] });
  });
});

describe("what cannot be synthesized coarse to fine", () => {
  beforeEach(() => useBackend("cpu"));
  const whole = (x: Tensor) => add(x, 1);
  const image = () => makeImage();

  it.each<[string, unknown, RegExp]>([
    ["no scales", { forward: whole }, /model has no scales attribute/],
    ["a function without scales", whole, /model has no scales attribute/],
    ["scales that are no list", { scales: "all", forward: whole }, /list of names or numbers/],
    ["no scale", { scales: [], forward: whole }, /list of names or numbers/],
    ["a scale twice", Object.assign(new HaarStack(), { scales: [0, 1, 0] }), /must differ/],
    ["a scale named all", Object.assign(new HaarStack(), { scales: ["mean", "all"] }), /none may be "all"/],
    [
      "a second argument that is not read",
      { scales: [1, 0], forward: whole },
      /model forward method does not accept scales argument \[1\]/,
    ],
    [
      "a second argument that makes it fail",
      {
        scales: [1, 0],
        forward: (x: Tensor, { scales }: ScaleSelection = {}) => {
          if (scales) throw new TypeError("no such argument");
          return whole(x);
        },
      },
      /does not accept scales argument \[1\].*no such argument/,
    ],
    [
      "scales that make no difference",
      {
        scales: ["a", "b"],
        forward: (x: Tensor, { scales }: ScaleSelection = {}) => whole(scales ? x : mul(x, 2)),
      },
      /Output of model forward method doesn't change shape when scales is set to \["a"\]/,
    ],
    [
      "scales whose first two make no difference",
      {
        scales: [2, 1, 0],
        forward: (x: Tensor, selection: ScaleSelection = {}) => {
          const stack = new HaarStack();
          const { scales } = selection;
          return scales?.length === 1 ? stack.forward(x, { scales: [0] }) : stack.forward(x);
        },
      },
      /doesn't change shape when scales is set to \[2, 1\]/,
    ],
  ])("%s", (_, model, message) => {
    expect(() => new MetamerCTF(image(), model as never)).toThrow(ModelError);
    expect(() => validateCoarseToFine(model as never, image())).toThrow(message);
  });

  it("a function with scales will do", async () => {
    const stack = new HaarStack();
    const model = Object.assign((x: Tensor, selection?: ScaleSelection) => stack.forward(x, selection), {
      scales: stack.scales,
    });
    const metamer = new MetamerCTF(image(), model);
    await run(metamer, 6);
    expect(metamer.scalesFinished).toEqual(["mean"]);
  });

  it("a model of one scale has nothing to begin with", async () => {
    const model = { scales: [0], forward: (x: Tensor, _?: ScaleSelection) => whole(x) };
    const metamer = new MetamerCTF(image(), model);
    expect(metamer.scales).toEqual(["all"]);
    await run(metamer, 5, { ...byCount, ctfItersToCheck: 1 });
    expect([...metamer.scalesTiming]).toEqual([["all", [0]]]);
    expect(metamer.scalesLoss).toEqual(metamer.losses.slice(0, -1));
  });

  it("another way, and options that do not fit", async () => {
    for (const coarseToFine of ["other", "", null, true]) {
      expect(() => make({ coarseToFine: coarseToFine as never })).toThrow(/Don't know how to handle value/);
    }
    const metamer = make();
    for (const options of [
      { stopCriterion: 0.01 },
      { stopCriterion: 0.5, changeScaleCriterion: 0.1 },
      { changeScaleCriterion: 0 },
    ]) {
      await expect(metamer.synthesize(options)).rejects.toThrow(/stop_criterion must be strictly less than/);
    }
    await expect(metamer.synthesize({ changeScaleCriterion: "1" as never })).rejects.toThrow(ValidationError);
    for (const ctfItersToCheck of [0, 1.5, -1, Number.NaN]) {
      await expect(metamer.synthesize({ ctfItersToCheck })).rejects.toThrow(/ctfItersToCheck must be/);
    }
    expect(metamer.metamer.size).toBe(0);
    await expect(
      metamer.synthesize({ maxIter: 1, stopCriterion: 5, changeScaleCriterion: null }),
    ).resolves.toBe(undefined);
  });

  it("draws as many random numbers as the reference: one for each pixel, in float32", async () => {
    for (const dtype of ["float32", "float64"] as const) {
      await useBackend("cpu", { dtype });
      const x = image();
      setSeed(4);
      new MetamerCTF(x, new HaarStack());
      const after = [...readSync(rand([3]))];
      setSeed(4);
      new Metamer(x, new HaarStack());
      await useBackend("cpu");
      rand([64]);
      await useBackend("cpu", { dtype });
      expect([...readSync(rand([3]))]).toEqual(after);
    }
  });
});

describe("files of coarse-to-fine synthesis", () => {
  beforeEach(() => useBackend("cpu", { dtype: "float64" }));
  const plain = () => new Metamer(makeImage(), new HaarStack());
  const bytes = async (metamer: Metamer) => new Uint8Array(await (await metamer.saveToBlob()).arrayBuffer());
  const saved = async (options: MetamerCTFOptions = {}) => {
    const metamer = make(options);
    await run(metamer, 6);
    return bytes(metamer);
  };

  it("are told from those of a metamer, both ways", async () => {
    await expect(plain().load(await saved())).rejects.toThrow(
      /Saved object was a plenoptic\.MetamerCTF, but initialized object is plenoptic\.Metamer!/,
    );
    const other = plain();
    await other.synthesize({ maxIter: 2 });
    await expect(make().load(await bytes(other))).rejects.toThrow(
      /Saved object was a plenoptic\.Metamer, but initialized object is plenoptic\.MetamerCTF!/,
    );
  });

  it("are of one way", async () => {
    const separate = await saved({ coarseToFine: "separate" });
    const message =
      /Saved and initialized coarse_to_fine are different!\nSaved: separate\nInitialized: together/;
    await expect(make().load(separate)).rejects.toThrow(message);
    const metamer = make();
    const { warnings } = await collectWarnings(() => metamer.load(separate, { raiseOnChecks: false }));
    expect(warnings.map((w) => w.message).join()).toMatch(message);
    expect(metamer.coarseToFine).toBe("separate");
    expect(metamer.scales).toEqual(["lowpass", 1, 0, "energy", "all"]);
  });

  it("can be loaded into a new object only", async () => {
    const metamer = make();
    await run(metamer, 1);
    await expect(metamer.load(await saved())).rejects.toThrow(/just-initialized MetamerCTF object/);
  });

  it("hold an object that has not been set up", async () => {
    const metamer = make({ coarseToFine: "separate" });
    await metamer.load(await make({ coarseToFine: "separate" }).saveToBlob());
    await run(metamer, 5);
    expect(metamer.scales[0]).toBe("lowpass");
  });

  it.each<[string, (attributes: Map<TorchValue, TorchValue>) => unknown, RegExp]>([
    ["no scales", (a) => a.set("_scales", []), /scales must end with "all"/],
    ["scales without end", (a) => a.set("_scales", ["mean"]), /scales must end with "all"/],
    ["a scale that is none", (a) => a.set("_scales", [null, "all"]), /no scale/],
    ["no beginning", (a) => a.set("_scales_timing", new Map()), /does not say when scale lowpass was begun/],
    ["a timing that is none", (a) => a.set("_scales_timing", 3), /scales_timing is not a dictionary/],
    ["too few losses", (a) => a.set("_scales_loss", [0.5]), /6 losses, but 1 of scales/],
    ["another way", (a) => a.set("_coarse_to_fine", "sideways"), /not "together" or "separate"/],
    ["a target that is none", (a) => a.set("_ctf_target_representation", "x"), /ctf_target_representation/],
    ["no rate", (a) => a.set("_initial_lr", "x"), /initial_lr/],
    ["a rate that is no number", (a) => a.set("_initial_lr", []), /initial_lr/],
  ])("%s: an error, and the object stays as it was", async (_, edit, message) => {
    const attributes = readTorch(await saved()) as Map<TorchValue, TorchValue>;
    edit(attributes);
    const metamer = make();
    const before = memory().numTensors;
    const error = await metamer.load(writeTorch(attributes)).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(FormatError);
    expect(String(error)).toMatch(message);
    expect(memory().numTensors).toBe(before);
    await run(metamer, 2);
    expect(metamer.scales[0]).toBe("mean");
  });

  it("a model whose values are elsewhere is found by what it gives", async () => {
    class Other extends HaarStack {
      override forward(x: Tensor, selection?: ScaleSelection): Tensor {
        return mul(super.forward(x, selection), 1.01);
      }
    }
    await expect(new MetamerCTF(makeImage(), new Other()).load(await saved())).rejects.toThrow(
      /Saved and initialized model output have different values/,
    );
    const dark = mul(makeImage(), 0.5);
    await expect(new MetamerCTF(dark, new HaarStack()).load(await saved())).rejects.toThrow(
      /attribute image have different values/,
    );
  });
});
