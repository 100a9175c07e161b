import { readFileSync } from "node:fs";
import { LBFGS, type StepObjective } from "@plenoptic/optim";
import {
  add,
  deviceOf,
  dispose,
  memory,
  mul,
  readSync,
  slice,
  square,
  sub,
  sum,
  type Tensor,
  tensor,
  tidy,
  useBackend,
  ValidationError,
  valueAndGrad,
} from "@plenoptic/tensor";
import { describeDevices } from "@plenoptic/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cubicMinimum, type Line, type LinePoint, strongWolfe } from "../src/strong-wolfe.js";

interface Recorded {
  objective: "rosenbrock" | "quadratic";
  options: Record<string, unknown>;
  dtype: string;
  start: number[];
  steps: { loss: number; x: number[]; evaluations: number; iterations: number }[];
}
const { cases }: { cases: Recorded[] } = JSON.parse(
  readFileSync(new URL("./fixtures/lbfgs.json", import.meta.url), "utf8"),
);

const objectives = {
  rosenbrock(x: Tensor): Tensor {
    const n = x.size - 1;
    const [left, right] = [slice(x, [0], [n]), slice(x, [1], [n])];
    return sum(add(mul(square(sub(right, square(left))), 100), square(sub(1, left))));
  },
  quadratic: (x: Tensor): Tensor => sum(mul(tensor([1, 10, 100, 1000]), square(x))),
};

function evaluateWith(f: (x: Tensor) => Tensor): StepObjective["evaluate"] {
  return ([x]) =>
    tidy(() => {
      const { value, grad } = valueAndGrad(f)(x);
      return { loss: readSync(value)[0], grads: [grad] };
    });
}

const camel = (name: string) => name.replace(/_(.)/g, (_, c: string) => c.toUpperCase());
const ours = (options: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(options).map(([name, value]) => [
      camel(name),
      value === "strong_wolfe" ? "strongWolfe" : value,
    ]),
  );

/** Steps of an optimizer from a start; the parameter after each. */
function run(optimizer: LBFGS, f: (x: Tensor) => Tensor, start: Tensor, steps: number): Tensor {
  const evaluate = evaluateWith(f);
  let x = start;
  for (let i = 0; i < steps; i++) {
    const { loss, grads } = evaluate([x]);
    const [next] = optimizer.step([x], grads, { loss, evaluate });
    dispose([x, ...grads]);
    x = next;
  }
  return x;
}

describeDevices("LBFGS", (device) => {
  const recorded = cases.filter(({ dtype }) => dtype === device.dtype);

  it.each(recorded.map((c) => [`${c.objective} ${JSON.stringify(c.options)}`, c] as const))(
    "steps as torch's does: %s",
    async (_, { objective, options, start, steps }) => {
      const optimizer = new LBFGS(ours(options));
      const evaluate = evaluateWith(objectives[objective]);
      const isWide = device.dtype === "float64";
      let x = tensor(start);
      for (const [i, step] of steps.entries()) {
        const { loss, grads } = evaluate([x]);
        const scale = Math.max(1, Math.abs(step.loss));
        expect(Math.abs(loss - step.loss) / scale, `loss of step ${i}`).toBeLessThan(isWide ? 1e-9 : 1e-3);
        [x] = optimizer.step([x], grads, { loss, evaluate });
        const found = readSync(x);
        step.x.forEach((value, k) => {
          expect(Math.abs(found[k] - value), `x[${k}] after step ${i}`).toBeLessThan(isWide ? 1e-9 : 1e-3);
        });
        const [state] = (await optimizer.stateDict()).state;
        expect([state?.step, state?.numbers?.funcEvals]).toEqual([step.iterations, step.evaluations]);
      }
    },
  );

  it("goes on from a saved state to the bit, also after to() there and back", async () => {
    const options = { maxIter: 4, historySize: 3, lineSearchFn: "strongWolfe" } as const;
    const start = [-1.2, 1, 0.5, -0.7];
    const unbroken = run(new LBFGS(options), objectives.rosenbrock, tensor(start), 6);
    const first = new LBFGS(options);
    const half = run(first, objectives.rosenbrock, tensor(start), 3);
    const second = new LBFGS();
    second.loadStateDict(JSON.parse(JSON.stringify(await first.stateDict(), typed), untyped));
    await second.to(deviceOf(half));
    expect(readSync(run(second, objectives.rosenbrock, half, 3))).toEqual(readSync(unbroken));
  });

  it("takes several parameters as one", () => {
    const joined = run(new LBFGS(), objectives.quadratic, tensor([3, -2, 1, 0.5]), 2);
    const evaluate: StepObjective["evaluate"] = ([a, b]) => {
      const scale = (x: Tensor, k: number[]) => sum(mul(tensor(k), square(x)));
      const [left, right] = [
        valueAndGrad((x) => scale(x, [1, 10]))(a),
        valueAndGrad((x) => scale(x, [100, 1000]))(b),
      ];
      return { loss: readSync(add(left.value, right.value))[0], grads: [left.grad, right.grad] };
    };
    const optimizer = new LBFGS();
    let params = [tensor([3, -2]), tensor([1, 0.5])];
    for (let i = 0; i < 2; i++) {
      const { loss, grads } = evaluate(params);
      params = optimizer.step(params, [...grads], { loss, evaluate });
    }
    const found = params.flatMap((x) => [...readSync(x)]);
    [...readSync(joined)].forEach((value, i) => {
      expect(found[i]).toBeCloseTo(value, 5);
    });
  });

  it("keeps what it needs and nothing else", () => {
    const optimizer = new LBFGS({ historySize: 5, maxIter: 3, lineSearchFn: "strongWolfe" });
    const start = tensor([-1.2, 1, 0.5, -0.7]);
    const before = memory().numTensors;
    const x = run(optimizer, objectives.rosenbrock, start, 20);
    // The direction, the last gradient, and at most five pairs; x stands for the start.
    expect(memory().numTensors - before).toBeLessThanOrEqual(2 + 10);
    optimizer.dispose();
    expect(memory().numTensors).toBe(before);
    x.dispose();
  });

  it("an objective that throws leaves all as it was", async () => {
    const optimizer = new LBFGS({ maxIter: 4 });
    const x = run(optimizer, objectives.quadratic, tensor([3, -2, 1, 0.5]), 2);
    const state = await optimizer.stateDict();
    const { loss, grads } = evaluateWith(objectives.quadratic)([x]);
    const count = memory().numTensors;
    const failing = () => {
      throw new Error("out of sight");
    };
    expect(() => optimizer.step([x], grads, { loss, evaluate: failing })).toThrow("out of sight");
    expect(memory().numTensors).toBe(count);
    expect(await optimizer.stateDict()).toEqual(state);
  });
});

