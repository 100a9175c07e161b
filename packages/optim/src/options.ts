import { invalidArgument, nearest, ValidationError } from "@plenoptic/tensor";

/** A value that an option of an optimizer or scheduler can have. */
export type OptionValue = number | boolean | string | null | readonly number[];

/** Refuses option names that do not exist, with the nearest that does. */
export function checkOptionNames(owner: string, options: object, known: readonly string[]): void {
  if (options === null || typeof options !== "object") {
    throw invalidArgument(`options of ${owner}`, options, `a record such as { ${known[0]}: … }`);
  }
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    const close = nearest(name, known);
    const hint = close ? `Did you mean "${close}"?` : `It has: ${known.join(", ")}.`;
    throw new ValidationError(`${owner} has no option "${name}". ${hint}`, { argument: name });
  }
}

/**
 * The given options over the defaults; an option that is undefined counts as left out. The default of one that must
 * be given is undefined, for the class's own check to refuse.
 */
export function withDefaults<Options extends object>(
  owner: string,
  options: Options,
  defaults: { [Name in keyof Options]-?: Options[Name] | undefined },
): Required<Options> {
  checkOptionNames(owner, options, Object.keys(defaults));
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return { ...(defaults as Required<Options>), ...Object.fromEntries(given) };
}

/** Throws unless the value is a number ≥ 0. `what` is the phrase that PyTorch's users search for. */
export function checkNotNegative(name: string, value: unknown, what: string): void {
  if (typeof value === "number" && value >= 0) return;
  throw invalidArgument(name, value, "a number that is not negative", what);
}

/** Throws unless the value is a number (NaN is none). */
export function checkNumber(name: string, value: unknown): void {
  if (typeof value !== "number" || Number.isNaN(value)) throw invalidArgument(name, value, "a number");
}

/** Throws unless the value is true or false: the string "false" is neither. */
export function checkFlag(name: string, value: unknown): void {
  if (typeof value !== "boolean") throw invalidArgument(name, value, "true or false");
}
