import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  examineSavedSynthesis,
  FormatError,
  PythonTuple,
  readTorch,
  TorchTensor,
  type TorchValue,
  writeTorch,
} from "@plenoptic/io";
import { l2Norm, mse, penalizeRange } from "@plenoptic/losses";
import { Gaussian } from "@plenoptic/models";
import * as optim from "@plenoptic/optim";
import {
  add,
  memory,
  mul,
  rand,
  readSync,
  StateError,
  setSeed,
  type Tensor,
  tensor,
  useBackend,
  ValidationError,
} from "@plenoptic/tensor";
import {
  collectWarnings,
  describeDevices,
  goldenOrSkip,
  hasGoldens,
  sharedDir,
  skipReason,
  testFolder,
} from "@plenoptic/testing";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { Metamer, type MetamerOptions, type SetupOptions } from "../src/index.js";

const folder = testFolder();
afterAll(folder.remove);
const file = (name: string) => join(folder.path, name);

const makeImage = (): Tensor => {
  setSeed(3);
  return rand([1, 1, 16, 16]);
};
const makeModel = () => new Gaussian(5, { std: 2 });
const makeMetamer = (options: MetamerOptions = {}) => new Metamer(makeImage(), makeModel(), options);
const run = (metamer: Metamer, maxIter: number, storeProgress: number | boolean = false) =>
  collectWarnings(() => metamer.synthesize({ maxIter, storeProgress, stopCriterion: 0 }));

/** All that can be read of an object. */
const everything = (metamer: Metamer) => ({
  losses: metamer.losses,
  penalties: metamer.penalties,
  gradientNorm: metamer.gradientNorm,
  pixelChangeNorm: metamer.pixelChangeNorm,
  metamer: [...readSync(metamer.metamer)],
  image: [...readSync(metamer.image)],
  targetRepresentation: [...readSync(metamer.targetRepresentation)],
  savedMetamer: metamer.savedMetamer,
  storeProgress: metamer.storeProgress,
  penaltyLambda: metamer.penaltyLambda,
  text: metamer.toString(),
});

const setups: [string, SetupOptions][] = [
  ["Adam", {}],
  ["Adam, without amsgrad", { optimizer: optim.Adam, optimizerOptions: { lr: 0.05 } }],
  ["AdamW", { optimizer: optim.AdamW, optimizerOptions: { lr: 0.02, amsgrad: true } }],
  ["SGD", { optimizer: optim.SGD, optimizerOptions: { lr: 3 } }],
  [
    "SGD with momentum, MultiStepLR",
    {
      optimizer: optim.SGD,
      optimizerOptions: { lr: 3, momentum: 0.9, nesterov: true },
      scheduler: optim.MultiStepLR,
      schedulerOptions: { milestones: [3, 6, 6], gamma: 0.5 },
    },
  ],
  [
    "ReduceLROnPlateau",
    {
      optimizer: optim.Adam,
      scheduler: optim.ReduceLROnPlateau,
      schedulerOptions: { patience: 0, threshold: 0.9, cooldown: 1, minLr: 1e-4 },
    },
  ],
  ["StepLR", { optimizer: optim.Adam, scheduler: optim.StepLR, schedulerOptions: { stepSize: 2 } }],
  [
    "ExponentialLR",
    { optimizer: optim.SGD, scheduler: optim.ExponentialLR, schedulerOptions: { gamma: 0.9 } },
  ],
  [
    "CosineAnnealingLR",
    { optimizer: optim.SGD, scheduler: optim.CosineAnnealingLR, schedulerOptions: { tMax: 8 } },
  ],
  ["LBFGS", { optimizer: optim.LBFGS, optimizerOptions: { maxIter: 3, historySize: 2 } }],
  [
    "LBFGS, strong Wolfe",
    { optimizer: optim.LBFGS, optimizerOptions: { maxIter: 3, lineSearchFn: "strongWolfe" } },
  ],
];

