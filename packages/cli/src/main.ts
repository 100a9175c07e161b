import { existsSync } from "node:fs";
import { inspect } from "node:util";
import { Command, CommanderError } from "commander";
import { errorCode, exitCodeOf, exitCodes, explain, isUnexpected } from "./errors.js";
import type { InspectSettings } from "./inspect.js";
import { type CommandIo, processIo } from "./io.js";
import { parseModelSpec } from "./model-spec.js";
import { addMetamerOptions, type MetamerSettings } from "./options.js";
import type { PlotSettings } from "./plot-file.js";
import { addPlotOptions } from "./plot-options.js";
import { version } from "./version.js";

interface Actions {
  metamer(image: string | undefined, settings: MetamerSettings): Promise<void>;
  inspect(file: string, settings: InspectSettings): Promise<void>;
  plot(file: string, settings: PlotSettings): Promise<void>;
}

/** The command and its subcommands. Nothing of the library is loaded before an action runs. */
function createProgram(io: CommandIo, actions: Actions): Command {
  const program = new Command("plenoptic")
    .description("Synthesizes images that a model of vision cannot tell from a picture.")
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      getOutHelpWidth: () => io.stdout.columns ?? 100,
      getErrHelpWidth: () => io.stderr.columns ?? 100,
    });
  addMetamerOptions(program.command("metamer"))
    .description(
      "Synthesizes a metamer: an image with the same representation as IMAGE, starting from noise.",
    )
    .summary("synthesize an image with the same representation as a picture")
    .action((image, settings) => actions.metamer(image, settings));
  program
    .command("inspect")
    .argument("<FILE>", "a .pt file of plenoptic or plenoptic.js")
    .description("Says what is in a file: versions, class, shapes, names of the model and the functions.")
    .summary("say what is in a saved file")
    .option("--json", "print it as one line of JSON")
    .option("--verbose", "when something fails, show where")
    .action((file, settings) => actions.inspect(file, settings));
  addPlotOptions(program.command("plot"))
    .description("Draws what a saved metamer looks like, and how its synthesis went.")
    .summary("draw figures of a saved file")
    .action((file, settings) => actions.plot(file, settings));
  return program;
}

/**
 * The library, in one file that loads in a third of the time where the build has made it. A model from a module has
 * to share the library with the command, so then the packages are loaded one by one as they are installed.
 */
function loadRunner(model: string): Promise<typeof import("./run-metamer.js")> {
  const bundle = new URL("./run-metamer.bundle.js", import.meta.url);
  const isBuiltIn = "builtIn" in parseModelSpec(model);
  return isBuiltIn && existsSync(bundle) ? import(bundle.href) : import("./run-metamer.js");
}

/** Tells what went wrong, without a stack trace unless asked for one. */
function complain(
  error: unknown,
  io: CommandIo,
  { json, verbose }: Pick<Partial<MetamerSettings>, "json" | "verbose">,
): void {
  const message = explain(error);
  const isBug = isUnexpected(error);
  io.stderr.write(`error: ${isBug ? "unexpected: " : ""}${message}\n`);
  if (verbose || process.env.DEBUG) io.stderr.write(`${inspect(error)}\n`);
  else if (isBug) io.stderr.write("  Run it again with --verbose to see where it comes from.\n");
  if (json)
    io.stdout.write(`${JSON.stringify({ error: { code: errorCode(error) ?? "unexpected", message } })}\n`);
}

/**
 * The `plenoptic` command.
 *
 * @param args - the arguments after the command's name
 * @param io - streams, signal and folder, where they are not the process's own
 * @returns the exit code: 0 done, 1 failed, 2 bad usage, 130 interrupted
 *
 * @example
 * ```ts
 * import { main } from "@plenoptic/cli";
 * console.log(await main(["--version"])); // prints the version, then 0
 * ```
 */
export async function main(args: readonly string[], io: Partial<CommandIo> = {}): Promise<number> {
  const full = { ...processIo(), ...io };
  let code: number = exitCodes.done;
  let settings: Pick<Partial<MetamerSettings>, "json" | "verbose"> = {};
  const program = createProgram(full, {
    async metamer(image, parsed) {
      settings = parsed;
      const { runMetamer } = await loadRunner(parsed.model);
      code = await runMetamer(image, parsed, full);
    },
    async inspect(file, parsed) {
      settings = parsed;
      const { inspectFile } = await import("./inspect.js");
      await inspectFile(file, parsed, full);
    },
    async plot(file, parsed) {
      settings = parsed;
      const { plotFile } = await import("./plot-file.js");
      await plotFile(file, parsed, full);
    },
  });
  try {
    await program.parseAsync([...args], { from: "user" });
    return code;
  } catch (error) {
    // commander has said already what was wrong; help and version come this way too, with 0.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    complain(error, full, settings);
    return exitCodeOf(error);
  }
}
