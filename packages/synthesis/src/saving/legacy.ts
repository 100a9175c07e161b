import { PythonTuple, type TorchValue } from "@plenoptic/io";
import { penalizeRange } from "@plenoptic/losses";
import { type Coroutine, tensor, valuesOf, warn } from "@plenoptic/tensor";
import { type Attributes, floats, list, numbers, toTorch } from "./values.js";

// Files by older releases of the reference, brought to today's form.

const notForLong = "Save this object again to make it readable in future releases.";

/** The class's name today: releases before 2.0 had other modules. */
export const currentClassName = (saved: string): string =>
  saved.replace(".synthesize", "").replace(/\.(metamer|mad_competition|eigendistortion)(?=\.)/, "");

/** Attributes that older releases lacked and that can be made up for. */
const recent = ["_current_loss", "_penalty_function", "_penalty_lambda", "_penalties", "_current_penalty"];

/** Whether these missing attributes are all recent ones. */
export const canBeMadeUpFor = (missing: readonly string[]): boolean =>
  missing.every((name) => recent.includes(name));

/**
 * Renames and adds what older releases called otherwise or did not have. Missing penalties become NaN.
 *
 * @param isOldClass - whether the file's class has a name of a release before 2.0
 */
export function* modernize(attributes: Attributes, isOldClass: boolean): Coroutine<void> {
  if (isOldClass) {
    for (const name of ["loss_function", "penalty_function"]) rename(attributes, name, `_${name}`);
  }
  if (!attributes.has("_current_loss")) {
    attributes.set("_current_loss", null);
    warn("load", `The saved object was saved with plenoptic 1.3.0 or earlier. ${notForLong}`);
  }
  if (!attributes.has("_penalty_function") || !attributes.has("_penalty_lambda")) {
    yield* addPenalty(attributes);
    warn(
      "load",
      `The saved object was saved before penalty_function and penalty_lambda existed. ${notForLong} The penalties of its iterations are not known; they are NaN.`,
    );
    return;
  }
  if (!attributes.has("_penalties") || !attributes.has("_current_penalty")) {
    addPenalties(attributes);
    warn(
      "load",
      `The saved object was saved before penalties were recorded. ${notForLong} The penalties of its iterations are not known; they are NaN.`,
    );
  }
}

function rename(attributes: Attributes, from: string, to: string): void {
  const value = attributes.get(from);
  if (value === undefined) return;
  attributes.set(to, value);
  attributes.delete(from);
}

function addPenalties(attributes: Attributes): void {
  const count = list(attributes.get("_losses"), "_losses").length;
  attributes.set("_penalties", Array<TorchValue>(count).fill(Number.NaN));
  attributes.set("_current_penalty", null);
}

/** What the penalty was before it could be chosen: the distance outside a range, weighted. */
function* addPenalty(attributes: Attributes): Coroutine<void> {
  const range = attributes.get("_allowed_range") ?? new PythonTuple([0, 1]);
  const [low, high] = numbers(range, "_allowed_range");
  const image = floats(attributes.get("_image"), "_image");
  const penalty = penalizeRange(tensor(image.values, image.shape), { allowedRange: [low, high] });
  const [values] = yield* valuesOf(penalty);
  const output = toTorch({ values: values.slice(), shape: [] });
  const name = "plenoptic.regularize.penalize_range";
  attributes.set(
    "_penalty_function",
    new PythonTuple<TorchValue>([name, new PythonTuple(["_image"]), output]),
  );
  attributes.set("_penalty_lambda", attributes.get("_range_penalty_lambda") ?? 0.1);
  attributes.delete("_allowed_range");
  attributes.delete("_range_penalty_lambda");
  addPenalties(attributes);
}