describeDevices("save and load", (device) => {
  it.each(setups)(
    "%s: what was saved is there again to the bit, and goes on to the bit",
    async (_, setup) => {
      const metamer = makeMetamer();
      metamer.setup(setup);
      await run(metamer, 5, 2);
      const path = file(`bits-${device.dtype}.pt`);
      await metamer.save(path);
      const again = makeMetamer();
      await collectWarnings(() => again.load(path));
      expect(everything(again)).toEqual(everything(metamer));
      again.setup({ optimizer: setup.optimizer, scheduler: setup.scheduler });
      await run(metamer, 5, 2);
      await run(again, 5, 2);
      expect(everything(again)).toEqual(everything(metamer));
      expect(await again.optimizer?.stateDict()).toEqual(await metamer.optimizer?.stateDict());
      expect(again.scheduler?.stateDict()).toEqual(metamer.scheduler?.stateDict());
    },
  );

  it("saving changes nothing, also in the middle of synthesis", async () => {
    const plain = makeMetamer();
    await run(plain, 6);
    const saving = makeMetamer();
    const path = file("middle.pt");
    await saving.synthesize({
      maxIter: 6,
      stopCriterion: 0,
      onProgress: ({ iteration }) => (iteration === 3 ? saving.save(path) : undefined),
    });
    expect(everything(saving)).toEqual(everything(plain));
    const half = makeMetamer();
    await half.load(path);
    await run(half, 3);
    expect(everything(half)).toEqual(everything(plain));
  });

  it("a save that nobody waits for holds the iteration at which it was asked for", async () => {
    const plain = makeMetamer();
    await run(plain, 3, 1);
    const metamer = makeMetamer();
    let blob: Promise<Blob> | undefined;
    await metamer.synthesize({
      maxIter: 9,
      storeProgress: 1,
      stopCriterion: 0,
      onProgress: ({ iteration }) => {
        if (iteration === 3) blob = metamer.saveToBlob();
      },
    });
    const again = makeMetamer();
    await again.load(await (blob as Promise<Blob>));
    expect(everything(again)).toEqual(everything(plain));
    await run(again, 6, 1);
    expect(everything(again)).toEqual(everything(metamer));
  });

  it("an object that begins while a file is being read does not take it over", async () => {
    const metamer = makeMetamer();
    await run(metamer, 2);
    const path = file("late.pt");
    await metamer.save(path);
    const busy = makeMetamer();
    const loading = busy.load(path);
    busy.setup();
    await expect(loading).rejects.toThrow(/just-initialized/);
  });

  it("a Blob does as well as a file", async () => {
    const metamer = makeMetamer();
    await run(metamer, 3);
    const blob = await metamer.saveToBlob();
    const again = makeMetamer();
    await again.loadFromBlob(blob);
    expect(everything(again)).toEqual(everything(metamer));
  });

  it("a model that fails on the way loses nothing: it is saved with what it gave at first", async () => {
    let calls = 0;
    const model = makeModel();
    const failing = (x: Tensor) => {
      if (++calls > 8) throw new Error("out of sight");
      return model.forward(x);
    };
    const metamer = new Metamer(makeImage(), failing);
    await expect(metamer.synthesize({ maxIter: 20 })).rejects.toThrow("out of sight");
    const { result: blob, warnings } = await collectWarnings(() => metamer.saveToBlob());
    expect(JSON.stringify(warnings)).toContain("out of sight");
    calls = -100;
    const again = new Metamer(makeImage(), failing);
    await again.load(blob);
    expect(again.gradientNorm).toEqual(metamer.gradientNorm);
    await run(again, 2);
    expect(again.gradientNorm.length).toBe(metamer.gradientNorm.length + 2);
  });

  it("an object that has not been set up is saved and loaded as such", async () => {
    const blob = await makeMetamer().saveToBlob();
    const [again, never] = [makeMetamer(), makeMetamer()];
    await again.load(blob);
    expect(everything(again)).toEqual(everything(never));
    await run(again, 3);
    expect(again.losses.length).toBe(4);
  });

  it("an object that was loaded and not set up can be saved again", async () => {
    const metamer = makeMetamer();
    metamer.setup({ optimizer: optim.SGD, optimizerOptions: { lr: 2, momentum: 0.5 } });
    await run(metamer, 3);
    const [second, third] = [makeMetamer(), makeMetamer()];
    await collectWarnings(async () => second.load(await metamer.saveToBlob()));
    await collectWarnings(async () => third.load(await second.saveToBlob()));
    third.setup({ optimizer: optim.SGD });
    await run(metamer, 3);
    await run(third, 3);
    expect(everything(third)).toEqual(everything(metamer));
  });

  it("no tensor is left behind, whether it loads or not", async () => {
    const metamer = makeMetamer();
    await run(metamer, 3);
    const blob = await metamer.saveToBlob();
    const again = makeMetamer();
    const before = memory().numTensors;
    await expect(again.load(new Uint8Array(7))).rejects.toThrow(FormatError);
    expect(memory().numTensors).toBe(before);
    await again.load(blob);
    expect(memory().numTensors).toBe(before);
    again.dispose();
    metamer.dispose();
  });

  it("after to(), in the other precision, it is saved, loaded and continued there", async () => {
    const other = device.dtype === "float32" ? "float64" : "float32";
    for (const setup of [
      {},
      { optimizer: optim.LBFGS, optimizerOptions: { maxIter: 2 } },
    ] as SetupOptions[]) {
      const metamer = makeMetamer();
      metamer.setup(setup);
      await run(metamer, 4);
      await collectWarnings(() => metamer.to({ dtype: other }));
      await run(metamer, 2);
      expect(metamer.pixelChangeNorm.at(-1)).toBeGreaterThan(0);
      const again = makeMetamer();
      await collectWarnings(() => again.to({ dtype: other }));
      await collectWarnings(async () => again.load(await metamer.saveToBlob()));
      again.setup({ optimizer: setup.optimizer });
      await run(metamer, 2);
      await run(again, 2);
      expect(again.losses).toEqual(metamer.losses);
      expect(metamer.device.dtype).toBe(other);
    }
  });

  it("mapLocation says where it goes", async () => {
    const metamer = makeMetamer();
    await run(metamer, 3);
    const other = device.dtype === "float32" ? "float64" : "float32";
    const again = makeMetamer();
    await collectWarnings(async () =>
      again.load(await metamer.saveToBlob(), { mapLocation: { dtype: other } }),
    );
    expect(again.device.dtype).toBe(other);
    await run(again, 2);
    expect(again.losses.length).toBe(6);
    expect(again.pixelChangeNorm.at(-1)).toBeGreaterThan(0);
  });
});

