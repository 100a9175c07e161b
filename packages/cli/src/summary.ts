import { formatDuration, formatNumber } from "./format.js";
import type { Report } from "./report.js";
import { describeShares } from "./statistic-shares.js";

/** Which statistics make up most of the loss that is left, for models whose statistics come in groups. */
function remainder(report: Report): string {
  if (!("statisticShares" in report) || report.statisticShares === undefined) return "";
  const shares = Object.entries(report.statisticShares).map(([name, share]) => ({ name, share }));
  return shares.length > 0 ? `Most of what is left: ${describeShares(shares).join(", ")}\n` : "";
}

/** How a run ended, for people. */
export function summarize(report: Report, folder: string, paths: string[]): string {
  const { outcome, iterations, losses, timings } = report;
  const how = { finished: "Done", converged: "Converged", interrupted: "Interrupted", failed: "Failed" }[
    outcome
  ];
  const files = paths.map((path) => path.slice(folder.length + 1)).join(", ");
  return (
    `${how} after ${iterations} iterations in ${formatDuration(timings.synthesisMs)}: ` +
    `loss ${formatNumber(losses[0])} → ${formatNumber(losses[losses.length - 1])}\n` +
    remainder(report) +
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
