import {
  type Coroutine,
  type Device,
  DeviceError,
  deviceOf,
  dispose,
  inScope,
  invalidArgument,
  keep,
  read,
  runCoroutine,
  type Tensor,
  tensor,
  toDevice,
  withDevice,
} from "@plenoptic/tensor";
import { type Memory, nothing, Run, tensorsOf } from "./lbfgs-run.js";
import type {
  CoroutineObjective,
  Optimizer,
  OptimizerState,
  ParameterValues,
  StateArray,
  StepObjective,
} from "./optimizer.js";
import { checkNotNegative, checkOptionNames, type OptionValue, withDefaults } from "./options.js";

/** Options of {@link LBFGS}; the defaults are PyTorch's. */
export interface LBFGSOptions {
  /** Length of a step, ≥ 0, or where the line search begins. Default 1. */
  lr?: number;
  /** Iterations of L-BFGS in a call of `step`. Default 20. */
  maxIter?: number;
  /** Evaluations of the objective in a call of `step`. Default 5/4 of `maxIter`. */
  maxEval?: number | null;
  /** Ends the step when no component of the gradient is larger. Default 1e-7. */
  toleranceGrad?: number;
  /** Ends the step when neither the parameters nor the loss change by more. Default 1e-9. */
  toleranceChange?: number;
  /** Earlier changes that are kept. Default 100. */
  historySize?: number;
  /** Null (default): steps of length lr. "strongWolfe": a line search, which needs more evaluations. */
  lineSearchFn?: "strongWolfe" | null;
}

const defaults: Required<LBFGSOptions> = {
  lr: 1,
  maxIter: 20,
  maxEval: null,
  toleranceGrad: 1e-7,
  toleranceChange: 1e-9,
  historySize: 100,
  lineSearchFn: null,
};

/**
 * Limited-memory BFGS (Liu & Nocedal, Math. Programming 45, 1989), as in PyTorch: each call of `step` makes up to
 * `maxIter` iterations, in which it evaluates the objective again. The direction is -H g, where H is made of the last
 * `historySize` changes of the parameters and of the gradient by two loops (Nocedal, Math. of Computation 35, 1980).
 *
 * @throws {@link ValidationError} for negative options, an unknown line search or option; in `step`, without an objective
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { LBFGS } from "@plenoptic/optim";
 * import { grad, readSync, square, sub, sum, tensor } from "@plenoptic/tensor";
 * const f = (x) => sum(square(sub(x, 3)));
 * const evaluate = ([x]) => ({ loss: readSync(f(x))[0], grads: [grad(f)(x)] });
 * const start = [tensor([0, 10])];
 * const { loss, grads } = evaluate(start);
 * const [x] = new LBFGS({ lineSearchFn: "strongWolfe" }).step(start, grads, { loss, evaluate });
 * console.log(readSync(x)); // 3, 3
 * ```
 */
export class LBFGS implements Optimizer {
  readonly name = "LBFGS";
  initialLr?: number;
  private readonly options: Required<LBFGSOptions> & { maxEval: number };
  private memory: Memory = nothing;
  /** A state that was loaded and has not gone to a device yet. */
  private loaded: ParameterValues | undefined;

  constructor(options: LBFGSOptions = {}) {
    this.options = checked(withDefaults("LBFGS", options, defaults));
  }

  get lr(): number {
    return this.options.lr;
  }

  set lr(value: number) {
    this.options.lr = value;
  }

  step(params: readonly Tensor[], grads: readonly Tensor[], objective?: StepObjective): Tensor[] {
    if (!objective) {
      throw invalidArgument(
        "objective",
        objective,
        "{ loss, evaluate }, for L-BFGS evaluates more than once in a step",
      );
    }
    const device = deviceOf(params[0]);
    const { loss, evaluate } = objective;
    const onTheWay: CoroutineObjective = {
      loss,
      // biome-ignore lint/correctness/useYield: it has its numbers already.
      *evaluate(at) {
        return evaluate(at);
      },
    };
    const result = runCoroutine(device, () => this.stepCoroutine(params, grads, onTheWay));
    if (!(result instanceof Promise)) return result;
    throw new DeviceError(
      `LBFGS needs values on its way, and those on "${device.device}" can only be awaited. Run stepCoroutine() there.`,
    );
  }

