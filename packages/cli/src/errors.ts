/** The command was called in a way it does not understand: exit code 2. */
export class UsageError extends Error {
  readonly code = "usage";
}

/** Something outside the library failed in a way that can be foreseen: exit code 1. */
export class CommandError extends Error {
  readonly code = "failed";
}

/** Somebody pressed Ctrl-C before there was anything to keep: exit code 130. */
export class InterruptedError extends Error {
  readonly code = "interrupted";
}

/** What the shell is told. */
export const exitCodes = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** The `code` of every kind of error that the library throws, and ours. Anything else is a bug somewhere. */
const expected = new Set([
  "usage",
  "failed",
  "interrupted",
  "invalid-argument",
  "shape",
  "dtype",
  "device",
  "device-lost",
  "unsupported",
  "model",
  "numerical",
  "state",
  "data",
  "format",
  "out-of-range",
]);

/** The `code` of an error, by which errors are told apart: a model may bring its own copy of their classes. */
export function errorCode(error: unknown): string | undefined {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : undefined;
}

/** A value that the library refuses came from the command line: what the library calls an argument is an option here. */
export function exitCodeOf(error: unknown): number {
  const code = errorCode(error);
  if (code === "interrupted") return exitCodes.interrupted;
  return code === "usage" || code === "invalid-argument" ? exitCodes.usage : exitCodes.failed;
}

/** The message of whatever was thrown. */
export function explain(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error);
}

/** Whether nobody foresaw this error, so that its stack is worth reporting. */
export function isUnexpected(error: unknown): boolean {
  const code = errorCode(error);
  return code === undefined || !expected.has(code);
}
