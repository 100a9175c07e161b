import {
  abs,
  add,
  concat,
  type Device,
  deviceOf,
  dispose,
  invalidArgument,
  keep,
  max,
  mul,
  neg,
  readSync,
  reshape,
  slice,
  sub,
  sum,
  type Tensor,
  tensor,
  tidy,
  toDevice,
  withDevice,
} from "@plenoptic/tensor";
import type { Optimizer, OptimizerState, ParameterValues, StateArray, StepObjective } from "./optimizer.js";
import { checkNotNegative, checkOptionNames, type OptionValue, withDefaults } from "./options.js";
import { type LinePoint, strongWolfe } from "./strong-wolfe.js";

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

/** Changes whose curvature is not above this say nothing, and are not kept. */
const smallestCurvature = 1e-10;

/** What is known of the objective so far; all vectors are flat. */
interface Memory {
  readonly nIter: number;
  readonly funcEvals: number;
  readonly t: number;
  readonly hDiag: number;
  readonly prevLoss: number;
  readonly ro: readonly number[];
  /** Changes of the gradient, and of the parameters that caused them. */
  readonly oldDirs: readonly Tensor[];
  readonly oldStps: readonly Tensor[];
  readonly d?: Tensor;
  readonly prevFlatGrad?: Tensor;
}

const nothing: Memory = {
  nIter: 0,
  funcEvals: 0,
  t: 1,
  hDiag: 1,
  prevLoss: 0,
  ro: [],
  oldDirs: [],
  oldStps: [],
};

const tensorsOf = ({ d, prevFlatGrad, oldDirs, oldStps }: Memory): Tensor[] =>
  [d, prevFlatGrad, ...oldDirs, ...oldStps].filter((x): x is Tensor => x !== undefined);

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);
const dot = (a: Tensor, b: Tensor): number => tidy(() => readSync(sum(mul(a, b)))[0]);
const largest = (x: Tensor): number => tidy(() => readSync(max(abs(x)))[0]);
/** x + α y */
const addScaled = (x: Tensor, alpha: number, y: Tensor): Tensor => tidy(() => add(x, mul(y, alpha)));

function flatten(tensors: readonly Tensor[]): Tensor {
  const flat = tensors.map((x) => reshape(x, [x.size]));
  return flat.length === 1 ? flat[0] : concat(flat, 0);
}

/** Parameters moved along a flat direction; new tensors. */
function moved(params: readonly Tensor[], t: number, direction: Tensor): Tensor[] {
  let start = 0;
  return params.map((x) => {
    const part = tidy(() => reshape(slice(direction, [start], [x.size]), x.shape));
    start += x.size;
    return addScaled(x, t, part);
  });
}

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
    return tidy(() => {
      const run = new Run(
        this.options,
        before,
        objective,
        device.dtype === "float32" ? Math.fround : (x) => x,
      );
      const result = run.go(params, grads);
      const kept = new Set(tensorsOf(run.memory));
      for (const x of kept) keep(x);
      for (const x of tensorsOf(before)) if (!kept.has(x)) x.dispose();
      this.memory = run.memory;
      return result;
    });
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
    const tensors: Record<string, StateArray> = {};
    const copy = (name: string, x: Tensor | undefined) => {
      if (x) tensors[name] = { values: readSync(x).slice(), shape: [...x.shape] };
    };
    copy("d", d);
    copy("prevFlatGrad", prevFlatGrad);
    oldDirs.forEach((x, i) => {
      copy(`oldDirs${i}`, x);
    });
    oldStps.forEach((x, i) => {
      copy(`oldStps${i}`, x);
    });
    const numbers = { funcEvals, t, hDiag, prevLoss, ro: [...ro] };
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

/** One call of `step`. It changes nothing but its own memory, so that a failing objective leaves all as it was. */
class Run {
  memory: Memory;
  private evaluations = 1;
  private params: readonly Tensor[] = [];
  private loss: number;
  private gradient!: Tensor;

  constructor(
    private readonly options: Required<LBFGSOptions> & { maxEval: number },
    before: Memory,
    private readonly objective: StepObjective,
    private readonly round: (x: number) => number,
  ) {
    this.memory = { ...before, funcEvals: before.funcEvals + 1 };
    this.loss = objective.loss;
  }

