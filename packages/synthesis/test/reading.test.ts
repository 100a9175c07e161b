import { readFileSync } from "node:fs";
import { inspect } from "node:util";
import { Gaussian } from "@plenoptic/models";
import {
  cast,
  DTypeError,
  full,
  linspace,
  ModelError,
  mean,
  memory,
  mul,
  NumericalError,
  OutOfRangeError,
  ones,
  rand,
  readSync,
  reshape,
  ShapeError,
  sum,
  type Tensor,
  tensor,
  toDevice,
  useBackend,
  ValidationError,
  withDevice,
} from "@plenoptic/tensor";
import { collectWarnings } from "@plenoptic/testing";
import { beforeEach, describe, expect, it } from "vitest";
import { Metamer, validateInput, validateModel, validatePenalty } from "../src/index.js";
import { roundHalfToEven } from "../src/progress-index.js";
import { makeMetamer, ramp, rowMeans } from "./support.js";

const recorded = JSON.parse(readFileSync(new URL("./fixtures/metamer.json", import.meta.url), "utf8"));

beforeEach(async () => {
  await useBackend("cpu", { dtype: "float64" });
});

describe("getProgress, against the reference", () => {
  interface Case {
    every: number;
    iterations: number;
    selection: "floor" | "ceiling" | "round";
    asked: number | null;
    iteration: number;
    frame: number;
    frames: number;
    storeProgressIteration: number;
    warned: boolean;
    hasNorms: boolean;
  }
  const runs = [
    [1, 4],
    [2, 5],
    [3, 7],
    [4, 8],
  ];
  it.each(runs)(
    "storeProgress %i over %i iterations, every index and selection",
    async (every, iterations) => {
      const metamer = makeMetamer();
      await metamer.synthesize({ maxIter: iterations, storeProgress: every });
      const cases = (recorded.progress as Case[]).filter((c) => c.every === every);
      expect(cases.length).toBeGreaterThan(20);
      for (const expected of cases) {
        const { result, warnings } = await collectWarnings(() =>
          metamer.getProgress(expected.asked, { iterationSelection: expected.selection }),
        );
        const label = `${expected.asked} ${expected.selection}`;
        expect(result.iteration, label).toBe(expected.iteration);
        expect(result.storeProgressIteration, label).toBe(expected.storeProgressIteration);
        expect([...(result.savedMetamer ?? [])], label).toEqual([...metamer.savedMetamer[expected.frame]]);
        expect(result.gradientNorm !== null, label).toBe(expected.hasNorms);
        expect(warnings.length > 0, label).toBe(expected.warned);
        if (expected.warned) expect(warnings[0].message).toMatch(/loss iteration and iteration.*\d.*\d/);
        expect(result.losses).toBe(metamer.losses[expected.iteration]);
        expect(result.penalties).toBe(metamer.penalties[expected.iteration]);
      }
    },
  );

  it("out of range is an error that says how many there are", async () => {
    const metamer = makeMetamer();
    await metamer.synthesize({ maxIter: 3 });
    for (const iteration of [4, -5, 100]) {
      expect(() => metamer.getProgress(iteration)).toThrow(OutOfRangeError);
      expect(() => metamer.getProgress(iteration)).toThrow("out of bounds with 4");
    }
    expect(metamer.getProgress(null)).not.toHaveProperty("savedMetamer");
    expect(() => metamer.getProgress(1.5)).toThrow(ValidationError);
  });

  it("rounds halves to the even number, as Python", () => {
    expect([0.5, 1.5, 2.5, 0.4, 0.6, 3].map(roundHalfToEven)).toEqual([0, 2, 2, 0, 1, 3]);
  });
});

