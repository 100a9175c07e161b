import { formatDuration, formatNumber } from "./format.js";
import type { Report } from "./report.js";

/** How a run ended, for people. */
export function summarize(
  { outcome, iterations, losses, timings }: Report,
  folder: string,
  paths: string[],
): string {
  const how = { finished: "Done", converged: "Converged", interrupted: "Interrupted", failed: "Failed" }[
    outcome
  ];
  const files = paths.map((path) => path.slice(folder.length + 1)).join(", ");
  return (
    `${how} after ${iterations} iterations in ${formatDuration(timings.synthesisMs)}: ` +
    `loss ${formatNumber(losses[0])} → ${formatNumber(losses[losses.length - 1])}\n` +
    `Wrote ${files} to ${folder}\n`
  );
}

/** The one line of `--json`. */
export function jsonLine(report: Report, folder: string, paths: string[]): string {
  const { outcome, iterations, losses, penalties, seed, device, dtype, shape, sha256, timings, warnings } =
    report;
  const scales = "scalesFinished" in report ? { scalesFinished: report.scalesFinished } : {};
  const last = { loss: losses[losses.length - 1], penalty: penalties[penalties.length - 1] };
  const facts = {
    outcome,
    iterations,
    ...last,
    ...scales,
    shape,
    seed,
    device,
    dtype,
    sha256,
    timings,
    warnings,
  };
  return `${JSON.stringify({ ...facts, folder, files: paths })}\n`;
}
