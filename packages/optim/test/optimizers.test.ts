import {
  deviceOf,
  dispose,
  grad,
  memory,
  readSync,
  ShapeError,
  square,
  sum,
  tensor,
  tidy,
  useBackend,
  ValidationError,
} from "@plenoptic/tensor";
import { describeDevices, expectClose, withoutLeak } from "@plenoptic/testing";
import { describe, expect, it } from "vitest";
import { Adam, AdamW, type Optimizer, type OptimizerState, optimizers, SGD } from "../src/index.js";
import { makeOptimizer, ourNames, recorded, walk } from "./recorded.js";

describeDevices("optimizers follow torch.optim", ({ dtype }) => {
  for (const { name, options, path, state, float32 } of recorded.optimizers) {
    const title = `${name} ${JSON.stringify(options)}`;

    it(title, async () => {
      const optimizer = makeOptimizer(name, options);
      const ours = walk(optimizer, recorded.start, 0, path.length);
      const kept = (await optimizer.stateDict()).state[0];
      const expected = dtype === "float64" ? { end: path[path.length - 1], state } : float32;
      // torch multiplies and adds in one rounding here and there: a few units in the last place after 30 steps.
      const bound = dtype === "float64" ? 1e-14 : 1e-6;
      if (dtype === "float64") expectClose(ours.flat(), path.flat(), bound, "path");
      expectClose(ours[ours.length - 1], expected.end, bound, "last point");

      const { step, ...tensors } = ourNames(expected.state) as Record<string, number[]>;
      if (step !== undefined) expect(kept.step).toBe(step);
      expect(Object.keys(kept.tensors).sort()).toEqual(Object.keys(tensors).sort());
      for (const [key, values] of Object.entries(tensors)) expectClose(kept.tensors[key], values, bound, key);
      optimizer.dispose();
    });

    it(`${title} goes on from a saved state to the bit`, async () => {
      const whole = walk(makeOptimizer(name, options), recorded.start, 0, 10);
      const first = makeOptimizer(name, options);
      const half = walk(first, recorded.start, 0, 5);
      const second = makeOptimizer(name, {});
      second.loadStateDict(structuredClone(await first.stateDict()));
      expect(await second.stateDict()).toEqual(await first.stateDict());
      expect([...half, ...walk(second, half[4], 5, 5)]).toEqual(whole);
    });
  }
});

