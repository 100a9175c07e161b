import { type Command, Option } from "commander";
import { positive, wholeNumber } from "./option-values.js";

/** Declares the argument and options of `plenoptic plot`. */
export function addPlotOptions(command: Command): Command {
  return command
    .argument("<FILE>", "a .pt file of a metamer, by plenoptic or plenoptic.js")
    .addOption(
      new Option("--what <figure>", "which figure")
        .choices(["status", "loss", "histogram", "film"])
        .default("status", "status: the image, the losses and the histogram"),
    )
    .addOption(
      new Option(
        "--iteration <n>",
        "at which iteration, negative ones from the end (default: the last); images of others need --store-progress",
      ).argParser(wholeNumber()),
    )
    .option(
      "-o, --out <file>",
      "file to write: .svg, .png or .html; of films .gif, .png or .html (default: status.svg … film.gif)",
    )
    .addOption(
      new Option("--scale <number>", "pixels of a PNG for a pixel of the figure")
        .argParser(positive)
        .default(1),
    )
    .addOption(
      new Option("--framerate <number>", "of a film, frames in a second").argParser(positive).default(10),
    )
    .option("--dark", "light on dark")
    .option("--verbose", "when something fails, show where");
}
