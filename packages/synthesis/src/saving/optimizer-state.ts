import { PythonFloat, PythonTuple, TorchTensor, type TorchValue } from "@plenoptic/io";
import type { OptimizerState, OptionValue, ParameterValues, StateArray } from "@plenoptic/optim";
import { toCamelCase, toSnakeCase } from "./names.js";
import { type Attributes, dictionary, floats, list, number, numbers, toTorch } from "./values.js";

// torch's state_dict of an optimizer, and ours: `{state: {0: {…}}, param_groups: [{lr: …, params: [0]}]}`.

/** Options that torch has and we have not, with the values that mean what we do. */
const onlyInTorch: Readonly<Record<string, Readonly<Record<string, TorchValue>>>> = {
  Adam: {
    maximize: false,
    foreach: null,
    capturable: false,
    differentiable: false,
    fused: null,
    decoupled_weight_decay: false,
  },
  AdamW: {
    maximize: false,
    foreach: null,
    capturable: false,
    differentiable: false,
    fused: null,
    decoupled_weight_decay: true,
  },
  SGD: { maximize: false, foreach: null, differentiable: false, fused: null },
  LBFGS: {},
};

/** Lists that our state spreads over several entries. */
const spread = ["oldDirs", "oldStps"];

function optionToTorch(name: string, value: OptionValue): TorchValue {
  if (value === "strongWolfe") return "strong_wolfe";
  if (typeof value === "number") return /^max|^history/.test(name) ? value : new PythonFloat(value);
  return Array.isArray(value) ? new PythonTuple(value.map((x) => new PythonFloat(x))) : (value as TorchValue);
}

function optionFromTorch(value: TorchValue, what: string): OptionValue {
  if (value === "strong_wolfe") return "strongWolfe";
  if (value === null || typeof value === "boolean" || typeof value === "string") return value;
  if (Array.isArray(value) || value instanceof PythonTuple) return numbers(value, what);
  return number(value, what);
}

function parameterToTorch(
  name: string,
  { step, tensors, numbers: scalars }: ParameterValues,
): Map<TorchValue, TorchValue> {
  const state = new Map<TorchValue, TorchValue>();
  if (name === "LBFGS") return lbfgsToTorch(step, tensors, scalars ?? {});
  if (name.startsWith("Adam")) state.set("step", new TorchTensor("float32", [], Float32Array.of(step)));
  for (const [key, array] of Object.entries(tensors)) state.set(toSnakeCase(key), toTorch(array));
  return state;
}

function lbfgsToTorch(
  step: number,
  tensors: Readonly<Record<string, StateArray>>,
  { funcEvals, t, hDiag, prevLoss, ro }: NonNullable<ParameterValues["numbers"]>,
): Map<TorchValue, TorchValue> {
  const kept = tensors.d ?? tensors.prevFlatGrad;
  const scalar = (value: number | readonly number[]) => {
    const Numbers = kept?.values instanceof Float32Array ? Float32Array : Float64Array;
    return toTorch({ values: Numbers.of(value as number), shape: [] });
  };
  const state = new Map<TorchValue, TorchValue>([
    ["func_evals", funcEvals as number],
    ["n_iter", step],
  ]);
  if (!tensors.d) return state;
  const all = (prefix: string) => (ro as number[]).map((_, i) => toTorch(tensors[`${prefix}${i}`]));
  state.set("d", toTorch(tensors.d));
  state.set("t", new PythonFloat(t as number));
  state.set("old_dirs", all("oldDirs"));
  state.set("old_stps", all("oldStps"));
  state.set("ro", (ro as number[]).map(scalar));
  state.set("H_diag", scalar(hDiag));
  state.set("prev_flat_grad", toTorch(tensors.prevFlatGrad));
  state.set("prev_loss", new PythonFloat(prevLoss as number));
  return state;
}

/** The state as torch has it. */
export function optimizerToTorch(name: string, { state, options, initialLr }: OptimizerState): TorchValue {
  const group = new Map<TorchValue, TorchValue>();
  for (const [key, value] of Object.entries(options)) group.set(toSnakeCase(key), optionToTorch(key, value));
  for (const [key, value] of Object.entries(onlyInTorch[name] ?? {})) group.set(key, value);
  if (initialLr !== undefined) group.set("initial_lr", new PythonFloat(initialLr));
  group.set("params", state.length > 1 ? state.map((_, i) => i) : [0]);
  const parameters = state.map((values, i) => [i, parameterToTorch(name, values)] as const);
  const written = new Map<TorchValue, TorchValue>(parameters.filter(([, { size }]) => size > 0));
  return new Map<TorchValue, TorchValue>([
    ["state", written],
    ["param_groups", [group]],
  ]);
}

/** Numbers, tensors and lists of tensors of a parameter's state, under our names. */
function parameterFromTorch(saved: Attributes, steps: number): ParameterValues {
  const tensors: Record<string, StateArray> = {};
  const scalars: Record<string, number | readonly number[]> = {};
  let step = steps;
  for (const [key, value] of saved) {
    const name = toCamelCase(key);
    const what = `optimizer's ${key}`;
    if (key === "step" || key === "n_iter") step = number(value, what);
    else if (key === "al" || value === null) continue;
    else if (spread.includes(name)) {
      list(value, what).forEach((item, i) => {
        tensors[`${name}${i}`] = floats(item, what);
      });
    } else if (key === "ro") scalars.ro = numbers(value, what);
    else if (value instanceof TorchTensor && value.shape.length > 0) tensors[name] = floats(value, what);
    else scalars[name] = number(value, what);
  }
  return { step, tensors, ...(Object.keys(scalars).length > 0 && { numbers: scalars }) };
}

/**
 * Our state, from torch's. Options that only torch has are left out: with other values than ours they have no meaning here.
 *
 * @param steps - how many steps have been made, for optimizers whose state does not say
 */
export function optimizerFromTorch(name: string, saved: TorchValue, steps: number): OptimizerState {
  const { state, param_groups: groups } = Object.fromEntries(dictionary(saved, "optimizer state"));
  const [first] = list(groups, "optimizer's param_groups");
  const options: Record<string, OptionValue> = {};
  let initialLr: number | undefined;
  for (const [key, value] of dictionary(first, "optimizer's param_groups")) {
    if (key === "params" || Object.hasOwn(onlyInTorch[name] ?? {}, key)) continue;
    if (key === "initial_lr") initialLr = number(value, "optimizer's initial_lr");
    else options[toCamelCase(key)] = optionFromTorch(value, `optimizer's ${key}`);
  }
  const parameters = [...dictionary(state, "optimizer's state").values()].map((one) =>
    parameterFromTorch(dictionary(one, "optimizer's state"), steps),
  );
  // torch writes nothing for SGD without momentum, which remembers nothing but that it has begun.
  if (name === "SGD" && parameters.length === 0 && steps > 0) parameters.push({ step: steps, tensors: {} });
  return { state: parameters, options, ...(initialLr !== undefined && { initialLr }) };
}