describeDevices("an optimizer's state", ({ dtype }) => {
  const other = dtype === "float64" ? "float32" : "float64";

  it("is freed, and no other tensor stays behind", () =>
    withoutLeak(() => {
      const optimizer = new Adam({ amsgrad: true });
      walk(optimizer, recorded.start, 0, 3);
      const before = memory().numTensors;
      walk(optimizer, recorded.start, 3, 50);
      expect(memory().numTensors).toBe(before);
      optimizer.dispose();
    }));

  it("survives a tidy around the step", () => {
    const optimizer = new SGD({ lr: 0.5, momentum: 0.5 });
    const inTidy = (start: number[]) =>
      tidy(() => {
        const x = tensor(start);
        return optimizer.step([x], [grad((y) => sum(square(y)))(x)])[0];
      });
    const first = inTidy([1]);
    const second = inTidy([1]);
    // d = 2, x = 1 - 0.5 · 2; then d = 0.5 · 2 + 2, x = 1 - 0.5 · 3.
    expect([readSync(first)[0], readSync(second)[0]]).toEqual([0, -0.5]);
    dispose(first, second);
    optimizer.dispose();
  });

  it("leaves parameters and gradients to the caller", () => {
    for (const name of Object.keys(optimizers)) {
      const optimizer = makeOptimizer(name, { lr: 0.1 });
      const [x, g] = [tensor([1, 2]), tensor([3, 4])];
      const evaluate = () => ({ loss: 0, grads: [tensor([3, 4])] });
      const [next] = optimizer.step([x], [g], { loss: 1, evaluate });
      expect([...readSync(x), ...readSync(g)]).toEqual([1, 2, 3, 4]);
      next.dispose();
      expect(() => readSync(x)).not.toThrow();
      dispose(x, g);
      optimizer.dispose();
    }
  });

  it("is one for each parameter", async () => {
    const optimizer = new SGD({ lr: 1, momentum: 1 });
    const [a, b, g] = [tensor([1]), tensor([[10, 20]]), tensor([[1, 2]])];
    const [a1, b1] = optimizer.step([a, b], [a, g]);
    const [a2, b2] = optimizer.step([a1, b1], [a, g]);
    expect([...readSync(a2), ...readSync(b2)]).toEqual([-2, 7, 14]);
    const { state } = await optimizer.stateDict();
    expect(state.map(({ tensors }) => tensors.momentumBuffer.shape)).toEqual([[1], [1, 2]]);
    dispose(a, b, g, a1, b1, a2, b2);
    optimizer.dispose();
  });

  it("moves to another precision, loaded or not", async () => {
    const made = new SGD({ lr: 0.1, momentum: 0.9 });
    walk(made, recorded.start, 0, 3);
    const before = await made.stateDict();
    const loaded = new SGD();
    loaded.loadStateDict(before);
    for (const optimizer of [made, loaded]) {
      await optimizer.to({ device: "cpu", dtype: other });
      const after = (await optimizer.stateDict()).state[0].tensors.momentumBuffer;
      expect(after.values).toBeInstanceOf(other === "float64" ? Float64Array : Float32Array);
      expect([...after.values].map(Math.fround)).toEqual(
        [...before.state[0].tensors.momentumBuffer.values].map(Math.fround),
      );
    }
    const x = tensor([1]);
    expect(deviceOf(x).dtype).toBe(dtype);
    x.dispose();
    expect(() => walk(made, recorded.start, 3, 1)).toThrow(/two backends/);
    made.dispose();
    loaded.dispose();
  });

  it("stays where it is when there is no such device", () =>
    withoutLeak(async () => {
      const optimizer = new Adam();
      walk(optimizer, recorded.start, 0, 2);
      const before = await optimizer.stateDict();
      await expect(optimizer.to({ device: "abacus", dtype: "float32" })).rejects.toThrow(/abacus/);
      expect(await optimizer.stateDict()).toEqual(before);
      optimizer.dispose();
    }));

  it("is copied at once and not tied to what comes after", async () => {
    const optimizer = new Adam({ lr: 0.1 });
    const path = walk(optimizer, recorded.start, 0, 2);
    const pending = optimizer.stateDict();
    walk(optimizer, path[1], 2, 3);
    optimizer.lr = 7;
    const { state, options } = await pending;
    expect([state[0].step, options.lr]).toEqual([2, 0.1]);
    const loaded = new Adam();
    loaded.loadStateDict({ state, options });
    (state[0].tensors.expAvg.values as Float64Array).fill(99);
    const fresh = new Adam({ lr: 0.1 });
    walk(fresh, recorded.start, 0, 2);
    expect(walk(loaded, path[1], 2, 1)).toEqual(walk(fresh, path[1], 2, 1));
    for (const o of [optimizer, loaded, fresh]) o.dispose();
  });

  it("goes to the parameters' device when it was loaded, not to the active one", async () => {
    const first = new Adam({ lr: 0.1 });
    const path = walk(first, recorded.start, 0, 2);
    const saved = await first.stateDict();
    await useBackend("cpu", { dtype: other });
    const second = new Adam();
    second.loadStateDict(saved);
    await useBackend("cpu", { dtype });
    expect(walk(second, path[1], 2, 3)).toEqual(walk(first, path[1], 2, 3));
    first.dispose();
    second.dispose();
  });
});