  *stepCoroutine(
    params: readonly Tensor[],
    grads: readonly Tensor[],
    objective: CoroutineObjective,
  ): Coroutine<Tensor[]> {
    const device = deviceOf(params[0]);
    this.placeLoaded(device);
    const size = params.reduce((total, x) => total + x.size, 0);
    if (this.memory.d && this.memory.d.size !== size) {
      throw invalidArgument(
        "params",
        `${size} numbers`,
        `${this.memory.d.size} numbers, as in the state of LBFGS`,
      );
    }
    const before = this.memory;
    const round = device.dtype === "float32" ? Math.fround : (x: number) => x;
    const run = new Run(this.options, before, objective, round);
    const result = yield* inScope(run.goAndKeep(params, grads));
    const kept = new Set(tensorsOf(run.memory));
    for (const x of tensorsOf(before)) if (!kept.has(x)) x.dispose();
    this.memory = run.memory;
    return result;
  }

  private placeLoaded(device: Device): void {
    if (!this.loaded) return;
    const { tensors, numbers } = this.loaded;
    const list = (name: string) => numbersOf(numbers, name);
    const place = (name: string) => {
      const { values, shape } = tensors[name];
      return keep(tensor(values, shape));
    };
    const all = (prefix: string) =>
      Array.from({ length: list("ro").length }, (_, i) => place(`${prefix}${i}`));
    this.memory = withDevice(device, () => ({
      nIter: this.loaded?.step ?? 0,
      funcEvals: list("funcEvals")[0] ?? 0,
      t: list("t")[0] ?? 1,
      hDiag: list("hDiag")[0] ?? 1,
      prevLoss: list("prevLoss")[0] ?? 0,
      ro: list("ro"),
      oldDirs: all("oldDirs"),
      oldStps: all("oldStps"),
      ...(tensors.d && { d: place("d") }),
      ...(tensors.prevFlatGrad && { prevFlatGrad: place("prevFlatGrad") }),
    }));
    this.loaded = undefined;
  }

  async stateDict(): Promise<OptimizerState> {
    const options = { ...this.options } as Record<string, OptionValue>;
    const initial = this.initialLr === undefined ? {} : { initialLr: this.initialLr };
    if (this.loaded) return { state: [copyOf(this.loaded)], options, ...initial };
    const { nIter, funcEvals, t, hDiag, prevLoss, ro, oldDirs, oldStps, d, prevFlatGrad } = this.memory;
    if (funcEvals === 0) return { state: [], options, ...initial };
    const named: [string, Tensor | undefined][] = [
      ["d", d],
      ["prevFlatGrad", prevFlatGrad],
      ...oldDirs.map((x, i): [string, Tensor] => [`oldDirs${i}`, x]),
      ...oldStps.map((x, i): [string, Tensor] => [`oldStps${i}`, x]),
    ];
    const numbers = { funcEvals, t, hDiag, prevLoss, ro: [...ro] };
    // Every read starts before the first await, so that they all see the same step.
    const copies = named.flatMap(([name, x]) =>
      x
        ? [
            read(x).then((values): [string, StateArray] => [
              name,
              { values: values.slice(), shape: [...x.shape] },
            ]),
          ]
        : [],
    );
    const tensors = Object.fromEntries(await Promise.all(copies));
    return { state: [{ step: nIter, tensors, numbers }], options, ...initial };
  }

