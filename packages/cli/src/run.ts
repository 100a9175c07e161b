import { exitCodes } from "./errors.js";
import { processIo } from "./io.js";
import { main } from "./main.js";

/** Aborts at the first Ctrl-C or SIGTERM; the second one ends the process at once. */
function abortOnSignals(): AbortSignal {
  const controller = new AbortController();
  const onSignal = () => {
    if (controller.signal.aborted) process.exit(exitCodes.interrupted);
    controller.abort();
    process.stderr.write(
      "\nStopping after this iteration, then saving; press Ctrl-C again to quit at once.\n",
    );
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return controller.signal;
}

/** `plenoptic … | head`: when nobody reads on, there is nothing left to do. */
function quitOnClosedPipe(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE") process.exit(exitCodes.done);
      throw error;
    });
  }
}

/** Runs the command in this process, with its arguments and streams, and sets the exit code. */
export async function run(): Promise<void> {
  quitOnClosedPipe();
  const signal = abortOnSignals();
  process.exitCode = await main(process.argv.slice(2), { ...processIo(), signal });
}