describe("before synthesis", () => {
  it("everything is empty until setup", () => {
    const metamer = makeMetamer();
    expect(metamer.metamer.size).toBe(0);
    expect(metamer.objectiveFunction().size).toBe(0);
    expect([
      metamer.losses,
      metamer.penalties,
      metamer.gradientNorm,
      metamer.pixelChangeNorm,
      metamer.savedMetamer,
    ]).toEqual([[], [], [], [], []]);
    metamer.setup();
    expect([
      metamer.losses.length,
      metamer.penalties.length,
      metamer.gradientNorm.length,
      metamer.savedMetamer.length,
    ]).toEqual([1, 1, 0, 1]);
  });

  it("asking for the current loss twice computes it once, and objectiveFunction records nothing", async () => {
    let calls = 0;
    const metamer = new Metamer(ramp(), (x) => {
      calls++;
      return rowMeans(x);
    });
    await metamer.synthesize({ maxIter: 2 });
    const after = calls;
    void [metamer.losses, metamer.losses, metamer.penalties];
    expect(calls).toBe(after);
    const objective = metamer.objectiveFunction();
    expect(readSync(objective)[0]).toBeCloseTo(metamer.losses[2], 12);
    expect(readSync(metamer.objectiveFunction(metamer.image))[0]).toBeCloseTo(0, 12);
    expect(metamer.losses.length).toBe(3);
  });

  it("says what it is, the same before and after synthesis", async () => {
    const metamer = new Metamer(rand([1, 1, 16, 16]), new Gaussian(5));
    const before = String(metamer);
    await metamer.synthesize({ maxIter: 1 });
    expect(String(metamer)).toBe(before);
    expect(inspect(metamer)).toBe(before);
    for (const part of ["Metamer(", "[1, 1, 16, 16] float64", "Gaussian(", "mse", "penalizeRange", "0.1"])
      expect(before).toContain(part);
  });

  it("keeps its own image: the caller may dispose theirs", async () => {
    const image = ramp();
    const metamer = new Metamer(image, rowMeans);
    image.dispose();
    await metamer.synthesize({ maxIter: 2 });
    expect(metamer.losses.length).toBe(3);
  });
});

