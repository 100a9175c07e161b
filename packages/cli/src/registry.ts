import * as losses from "@plenoptic/losses";
import * as models from "@plenoptic/models";
import * as optim from "@plenoptic/optim";
import type { ModelLike, OptimizerClass, SchedulerClass } from "@plenoptic/synthesis";
import { nearest, type Tensor } from "@plenoptic/tensor";
import { UsageError } from "./errors.js";
import { checkModelOptions, optionKinds } from "./model-options.js";
import type { OptionBag } from "./option-values.js";
import { type AdditiveLoss, isConvertible } from "./statistic-shares.js";
import { textureModelDefaults, textureModelFor } from "./texture-model.js";

export type BuiltInModel = keyof typeof optionKinds;

/** A loss for a model and a target image. */
export type LossMaker = (model: ModelLike, image: Tensor) => AdditiveLoss;

const lossMakers: Record<string, LossMaker> = {
  mse: () => ({ lossFunction: losses.mse, power: 1 }),
  l2Norm: () => ({ lossFunction: losses.l2Norm, power: 2 }),
  relativeSse: () => ({ lossFunction: losses.relativeSse, power: 1 }),
  portillaSimoncelli(model, image) {
    if (isConvertible(model))
      return { lossFunction: losses.portillaSimoncelliLossFactory(model, image), power: 2 };
    throw new UsageError(
      "The loss portillaSimoncelli weighs groups of statistics, and this model has none: it lacks convertToDict and convertToTensor. Use it with --model PortillaSimoncelli.",
    );
  },
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

/** The losses that can be asked for by name. */
export const lossNames: readonly string[] = Object.keys(lossMakers);

/** The entry of a name, or an error that offers the nearest name. */
function lookUp<T>(kind: string, name: string, table: Readonly<Record<string, T>>, more = ""): T {
  if (Object.hasOwn(table, name)) return table[name];
  const names = Object.keys(table);
  const close = nearest(name, names);
  throw new UsageError(
    `There is no ${kind} "${name}". ${close ? `Did you mean "${close}"? ` : ""}There are: ${names.join(", ")}${more}.`,
  );
}

export const findLoss = (name: string): LossMaker => lookUp("loss", name, lossMakers);
export const findOptimizer = (name: string): OptimizerClass => lookUp("optimizer", name, optimizers);
export const findScheduler = (name: string): SchedulerClass => lookUp("scheduler", name, schedulers);

/** Height and width. */
export type ImageShape = readonly [height: number, width: number];

/** A model for pictures of a size. */
export type ModelForShape = (imageShape: ImageShape) => ModelLike;

/** Checks the options and makes the model, or what makes it where it depends on the picture's size. */
type Maker = (options: OptionBag) => ModelForShape;

/** For models that take pictures of any size: made at once, so that mistakes are found at once. */
function anySize(make: (options: OptionBag) => ModelLike): Maker {
  return (options) => {
    const model = make(options);
    return () => model;
  };
}

/** Most constructors take the size of the kernel first and the other options after it. */
function sized(Model: new (kernelSize: number, options: object) => ModelLike): Maker {
  return anySize(({ kernelSize, ...rest }) => new Model(kernelSize as number, rest));
}

const makers: Record<BuiltInModel, Maker> = {
  Gaussian: sized(models.Gaussian),
  CenterSurround: sized(models.CenterSurround),
  LinearNonlinear: sized(models.LinearNonlinear),
  LuminanceGainControl: sized(models.LuminanceGainControl),
  LuminanceContrastGainControl: sized(models.LuminanceContrastGainControl),
  OnOff: sized(models.OnOff),
  Linear: anySize((options) => new models.Linear(options)),
  Identity: anySize(() => new models.Identity()),
  PortillaSimoncelli: textureModelFor,
};

/**
 * The options a built-in model is made with: those given, over the command's own defaults. Those are the size of the
 * kernel and, for models that were fitted to human data, the fitted parameters: without them the scalars are random.
 */
export function withDefaults(name: BuiltInModel, given: OptionBag): OptionBag {
  if (name === "PortillaSimoncelli") return { ...textureModelDefaults, ...given };
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
export function makeBuiltInModel(
  name: string,
  given: OptionBag,
): { modelFor: ModelForShape; options: OptionBag } {
  const table: Record<string, Maker> = makers;
  const make = lookUp("model", name, table, ", or your own as ./file.mjs#Name or package#Name");
  const builtIn = name as BuiltInModel;
  checkModelOptions(name, optionKinds[builtIn], given);
  const options = withDefaults(builtIn, given);
  return { modelFor: make(options), options };
}
