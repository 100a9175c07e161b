import * as T from "@plenoptic/tensor";
import { arrayOf, at, type NumberArray, spread } from "../arrays.js";
import type { OpCase } from "../types.js";

type AdamAttrs = T.kernelNames.AdamStepAttrs;
type SgdAttrs = T.kernelNames.SgdStepAttrs;

const adam: AdamAttrs = {
  lr: 0.01,
  beta1: 0.9,
  beta2: 0.999,
  eps: 1e-8,
  weightDecay: 0,
  decoupled: false,
  amsgrad: false,
  step: 1,
};

const sgd: SgdAttrs = { lr: 0.5, momentum: 0, dampening: 0, weightDecay: 0, nesterov: false };

/** Attributes of Adam in all its kinds, and after several steps. */
export const adamWays: Readonly<Record<string, AdamAttrs>> = {
  "Adam, first step": adam,
  "Adam, 25th step": { ...adam, step: 25 },
  "Adam with weight decay": { ...adam, weightDecay: 0.1, step: 3 },
  AMSGrad: { ...adam, amsgrad: true, step: 7 },
  AdamW: { ...adam, weightDecay: 0.1, decoupled: true, step: 3 },
  "AdamW with AMSGrad": { ...adam, weightDecay: 0.1, decoupled: true, amsgrad: true, step: 2 },
};

export const sgdWays: Readonly<Record<string, SgdAttrs>> = {
  "without momentum": sgd,
  "with weight decay": { ...sgd, weightDecay: 0.1 },
  "with momentum": { ...sgd, momentum: 0.9 },
  "with momentum, dampening and weight decay": { ...sgd, momentum: 0.9, dampening: 0.5, weightDecay: 0.01 },
  "with Nesterov's momentum": { ...sgd, momentum: 0.9, nesterov: true },
};

/** Squares of gradients are not negative, and smaller than 1 here. */
const squares = (shape: readonly number[], seed: number) => spread(shape, 0.01, 1, seed);

/** Parameter, gradient, running means, and the largest mean square. */
export const adamInputs = (shape: readonly number[]): NumberArray[] => [
  spread(shape, 0, 1),
  spread(shape, -1, 1, 2),
  spread(shape, -1, 1, 3),
  squares(shape, 4),
  squares(shape, 5),
];

/** One step of Adam for one number, after the papers' formulas. */
function adamNumber(a: AdamAttrs, [param, grad, mean, meanSquare, largest]: number[]): number[] {
  const shrunk = a.decoupled ? param - a.lr * a.weightDecay * param : param;
  const g = a.decoupled ? grad : grad + a.weightDecay * param;
  const m = a.beta1 * mean + (1 - a.beta1) * g;
  const v = a.beta2 * meanSquare + (1 - a.beta2) * g * g;
  const top = a.amsgrad ? Math.max(largest, v) : v;
  const [mHat, vHat] = [m / (1 - a.beta1 ** a.step), top / (1 - a.beta2 ** a.step)];
  return [shrunk - (a.lr * mHat) / (Math.sqrt(vHat) + a.eps), m, v, ...(a.amsgrad ? [top] : [])];
}

function sgdNumber(a: SgdAttrs, [param, grad, momentum]: (number | undefined)[]): number[] {
  const p = param as number;
  const g = (grad as number) + a.weightDecay * p;
  if (a.momentum === 0) return [p - a.lr * g];
  const buffer = momentum === undefined ? g : a.momentum * momentum + (1 - a.dampening) * g;
  return [p - a.lr * (a.nesterov ? g + a.momentum * buffer : buffer), buffer];
}

/** Applies a function of one number of each array, which gives several, everywhere. */
function everywhere(inputs: readonly NumberArray[], step: (numbers: number[]) => number[]): NumberArray[] {
  const { shape } = inputs[0];
  const count = step(inputs.map(({ values }) => values[0])).length;
  return Array.from({ length: count }, (_, k) => arrayOf(shape, (i) => step(inputs.map((x) => at(x, i)))[k]));
}

