/** Receives warnings of figures: a short category and the message. */
export type PlotWarningHandler = (category: string, message: string) => void;

const toConsole: PlotWarningHandler = (category, message) =>
  console.warn(`plenoptic [${category}]: ${message}`);

let handler = toConsole;

/**
 * Replaces the place where warnings of figures go. Importing `plenoptic` sets it to that of the other packages.
 *
 * @param next - the new handler, or null for the default, which writes to `console.warn`
 * @returns the handler that was there before
 */
export function setPlotWarningHandler(next: PlotWarningHandler | null): PlotWarningHandler {
  const previous = handler;
  handler = next ?? toConsole;
  return previous;
}

export function warn(message: string): void {
  handler("plot", message);
}
