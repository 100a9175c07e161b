import {
  abs,
  add,
  type Coroutine,
  concat,
  dispose,
  inScope,
  keep,
  max,
  mul,
  neg,
  numbersOf,
  reshape,
  slice,
  sub,
  sum,
  type Tensor,
  tidy,
  twoLoops,
} from "@plenoptic/tensor";
import type { CoroutineObjective } from "./optimizer.js";
import { type LinePoint, strongWolfe } from "./strong-wolfe.js";

/** What a step of L-BFGS has to know, checked. */
export interface CheckedLBFGSOptions {
  readonly lr: number;
  readonly maxIter: number;
  readonly maxEval: number;
  readonly toleranceGrad: number;
  readonly toleranceChange: number;
  readonly historySize: number;
  readonly lineSearchFn: "strongWolfe" | null;
}

/** Changes whose curvature is not above this say nothing, and are not kept. */
const smallestCurvature = 1e-10;

/** What is known of the objective so far; all vectors are flat. */
export interface Memory {
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

export const nothing: Memory = {
  nIter: 0,
  funcEvals: 0,
  t: 1,
  hDiag: 1,
  prevLoss: 0,
  ro: [],
  oldDirs: [],
  oldStps: [],
};

export const tensorsOf = ({ d, prevFlatGrad, oldDirs, oldStps }: Memory): Tensor[] =>
  [d, prevFlatGrad, ...oldDirs, ...oldStps].filter((x): x is Tensor => x !== undefined);

const numberOf = function* (make: () => Tensor): Coroutine<number> {
  const [value] = yield* numbersOf(tidy(make));
  return value;
};
const dot = (a: Tensor, b: Tensor) => numberOf(() => sum(mul(a, b)));
const largest = (x: Tensor) => numberOf(() => max(abs(x)));
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

/** One call of `step`. It changes nothing but its own memory, so that a failing objective leaves all as it was. */
export class Run {
  memory: Memory;
  private evaluations = 1;
  private params: readonly Tensor[] = [];
  private loss: number;
  private gradient!: Tensor;

  constructor(
    private readonly options: CheckedLBFGSOptions,
    before: Memory,
    private readonly objective: CoroutineObjective,
    private readonly round: (x: number) => number,
  ) {
    this.memory = { ...before, funcEvals: before.funcEvals + 1 };
    this.loss = objective.loss;
  }

  /** {@link go}, after which the memory outlives the enclosing scope. */
  *goAndKeep(params: readonly Tensor[], grads: readonly Tensor[]): Coroutine<Tensor[]> {
    const result = yield* this.go(params, grads);
    for (const x of tensorsOf(this.memory)) keep(x);
    return result;
  }

  private *go(params: readonly Tensor[], grads: readonly Tensor[]): Coroutine<Tensor[]> {
    const { maxIter, maxEval, toleranceGrad, toleranceChange } = this.options;
    this.params = params;
    this.gradient = flatten(grads);
    const isOptimal = function* (this: Run): Coroutine<boolean> {
      return (yield* largest(this.gradient)) <= toleranceGrad;
    }.bind(this);
    if (yield* isOptimal()) return params.map((x) => addScaled(x, 0, x));
    for (let n = 1; n <= maxIter; n++) {
      const lossBefore = this.loss;
      const d = yield* this.nextDirection();
      const slope = yield* dot(this.gradient, d);
      const t = yield* this.firstStep();
      this.memory = { ...this.memory, d, t, prevFlatGrad: this.gradient, prevLoss: lossBefore };
      if (slope > -toleranceChange) break;
      const isLast = n === maxIter;
      if (this.options.lineSearchFn === null) yield* this.stepBy(t, d, isLast);
      else yield* this.searchLine(t, d, slope);
      if (isLast || this.evaluations >= maxEval || (yield* isOptimal())) break;
      const step = yield* numberOf(() => max(abs(mul(d, this.memory.t))));
      if (step <= toleranceChange || Math.abs(this.loss - lossBefore) < toleranceChange) break;
    }
    return this.params === params ? params.map((x) => addScaled(x, 0, x)) : [...this.params];
  }

  private *firstStep(): Coroutine<number> {
    const { lr } = this.options;
    if (this.memory.nIter > 1) return lr;
    const total = yield* numberOf(() => sum(abs(this.gradient)));
    return this.round(this.round(Math.min(1, 1 / total)) * lr);
  }

  /** Minus the gradient at the very first iteration, then -H g with what the last step has taught. */
  private *nextDirection(): Coroutine<Tensor> {
    const { nIter, d, prevFlatGrad, t } = this.memory;
    this.memory = { ...this.memory, nIter: nIter + 1 };
    if (nIter === 0 || !d || !prevFlatGrad) return neg(this.gradient);
    const y = sub(this.gradient, prevFlatGrad);
    const s = mul(d, t);
    const ys = yield* dot(y, s);
    if (ys > smallestCurvature) yield* this.remember(y, s, ys);
    return this.direction();
  }

  private *remember(y: Tensor, s: Tensor, ys: number): Coroutine<void> {
    const { oldDirs, oldStps, ro } = this.memory;
    const yy = yield* dot(y, y);
    const from = oldDirs.length === this.options.historySize ? 1 : 0;
    this.memory = {
      ...this.memory,
      oldDirs: [...oldDirs.slice(from), y],
      oldStps: [...oldStps.slice(from), s],
      ro: [...ro.slice(from), this.round(1 / ys)],
      hDiag: this.round(ys / yy),
    };
  }

  private direction(): Tensor {
    const { oldDirs: changes, oldStps: steps, ro, hDiag } = this.memory;
    return twoLoops(this.gradient, { changes, steps }, { ro, hDiag });
  }

  private evaluateAt(params: readonly Tensor[]): Coroutine<{ loss: number; gradient: Tensor }> {
    const { objective } = this;
    return inScope(
      (function* () {
        const { loss, grads } = yield* objective.evaluate(params);
        return { loss, gradient: flatten(grads) };
      })(),
    );
  }

  /** After the last iteration nobody needs the new gradient. */
  private *stepBy(t: number, d: Tensor, isLast: boolean): Coroutine<void> {
    this.params = moved(this.params, t, d);
    if (isLast) return;
    const { loss, gradient } = yield* this.evaluateAt(this.params);
    this.loss = loss;
    this.gradient = gradient;
    this.count(1);
  }

  private *searchLine(firstStep: number, d: Tensor, slope: number): Coroutine<void> {
    const start: LinePoint<Tensor> = { t: 0, loss: this.loss, gradient: this.gradient, slope };
    const { round } = this;
    const evaluate = function* (this: Run, t: number): Coroutine<LinePoint<Tensor>> {
      const params = moved(this.params, t, d);
      const { loss, gradient } = yield* this.evaluateAt(params);
      dispose(params);
      return { t, loss, gradient, slope: yield* dot(gradient, d) };
    }.bind(this);
    const line = { start, directionSize: yield* largest(d), evaluate, round };
    const turnsLeft = this.options.maxEval - this.evaluations;
    const { point, evaluations } = yield* strongWolfe(line, firstStep, turnsLeft);
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
