import { FormatError, type TorchValue } from "@plenoptic/io";
import type { StateArray } from "@plenoptic/optim";
import { type Coroutine, inScope, tensor, warn } from "@plenoptic/tensor";
import type { CheckOptions } from "./checks.js";
import { Checks } from "./checks.js";
import { coarseToFineFromTorch, coarseToFineNames } from "./coarse-to-fine.js";
import { canBeMadeUpFor, currentClassName, modernize } from "./legacy.js";
import { lastPart, ownName, savedNameOf } from "./names.js";
import { optimizerFromTorch } from "./optimizer-state.js";
import { type Callables, exampleOutput, examples } from "./save.js";
import { schedulerFromTorch } from "./scheduler-state.js";
import type { Snapshot } from "./snapshot.js";
import {
  type Attributes,
  dictionary,
  floats,
  list,
  number,
  numbers,
  optionalNumber,
  text,
} from "./values.js";

/** The attributes that every file must have. */
const commonNames = [
  "_loaded",
  "_losses",
  "_penalties",
  "_gradient_norm",
  "_pixel_change_norm",
  "_store_progress",
  "_current_loss",
  "_current_penalty",
  "_penalty_lambda",
  "_image",
  "_image_shape",
  "_target_representation",
  "_scheduler_step_arg",
  "_saved_metamer",
  "_metamer",
  "_optimizer",
  "_scheduler",
  ...examples.map(({ attribute }) => attribute),
];

const namesOf = ({ coarseToFine }: LoadTarget): readonly string[] =>
  coarseToFine ? [...commonNames, ...coarseToFineNames] : commonNames;

const display = (attribute: string) => attribute.replace(/^_/, "");

/** The object that a file is loaded into. */
export interface LoadTarget extends Callables {
  readonly className: string;
  readonly image: StateArray;
  readonly penaltyLambda: number;
  /** Of objects that have it. */
  readonly coarseToFine?: string;
}

/**
 * Takes a file's contents apart and compares them with the object: nothing of the object changes. The callables are tried on
 * the active device.
 *
 * @throws {@link FormatError} for a file of something else; {@link ValidationError} for one of another object
 */
export function* fromValue(
  value: TorchValue,
  target: LoadTarget,
  options: CheckOptions,
): Coroutine<Snapshot> {
  if (!(value instanceof Map) || !value.has("save_metadata")) {
    throw new FormatError("This is a torch file, but no saved object of synthesis: it has no save_metadata.");
  }
  const attributes = dictionary(value, "contents");
  const checks = new Checks(options);
  yield* checkClass(attributes, target, checks);
  checkNames(attributes, target, checks);
  const snapshot = toSnapshot(attributes, target);
  checks.tensors("attribute image", snapshot.image, target.image, ["Saved", "Initialized"], "saved");
  checkOptions(snapshot, target, checks);
  yield* checkCallables(attributes, snapshot, target, checks);
  return snapshot;
}

function checkOptions(snapshot: Snapshot, target: LoadTarget, checks: Checks): void {
  const complain = (what: string, saved: unknown, own: unknown) =>
    checks.complain(
      `Saved and initialized ${what} are different!\nSaved: ${saved}\nInitialized: ${own}`,
      "saved",
    );
  const [saved, own] = [snapshot.penaltyLambda, target.penaltyLambda];
  // As numpy's allclose, which the reference asks.
  if (!(Math.abs(own - saved) <= 1e-8 + 1e-5 * Math.abs(saved))) complain("penalty_lambda", saved, own);
  const mode = snapshot.coarseToFine?.coarseToFine;
  if (mode !== target.coarseToFine) complain("coarse_to_fine", mode, target.coarseToFine);
}

function* checkClass(attributes: Attributes, target: LoadTarget, checks: Checks): Coroutine<void> {
  const metadata = dictionary(attributes.get("save_metadata"), "save_metadata");
  const saved = text(metadata.get("synthesis_object"), "synthesis_object");
  const own = `plenoptic.${target.className}`;
  if (saved !== own && currentClassName(saved) !== own) {
    checks.complain(`Saved object was a ${saved}, but initialized object is ${own}!`, "initialized");
  }
  attributes.delete("save_metadata");
  const missing = namesOf(target).filter((name) => !attributes.has(name) && !attributes.has(display(name)));
  if (canBeMadeUpFor(missing)) yield* modernize(attributes, saved !== own);
}

function checkNames(attributes: Attributes, target: LoadTarget, checks: Checks): void {
  const names = namesOf(target);
  const missing = names.filter((name) => !attributes.has(name));
  if (missing.length > 0) {
    checks.complain(
      `Initialized object has ${missing.length} attribute(s) not present in the saved object!\n${missing.map(display).join(", ")}`,
      "initialized",
    );
    // Nothing can be made of a file without these, whatever was asked for.
    throw new FormatError(`The file lacks ${missing.map(display).join(", ")}.`);
  }
  const extra = [...attributes.keys()].filter((name) => !names.includes(name));
  if (extra.length > 0) {
    checks.complain(
      `Saved object has ${extra.length} attribute(s) not present in the initialized object!\n${extra.map(display).join(", ")}`,
      "initialized",
    );
  }
}