describe("checks of load", () => {
  beforeEach(() => useBackend("cpu", { dtype: "float64" }));

  const saved = async (options: MetamerOptions = {}, setup: SetupOptions = {}) => {
    const metamer = makeMetamer(options);
    metamer.setup(setup);
    await run(metamer, 2);
    return new Uint8Array(await (await metamer.saveToBlob()).arrayBuffer());
  };

  /** A file with some attributes changed. */
  const edited = async (edit: (attributes: Map<TorchValue, TorchValue>) => void) => {
    const attributes = readTorch(await saved()) as Map<TorchValue, TorchValue>;
    edit(attributes);
    return writeTorch(attributes);
  };

  const loadWith = (
    image: Tensor,
    model = makeModel() as ConstructorParameters<typeof Metamer>[1],
    options: MetamerOptions = {},
  ) => new Metamer(image, model, options);

  const cases: [string, () => Metamer, () => Promise<Uint8Array>, RegExp][] = [
    [
      "another class",
      makeMetamer,
      () =>
        edited((a) =>
          (a.get("save_metadata") as Map<string, string>).set("synthesis_object", "plenoptic.MADCompetition"),
        ),
      /Saved object was a plenoptic\.MADCompetition, but initialized object is plenoptic\.Metamer/,
    ],
    [
      "an attribute too many",
      makeMetamer,
      () => edited((a) => a.set("_scales", ["all"])),
      /Saved object has 1 attribute\(s\) not present in the initialized object!\nscales/,
    ],
    [
      "an image of other values",
      () => loadWith(mul(makeImage(), 0.5)),
      saved,
      /Saved and initialized attribute image have different values![\s\S]*Largest difference: 0\.\d+/,
    ],
    [
      "an image of another shape",
      () => loadWith(rand([1, 1, 16, 20])),
      saved,
      /Saved and initialized attribute image have different shape![\s\S]*\[1, 1, 16, 16\][\s\S]*\[1, 1, 16, 20\]/,
    ],
    [
      "another λ",
      () => makeMetamer({ penaltyLambda: 0.2 }),
      saved,
      /Saved and initialized penalty_lambda are different!\nSaved: 0\.1\nInitialized: 0\.2/,
    ],
    [
      "another loss",
      () => makeMetamer({ lossFunction: l2Norm }),
      saved,
      /Saved and initialized loss_function output have different values![\s\S]*plenoptic\.loss\.mse[\s\S]*plenoptic\.loss\.l2_norm/,
    ],
    [
      "another penalty",
      () => makeMetamer({ penaltyFunction: (x) => penalizeRange(x, { allowedRange: [0.4, 0.6] }) }),
      saved,
      /Saved and initialized penalty_function output have different values/,
    ],
    [
      "another model",
      () => loadWith(makeImage(), new Gaussian(5, { std: 1 })),
      saved,
      /Saved and initialized model output have different values/,
    ],
    [
      "a model with an output of another shape",
      () => loadWith(makeImage(), new Gaussian(5, { std: [2, 2] })),
      saved,
      /Saved and initialized model output have different shape/,
    ],
    [
      "a loss of another name that does the same",
      () =>
        makeMetamer({
          lossFunction: function sameAsMse(a, b) {
            return mse(a, b);
          },
        }),
      saved,
      /Saved and initialized loss_function have different names!\nSaved: mse\nInitialized: sameAsMse/,
    ],
    [
      "an example with other inputs",
      makeMetamer,
      () =>
        edited((a) => {
          const { items } = a.get("_model") as PythonTuple<TorchValue>;
          a.set("_model", new PythonTuple([items[0], new PythonTuple(["_metamer"]), items[2]]));
        }),
      /use different inputs to check identity of model!\nSaved: _metamer\nInitialized: _image/,
    ],
  ];

  it.each(cases)("%s is an error, and the object stays as it was", async (_, make, bytes, message) => {
    const metamer = make();
    const before = everything(metamer);
    const failure = metamer.load(await bytes());
    await expect(failure).rejects.toThrow(ValidationError);
    await expect(failure).rejects.toThrow(message);
    await expect(failure).rejects.toThrow(/examineSavedSynthesis/);
    expect(everything(metamer)).toEqual(before);
    await run(metamer, 2);
    expect(metamer.losses.length).toBe(3);
  });

  it.each(cases)("%s is a warning with raiseOnChecks: false", async (_, make, bytes, message) => {
    const metamer = make();
    const { model, lossFunction } = metamer;
    const content = await bytes();
    const { warnings } = await collectWarnings(() => metamer.load(content, { raiseOnChecks: false }));
    expect(warnings.map(({ message: text }) => text).join("\n")).toMatch(message);
    const values = new Metamer(makeImage(), makeModel());
    await collectWarnings(() => values.load(content, { raiseOnChecks: false }));
    // Plain values come from the file, functions stay as they were.
    expect([...readSync(metamer.image)]).toEqual([...readSync(values.image)]);
    expect(metamer.penaltyLambda).toBe(0.1);
    expect([metamer.model, metamer.lossFunction]).toEqual([model, lossFunction]);
  });

  it("another dtype is an error all the same", async () => {
    const bytes = await saved();
    await useBackend("cpu", { dtype: "float32" });
    const metamer = makeMetamer();
    const failure = metamer.load(bytes, { raiseOnChecks: false });
    await expect(failure).rejects.toThrow(
      /Saved and initialized attribute image have different dtype!\nSaved: float64\nInitialized: float32/,
    );
  });

  it("the checks come in the order of the specification", async () => {
    const bytes = await edited((a) => {
      (a.get("save_metadata") as Map<string, string>).set("synthesis_object", "plenoptic.MADCompetition");
      a.set("_scales", ["all"]);
    });
    const metamer = new Metamer(mul(makeImage(), 0.5), new Gaussian(5, { std: 1 }), {
      penaltyLambda: 0.2,
      lossFunction: function other(a, b) {
        return l2Norm(a, b);
      },
    });
    const { warnings } = await collectWarnings(() => metamer.load(bytes, { raiseOnChecks: false }));
    const order = [
      /Saved object was a/,
      /not present/,
      /attribute image/,
      /penalty_lambda/,
      /loss_function output/,
      /model output/,
      /different names/,
    ];
    expect(warnings.length).toBe(order.length);
    order.forEach((pattern, i) => {
      expect(warnings[i].message).toMatch(pattern);
    });
  });

  it("tolerances can be chosen", async () => {
    const bytes = await saved();
    const slightly = () => new Metamer(add(makeImage(), 1e-6), makeModel());
    await expect(slightly().load(bytes, { tensorEqualityRtol: 0 })).rejects.toThrow(/different values/);
    const metamer = slightly();
    await metamer.load(bytes, { tensorEqualityAtol: 1e-5 });
    expect(metamer.losses.length).toBe(3);
  });

  it("an attribute too few is an error that names it", async () => {
    const failure = makeMetamer().load(await edited((a) => a.delete("_losses")));
    await expect(failure).rejects.toThrow(
      /Initialized object has 1 attribute\(s\) not present in the saved object!\nlosses/,
    );
  });

  it("only a fresh object loads", async () => {
    const bytes = await saved();
    const metamer = makeMetamer();
    await run(metamer, 1);
    const failure = metamer.load(bytes);
    await expect(failure).rejects.toThrow(StateError);
    await expect(failure).rejects.toThrow(/load can only be called with a just-initialized Metamer/);
    const twice = makeMetamer();
    await twice.load(bytes);
    await expect(twice.load(bytes)).rejects.toThrow(/just-initialized/);
  });

  it.each<[string, () => Promise<Uint8Array>, RegExp]>([
    ["half a file", async () => (await saved()).slice(0, 3000), /truncated/],
    ["no torch file", async () => new TextEncoder().encode("hello"), /no file of torch\.save/],
    ["a torch file of something else", async () => writeTorch([1, 2]), /no saved object of synthesis/],
    ["losses that are none", () => edited((a) => a.set("_losses", ["a"])), /losses is not a number/],
    [
      "series of different lengths",
      () => edited((a) => a.set("_penalties", [1])),
      /2 losses, but 1 of penalties/,
    ],
    [
      "an image of integers",
      () => edited((a) => a.set("_image", new TorchTensor("int32", [1], Int32Array.of(1)))),
      /image is not a tensor/,
    ],
    ["an optimizer that is none", () => edited((a) => a.set("_optimizer", 3)), /optimizer is not a list/],
  ])("%s is a FormatError, and the object stays as it was", async (_, bytes, message) => {
    const metamer = makeMetamer();
    const before = everything(metamer);
    const failure = metamer.load(await bytes());
    await expect(failure).rejects.toThrow(FormatError);
    await expect(failure).rejects.toThrow(message);
    expect(everything(metamer)).toEqual(before);
  });

  it("a file that is not there, and a folder that cannot be written", async () => {
    await expect(makeMetamer().load(file("nowhere.pt"))).rejects.toThrow(/nowhere\.pt cannot be read/);
    await expect(makeMetamer().save(file("no/folder/x.pt"))).rejects.toThrow(/cannot be written/);
  });

  it("a model with a name of its own, and functions without any, are saved by what they do", async () => {
    const model = { name: "Twice", forward: (x: Tensor) => mul(x, 2) };
    const options = {
      lossFunction: (
        () => (a: Tensor, b: Tensor) =>
          mse(a, b)
      )(),
    };
    const metamer = new Metamer(makeImage(), model, options);
    await run(metamer, 1);
    const blob = await metamer.saveToBlob();
    const { callables } = await examineSavedSynthesis(blob);
    expect(callables.model.name).toBe("Twice");
    expect(callables.loss_function.name).toBe("<lambda>");
    await new Metamer(makeImage(), model, options).load(blob);
    const other = { ...model, name: "Thrice" };
    await expect(new Metamer(makeImage(), other, options).load(blob)).rejects.toThrow(
      /model have different names/,
    );
  });
});

