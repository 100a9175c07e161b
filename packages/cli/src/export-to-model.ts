import type { ModelLike, ModelObject } from "@plenoptic/synthesis";
import type { Tensor } from "@plenoptic/tensor";
import { CommandError, errorCode, explain, UsageError } from "./errors.js";
import type { OptionBag } from "./option-values.js";

/** It may be either; only calling it tells. */
type AnyFunction = ((options: OptionBag) => unknown) & ((x: Tensor) => Tensor);
type AnyClass = new (options: OptionBag) => unknown;

function isModelObject(value: unknown): value is ModelObject {
  return (
    typeof value === "object" && value !== null && "forward" in value && typeof value.forward === "function"
  );
}

/** Written with `class`, or with a prototype as before there was `class`. */
function isClass(value: AnyFunction | AnyClass): value is AnyClass {
  return /^class\b/.test(Function.prototype.toString.call(value)) || isModelObject(value.prototype);
}

function construct(Class: AnyClass, label: string, options: OptionBag): ModelObject {
  let made: unknown;
  try {
    made = new Class(options);
  } catch (cause) {
    if (errorCode(cause) === "invalid-argument") throw cause;
    throw new CommandError(`${label} cannot be constructed: ${explain(cause)}`, { cause });
  }
  if (isModelObject(made)) return made;
  throw new UsageError(`${label} is a class whose objects have no forward(x), so it is no model.`);
}

/**
 * A function that gives a model for options is a factory; any other is a model itself. There is no telling them apart
 * but by calling it.
 */
async function fromFunction(fn: AnyFunction, label: string, options: OptionBag): Promise<ModelLike> {
  const hasOptions = Object.keys(options).length > 0;
  try {
    const made = await fn(options);
    if (isModelObject(made) || typeof made === "function") return made as ModelLike;
  } catch (cause) {
    if (hasOptions)
      throw new CommandError(`${label} makes no model out of these options: ${explain(cause)}`, { cause });
  }
  if (hasOptions) {
    throw new UsageError(
      `${label} is a function that makes no model out of options: leave out --model-option.`,
    );
  }
  return fn;
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  return typeof value === "object" ? "an object without forward(x)" : `a ${typeof value}`;
}

/**
 * The model in what a module exports: an object with `forward(x)`; a class, constructed with the options; a function
 * that makes one of these out of the options; or else a function from tensor to tensor.
 *
 * @param exported - what was found
 * @param label - how the user wrote it, for messages
 * @param options - of the model; for a model that is made already there must be none
 * @throws {@link UsageError} when it is none of these; {@link CommandError} when making it fails
 */
export async function toModel(exported: unknown, label: string, options: OptionBag): Promise<ModelLike> {
  if (typeof exported === "function") {
    const callable = exported as AnyFunction | AnyClass;
    return isClass(callable) ? construct(callable, label, options) : fromFunction(callable, label, options);
  }
  if (!isModelObject(exported)) {
    throw new UsageError(
      `${label} is ${describe(exported)}; a model is a class, a function, or an object with forward(x).`,
    );
  }
  if (Object.keys(options).length > 0) {
    throw new UsageError(`${label} is a model that is made already: leave out --model-option.`);
  }
  return exported;
}
