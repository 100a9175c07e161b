import { nameOf } from "../types.js";

/** Dotted names of the reference's own models and functions, by ours. */
const referenceNames: Readonly<Record<string, string>> = {
  Identity: "plenoptic.models.naive.Identity",
  Linear: "plenoptic.models.naive.Linear",
  Gaussian: "plenoptic.models.naive.Gaussian",
  CenterSurround: "plenoptic.models.naive.CenterSurround",
  LinearNonlinear: "plenoptic.models.frontend.LinearNonlinear",
  LuminanceGainControl: "plenoptic.models.frontend.LuminanceGainControl",
  LuminanceContrastGainControl: "plenoptic.models.frontend.LuminanceContrastGainControl",
  OnOff: "plenoptic.models.frontend.OnOff",
  PortillaSimoncelli: "plenoptic.models.portilla_simoncelli.PortillaSimoncelli",
  mse: "plenoptic.loss.mse",
  l2Norm: "plenoptic.loss.l2_norm",
  relativeSse: "plenoptic.loss.relative_sse",
  // What both of the factories return.
  loss: "plenoptic.loss.loss",
  penalizeRange: "plenoptic.regularize.penalize_range",
  Adam: "torch.optim.adam.Adam",
  AdamW: "torch.optim.adamw.AdamW",
  SGD: "torch.optim.sgd.SGD",
  LBFGS: "torch.optim.lbfgs.LBFGS",
  StepLR: "torch.optim.lr_scheduler.StepLR",
  MultiStepLR: "torch.optim.lr_scheduler.MultiStepLR",
  ExponentialLR: "torch.optim.lr_scheduler.ExponentialLR",
  CosineAnnealingLR: "torch.optim.lr_scheduler.CosineAnnealingLR",
  ReduceLROnPlateau: "torch.optim.lr_scheduler.ReduceLROnPlateau",
};

/** What Python calls a function without a name. */
const anonymous = "<lambda>";

/** The name under which something is saved: the reference's, where it has the same; otherwise its own. */
export function savedName(name: string): string {
  return Object.hasOwn(referenceNames, name) ? referenceNames[name] : name || anonymous;
}

/** The saved name of a model, loss or penalty. */
export function savedNameOf(thing: Parameters<typeof nameOf>[0]): string {
  const name = nameOf(thing);
  return savedName(name === "(anonymous)" || name === "Function" ? "" : name);
}

/** The last part of a dotted name, by which names are compared. */
export const lastPart = (name: string): string => name.slice(name.lastIndexOf(".") + 1);

/** Our name of an optimizer or scheduler, from the saved one. */
export function ownName(saved: string): string {
  return lastPart(saved);
}

/** `weight_decay` for `weightDecay`. Some names do not follow the rule. */
export function toSnakeCase(name: string): string {
  return irregular.get(name) ?? name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** `weightDecay` for `weight_decay`. */
export function toCamelCase(name: string): string {
  return regular.get(name) ?? name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

const irregular = new Map([
  ["tMax", "T_max"],
  ["hDiag", "H_diag"],
]);
const regular = new Map([...irregular].map(([ours, theirs]) => [theirs, ours]));
