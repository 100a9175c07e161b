/** Receives every warning of the library: a short category (such as `"image"`) and the message. */
export type WarningHandler = (category: string, message: string) => void;

const toConsole: WarningHandler = (category, message) => console.warn(`plenoptic [${category}]: ${message}`);

let handler: WarningHandler = toConsole;

/**
 * Replaces the one place where warnings go.
 *
 * @param next - the new handler, or null for the default, which writes to `console.warn`
 * @returns the handler that was there before
 *
 * @example
 * ```ts
 * import { setWarningHandler, warn } from "@plenoptic/tensor";
 * const heard: string[] = [];
 * const before = setWarningHandler((category, message) => heard.push(`${category}: ${message}`));
 * warn("demo", "nothing is wrong");
 * setWarningHandler(before);
 * console.log(heard); // ["demo: nothing is wrong"]
 * ```
 */
export function setWarningHandler(next: WarningHandler | null): WarningHandler {
  const previous = handler;
  handler = next ?? toConsole;
  return previous;
}

/** Warns: the work goes on, but somebody should know. */
export function warn(category: string, message: string): void {
  handler(category, message);
}