describe("what an optimizer refuses", () => {
  const sgd = (): Optimizer => new SGD({ lr: 1, momentum: 0.5 });
  const adamState = async (): Promise<OptimizerState> => {
    const adam = new Adam();
    walk(adam, [1, 2], 0, 1);
    return adam.stateDict();
  };

  it.each<[string, () => unknown, RegExp]>([
    [
      "lr < 0",
      () => new Adam({ lr: -1 }),
      /lr must be a number that is not negative, but got -1. Invalid learning rate/,
    ],
    ["lr NaN", () => new SGD({ lr: Number.NaN }), /lr must be/],
    ["lr as text", () => new SGD({ lr: "0.1" as unknown as number }), /lr must be/],
    ["eps", () => new Adam({ eps: -1 }), /Invalid epsilon value/],
    ["weightDecay", () => new AdamW({ weightDecay: -1 }), /Invalid weight_decay value/],
    ["momentum", () => new SGD({ momentum: -1 }), /Invalid momentum value/],
    ["betas", () => new Adam({ betas: [0.9, 1] }), /betas must be two numbers in \[0, 1\).*at index 1/],
    ["one beta", () => new Adam({ betas: [0.9] as unknown as [number, number] }), /betas must be/],
    ["unknown option", () => new Adam({ weightdecay: 1 } as object), /Did you mean "weightDecay"/],
    ["far-off option", () => new SGD({ zzzzzz: 1 } as object), /It has: lr, momentum/],
    ["no record", () => new SGD(0.1 as unknown as object), /options of SGD must be a record/],
    ["nesterov without momentum", () => new SGD({ nesterov: true }), /Nesterov momentum requires a momentum/],
    ["nesterov, dampened", () => new SGD({ nesterov: true, momentum: 1, dampening: 1 }), /zero dampening/],
    ["nesterov as text", () => new SGD({ nesterov: "false" as unknown as boolean }), /true or false/],
  ])("%s", (_, f, words) => {
    expect(f).toThrow(ValidationError);
    expect(f).toThrow(words);
  });

  it("takes an option that is undefined as left out", async () => {
    const { options } = await new AdamW({ lr: undefined, weightDecay: undefined }).stateDict();
    expect([options.lr, options.weightDecay]).toEqual([0.001, 0.01]);
  });

  it("gradients that do not fit their parameters, and leaves no tensor behind", () =>
    withoutLeak(() => {
      const [x, y, g] = [tensor([1, 2]), tensor([1, 2, 3]), tensor([[1, 2]])];
      const optimizer = sgd();
      expect(() => optimizer.step([x], [])).toThrow(ValidationError);
      expect(() => optimizer.step([x], [y])).toThrow(ShapeError);
      expect(() => optimizer.step([x], [g])).toThrow(
        /parameter 0 has shape \[2\], but its gradient \[1, 2\]/,
      );
      dispose(optimizer.step([x], [x]));
      expect(() => optimizer.step([x, y], [x, y])).toThrow(/1 tensors, as in SGD's state/);
      expect(() => optimizer.step([y], [y])).toThrow(/but its momentumBuffer \[2\]/);
      dispose(x, y, g);
      optimizer.dispose();
    }));

  it("another optimizer's state, and one that makes no sense, and stays as it was", async () => {
    const optimizer = sgd();
    walk(optimizer, [1, 2], 0, 1);
    const before = await optimizer.stateDict();
    const adam = await adamState();
    const [{ tensors }] = adam.state;
    const [kept] = before.state;
    expect(() => optimizer.loadStateDict(adam)).toThrow(/SGD has no option "betas"/);
    expect(() => optimizer.loadStateDict({ ...before, state: adam.state })).toThrow(/has no "expAvg"/);
    expect(() => optimizer.loadStateDict({ ...before, options: { lr: -1 } })).toThrow(/lr must be/);
    expect(() => optimizer.loadStateDict({ ...before, state: [{ ...kept, step: -1 }] })).toThrow(
      /step must be/,
    );
    const long = { momentumBuffer: { values: tensors.expAvg.values, shape: [3] } };
    expect(() => optimizer.loadStateDict({ ...before, state: [{ step: 1, tensors: long }] })).toThrow(
      /2 values/,
    );
    expect(await optimizer.stateDict()).toEqual(before);
    optimizer.dispose();
  });
});

describe("the table of names", () => {
  it("has each class under its own name", () => {
    expect(Object.keys(optimizers)).toEqual(["Adam", "AdamW", "LBFGS", "SGD"]);
    for (const [name, Class] of Object.entries(optimizers)) expect(new Class().name).toBe(name);
  });
});