  go(params: readonly Tensor[], grads: readonly Tensor[]): Tensor[] {
    const { maxIter, maxEval, toleranceGrad, toleranceChange } = this.options;
    this.params = params;
    this.gradient = flatten(grads);
    const isOptimal = () => largest(this.gradient) <= toleranceGrad;
    if (isOptimal()) return params.map((x) => addScaled(x, 0, x));
    for (let n = 1; n <= maxIter; n++) {
      const lossBefore = this.loss;
      const d = this.nextDirection();
      const slope = dot(this.gradient, d);
      const t = this.firstStep();
      this.memory = { ...this.memory, d, t, prevFlatGrad: this.gradient, prevLoss: lossBefore };
      if (slope > -toleranceChange) break;
      const isLast = n === maxIter;
      if (this.options.lineSearchFn === null) this.stepBy(t, d, isLast);
      else this.searchLine(t, d, slope);
      if (isLast || this.evaluations >= maxEval || isOptimal()) break;
      const step = tidy(() => largest(mul(d, this.memory.t)));
      if (step <= toleranceChange || Math.abs(this.loss - lossBefore) < toleranceChange) break;
    }
    return this.params === params ? params.map((x) => addScaled(x, 0, x)) : [...this.params];
  }

  private firstStep(): number {
    const { lr } = this.options;
    if (this.memory.nIter > 1) return lr;
    const total = tidy(() => readSync(sum(abs(this.gradient)))[0]);
    return this.round(this.round(Math.min(1, 1 / total)) * lr);
  }

  /** Minus the gradient at the very first iteration, then -H g with what the last step has taught. */
  private nextDirection(): Tensor {
    const { nIter, d, prevFlatGrad, t } = this.memory;
    this.memory = { ...this.memory, nIter: nIter + 1 };
    if (nIter === 0 || !d || !prevFlatGrad) return neg(this.gradient);
    const y = sub(this.gradient, prevFlatGrad);
    const s = mul(d, t);
    const ys = dot(y, s);
    if (ys > smallestCurvature) this.remember(y, s, ys);
    return this.twoLoops();
  }

  private remember(y: Tensor, s: Tensor, ys: number): void {
    const { oldDirs, oldStps, ro } = this.memory;
    const from = oldDirs.length === this.options.historySize ? 1 : 0;
    this.memory = {
      ...this.memory,
      oldDirs: [...oldDirs.slice(from), y],
      oldStps: [...oldStps.slice(from), s],
      ro: [...ro.slice(from), this.round(1 / ys)],
      hDiag: this.round(ys / dot(y, y)),
    };
  }

  private twoLoops(): Tensor {
    const { oldDirs, oldStps, ro, hDiag } = this.memory;
    const { round } = this;
    const al: number[] = [];
    let r = neg(this.gradient);
    const replace = (next: Tensor) => {
      r.dispose();
      r = next;
    };
    for (let i = ro.length - 1; i >= 0; i--) {
      al[i] = round(dot(oldStps[i], r) * ro[i]);
      replace(addScaled(r, -al[i], oldDirs[i]));
    }
    replace(mul(r, hDiag));
    for (let i = 0; i < ro.length; i++) {
      const be = round(dot(oldDirs[i], r) * ro[i]);
      replace(addScaled(r, round(al[i] - be), oldStps[i]));
    }
    return r;
  }

  private evaluateAt(params: readonly Tensor[]): { loss: number; gradient: Tensor } {
    return tidy(() => {
      const { loss, grads } = this.objective.evaluate(params);
      return { loss, gradient: flatten(grads) };
    });
  }

  /** After the last iteration nobody needs the new gradient. */
  private stepBy(t: number, d: Tensor, isLast: boolean): void {
    this.params = moved(this.params, t, d);
    if (isLast) return;
    const { loss, gradient } = this.evaluateAt(this.params);
    this.loss = loss;
    this.gradient = gradient;
    this.count(1);
  }

  private searchLine(firstStep: number, d: Tensor, slope: number): void {
    const start: LinePoint<Tensor> = { t: 0, loss: this.loss, gradient: this.gradient, slope };
    const { round } = this;
    const evaluate = (t: number): LinePoint<Tensor> => {
      const { loss, gradient } = tidy(() => this.evaluateAt(moved(this.params, t, d)));
      return { t, loss, gradient, slope: dot(gradient, d) };
    };
    const line = { start, directionSize: largest(d), evaluate, round };
    const turnsLeft = this.options.maxEval - this.evaluations;
    const { point, evaluations } = strongWolfe(line, firstStep, turnsLeft);
    this.params = moved(this.params, point.t, d);
    this.loss = point.loss;
    this.gradient = point.gradient;
    this.memory = { ...this.memory, t: point.t };
    this.count(evaluations);
  }

  private count(evaluations: number): void {
    this.evaluations += evaluations;
    this.memory = { ...this.memory, funcEvals: this.memory.funcEvals + evaluations };
  }
}

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
