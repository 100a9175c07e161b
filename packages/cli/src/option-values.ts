import { InvalidArgumentError } from "commander";

/** Options that are handed on to a model, an optimizer or a scheduler, by name. */
export type OptionBag = Record<string, unknown>;

/**
 * The value of `name=value`: a number, true, false or null, a list or record in JSON, otherwise the text itself.
 * Text in double quotes is text whatever it says.
 */
export function parseValue(text: string): unknown {
  const trimmed = text.trim();
  if (/^(true|false|null)$|^["[{]/.test(trimmed)) {
    try {
      return JSON.parse(trimmed);
    } catch (cause) {
      throw new InvalidArgumentError(`${trimmed} is no JSON: ${(cause as Error).message}.`);
    }
  }
  const number = Number(trimmed);
  return trimmed !== "" && Number.isFinite(number) ? number : text;
}

/** Adds one `name=value` to those before it; the last one of a name counts. */
export function collectOption(text: string, before: OptionBag = {}): OptionBag {
  const equals = text.indexOf("=");
  const name = text.slice(0, equals).trim();
  if (equals < 1 || name === "") throw new InvalidArgumentError("It must look like name=value.");
  return { ...before, [name]: parseValue(text.slice(equals + 1)) };
}

/** A parser of whole numbers from `least` on. */
export function wholeNumber(least = Number.MIN_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === "" || !Number.isSafeInteger(value) || value < least) {
      const range = least > Number.MIN_SAFE_INTEGER ? ` of at least ${least}` : "";
      throw new InvalidArgumentError(`It must be a whole number${range}.`);
    }
    return value;
  };
}

/** Parses a number that is not negative. */
export function notNegative(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value < 0) {
    throw new InvalidArgumentError("It must be a number that is not negative.");
  }
  return value;
}

/** A parser of a word, and of all that another takes. */
export function wordOr<W extends string, T>(word: W, parse: (text: string) => T): (text: string) => T | W {
  return (text) => (text.trim().toLowerCase() === word ? word : parse(text));
}

/** Parses a number above 0. */
export function positive(text: string): number {
  const value = notNegative(text);
  if (value === 0) throw new InvalidArgumentError("It must be a number above 0.");
  return value;
}