const typed = (_: string, value: unknown) =>
  value instanceof Float32Array || value instanceof Float64Array
    ? { kind: value.constructor.name, list: [...value] }
    : value;
const untyped = (_: string, value: { kind?: string; list?: number[] }) =>
  value?.kind === "Float32Array"
    ? Float32Array.from(value.list ?? [])
    : value?.kind === "Float64Array"
      ? Float64Array.from(value.list ?? [])
      : value;

describe("LBFGS refuses", () => {
  it.each([
    [{ lr: -1 }, /Invalid learning rate/],
    [{ maxIter: 0 }, /maxIter/],
    [{ historySize: 0.5 }, /historySize/],
    [{ maxEval: 0 }, /maxEval/],
    [{ toleranceGrad: -1 }, /toleranceGrad/],
    [{ lineSearchFn: "armijo" }, /"strongWolfe" or null/],
    [{ maxiter: 3 }, /Did you mean "maxIter"\?/],
  ])("%o", (options, message) => {
    expect(() => new LBFGS(options as never)).toThrow(ValidationError);
    expect(() => new LBFGS(options as never)).toThrow(message);
  });

  it("a step without an objective, and the state of another optimizer", async () => {
    await useBackend("cpu");
    expect(() => new LBFGS().step([tensor([1])], [tensor([1])])).toThrow(/objective/);
    const other = {
      options: {},
      state: [{ step: 3, tensors: { expAvg: { values: new Float32Array(1), shape: [1] } } }],
    };
    expect(() => new LBFGS().loadStateDict(other)).toThrow(/another optimizer/);
  });
});

describe("the line search", () => {
  it("finds the minimum of a cubic that has one between the points", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.5, max: 3, noNaN: true }),
        fc.double({ min: 0.1, max: 5, noNaN: true }),
        (minimum, width) => {
          // x³/3 - a² x around `shift` has its minimum at a.
          const f = (x: number) => (x - minimum) ** 3 / 3 + width * (x - minimum) ** 2;
          const slope = (x: number) => (x - minimum) ** 2 + 2 * width * (x - minimum);
          const at = (t: number) => ({ t, loss: f(t), slope: slope(t) });
          const left = at(minimum - Math.min(1, width));
          expect(cubicMinimum(left, at(minimum + 1))).toBeCloseTo(minimum, 6);
          expect(cubicMinimum(at(minimum + 1), left)).toBeCloseTo(minimum, 6);
        },
      ),
    );
  });

  it("ends at a point with the strong Wolfe conditions, for smooth functions that have one", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 50, noNaN: true }),
        fc.double({ min: 0.001, max: 20, noNaN: true }),
        (minimum, firstStep) => {
          const f = (t: number) => Math.log(1 + (t - minimum) ** 2);
          const slope = (t: number) => (2 * (t - minimum)) / (1 + (t - minimum) ** 2);
          const at = (t: number) => ({ t, loss: f(t), gradient: null, slope: slope(t) });
          const start = at(0);
          const line: Line<null> = {
            start,
            directionSize: 1,
            // biome-ignore lint/correctness/useYield: it has its numbers already.
            *evaluate(t) {
              return at(t);
            },
            round: (x) => x,
          };
          const { value } = strongWolfe(line, firstStep, 100).next();
          const { point } = value as { point: LinePoint<null> };
          expect(point.loss).toBeLessThanOrEqual(start.loss + 1e-4 * point.t * start.slope);
          expect(Math.abs(point.slope)).toBeLessThanOrEqual(0.9 * -start.slope);
        },
      ),
    );
  });
});
