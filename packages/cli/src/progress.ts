import type { ProgressReport } from "@plenoptic/synthesis";
import { formatDuration, formatNumber, formatRate } from "./format.js";
import type { OutputStream } from "./io.js";

/** What is shown: of the whole run, also where an earlier one did a part of it. */
export interface ShownReport extends ProgressReport {
  /** Iterations that an earlier run did. */
  readonly resumedFrom: number;
}

/** Shows how synthesis gets on. */
export interface ProgressDisplay {
  update(report: ShownReport): void;
  /** Writes a line without spoiling what is shown. */
  note(text: string): void;
  /** The last thing to be called. */
  stop(): void;
}

/** What is shown of an iteration, the most important first. */
function fieldsOf(report: ShownReport): string[] {
  const { iteration, maxIter, loss, penalty, gradientNorm, learningRate, elapsedMs } = report;
  const perMs = (iteration - report.resumedFrom) / elapsedMs;
  const left = (maxIter - iteration) / perMs;
  return [
    `${String(iteration).padStart(String(maxIter).length)}/${maxIter}`,
    `loss ${formatNumber(loss).padEnd(7)}`,
    `${formatDuration(left)} left`,
    formatRate(perMs * 1000),
    `gradient ${formatNumber(gradientNorm).padEnd(7)}`,
    `penalty ${formatNumber(penalty).padEnd(7)}`,
    `lr ${Number(learningRate.toPrecision(4))}`,
  ];
}

/** The order in which people read them. */
const readingOrder = [0, 1, 5, 4, 6, 3, 2];
const barWidth = 16;

/** One line for a terminal: a bar, and as many fields as fit. */
export function barLine(report: ShownReport, columns: number): string {
  const fields = fieldsOf(report);
  const show = (count: number) =>
    readingOrder
      .filter((i) => i < count)
      .map((i) => fields[i])
      .join("  ");
  let count = fields.length;
  while (count > 1 && show(count).length + barWidth + 3 > columns) count--;
  const done = Math.round((barWidth * report.iteration) / report.maxIter);
  return `${"█".repeat(done)}${"░".repeat(barWidth - done)}  ${show(count)}`;
}

/** One line for a log. */
export function plainLine(report: ShownReport): string {
  const fields = fieldsOf(report);
  return `iteration ${readingOrder.map((i) => fields[i].trim()).join("  ")}`;
}

/** A line at every tenth of the way, and at least every five seconds. */
function createLog(stream: OutputStream): ProgressDisplay {
  let part = -1;
  let shownAt = 0;
  return {
    update(report) {
      const { iteration, maxIter, elapsedMs } = report;
      const reached = Math.floor((10 * iteration) / maxIter);
      if (reached === part && elapsedMs - shownAt < 5000) return;
      part = reached;
      shownAt = elapsedMs;
      stream.write(`${plainLine(report)}\n`);
    },
    note(text) {
      stream.write(`${text}\n`);
    },
    stop() {},
  };
}

/** Redraws itself some times a second, however fast the iterations are. */
async function createBar(stream: OutputStream): Promise<ProgressDisplay> {
  const { default: cliProgress } = await import("cli-progress");
  let last: ShownReport | undefined;
  const line = () => (last ? barLine(last, stream.columns || 80) : "");
  const bar = new cliProgress.SingleBar({
    stream: stream as NodeJS.WritableStream,
    format: line,
    fps: 15,
    linewrap: true,
    // Stopping wipes the bar: it gives way to notes, and at the end to a line that stays.
    clearOnComplete: true,
    gracefulExit: false,
  });
  return {
    update(report) {
      const isFirst = last === undefined;
      last = report;
      if (isFirst) bar.start(report.maxIter, report.iteration);
      else bar.update(report.iteration);
    },
    note(text) {
      bar.stop();
      stream.write(`${text}\n`);
      if (last) bar.start(last.maxIter, last.iteration);
    },
    stop() {
      bar.stop();
      if (last) stream.write(`${line()}\n`);
      last = undefined;
    },
  };
}

/** A bar on a terminal, plain lines anywhere else. */
export async function createProgress(stream: OutputStream): Promise<ProgressDisplay> {
  return stream.isTTY ? createBar(stream) : createLog(stream);
}