const shape = [1, 1, 9, 15];

const adamCases = Object.entries(adamWays).map(
  ([title, attrs]): OpCase => ({
    ops: ["adamStep"],
    title,
    inputs: adamInputs(shape),
    apply: (param, grad, expAvg, expAvgSq, maxExpAvgSq) => {
      const state = { param, grad, expAvg, expAvgSq, ...(attrs.amsgrad ? { maxExpAvgSq } : {}) };
      return Object.values(T.adamStep(state, attrs));
    },
    oracle: (...inputs) => everywhere(inputs, (numbers) => adamNumber(attrs, numbers)),
  }),
);

const sgdCases = Object.entries(sgdWays).flatMap(([title, attrs]): OpCase[] => {
  const make = (inputs: NumberArray[], suffix: string): OpCase => ({
    ops: ["sgdStep"],
    title: `${title}${suffix}`,
    inputs,
    apply: (param, grad, momentumBuffer) =>
      Object.values(T.sgdStep({ param, grad, ...(momentumBuffer ? { momentumBuffer } : {}) }, attrs)),
    oracle: (...arrays) => everywhere(arrays, (numbers) => sgdNumber(attrs, numbers)),
  });
  const [param, grad, buffer] = [spread(shape, 0, 1), spread(shape, -1, 1, 2), spread(shape, -1, 1, 3)];
  return attrs.momentum === 0
    ? [make([param, grad], "")]
    : [make([param, grad], ", first step"), make([param, grad, buffer], ", later")];
});

/** A gradient, then changes of it, then steps. */
export const twoLoopsWays = [0, 1, 2, 5].map((count) => ({
  count,
  attrs: { ro: Array.from({ length: count }, (_, i) => 0.2 + 0.1 * i), hDiag: 0.7 },
}));

export const twoLoopsInputs = (count: number, shape: readonly number[]): NumberArray[] =>
  Array.from({ length: 1 + 2 * count }, (_, i) => spread(shape, -1, 1, i + 1));

/** -H g, where H is made pair by pair: (I - ρ s yᵀ) H (I - ρ y sᵀ) + ρ s sᵀ. */
function quasiNewton(
  [g, ...pairs]: readonly NumberArray[],
  { ro, hDiag }: T.kernelNames.TwoLoopsAttrs,
): NumberArray {
  const n = g.values.length;
  const all = Array.from({ length: n }, (_, i) => i);
  let h = all.map((i) => all.map((j) => (i === j ? hDiag : 0)));
  ro.forEach((rho, k) => {
    const [y, s] = [pairs[k].values, pairs[ro.length + k].values];
    const v = all.map((i) => all.map((j) => (i === j ? 1 : 0) - rho * y[i] * s[j]));
    const hv = all.map((i) => all.map((j) => all.reduce((sum, l) => sum + h[i][l] * v[l][j], 0)));
    h = all.map((i) => all.map((j) => all.reduce((sum, l) => sum + v[l][i] * hv[l][j], rho * s[i] * s[j])));
  });
  return { shape: g.shape, values: all.map((i) => -all.reduce((sum, j) => sum + h[i][j] * g.values[j], 0)) };
}

const twoLoopsCases = twoLoopsWays.map(
  ({ count, attrs }): OpCase => ({
    ops: ["twoLoops"],
    title: `of ${count} pairs`,
    inputs: twoLoopsInputs(count, [13]),
    apply: (gradient, ...rest) =>
      T.twoLoops(gradient, { changes: rest.slice(0, count), steps: rest.slice(count) }, attrs),
    oracle: (...inputs) => quasiNewton(inputs, attrs),
  }),
);

export const optimizerCases: readonly OpCase[] = [...adamCases, ...sgdCases, ...twoLoopsCases];
