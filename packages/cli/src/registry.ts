import * as losses from "@plenoptic/losses";
import * as models from "@plenoptic/models";
import * as optim from "@plenoptic/optim";
import type { LossFunction, ModelLike, OptimizerClass, SchedulerClass } from "@plenoptic/synthesis";
import { nearest } from "@plenoptic/tensor";
import { UsageError } from "./errors.js";
import { checkModelOptions, optionKinds } from "./model-options.js";
import type { OptionBag } from "./option-values.js";

export type BuiltInModel = keyof typeof optionKinds;

const lossFunctions: Record<string, LossFunction> = {
  mse: losses.mse,
  l2Norm: losses.l2Norm,
  relativeSse: losses.relativeSse,
};

const optimizers: Record<string, OptimizerClass> = {
  Adam: optim.Adam,
  AdamW: optim.AdamW,
  SGD: optim.SGD,
  LBFGS: optim.LBFGS,
};

const schedulers: Record<string, SchedulerClass> = {
  StepLR: optim.StepLR,
  MultiStepLR: optim.MultiStepLR,
  ExponentialLR: optim.ExponentialLR,
  CosineAnnealingLR: optim.CosineAnnealingLR,
  ReduceLROnPlateau: optim.ReduceLROnPlateau,
};

/** The entry of a name, or an error that offers the nearest name. */
function lookUp<T>(kind: string, name: string, table: Readonly<Record<string, T>>, more = ""): T {
  if (Object.hasOwn(table, name)) return table[name];
  const names = Object.keys(table);
  const close = nearest(name, names);
  throw new UsageError(
    `There is no ${kind} "${name}". ${close ? `Did you mean "${close}"? ` : ""}There are: ${names.join(", ")}${more}.`,
  );
}

export const findLoss = (name: string): LossFunction => lookUp("loss", name, lossFunctions);
export const findOptimizer = (name: string): OptimizerClass => lookUp("optimizer", name, optimizers);
export const findScheduler = (name: string): SchedulerClass => lookUp("scheduler", name, schedulers);

type Maker = (options: OptionBag) => ModelLike;

/** Most constructors take the size of the kernel first and the other options after it. */
function sized(Model: new (kernelSize: number, options: object) => ModelLike): Maker {
  return ({ kernelSize, ...rest }) => new Model(kernelSize as number, rest);
}

const makers: Record<BuiltInModel, Maker> = {
  Gaussian: sized(models.Gaussian),
  CenterSurround: sized(models.CenterSurround),
  LinearNonlinear: sized(models.LinearNonlinear),
  LuminanceGainControl: sized(models.LuminanceGainControl),
  LuminanceContrastGainControl: sized(models.LuminanceContrastGainControl),
  OnOff: sized(models.OnOff),
  Linear: (options) => new models.Linear(options),
  Identity: () => new models.Identity(),
};

/**
 * The options a built-in model is made with: those given, over the command's own defaults. Those are the size of the
 * kernel and, for models that were fitted to human data, the fitted parameters: without them the scalars are random.
 */
export function withDefaults(name: BuiltInModel, given: OptionBag): OptionBag {
  const kinds = optionKinds[name];
  const defaults: OptionBag = {};
  if ("kernelSize" in kinds && name !== "Linear") defaults.kernelSize = name === "Gaussian" ? 30 : 31;
  if ("pretrained" in kinds && !("kernelSize" in given)) defaults.pretrained = true;
  return { ...defaults, ...given };
}

/**
 * A built-in model, and the options it was made with.
 *
 * @throws {@link UsageError} for a name or an option that does not exist
 */
export function makeBuiltInModel(name: string, given: OptionBag): { model: ModelLike; options: OptionBag } {
  const table: Record<string, Maker> = makers;
  const make = lookUp("model", name, table, ", or your own as ./file.mjs#Name or package#Name");
  const builtIn = name as BuiltInModel;
  checkModelOptions(name, optionKinds[builtIn], given);
  const options = withDefaults(builtIn, given);
  return { model: make(options), options };
}
