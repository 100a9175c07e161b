import type { NamedAttrMap, NamedTensorMap } from "@tensorflow/tfjs-core";
import {
  AdamStep,
  type AdamStepAttrs,
  SgdStep,
  type SgdStepAttrs,
  TwoLoops,
  type TwoLoopsAttrs,
} from "../kernel-names.js";
import { declareOp } from "../op.js";
import { integerPower } from "../random/elementary.js";
import { run } from "../run.js";
import type { Tensor } from "../tensor-type.js";
import { add, div, maximum, mul, sub } from "./binary.js";
import { sum } from "./reduce.js";
import { neg, sqrt, square } from "./unary.js";

/** A parameter and what Adam remembers of its gradients. */
export interface AdamTensors {
  param: Tensor;
  /** Running mean of the gradient, 0 before the first step. */
  expAvg: Tensor;
  /** Running mean of the squared gradient, 0 before the first step. */
  expAvgSq: Tensor;
  /** With amsgrad: the largest `expAvgSq` so far. */
  maxExpAvgSq?: Tensor;
}

/**
 * One update by Adam (Kingma & Ba, 2015), AMSGrad (Reddi et al., 2018) or AdamW (Loshchilov & Hutter, 2019),
 * in one pass over the values. The tensors that come in stay as they are.
 */
export function adamStep(
  { grad, ...state }: AdamTensors & { grad: Tensor },
  attrs: AdamStepAttrs,
): AdamTensors {
  const { param, expAvg, expAvgSq, maxExpAvgSq } = state;
  const inputs = { param, grad, expAvg, expAvgSq, ...(maxExpAvgSq ? { maxExpAvgSq } : {}) };
  const [p, m, v, vMax] = run<Tensor[]>(AdamStep, inputs, attrs);
  return vMax
    ? { param: p, expAvg: m, expAvgSq: v, maxExpAvgSq: vMax }
    : { param: p, expAvg: m, expAvgSq: v };
}

/** A parameter and, with momentum, the running sum of its gradients (absent before the first step). */
export interface SgdTensors {
  param: Tensor;
  momentumBuffer?: Tensor;
}

/** One update of gradient descent with momentum (Sutskever et al., 2013), in one pass. */
export function sgdStep({ grad, ...state }: SgdTensors & { grad: Tensor }, attrs: SgdStepAttrs): SgdTensors {
  const { param, momentumBuffer } = state;
  const inputs = { param, grad, ...(momentumBuffer ? { momentumBuffer } : {}) };
  const [p, buffer] = run<Tensor[]>(SgdStep, inputs, attrs);
  return buffer ? { param: p, momentumBuffer: buffer } : { param: p };
}

/** What L-BFGS remembers: changes of the gradient from old to new, and the steps that caused them. */
export interface CurvaturePairs {
  readonly changes: readonly Tensor[];
  readonly steps: readonly Tensor[];
}

/**
 * The direction -H g of L-BFGS by the two loops of Nocedal (Math. of Computation 35, 1980), in one go: with changes y and steps s,
 * r = -g; from new to old α = ρ ⟨s, r⟩, r -= α y; r *= hDiag; from old to new r += (α - ρ ⟨y, r⟩) s.
 *
 * @param gradient - g, any shape
 * @param pairs - as many changes as steps, of the shape of `gradient`
 * @param attrs - ρ = 1 / ⟨y, s⟩ of each pair, and the diagonal of the first approximation of H
 */
export function twoLoops(gradient: Tensor, { changes, steps }: CurvaturePairs, attrs: TwoLoopsAttrs): Tensor {
  return run(TwoLoops, [gradient, ...changes, ...steps], attrs);
}

function composeTwoLoops(inputs: NamedTensorMap, namedAttrs: NamedAttrMap): Tensor {
  const { ro, hDiag } = namedAttrs as unknown as TwoLoopsAttrs;
  const change = (i: number) => inputs[1 + i];
  const step = (i: number) => inputs[1 + ro.length + i];
  const weighted = (a: Tensor, b: Tensor, i: number) => mul(sum(mul(a, b)), ro[i]);
  let r = neg(inputs[0]);
  const al: Tensor[] = [];
  for (let i = ro.length - 1; i >= 0; i--) {
    al[i] = weighted(step(i), r, i);
    r = sub(r, mul(change(i), al[i]));
  }
  r = mul(r, hDiag);
  for (let i = 0; i < ro.length; i++) r = add(r, mul(step(i), sub(al[i], weighted(change(i), r, i))));
  return r;
}

function composeAdam(inputs: NamedTensorMap, namedAttrs: NamedAttrMap): Tensor[] {
  const { grad, expAvg, expAvgSq, maxExpAvgSq } = inputs;
  const attrs = namedAttrs as unknown as AdamStepAttrs;
  const { lr, beta1, beta2, eps, weightDecay, decoupled, step } = attrs;
  const decay = weightDecay !== 0;
  const param = decay && decoupled ? mul(inputs.param, 1 - lr * weightDecay) : inputs.param;
  const g = decay && !decoupled ? add(grad, mul(param, weightDecay)) : grad;
  const m = add(expAvg, mul(sub(g, expAvg), 1 - beta1));
  const v = add(mul(expAvgSq, beta2), mul(square(g), 1 - beta2));
  const vMax = attrs.amsgrad && maxExpAvgSq ? maximum(maxExpAvgSq, v) : undefined;
  const denominator = add(div(sqrt(vMax ?? v), Math.sqrt(1 - integerPower(beta2, step))), eps);
  const updated = sub(param, mul(div(m, denominator), lr / (1 - integerPower(beta1, step))));
  return vMax ? [updated, m, v, vMax] : [updated, m, v];
}

function composeSgd({ param, grad, momentumBuffer }: NamedTensorMap, namedAttrs: NamedAttrMap): Tensor[] {
  const { lr, momentum, dampening, weightDecay, nesterov } = namedAttrs as unknown as SgdStepAttrs;
  const g = weightDecay === 0 ? grad : add(grad, mul(param, weightDecay));
  if (momentum === 0) return [sub(param, mul(g, lr))];
  const buffer = momentumBuffer ? add(mul(momentumBuffer, momentum), mul(g, 1 - dampening)) : mul(g, 1);
  const direction = nesterov ? add(g, mul(buffer, momentum)) : buffer;
  return [sub(param, mul(direction, lr)), buffer];
}

declareOp({ kernelName: AdamStep, compose: composeAdam });
declareOp({ kernelName: SgdStep, compose: composeSgd });
declareOp({ kernelName: TwoLoops, compose: composeTwoLoops });
