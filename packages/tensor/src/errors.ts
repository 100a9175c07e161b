/**
 * The base of every error this library throws. `code` is stable and meant for programs;
 * `message` says what was expected, what came, and what to do.
 */
export class PlenopticError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.name = new.target.name;
  }
}

/** An argument has a value that the function does not take. */
export class ValidationError extends PlenopticError {
  readonly argument: string | undefined;
  readonly value: unknown;

  constructor(message: string, details: { argument?: string; value?: unknown; cause?: unknown } = {}) {
    super("invalid-argument", message, details.cause === undefined ? undefined : { cause: details.cause });
    this.argument = details.argument;
    this.value = details.value;
  }
}

/** Shapes do not fit together, or a rank is not supported. */
export class ShapeError extends PlenopticError {
  constructor(message: string, options?: ErrorOptions) {
    super("shape", message, options);
  }
}

/** A tensor has another precision or kind of number than is needed. */
export class DTypeError extends PlenopticError {
  constructor(message: string, options?: ErrorOptions) {
    super("dtype", message, options);
  }
}

/** A backend is missing, cannot do what is asked, or two backends were mixed. */
export class DeviceError extends PlenopticError {
  constructor(message: string, options?: ErrorOptions, code = "device") {
    super(code, message, options);
  }
}

/** A device has stopped working (`code` is "device-lost"): what was on it cannot be read any more. */
export class DeviceLostError extends DeviceError {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options, "device-lost");
  }
}

/** A model, loss or penalty does not behave as one must. */
export class ModelError extends PlenopticError {
  constructor(message: string, options?: ErrorOptions) {
    super("model", message, options);
  }
}

/** NaN or infinity where a number is needed. */
export class NumericalError extends PlenopticError {
  constructor(message: string, options?: ErrorOptions) {
    super("numerical", message, options);
  }
}

/** A method was called at a moment when it cannot be. */
export class StateError extends PlenopticError {
  constructor(message: string, options?: ErrorOptions) {
    super("state", message, options);
  }
}

/** A file or download cannot be found, read, written or trusted. */
export class DataError extends PlenopticError {
  constructor(message: string, options?: ErrorOptions) {
    super("data", message, options);
  }
}

/** An index lies outside what there is. */
export class OutOfRangeError extends PlenopticError {
  constructor(message: string, options?: ErrorOptions) {
    super("out-of-range", message, options);
  }
}

function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "function") return `function ${value.name || "(anonymous)"}`;
  if (Array.isArray(value)) return `[${value.map(show).join(", ")}]`;
  return String(value);
}

/**
 * A {@link ValidationError} in the usual words.
 *
 * @param argument - name of the argument, as the caller writes it
 * @param value - what came
 * @param expected - what was expected, e.g. `"a positive number"`
 * @param fix - what to do about it, where that is not obvious
 */
export function invalidArgument(
  argument: string,
  value: unknown,
  expected: string,
  fix = "",
): ValidationError {
  const message = `${argument} must be ${expected}, but got ${show(value)}.${fix ? ` ${fix}` : ""}`;
  return new ValidationError(message, { argument, value });
}

/** Smallest number of insertions, deletions and replacements that turns `a` into `b` (Levenshtein, 1966). */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const replace = previous[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(replace, previous[j] + 1, current[j - 1] + 1));
    }
    previous = current;
  }
  return previous[b.length];
}

/**
 * The candidate that looks most like a misspelled name, or undefined when none is close.
 *
 * @example
 * ```ts
 * import { nearest } from "@plenoptic/tensor";
 * console.log(nearest("gausian", ["Gaussian", "OnOff"])); // "Gaussian"
 * ```
 */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(name.length / 2));
  for (const candidate of candidates) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance <= bestDistance && (best === undefined || distance < bestDistance)) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}
