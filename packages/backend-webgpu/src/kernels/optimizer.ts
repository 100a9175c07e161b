import { type kernelNames, kernelNames as names, scalarMath } from "@plenoptic/tensor";
import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { GpuBackend } from "../backend.js";
import { type Binding, flatWorkgroup, groupsFor, type Program } from "../program.js";
import { type GpuKernel, sizeOf } from "./kernel.js";

function elementwise(
  key: string,
  outputs: readonly string[],
  inputs: readonly string[],
  params: readonly string[],
  body: string,
): Program {
  const floats = (list: readonly string[]): Binding[] => list.map((name) => [name, "f32"]);
  return {
    key,
    outputs: floats(outputs),
    inputs: floats(inputs),
    params: [["count", "u32"], ...params.map((name) => [name, "f32"] as const)],
    workgroup: flatWorkgroup,
    body: () => `
  if (flat >= params.count) { return; }
  let i = flat;
${body}`,
  };
}

function run(
  backend: GpuBackend,
  program: Program,
  inputs: TensorInfo[],
  params: readonly number[],
): TensorInfo[] {
  const { shape } = inputs[0];
  const count = sizeOf(shape);
  const outputs = program.outputs.map(() => backend.makeTensorInfo(shape, "float32"));
  backend.dispatch(program, outputs, inputs, [count, ...params], groupsFor(count, flatWorkgroup[0]));
  return outputs;
}

const adamParams = ["keep", "decay", "fresh1", "beta2", "fresh2", "size", "correction", "eps"];
const moments = `
  let p = param[i] * params.keep;
  let g = grad[i] + params.decay * p;
  let m = mean[i] + params.fresh1 * (g - mean[i]);
  let v = params.beta2 * square[i] + params.fresh2 * (g * g);
  newMean[i] = m;
  newSquare[i] = v;`;
const step = (p: string, m: string, v: string) =>
  `newParam[i] = ${p} - params.size * (${m} / (sqrt(${v}) / params.correction + params.eps));`;

/** Kingma & Ba (2015), Loshchilov & Hutter (2019): all that an update reads and writes, once. */
const adamProgram = elementwise(
  "adam",
  ["newParam", "newMean", "newSquare"],
  ["param", "grad", "mean", "square"],
  adamParams,
  `${moments}\n  ${step("p", "m", "v")}`,
);

/** Reddi et al. (2018), in two parts, because a program is sure of eight buffers only. */
const amsgradMoments = elementwise(
  "amsgrad moments",
  ["newMean", "newSquare", "newLargest"],
  ["param", "grad", "mean", "square", "largest"],
  adamParams,
  `${moments}\n  newLargest[i] = max(largest[i], v);`,
);
const amsgradStep = elementwise(
  "amsgrad step",
  ["newParam"],
  ["param", "mean", "largest"],
  adamParams,
  step("param[i] * params.keep", "mean[i]", "largest[i]"),
);

const adamKernel: GpuKernel<kernelNames.AdamStepAttrs> = {
  name: names.AdamStep,
  run: (backend, { param, grad, expAvg, expAvgSq, maxExpAvgSq }, attrs) => {
    const { lr, beta1, beta2, eps, weightDecay, decoupled } = attrs;
    const params = [
      decoupled ? 1 - lr * weightDecay : 1,
      decoupled ? 0 : weightDecay,
      1 - beta1,
      beta2,
      1 - beta2,
      lr / (1 - scalarMath.integerPower(beta1, attrs.step)),
      Math.sqrt(1 - scalarMath.integerPower(beta2, attrs.step)),
      eps,
    ];
    const inputs = [param, grad, expAvg, expAvgSq];
    if (!attrs.amsgrad || !maxExpAvgSq) return run(backend, adamProgram, inputs, params);
    const kept = run(backend, amsgradMoments, [...inputs, maxExpAvgSq], params);
    return [...run(backend, amsgradStep, [param, kept[0], kept[2]], params), ...kept];
  },
};

type Momentum = "none" | "first" | "later";

function sgdProgram(momentum: Momentum, nesterov: boolean): Program {
  const later = momentum === "later";
  const buffer = later ? "params.momentum * buffer[i] + params.fresh * g" : "g";
  return elementwise(
    `sgd ${momentum} ${nesterov}`,
    ["newParam", ...(momentum === "none" ? [] : ["newBuffer"])],
    ["param", "grad", ...(later ? ["buffer"] : [])],
    ["lr", "decay", "momentum", "fresh"],
    `
  let g = grad[i] + params.decay * param[i];
  ${momentum === "none" ? "let direction = g;" : `let b = ${buffer}; newBuffer[i] = b;`}
  ${momentum === "none" ? "" : `let direction = ${nesterov ? "g + params.momentum * b" : "b"};`}
  newParam[i] = param[i] - params.lr * direction;`,
  );
}

const sgdKernel: GpuKernel<kernelNames.SgdStepAttrs> = {
  name: names.SgdStep,
  run: (backend, { param, grad, momentumBuffer }, attrs) => {
    const { lr, momentum, dampening, weightDecay, nesterov } = attrs;
    const which: Momentum = momentum === 0 ? "none" : momentumBuffer ? "later" : "first";
    const inputs = [param, grad, ...(which === "later" ? [momentumBuffer] : [])];
    return run(backend, sgdProgram(which, nesterov), inputs, [lr, weightDecay, momentum, 1 - dampening]);
  },
};

export const optimizerKernels = [adamKernel, sgdKernel];
