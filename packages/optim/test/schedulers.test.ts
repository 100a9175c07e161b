import { StateError, ValidationError } from "@plenoptic/tensor";
import { expectClose } from "@plenoptic/testing";
import { describe, expect, it } from "vitest";
import * as optim from "../src/index.js";
import { advance, makeScheduler, recorded } from "./recorded.js";

const sgd = (lr = 0.5) => new optim.SGD({ lr });

// The rates are doubles, so only the engine's multiplications and our cosine stand between the two.
const bound = 1e-15;

describe("schedulers follow torch.optim.lr_scheduler", () => {
  for (const { name, options, atStart, steps, rates } of recorded.schedulers) {
    it(`${name} ${JSON.stringify(options)}`, () => {
      const optimizer = sgd();
      const scheduler = makeScheduler(name, optimizer, options);
      expect(optimizer.lr).toBe(atStart);
      expect(scheduler.lastLr).toBe(atStart);
      const ours = advance(optimizer, [scheduler], 0, steps);
      const kept = [...ours.slice(0, 45), ...ours.slice(45).filter((_, i) => i % 50 === 0)];
      expectClose(kept, rates, bound, name);
      expect(scheduler.lastLr).toBe(optimizer.lr);
    });

    it(`${name} ${JSON.stringify(options)} goes on from a saved state to the bit`, async () => {
      const optimizer = sgd();
      const whole = advance(optimizer, [makeScheduler(name, optimizer, options)], 0, 30);
      const first = sgd();
      const s = makeScheduler(name, first, options);
      const start = advance(first, [s], 0, 13);
      const saved = structuredClone(s.stateDict());

      // As a file would be read: the scheduler is made from its saved options, and the optimizer's state comes last.
      const second = sgd(99);
      const resumed = new optim.schedulers[name](second, saved.options as never);
      second.loadStateDict(await first.stateDict());
      const rate = second.lr;
      resumed.loadStateDict(saved);
      expect(second.lr).toBe(rate);
      expect(resumed.stateDict()).toEqual(s.stateDict());
      expect([...start, ...advance(second, [resumed], 13, 17)]).toEqual(whole);
    });
  }

  it.each(recorded.resumed)("$name goes on from lastEpoch", ({ name, options, atStart, rates }) => {
    const optimizer = sgd();
    advance(optimizer, [makeScheduler(name, optimizer, options)], 0, 6);
    const second = makeScheduler(name, optimizer, { ...options, lastEpoch: 5 });
    expectClose([optimizer.lr], [atStart], bound);
    expectClose(advance(optimizer, [second], 0, rates.length), rates, bound);
  });

  it("two of one optimizer each start from the rate that the other left", () => {
    const optimizer = sgd();
    const pair = [
      new optim.ExponentialLR(optimizer, { gamma: 0.9 }),
      new optim.CosineAnnealingLR(optimizer, { tMax: 6, etaMin: 0.02 }),
    ];
    expectClose(advance(optimizer, pair, 0, recorded.chained.length), recorded.chained, bound);
  });
});

describe("a scheduler's state", () => {
  it("has the options, so that the class can be made from it alone", () => {
    const scheduler = new optim.StepLR(sgd(), { stepSize: 3 });
    expect(scheduler.stateDict()).toEqual({
      options: { stepSize: 3, gamma: 0.1 },
      progress: { lastEpoch: 0, baseLr: 0.5, lastLr: 0.5 },
    });
    const other = new optim.StepLR(sgd(), { stepSize: 7, gamma: 0.9 });
    other.loadStateDict(scheduler.stateDict());
    expect(other.stateDict()).toEqual(scheduler.stateDict());
  });

  it("of another class, or with a number missing, is refused and changes nothing", () => {
    const scheduler = new optim.StepLR(sgd(), { stepSize: 3 });
    const before = scheduler.stateDict();
    const plateau = new optim.ReduceLROnPlateau(sgd()).stateDict();
    expect(() => scheduler.loadStateDict(plateau)).toThrow(/StepLR has no option "mode"/);
    expect(() => scheduler.loadStateDict({ ...before, options: { stepSize: 0 } })).toThrow(
      /stepSize must be/,
    );
    expect(() => scheduler.loadStateDict({ options: { stepSize: 9 }, progress: {} })).toThrow(/lastEpoch/);
    expect(scheduler.stateDict()).toEqual(before);
  });

  it("keeps the first rate of the optimizer, also through the optimizer's state", async () => {
    const optimizer = sgd(0.5);
    advance(optimizer, [new optim.ExponentialLR(optimizer, { gamma: 0.5 })], 0, 2);
    expect(optimizer.initialLr).toBe(0.5);
    const other = sgd(1);
    other.loadStateDict(await optimizer.stateDict());
    expect([other.lr, other.initialLr]).toEqual([0.125, 0.5]);
  });
});

