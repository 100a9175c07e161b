import type { OutputStream } from "./io.js";
import { barLine, type ProgressDisplay, plainLine, type ShownReport } from "./progress-line.js";

/** A line at every tenth of the way, and at least every five seconds. */
function createLog(stream: OutputStream): ProgressDisplay {
  let part = -1;
  let shownAt = 0;
  const reached = ({ iteration, maxIter }: ShownReport) => Math.floor((10 * iteration) / maxIter);
  const isDue = (report: ShownReport) => reached(report) !== part || report.elapsedMs - shownAt >= 5000;
  return {
    writesLine: isDue,
    update(report) {
      if (!isDue(report)) return;
      part = reached(report);
      shownAt = report.elapsedMs;
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
    writesLine: () => false,
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

/** A bar on a terminal, with the image where it is to be watched; plain lines anywhere else. */
export async function createProgress(
  stream: OutputStream,
  { watch = false }: { watch?: boolean } = {},
): Promise<ProgressDisplay> {
  if (!watch) return stream.isTTY ? createBar(stream) : createLog(stream);
  const { terminalProtocol, WatchDisplay } = await import("./watch.js");
  const protocol = terminalProtocol(process.env);
  if (stream.isTTY) return new WatchDisplay(stream, protocol);
  const log = createLog(stream);
  log.note("warning: --watch draws on terminals only, and this is none.");
  return log;
}
