import { readFileSync } from "node:fs";
import { deviceOf, dispose, memory, readSync, tensor, ValidationError } from "@plenoptic/tensor";
import { describeDevices, expectClose, withoutLeak } from "@plenoptic/testing";
import { describe, expect, it } from "vitest";
import * as optim from "../src/index.js";

interface Recorded {
  start: number[];
  optimizers: { name: string; options: Record<string, unknown>; path: number[][] }[];
  schedulers: { name: string; options: Record<string, unknown>; rates: number[] }[];
}

const recorded: Recorded = JSON.parse(
  readFileSync(new URL("./fixtures/torch.json", import.meta.url), "utf8"),
);

/** torch's option names in ours. */
function ourNames(options: Record<string, unknown>): Record<string, unknown> {
  const renamed: Record<string, string> = { T_max: "tMax" };
  const camel = (name: string) => renamed[name] ?? name.replace(/_(.)/g, (_, c: string) => c.toUpperCase());
  return Object.fromEntries(Object.entries(options).map(([name, value]) => [camel(name), value]));
}

const gradientAt = (x: ArrayLike<number>, step: number) =>
  Float64Array.from(x, (v, i) => Math.cos(step + i) * v + Math.sin(step * i));
const lossAt = (step: number) =>
  [3.0, 2.0, 2.5, 1.0, 1.0, 1.04, 0.99, 1.2, 0.9, 0.95][step % 10] / (1 + step / 50);

type Make = (options: Record<string, unknown>) => optim.Optimizer;
const optimizers: Record<string, Make> = {
  Adam: (o) => new optim.Adam(o),
  AdamW: (o) => new optim.AdamW(o),
  SGD: (o) => new optim.SGD(o),
};
const scheduler = (name: string, optimizer: optim.Optimizer, o: Record<string, unknown>): optim.Scheduler => {
  const Class = (optim as unknown as Record<string, new (p: optim.Optimizer, o: unknown) => optim.Scheduler>)[
    name
  ];
  return new Class(optimizer, o);
};

/** Steps of the recorded problem, from `from` on. */
function walk(optimizer: optim.Optimizer, start: ArrayLike<number>, from: number, steps: number): number[][] {
  const path: number[][] = [];
  let x = tensor(start);
  for (let step = from; step < from + steps; step++) {
    const grad = tensor(gradientAt(readSync(x), step));
    const [next] = optimizer.step([x], [grad]);
    dispose(x, grad);
    x = next;
    path.push([...readSync(x)]);
  }
  x.dispose();
  return path;
}

describeDevices("optimizers follow torch.optim", ({ dtype }) => {
  for (const { name, options, path } of recorded.optimizers) {
    it(`${name} ${JSON.stringify(options)}`, () => {
      const ours = walk(optimizers[name](ourNames(options)), recorded.start, 0, path.length);
      expectClose(ours.flat(), path.flat(), dtype === "float64" ? 1e-13 : 2e-5, name);
    });

    it(`${name} ${JSON.stringify(options)} goes on from a saved state to the bit`, async () => {
      const whole = walk(optimizers[name](ourNames(options)), recorded.start, 0, 10);
      const first = optimizers[name](ourNames(options));
      const half = walk(first, recorded.start, 0, 5);
      const second = optimizers[name]({});
      second.loadStateDict(structuredClone(first.stateDict()));
      expect([...half, ...walk(second, half[4], 5, 5)]).toEqual(whole);
    });
  }

  it("frees its state and keeps none of its own tensors otherwise", () =>
    withoutLeak(() => {
      const optimizer = new optim.Adam({ amsgrad: true });
      walk(optimizer, recorded.start, 0, 3);
      const before = memory().numTensors;
      walk(optimizer, recorded.start, 3, 50);
      expect(memory().numTensors).toBe(before);
      optimizer.dispose();
    }));

  it("moves its state", async () => {
    const optimizer = new optim.SGD({ lr: 0.1, momentum: 0.9 });
    walk(optimizer, recorded.start, 0, 3);
    const other = dtype === "float64" ? "float32" : "float64";
    const before = optimizer.stateDict().state[0].tensors.momentumBuffer.values;
    await optimizer.to({ device: "cpu", dtype: other });
    const after = optimizer.stateDict().state[0].tensors.momentumBuffer.values;
    expect(after).toBeInstanceOf(other === "float64" ? Float64Array : Float32Array);
    expect([...after].map(Math.fround)).toEqual([...before].map(Math.fround));
    expect(deviceOf(tensor([1])).dtype).toBe(dtype);
  });
});

describe("schedulers follow torch.optim.lr_scheduler", () => {
  for (const { name, options, rates } of recorded.schedulers) {
    it(`${name} ${JSON.stringify(options)}, in one go and through a saved state`, () => {
      const run = (steps: number, from: number, resume?: optim.SchedulerState) => {
        const optimizer = new optim.SGD({ lr: 0.5 });
        const s = scheduler(name, optimizer, ourNames(options));
        if (resume) s.loadStateDict(structuredClone(resume));
        const seen: number[] = [];
        for (let step = from; step < from + steps; step++) {
          s.step(s.needsLoss ? lossAt(step) : undefined);
          expect(s.lastLr).toBe(optimizer.lr);
          seen.push(optimizer.lr);
        }
        return { seen, state: s.stateDict() };
      };
      const whole = run(rates.length, 0);
      expectClose(whole.seen, rates, 1e-14, name);
      const first = run(13, 0);
      expect([...first.seen, ...run(rates.length - 13, 13, first.state).seen]).toEqual(whole.seen);
    });
  }
});

describe("bad options", () => {
  const sgd = () => new optim.SGD({ lr: 1 });
  it.each<[string, () => unknown, RegExp]>([
    ["lr < 0", () => new optim.Adam({ lr: -1 }), /lr must be a number that is not negative, but got -1/],
    ["lr NaN", () => new optim.SGD({ lr: Number.NaN }), /lr must be/],
    ["betas", () => new optim.Adam({ betas: [0.9, 1] }), /betas must be two numbers in \[0, 1\)/],
    ["unknown option", () => new optim.Adam({ weightdecay: 1 } as object), /Did you mean "weightDecay"/],
    ["nesterov", () => new optim.SGD({ nesterov: true }), /Nesterov momentum requires/],
    ["stepSize", () => new optim.StepLR(sgd(), { stepSize: 0 }), /stepSize must be/],
    ["milestones", () => new optim.MultiStepLR(sgd(), {} as never), /milestones must be/],
    ["gamma", () => new optim.ExponentialLR(sgd(), {} as never), /gamma must be/],
    ["tMax", () => new optim.CosineAnnealingLR(sgd(), { tMax: 0 }), /tMax must be/],
    ["factor", () => new optim.ReduceLROnPlateau(sgd(), { factor: 1 }), /factor must be/],
    ["mode", () => new optim.ReduceLROnPlateau(sgd(), { mode: "up" as "min" }), /mode must be/],
    ["no loss", () => new optim.ReduceLROnPlateau(sgd()).step(), /loss must be/],
  ])("%s", (_, f, words) => {
    expect(f).toThrow(ValidationError);
    expect(f).toThrow(words);
  });
});
