import { errorCode, explain } from "@plenoptic/cli/settings";
import type { Problem } from "../protocol.js";

/** How errors are told that visitors meet, by what the library or the browser says. */
const plain: readonly [test: RegExp, code: string, message: string][] = [
  [
    /memory|allocation failed|Array buffer allocation|Invalid typed array length/i,
    "memory",
    "There is not enough memory for a picture of this size with this model. Choose a smaller size, or keep fewer images.",
  ],
];

/** An error as the page shows it. What the command would say of its own options is said of the page's instead. */
export function toProblem(error: unknown): Problem {
  const code = errorCode(error) ?? "unexpected";
  const message = explain(error);
  if (error instanceof RangeError || code === "unexpected") {
    const known = plain.find(([test]) => test.test(message));
    if (known) return { code: known[1], message: known[2] };
  }
  return { code, message: inWordsOfThePage(message) };
}

function inWordsOfThePage(message: string): string {
  return message
    .replace(/--crop (\d+) makes the picture fit\./, "A crop of $1 pixels makes it fit.")
    .replace(
      /--model-option nScales=(\d+) with --crop (\d+) does\./,
      "set nScales to $1 and the crop to $2 pixels.",
    )
    .replace(/Use it with --model PortillaSimoncelli\./, "Choose the model PortillaSimoncelli for it.")
    .replace(/\s+With --color the picture has three channels; leave it out\./, " Turn Colour off.")
    .replace(/ Take one with slice\(.*$/, "");
}