describe("what a scheduler refuses", () => {
  it.each<[string, () => unknown, RegExp]>([
    ["stepSize 0", () => new optim.StepLR(sgd(), { stepSize: 0 }), /stepSize must be/],
    ["no stepSize", () => new optim.StepLR(sgd(), {} as never), /stepSize must be .* got undefined/],
    ["nothing", () => new optim.StepLR(sgd(), undefined as never), /stepSize must be/],
    ["unknown", () => new optim.StepLR(sgd(), { step_size: 1 } as never), /Did you mean "stepSize"/],
    ["milestones", () => new optim.MultiStepLR(sgd(), {} as never), /milestones must be/],
    ["half milestones", () => new optim.MultiStepLR(sgd(), { milestones: [0.5] }), /milestones must be/],
    ["gamma", () => new optim.ExponentialLR(sgd(), {} as never), /gamma must be/],
    ["tMax", () => new optim.CosineAnnealingLR(sgd(), { tMax: 0 }), /tMax must be/],
    ["lastEpoch", () => new optim.StepLR(sgd(), { stepSize: 1, lastEpoch: -2 }), /lastEpoch must be/],
    ["factor", () => new optim.ReduceLROnPlateau(sgd(), { factor: 1 }), /factor must be .* < 1\.0/],
    ["patience", () => new optim.ReduceLROnPlateau(sgd(), { patience: "1" as never }), /patience must be/],
    ["mode", () => new optim.ReduceLROnPlateau(sgd(), { mode: "up" as "min" }), /mode must be/],
    [
      "thresholdMode",
      () => new optim.ReduceLROnPlateau(sgd(), { thresholdMode: "x" as "rel" }),
      /thresholdMode/,
    ],
    ["no loss", () => new optim.ReduceLROnPlateau(sgd()).step(), /loss must be/],
  ])("%s", (_, f, words) => {
    expect(f).toThrow(ValidationError);
    expect(f).toThrow(words);
  });

  it("lastEpoch on an optimizer that had no scheduler, which it leaves alone", () => {
    const optimizer = sgd();
    expect(() => new optim.StepLR(optimizer, { stepSize: 1, lastEpoch: 3 })).toThrow(StateError);
    expect(() => new optim.StepLR(optimizer, { stepSize: -1 })).toThrow(ValidationError);
    expect([optimizer.lr, optimizer.initialLr]).toEqual([0.5, undefined]);
  });

  it("not a loss that is NaN: it counts as no improvement, as in PyTorch", () => {
    const optimizer = sgd();
    const scheduler = new optim.ReduceLROnPlateau(optimizer, { patience: 1, factor: 0.5 });
    for (let i = 0; i < 2; i++) scheduler.step(Number.NaN);
    expect(optimizer.lr).toBe(0.25);
  });
});

describe("the table of names", () => {
  it("has each class under its own name", () => {
    const options: Record<string, object> = {
      CosineAnnealingLR: { tMax: 2 },
      ExponentialLR: { gamma: 0.5 },
      MultiStepLR: { milestones: [1] },
      ReduceLROnPlateau: {},
      StepLR: { stepSize: 1 },
    };
    for (const [name, Class] of Object.entries(optim.schedulers)) {
      expect(new Class(sgd(), options[name] as never).name).toBe(name);
    }
    expect(Object.keys(optim.schedulers).sort()).toEqual(Object.keys(options));
  });
});
