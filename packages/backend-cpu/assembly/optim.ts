// One pass over the values per optimizer step. The order of operations is that of torch.optim (single tensor).

import { lanes } from "./vector";

/** `step` = lr / (1 - beta1^t), `root` = √(1 - beta2^t), `shrink` = 1 - lr · decay for AdamW or 1. */
// @ts-ignore: decorator
@inline
function adam<T>(
  param: usize, grad: usize, mean: usize, square: usize, largest: usize,
  param2: usize, mean2: usize, square2: usize, largest2: usize, n: i32,
  beta1: f64, beta2: f64, eps: f64, decay: f64, shrink: f64, step: f64, root: f64,
): void {
  const oneMinusBeta1 = v128.splat<T>(<T>(1 - beta1));
  const vBeta2 = v128.splat<T>(<T>beta2);
  const oneMinusBeta2 = v128.splat<T>(<T>(1 - beta2));
  const vEps = v128.splat<T>(<T>eps);
  const vDecay = v128.splat<T>(<T>decay);
  const vShrink = v128.splat<T>(<T>shrink);
  const vStep = v128.splat<T>(<T>step);
  const vRoot = v128.splat<T>(<T>root);
  for (let i = 0; i < n; i += lanes<T>()) {
    const at = <usize>i * sizeof<T>();
    let p = v128.load(param + at);
    let g = v128.load(grad + at);
    if (shrink != 1) p = v128.mul<T>(p, vShrink);
    if (decay != 0) g = v128.add<T>(g, v128.mul<T>(vDecay, p));
    const m0 = v128.load(mean + at);
    const m = v128.add<T>(m0, v128.mul<T>(oneMinusBeta1, v128.sub<T>(g, m0)));
    const v = v128.add<T>(v128.mul<T>(v128.load(square + at), vBeta2), v128.mul<T>(v128.mul<T>(oneMinusBeta2, g), g));
    let second = v;
    if (largest != 0) {
      second = v128.max<T>(v128.load(largest + at), v);
      v128.store(largest2 + at, second);
    }
    const denominator = v128.add<T>(v128.div<T>(v128.sqrt<T>(second), vRoot), vEps);
    v128.store(param2 + at, v128.sub<T>(p, v128.mul<T>(vStep, v128.div<T>(m, denominator))));
    v128.store(mean2 + at, m);
    v128.store(square2 + at, v);
  }
}

export function adam_f32(
  param: usize, grad: usize, mean: usize, square: usize, largest: usize,
  param2: usize, mean2: usize, square2: usize, largest2: usize, n: i32,
  beta1: f64, beta2: f64, eps: f64, decay: f64, shrink: f64, step: f64, root: f64,
): void {
  adam<f32>(param, grad, mean, square, largest, param2, mean2, square2, largest2, n, beta1, beta2, eps, decay, shrink, step, root);
}
export function adam_f64(
  param: usize, grad: usize, mean: usize, square: usize, largest: usize,
  param2: usize, mean2: usize, square2: usize, largest2: usize, n: i32,
  beta1: f64, beta2: f64, eps: f64, decay: f64, shrink: f64, step: f64, root: f64,
): void {
  adam<f64>(param, grad, mean, square, largest, param2, mean2, square2, largest2, n, beta1, beta2, eps, decay, shrink, step, root);
}

/** `buffer` and `buffer2` are 0 without momentum; `buffer` alone is 0 at the first step. */
// @ts-ignore: decorator
@inline
function sgd<T>(
  param: usize, grad: usize, buffer: usize, param2: usize, buffer2: usize, n: i32,
  lr: f64, momentum: f64, dampening: f64, decay: f64, nesterov: bool,
): void {
  const vLr = v128.splat<T>(<T>lr);
  const vMomentum = v128.splat<T>(<T>momentum);
  const fresh = v128.splat<T>(<T>(1 - dampening));
  const vDecay = v128.splat<T>(<T>decay);
  for (let i = 0; i < n; i += lanes<T>()) {
    const at = <usize>i * sizeof<T>();
    const p = v128.load(param + at);
    let g = v128.load(grad + at);
    if (decay != 0) g = v128.add<T>(g, v128.mul<T>(vDecay, p));
    if (buffer2 != 0) {
      let b = g;
      if (buffer != 0) b = v128.add<T>(v128.mul<T>(v128.load(buffer + at), vMomentum), v128.mul<T>(fresh, g));
      v128.store(buffer2 + at, b);
      g = nesterov ? v128.add<T>(g, v128.mul<T>(vMomentum, b)) : b;
    }
    v128.store(param2 + at, v128.sub<T>(p, v128.mul<T>(vLr, g)));
  }
}

export function sgd_f32(
  param: usize, grad: usize, buffer: usize, param2: usize, buffer2: usize, n: i32,
  lr: f64, momentum: f64, dampening: f64, decay: f64, nesterov: bool,
): void {
  sgd<f32>(param, grad, buffer, param2, buffer2, n, lr, momentum, dampening, decay, nesterov);
}
export function sgd_f64(
  param: usize, grad: usize, buffer: usize, param2: usize, buffer2: usize, n: i32,
  lr: f64, momentum: f64, dampening: f64, decay: f64, nesterov: bool,
): void {
  sgd<f64>(param, grad, buffer, param2, buffer2, n, lr, momentum, dampening, decay, nesterov);
}