describe("setup after load", () => {
  beforeEach(() => useBackend("cpu"));
  const loaded = async (setup: SetupOptions) => {
    const metamer = makeMetamer();
    metamer.setup(setup);
    await run(metamer, 2);
    const again = makeMetamer();
    const { warnings } = await collectWarnings(async () => again.load(await metamer.saveToBlob()));
    return { again, warnings: warnings.map(({ message }) => message) };
  };
  const sgd: SetupOptions = { optimizer: optim.SGD };
  const step: SetupOptions = { scheduler: optim.StepLR, schedulerOptions: { stepSize: 2 } };

  it("is not needed with Adam: synthesize() goes on, without a warning", async () => {
    const { again, warnings } = await loaded({});
    expect(warnings).toEqual([]);
    await run(again, 1);
    expect(again.losses.length).toBe(4);
  });

  it.each<[string, SetupOptions, RegExp]>([
    ["another optimizer", sgd, /You will need to call setup\(\) to instantiate optimizer\./],
    ["a scheduler", step, /You will need to call setup\(\) to instantiate scheduler\./],
    ["both", { ...sgd, ...step }, /You will need to call setup\(\) to instantiate optimizer, scheduler\./],
  ])("%s: load() warns that it is needed", async (_, setup, message) => {
    const { warnings } = await loaded(setup);
    expect(warnings).toEqual([expect.stringMatching(message)]);
  });

  it.each<[string, SetupOptions, SetupOptions, RegExp]>([
    [
      "an initial image",
      {},
      { initialImage: tensor([[[[1]]]]) },
      /Cannot set initial_image after calling load/,
    ],
    [
      "options of the optimizer",
      sgd,
      { ...sgd, optimizerOptions: { lr: 1 } },
      /When initializing optimizer after load, optimizer_kwargs/,
    ],
    ["options of the scheduler", step, step, /When initializing scheduler after load, scheduler_kwargs/],
    [
      "another optimizer",
      sgd,
      { optimizer: optim.AdamW },
      /User-specified optimizer must have same type as saved optimizer[\s\S]*SGD[\s\S]*AdamW/,
    ],
    ["no optimizer", sgd, {}, /Don't know how to initialize saved optimizer "SGD"/],
    [
      "another scheduler",
      step,
      { scheduler: optim.ReduceLROnPlateau },
      /User-specified scheduler must have same type[\s\S]*StepLR[\s\S]*ReduceLROnPlateau/,
    ],
    ["no scheduler", step, {}, /Don't know how to initialize saved scheduler "StepLR"/],
  ])("%s is an error; the right setup works afterwards", async (_, saved, given, message) => {
    const { again } = await loaded(saved);
    expect(() => again.setup(given)).toThrow(message);
    again.setup({ optimizer: saved.optimizer, scheduler: saved.scheduler });
    await run(again, 1);
    expect(again.losses.length).toBe(4);
    expect(() => again.setup()).toThrow(/setup\(\) can only be called once/);
  });

  it("synthesize() by itself says what is missing", async () => {
    const { again } = await loaded(sgd);
    await expect(again.synthesize()).rejects.toThrow(/Don't know how to initialize saved optimizer/);
  });

  it("keeps storeProgress", async () => {
    const metamer = makeMetamer();
    await run(metamer, 2, 2);
    const again = makeMetamer();
    await again.load(await metamer.saveToBlob());
    await expect(again.synthesize({ maxIter: 1 })).rejects.toThrow(
      /must re-run it with same store_progress arg/,
    );
  });
});

describe.skipIf(!hasGoldens())(`files by older releases (${skipReason})`, () => {
  const image = () => {
    const bytes = new Uint8Array(readFileSync(join(sharedDir(), "goldens", "legacy", "metamer_1.2.0.pt")));
    const { values, shape } = (readTorch(bytes) as Map<string, TorchTensor>).get("_image") as TorchTensor;
    return tensor(values as Float64Array, shape);
  };
  const modelOf = async () => {
    const path = join(sharedDir(), "goldens", "legacy", "metamer_1.2.0.pt");
    const saved = (readTorch(new Uint8Array(readFileSync(path))) as Map<string, TorchTensor>).get(
      "_target_representation",
    ) as TorchTensor;
    for (const kernelSize of [30, 31, 15, 5, 7, 9, 11, 21, 17]) {
      const model = new Gaussian(kernelSize);
      const found = readSync(model.forward(image()));
      if (found.every((x, i) => Math.abs(x - Number(saved.values[i])) < 1e-7)) return model;
    }
    throw new Error("No Gaussian gives the representation in the file.");
  };

  it.each([
    ["1.2.0", [/1\.3\.0 or earlier/, /before penalty_function/, /1\.3\.1 or earlier/], true],
    ["1.3.0", [/1\.3\.0 or earlier/, /before penalty_function/, /1\.3\.1 or earlier/], true],
    ["1.3.1", [/before penalty_function/, /1\.3\.1 or earlier/], true],
    ["1.4.0", [], false],
  ])(
    "%s loads, with warnings about what it lacks, and goes on",
    async (release, expected, lacksPenalties) => {
      await useBackend("cpu", { dtype: "float64" });
      const metamer = new Metamer(image(), await modelOf());
      const path = join(sharedDir(), "goldens", "legacy", `metamer_${release}.pt`);
      const { warnings } = await collectWarnings(() => metamer.load(path));
      expect(warnings.map(({ message }) => message)).toEqual(
        expected.map((pattern) => expect.stringMatching(pattern)),
      );
      expect(metamer.losses.length).toBe(7);
      expect(metamer.losses[6]).toBeCloseTo(0.006399268208365503, 12);
      expect(metamer.penalties.slice(0, 6).every(Number.isNaN)).toBe(lacksPenalties);
      expect(metamer.penalties[6]).toBeCloseTo(0.0010527917072491672, 12);
      expect(metamer.savedMetamer.length).toBe(4);
      await run(metamer, 4, 2);
      expect(metamer.losses.length).toBe(11);
      expect(metamer.losses.at(-1)).toBeLessThan(metamer.losses[6]);
    },
  );

  it("a MetamerCTF is told from a Metamer", async () => {
    const golden = goldenOrSkip("metamerctf_together").array("image");
    await useBackend("cpu", { dtype: "float64" });
    const metamer = new Metamer(tensor(golden.values as Float64Array, golden.shape), makeModel());
    const failure = metamer.load(join(sharedDir(), "goldens", "metamerctf_together.pt"));
    await expect(failure).rejects.toThrow(/Saved object was a plenoptic\.MetamerCTF/);
  });
});

describe("examineSavedSynthesis", () => {
  it("says what is in a file", async () => {
    await useBackend("cpu");
    const metamer = makeMetamer();
    await run(metamer, 4, 2);
    const path = file("examined.pt");
    await metamer.save(path);
    const examined = await examineSavedSynthesis(path);
    expect(examined.metadata).toMatchObject({
      plenoptic_version: "2.1.1",
      synthesis_object: "plenoptic.Metamer",
    });
    expect(examined.callables.model).toEqual({
      name: "plenoptic.models.naive.Gaussian",
      shapes: { inputs: [[1, 1, 16, 16]], output: [1, 1, 16, 16] },
    });
    expect(examined.callables.optimizer).toEqual({ name: "torch.optim.adam.Adam", shapes: null });
    expect(examined.tensors.metamer).toEqual({ dtype: "float32", shape: [1, 1, 16, 16] });
    expect(examined.others).toMatchObject({
      losses: "list of 4",
      saved_metamer: "list of 2",
      penalty_lambda: "0.1",
    });
    const text = String(examined);
    for (const part of ["Metadata", "Callables", "Tensors", "Others", "float32 [1, 1, 16, 16]"])
      expect(text).toContain(part);
  });

  it("refuses what is none", async () => {
    writeFileSync(file("other.pt"), writeTorch([1]));
    await expect(examineSavedSynthesis(file("other.pt"))).rejects.toThrow(/Unable to parse/);
  });
});
