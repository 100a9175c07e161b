import {
  type BuiltInModel,
  lossNames,
  optionKinds,
  textureModel,
  withDefaults,
  withModelDefaults,
} from "@plenoptic/cli/settings";
import { optimizers, schedulers } from "@plenoptic/optim";
import type { Catalogue, Choice, Entry, ModelEntry, OptionKind, Recipe } from "../protocol.js";
import { toCommandSettings } from "../settings/command.js";
import { defaultSettings, type OptionBag } from "../settings/settings.js";

/** Options that a page cannot offer, or that change nothing. */
const left = new Set(["cacheFilt", "weight"]);

/** What the library itself takes: Metamer.setup says so. */
const libraryOptimizer = { optimizer: "Adam", optimizerOption: { lr: 0.01, amsgrad: true } };

function modelEntry(name: BuiltInModel): ModelEntry {
  const kinds: Readonly<Record<string, OptionKind>> = optionKinds[name];
  const presets = withDefaults(name, {});
  const options = Object.entries(kinds)
    .filter(([option]) => !left.has(option))
    .map(([option, kind]) => ({ name: option, kind, preset: presets[option] }));
  const coarseToFine = name === textureModel ? recipe(name, "together") : undefined;
  return { name, options, ...recipe(name), ...(coarseToFine && { coarseToFine }) };
}

function recipe(model: string, coarseToFine?: "together"): Recipe {
  const { loss, optimizer, optimizerOption } = withModelDefaults(
    toCommandSettings({ ...defaultSettings, model, coarseToFine }),
  );
  return { loss, ...(optimizer === undefined ? libraryOptimizer : { optimizer, optimizerOption }) };
}

const kindOf = (value: unknown): OptionKind => {
  if (typeof value === "boolean") return "flag";
  if (Array.isArray(value)) return "numbers";
  return typeof value === "string" ? "word" : "number";
};

const choices = (options: object): Choice[] =>
  Object.entries(options)
    .filter(([name]) => !["lastEpoch", "differentiable"].includes(name))
    .map(([name, preset]) => ({ name, kind: kindOf(preset), preset }));

/** The options of an optimizer are those that one has which is made without any. */
async function optimizerEntry(name: string): Promise<Entry> {
  const made = new optimizers[name]({ lr: 0.01 } as never);
  return { name, options: choices((await made.stateDict()).options) };
}

/** Options that must be given, and what the page begins with. */
const needed: Readonly<Record<string, OptionBag>> = {
  StepLR: { stepSize: 30 },
  MultiStepLR: { milestones: [30, 80] },
  ExponentialLR: { gamma: 0.95 },
  CosineAnnealingLR: { tMax: 100 },
};

function schedulerEntry(name: string): Entry {
  const optimizer = new optimizers.SGD({ lr: 0.01 } as never);
  const made = new schedulers[name](optimizer, (needed[name] ?? {}) as never);
  const options = choices((made.stateDict() as { options?: object }).options ?? {});
  return { name, options, needed: needed[name] };
}

/** What can be chosen, from the lists that the command has, too. */
export async function catalogue(): Promise<Catalogue> {
  return {
    models: (Object.keys(optionKinds) as BuiltInModel[]).map(modelEntry),
    losses: lossNames,
    optimizers: await Promise.all(Object.keys(optimizers).map(optimizerEntry)),
    schedulers: Object.keys(schedulers).map(schedulerEntry),
  };
}
