import { readFileSync } from "node:fs";
import { dispose, readSync, tensor } from "@plenoptic/tensor";
import * as optim from "../src/index.js";

type Options = Record<string, unknown>;
type State = Record<string, number[] | number>;

/** What torch.optim did, as peer/record_optim.py wrote it down. */
export interface Recorded {
  start: number[];
  optimizers: {
    name: string;
    options: Options;
    path: number[][];
    state: State;
    float32: { end: number[]; state: State };
  }[];
  schedulers: { name: string; options: Options; atStart: number; steps: number; rates: number[] }[];
  resumed: { name: string; options: Options; atStart: number; rates: number[] }[];
  chained: number[];
}

export const recorded: Recorded = JSON.parse(
  readFileSync(new URL("./fixtures/torch.json", import.meta.url), "utf8"),
);

/** torch's option names in ours. */
export function ourNames(options: Options): Options {
  const camel = (name: string) =>
    name === "T_max" ? "tMax" : name.replace(/_(.)/g, (_, c: string) => c.toUpperCase());
  return Object.fromEntries(Object.entries(options).map(([name, value]) => [camel(name), value]));
}

export function makeOptimizer(name: string, options: Options): optim.Optimizer {
  return new optim.optimizers[name](ourNames(options) as never);
}

export function makeScheduler(name: string, optimizer: optim.Optimizer, options: Options): optim.Scheduler {
  return new optim.schedulers[name](optimizer, ourNames(options) as never);
}

const gradientAt = (x: ArrayLike<number>, step: number) =>
  Float64Array.from(x, (v, i) => Math.cos(step + i) * v + Math.sin(step * i));

export const lossAt = (step: number) =>
  [3.0, 2.0, 2.5, 1.0, 1.0, 1.04, 0.99, 1.2, 0.9, 0.95][step % 10] / (1 + step / 50);

/** Steps of the recorded problem, from `from` on: the parameter after each. */
export function walk(
  optimizer: optim.Optimizer,
  start: ArrayLike<number>,
  from: number,
  steps: number,
): number[][] {
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

/** Steps of schedulers, each after the optimizer's: the learning rates they leave. */
export function advance(
  optimizer: optim.Optimizer,
  schedulers: optim.Scheduler[],
  from: number,
  steps: number,
): number[] {
  return Array.from({ length: steps }, (_, i) => {
    for (const s of schedulers) s.step(s.needsLoss ? lossAt(from + i) : undefined);
    return optimizer.lr;
  });
}