  loadStateDict({ state, options, initialLr }: OptimizerState): void {
    checkOptionNames(this.name, options, Object.keys(defaults));
    const next = checked({ ...this.options, ...options } as Required<LBFGSOptions>);
    const loaded = state.length ? checkedState(state[0]) : undefined;
    this.dispose();
    this.loaded = loaded;
    this.initialLr = initialLr;
    Object.assign(this.options, next);
  }

  async to(device: Device): Promise<void> {
    const copies = new Map<Tensor, Tensor>();
    for (const x of tensorsOf(this.memory)) copies.set(x, await toDevice(x, device));
    const copyOfTensor = (x: Tensor) => copies.get(x) as Tensor;
    const { oldDirs, oldStps, d, prevFlatGrad } = this.memory;
    const old = this.memory;
    this.memory = {
      ...old,
      oldDirs: oldDirs.map(copyOfTensor),
      oldStps: oldStps.map(copyOfTensor),
      ...(d && { d: copyOfTensor(d) }),
      ...(prevFlatGrad && { prevFlatGrad: copyOfTensor(prevFlatGrad) }),
    };
    for (const x of tensorsOf(old)) x.dispose();
  }

  dispose(): void {
    dispose(tensorsOf(this.memory));
    this.memory = nothing;
    this.loaded = undefined;
  }
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);

function checked(options: Required<LBFGSOptions>): Required<LBFGSOptions> & { maxEval: number } {
  const { lr, maxIter, toleranceGrad, toleranceChange, historySize, lineSearchFn } = options;
  checkNotNegative("lr", lr, "Invalid learning rate; 1 is usual for L-BFGS.");
  for (const [name, value] of Object.entries({ maxIter, historySize })) {
    if (!(Number.isInteger(value) && value >= 1))
      throw invalidArgument(name, value, "a whole number of at least 1");
  }
  const maxEval = options.maxEval ?? Math.floor((maxIter * 5) / 4);
  if (!(maxEval >= 1)) throw invalidArgument("maxEval", maxEval, "a number of at least 1");
  checkNotNegative("toleranceGrad", toleranceGrad, "");
  checkNotNegative("toleranceChange", toleranceChange, "");
  if (lineSearchFn !== null && lineSearchFn !== "strongWolfe") {
    throw invalidArgument("lineSearchFn", lineSearchFn, '"strongWolfe" or null');
  }
  return { ...options, maxEval };
}

function numbersOf(numbers: ParameterValues["numbers"], name: string): readonly number[] {
  const value = numbers?.[name] ?? [];
  return typeof value === "number" ? [value] : value;
}

function copyOf({ step, tensors, numbers }: ParameterValues): ParameterValues {
  const copies = Object.entries(tensors).map(([name, { values, shape }]) => [
    name,
    { values: values.slice(), shape: [...shape] },
  ]);
  return { step, tensors: Object.fromEntries(copies), ...(numbers && { numbers: { ...numbers } }) };
}

/** Throws where a state is not one of L-BFGS. */
function checkedState(state: ParameterValues): ParameterValues {
  const { step, tensors, numbers } = state;
  if (!(Number.isInteger(step) && step >= 0)) {
    throw invalidArgument("state[0].step", step, "a whole number that is not negative");
  }
  const history = numbersOf(numbers, "ro").length;
  const indices = Array.from({ length: history }, (_, i) => i);
  const needed = [
    ...(step > 0 ? ["d", "prevFlatGrad"] : []),
    ...indices.flatMap((i) => [`oldDirs${i}`, `oldStps${i}`]),
  ];
  const size = tensors.d?.values.length;
  for (const name of needed) {
    const found = tensors[name];
    if (!found || found.values.length !== size || sizeOf(found.shape) !== size) {
      throw invalidArgument(
        "state[0].tensors",
        name,
        `one of ${size} numbers: is it the state of another optimizer?`,
      );
    }
  }
  const extra = Object.keys(tensors).find((name) => !needed.includes(name));
  if (extra)
    throw invalidArgument("state[0].tensors", extra, "one of LBFGS: is it the state of another optimizer?");
  return copyOf(state);
}
