import { errorCode, explain } from "@plenoptic/cli/settings";
import type { Problem } from "../protocol.js";

/** How the library and the browser say that there is not enough memory. */
const noMemory =
  /out of memory|allocation failed|array buffer allocation|invalid typed array length|[KMG]iB/i;

/** An error as the page shows it. What the command would say of its own options is said of the page's instead. */
export function toProblem(error: unknown, { runsForeignCode = false } = {}): Problem {
  const code = errorCode(error) ?? "unexpected";
  const message = explain(error);
  const isMemory =
    noMemory.test(message) && (error instanceof RangeError || ["device", "unexpected"].includes(code));
  if (isMemory) {
    return {
      code: "memory",
      message:
        "There is not enough memory for a picture of this size with this model on this device. Choose a smaller size, keep fewer images, or compute on the other device.",
    };
  }
  // What nobody foresaw is most likely of whom it was not foreseen.
  const by = runsForeignCode && code === "unexpected" ? "The code of the model failed: " : "";
  return { code, message: by + inWordsOfThePage(message) };
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
    .replace(
      / it cannot be used with --coarse-to-fine\. Use --loss l2Norm\./,
      " for scales one after the other choose l2Norm.",
    )
    .replace(
      /--stop-criterion \(([^)]*)\) must be less than --change-scale-criterion \(([^)]*)\)\./,
      "The change of the loss at which it stops ($1) must be less than the one at which the next scale's turn comes ($2).",
    )
    .replace(
      /--change-scale-criterion and .* or separate\./,
      "When the next scale's turn comes is set, but all scales are matched at once: choose coarse to fine.",
    )
    .replace(
      / Or compute on the CPU: useBackend\("cpu"\)\./,
      " Or choose cpu for “Compute on”, under “Everything else”.",
    )
    .replace(/, or your own as \.\/file\.mjs#Name or package#Name\./, ", or a module by its address.")
    .replace(/ Take one with slice\(.*$/, "");
}
