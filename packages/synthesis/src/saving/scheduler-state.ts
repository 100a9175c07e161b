import { PythonFloat, type TorchValue } from "@plenoptic/io";
import type { OptionValue, SchedulerState } from "@plenoptic/optim";
import { toCamelCase, toSnakeCase } from "./names.js";
import { type Attributes, dictionary, number, numbers } from "./values.js";

// torch's state_dict of a scheduler is all its attributes in one; ours tells options from progress.

const float = (value: number) => new PythonFloat(value);
const first = (value: TorchValue | undefined, what: string): number => numbers(value, what)[0];

function optionsToTorch(options: SchedulerState["options"]): Attributes {
  const saved: Attributes = new Map();
  for (const [key, value] of Object.entries(options)) {
    if (key === "milestones") saved.set(key, counted(value as number[]));
    else if (key === "minLr")
      saved.set("min_lrs", [float(value as number)]).set("default_min_lr", float(value as number));
    else if (typeof value === "number" && !/^(patience|cooldown|stepSize)$/.test(key))
      saved.set(toSnakeCase(key), float(value));
    else saved.set(toSnakeCase(key), value as TorchValue);
  }
  return saved;
}

/** How often each milestone is listed. torch has a Counter, for which a dictionary does. */
function counted(milestones: readonly number[]): Map<TorchValue, TorchValue> {
  const counts = new Map<TorchValue, TorchValue>();
  for (const m of [...milestones].sort((a, b) => a - b)) counts.set(m, ((counts.get(m) as number) ?? 0) + 1);
  return counts;
}

/** The state as torch has it. */
export function schedulerToTorch(name: string, { options, progress }: SchedulerState): TorchValue {
  const saved = optionsToTorch(options);
  if (name === "ReduceLROnPlateau") {
    const { best, badSteps, cooldownLeft, lastEpoch, lastLr } = progress;
    saved.set("best", float(best)).set("num_bad_epochs", badSteps).set("cooldown_counter", cooldownLeft);
    saved.set(
      "mode_worse",
      float(options.mode === "max" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY),
    );
    return saved.set("last_epoch", lastEpoch).set("_last_lr", [float(lastLr)]);
  }
  const { lastEpoch, baseLr, lastLr, ...others } = progress;
  for (const [key, value] of Object.entries(others)) saved.set(toSnakeCase(key), value);
  saved
    .set("base_lrs", [float(baseLr)])
    .set("last_epoch", lastEpoch)
    .set("_step_count", lastEpoch + 1);
  saved.set("_is_initial", false).set("_get_lr_called_within_step", false);
  return saved.set("_last_lr", [float(lastLr)]);
}

/** Attributes that torch's schedulers keep for themselves. */
const ignored = new Set([
  "_step_count",
  "_is_initial",
  "_get_lr_called_within_step",
  "mode_worse",
  "default_min_lr",
  "verbose",
]);
const progressNames: Readonly<Record<string, string>> = {
  last_epoch: "lastEpoch",
  base_lrs: "baseLr",
  _last_lr: "lastLr",
  num_bad_epochs: "badSteps",
  cooldown_counter: "cooldownLeft",
  best: "best",
};

/** Our state, from torch's. */
export function schedulerFromTorch(saved: TorchValue): SchedulerState {
  const options: Record<string, OptionValue> = {};
  const progress: Record<string, number> = {};
  for (const [key, value] of dictionary(saved, "scheduler state")) {
    const what = `scheduler's ${key}`;
    if (ignored.has(key)) continue;
    if (Object.hasOwn(progressNames, key)) {
      progress[progressNames[key]] = Array.isArray(value) ? first(value, what) : number(value, what);
    } else if (key === "min_lrs") options.minLr = first(value, what);
    else if (key === "milestones") options.milestones = milestonesOf(value, what);
    else
      options[toCamelCase(key)] =
        typeof value === "string" || typeof value === "boolean" ? value : number(value, what);
  }
  return { options, progress };
}

function milestonesOf(value: TorchValue, what: string): number[] {
  return [...dictionary(value, what)].flatMap(([m, count]) =>
    Array<number>(number(count, what)).fill(Number(m)),
  );
}