interface Example {
  readonly name: string;
  readonly inputs: readonly TorchValue[];
  readonly output: TorchValue;
}

function exampleOf(attributes: Attributes, attribute: string): Example {
  const [name, inputs, output] = list(attributes.get(attribute), display(attribute));
  return {
    name: text(name, `name of ${display(attribute)}`),
    inputs: list(inputs, `inputs of ${display(attribute)}`),
    output,
  };
}

/** First what they do, one after the other, then what they are called. */
function* checkCallables(
  attributes: Attributes,
  snapshot: Snapshot,
  target: LoadTarget,
  checks: Checks,
): Coroutine<void> {
  for (const example of examples) {
    const { name, inputs, output } = exampleOf(attributes, example.attribute);
    const what = display(example.attribute);
    if (!haveSameItems(inputs, example.inputs)) {
      if (isLossBefore132(what, inputs)) continue;
      checks.complain(
        `Initialized and saved objects use different inputs to check identity of ${what}!\nSaved: ${inputs.join(", ")}\nInitialized: ${example.inputs.join(", ")}`,
        "initialized",
      );
    }
    const own = yield* inScope(triedOn(snapshot, example, target));
    const labels = [`Saved (${name})`, `Initialized (${savedNameOf(example.of(target))})`] as const;
    checks.tensors(`${what} output`, floats(output, `output of ${what}`), own, labels, "initialized");
  }
  for (const example of examples) {
    const what = display(example.attribute);
    const [saved, own] = [exampleOf(attributes, example.attribute).name, savedNameOf(example.of(target))].map(
      lastPart,
    );
    if (saved !== own) {
      checks.complain(
        `Saved and initialized ${what} have different names!\nSaved: ${saved}\nInitialized: ${own}`,
        "initialized",
      );
    }
  }
}

function* triedOn(
  { image, targetRepresentation }: Snapshot,
  example: (typeof examples)[number],
  target: LoadTarget,
): Coroutine<StateArray> {
  const place = ({ values, shape }: StateArray) => tensor(values, shape);
  const placed = { image: place(image), target: place(targetRepresentation) };
  return yield* exampleOutput(example, target, placed);
}

const haveSameItems = (a: readonly TorchValue[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((item, i) => item === b[i]);

/** Until 1.3.1 the loss was tried on the image and the metamer, which says nothing about it. */
function isLossBefore132(what: string, inputs: readonly TorchValue[]): boolean {
  if (what !== "loss_function" || !haveSameItems(inputs, ["_image", "_metamer"])) return false;
  warn(
    "load",
    "The saved object was saved with plenoptic 1.3.1 or earlier: whether loss_function is the same cannot be checked. Save it again to make it readable in future releases.",
  );
  return true;
}

function toSnapshot(attributes: Attributes, { coarseToFine }: LoadTarget): Snapshot {
  const at = (name: string) => attributes.get(name);
  const series = (name: string) => numbers(at(name), display(name));
  const losses = series("_losses");
  const [penalties, gradientNorm, pixelChangeNorm] = [
    "_penalties",
    "_gradient_norm",
    "_pixel_change_norm",
  ].map(series);
  for (const [name, { length }] of Object.entries({ penalties, gradientNorm, pixelChangeNorm })) {
    if (length !== losses.length)
      throw new FormatError(`The file has ${losses.length} losses, but ${length} of ${name}.`);
  }
  const loss = optionalNumber(at("_current_loss"), "current_loss");
  const penalty = optionalNumber(at("_current_penalty"), "current_penalty");
  return {
    image: floats(at("_image"), "image"),
    targetRepresentation: floats(at("_target_representation"), "target_representation"),
    penaltyLambda: number(at("_penalty_lambda"), "penalty_lambda"),
    metamer: at("_metamer") === null ? undefined : floats(at("_metamer"), "metamer"),
    losses,
    penalties,
    gradientNorm,
    pixelChangeNorm,
    current: loss === undefined || penalty === undefined ? undefined : { loss, penalty },
    storeProgress: storeProgressOf(at("_store_progress")),
    frames: list(at("_saved_metamer"), "saved_metamer").map((frame) => floats(frame, "saved_metamer")),
    ...optimizerAndScheduler(attributes, losses.length),
    ...(coarseToFine && { coarseToFine: coarseToFineFromTorch(attributes, losses.length) }),
  };
}

function storeProgressOf(value: TorchValue | undefined): number | undefined {
  if (value === null) return undefined;
  return typeof value === "boolean" ? Number(value) : number(value, "store_progress");
}

function optimizerAndScheduler(
  attributes: Attributes,
  steps: number,
): Pick<Snapshot, "optimizer" | "scheduler"> {
  const named = (attribute: string) => {
    const [name, state] = list(attributes.get(attribute), display(attribute));
    return typeof name === "string" ? { name: ownName(name), state } : undefined;
  };
  const [optimizer, scheduler] = [named("_optimizer"), named("_scheduler")];
  return {
    optimizer: optimizer && {
      ...optimizer,
      state: optimizerFromTorch(optimizer.name, optimizer.state, steps),
    },
    scheduler: scheduler && {
      ...scheduler,
      state: schedulerFromTorch(scheduler.state),
      needsLoss: attributes.get("_scheduler_step_arg") === true,
    },
  };
}
