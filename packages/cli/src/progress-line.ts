import type { Metamer, ProgressReport } from "@plenoptic/synthesis";
import { formatDuration, formatNumber, formatRate } from "./format.js";
import { describeShares, type StatisticShare } from "./statistic-shares.js";

/** What is shown: of the whole run, also where an earlier one did a part of it. */
export interface ShownReport extends ProgressReport {
  /** Iterations that an earlier run did. */
  readonly resumedFrom: number;
  /** What groups of statistics have of the loss, the largest first, for models that have groups. */
  readonly shares?: readonly StatisticShare[];
}

/** Shows how synthesis gets on. */
export interface ProgressDisplay {
  update(report: ShownReport): void;
  /** Whether an update would write a line that stays: what it says must be as things are now. */
  writesLine(report: ShownReport): boolean;
  /** Shows the image as it is now, where pictures can be shown. */
  picture?(metamer: Metamer, options?: { always?: boolean }): Promise<void>;
  /** Writes a line without spoiling what is shown. */
  note(text: string): void;
  /** The last thing to be called. */
  stop(): void;
}

/** A part of the line, and its place in the order in which people read them. */
type Field = readonly [place: number, text: string];

/** What is shown of an iteration, the most important first. */
function fieldsOf(report: ShownReport, short: boolean): Field[] {
  const { iteration, maxIter, loss, penalty, gradientNorm, learningRate, elapsedMs } = report;
  const { currentScale, currentScaleLoss = Number.NaN } = report;
  const perMs = (iteration - report.resumedFrom) / elapsedMs;
  const left = (maxIter - iteration) / perMs;
  const [worst, ...others] = describeShares(report.shares ?? [], { short }).map(
    (text, i): Field => [2.5 + i / 10, i === 0 ? `worst ${text}` : text],
  );
  const fields: (Field | undefined)[] = [
    [0, `${String(iteration).padStart(String(maxIter).length)}/${maxIter}`],
    [1, `loss ${formatNumber(loss).padEnd(7)}`],
    currentScale === undefined
      ? undefined
      : [2, `scale ${currentScale}: ${formatNumber(currentScaleLoss).padEnd(7)}`],
    worst,
    [7, `${formatDuration(left)} left`],
    others[0],
    [6, formatRate(perMs * 1000)],
    others[1],
    [4, `gradient ${formatNumber(gradientNorm).padEnd(7)}`],
    [3, `penalty ${formatNumber(penalty).padEnd(7)}`],
    [5, `lr ${Number(learningRate.toPrecision(4))}`],
  ];
  return fields.filter((field) => field !== undefined);
}

/** The first fields of a list, as people read them. */
function readOut(fields: readonly Field[], count = fields.length): string[] {
  return fields
    .slice(0, count)
    .sort(([a], [b]) => a - b)
    .map(([, text]) => text);
}

const barWidth = 16;

/** One line for a terminal: a bar, and as many fields as fit. */
export function barLine(report: ShownReport, columns: number): string {
  const fields = fieldsOf(report, true);
  const show = (count: number) => readOut(fields, count).join("  ");
  let count = fields.length;
  while (count > 1 && show(count).length + barWidth + 3 > columns) count--;
  const done = Math.round((barWidth * report.iteration) / report.maxIter);
  return `${"█".repeat(done)}${"░".repeat(barWidth - done)}  ${show(count)}`;
}

/** One line for a log. */
export function plainLine(report: ShownReport): string {
  const fields = readOut(fieldsOf(report, false)).map((text) => text.trim());
  return `iteration ${fields.join("  ")}`;
}