describe("the checks of the constructor", () => {
  const make = (model: unknown, options: object = {}) =>
    new Metamer(ramp(), model as (x: Tensor) => Tensor, options);
  const outside = () => withDevice({ device: "cpu", dtype: "float32" }, () => ones([3]));

  it.each<[string, () => unknown, abstract new (...args: never[]) => Error, RegExp]>([
    [
      "λ < 0",
      () => make(rowMeans, { penaltyLambda: -1 }),
      ValidationError,
      /penalty_lambda must be non-negative/,
    ],
    [
      "NaN pixels",
      () => new Metamer(full([1, 1, 8, 8], Number.NaN), rowMeans),
      NumericalError,
      /NaN or infinite/,
    ],
    [
      "infinite pixels",
      () => new Metamer(full([1, 1, 8, 8], Number.POSITIVE_INFINITY), rowMeans),
      NumericalError,
      /NaN or infinite/,
    ],
    [
      "a picture of whole numbers",
      () => new Metamer(cast(ramp(), "int32"), rowMeans),
      DTypeError,
      /Only float dtypes/,
    ],
    ["one axis", () => new Metamer(rand([9]), rowMeans), ShapeError, /two to five axes/],
    [
      "no tensor",
      () => new Metamer([1, 2] as unknown as Tensor, rowMeans),
      ValidationError,
      /Expected a tensor, but got an array/,
    ],
    ["a model that is none", () => make({ name: "x" }), ModelError, /forward\(x\)/],
    [
      "a model that returns no tensor",
      () => make((x: Tensor) => [...readSync(x)]),
      ModelError,
      /model does not return a tensor object, but an array/,
    ],
    ["an asynchronous model", () => make(async (x: Tensor) => x), ModelError, /promise.*synchronous/],
    [
      "a model without gradient",
      () => make((x: Tensor) => tensor([readSync(mean(x))[0]])),
      ModelError,
      /model strips gradient from input/,
    ],
    [
      "a model that returns whole numbers",
      () => make((x: Tensor) => cast(mul(x, 9), "int32")),
      DTypeError,
      /changes precision/,
    ],
    [
      "a model that changes the precision",
      () => make(outside),
      DTypeError,
      /model changes precision of input, from float64 to float32/,
    ],
    ["a model that returns NaN", () => make((x: Tensor) => mul(x, Number.NaN)), ModelError, /returns NaN/],
    [
      "a loss that returns several numbers",
      () => make(rowMeans, { lossFunction: (x: Tensor) => x }),
      ShapeError,
      /loss_function \(lossFunction\) should return a scalar value/,
    ],
    [
      "a loss that is no function",
      () => make(rowMeans, { lossFunction: 3 }),
      ModelError,
      /should be callable and accept two tensors/,
    ],
    [
      "a penalty that is no function",
      () => make(rowMeans, { penaltyFunction: "x" }),
      ModelError,
      /penalty_function.*should be callable and accept a tensor as input/,
    ],
    [
      "a penalty that returns an image",
      () => make(rowMeans, { penaltyFunction: (x: Tensor) => x }),
      ShapeError,
      /should return a scalar value/,
    ],
    [
      "a penalty that returns a number",
      () => make(rowMeans, { penaltyFunction: () => 3 }),
      ModelError,
      /does not return a tensor object, but 3/,
    ],
    [
      "a penalty without gradient",
      () => make(rowMeans, { penaltyFunction: () => tensor(1) }),
      ModelError,
      /strips gradient/,
    ],
    [
      "a penalty of another precision",
      () => make(rowMeans, { penaltyFunction: () => sum(outside()) }),
      DTypeError,
      /should not change precision/,
    ],
  ])("%s", (_, f, kind, words) => {
    const image = rand([2]);
    expect(f).toThrow(words);
    expect(f).toThrow(kind);
    image.dispose();
  });

  it("a model that throws: its error is the cause", () => {
    const original = new TypeError("boom");
    const model = () => {
      throw original;
    };
    try {
      make(model);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(ModelError);
      expect((error as Error).message).toContain("boom");
      expect((error as Error).cause).toBe(original);
    }
  });

  it("a kernel that is too large shows the model's own words", () => {
    expect(() => new Metamer(rand([1, 1, 8, 8]), new Gaussian(30))).toThrow(/8 × 8/);
    expect(() => new Metamer(rand([1, 1, 1, 1]), new Gaussian(3))).toThrow(/1 × 1/);
  });

  it("warns about values outside [0, 1] and about other than four axes", async () => {
    const far = await collectWarnings(() => new Metamer(mul(ramp(), 2), rowMeans));
    expect(far.warnings.map((w) => w.message).join()).toContain("input_tensor range is (0, 2)");
    for (const shape of [
      [8, 8],
      [1, 8, 8],
      [1, 1, 1, 8, 8],
    ]) {
      const { warnings } = await collectWarnings(
        () => new Metamer(reshape(linspace(0, 1, 64), shape), rowMeans),
      );
      expect(warnings.map((w) => w.message).join()).toContain("methods have mostly been tested on 4d");
    }
    const fine = await collectWarnings(() => new Metamer(ramp(), rowMeans));
    expect(fine.warnings).toEqual([]);
  });

  it("a failed check leaves no tensor behind", () => {
    const image = ramp();
    const before = memory().numTensors;
    const attempts = [
      () => new Metamer(image, (x) => mul(x, Number.NaN)),
      () => new Metamer(image, (x) => tensor([readSync(mean(x))[0]])),
      () => new Metamer(image, rowMeans, { lossFunction: (x) => x }),
      () => new Metamer(image, rowMeans, { penaltyFunction: (x) => x }),
    ];
    for (const attempt of attempts) {
      expect(attempt).toThrow();
      expect(memory().numTensors).toBe(before);
    }
  });

  it("the checks can be called alone", async () => {
    const image = ramp();
    validateInput(image);
    validateModel(rowMeans, image);
    validatePenalty((x) => mean(mul(x, x)), image);
    expect(() => validateInput(rand([2, 1, 4, 4]), { noBatch: true })).toThrow(/batch dimension must be 1/);
    expect((await toDevice(image, { dtype: "float32" })).shape).toEqual([1, 1, 8, 8]);
  });
});
