import { invalidArgument, nearest, type PadMode, ValidationError } from "@plenoptic/tensor";
import { fixedNumbers, type OneOrMany } from "./one-or-many.js";

/** A kernel's height and width, or one number for both. */
export type KernelSize = number | readonly [height: number, width: number];

/** Checks a kernel size and gives it as [height, width]. */
export function kernelShape(kernelSize: KernelSize): [height: number, width: number] {
  const sizes = typeof kernelSize === "number" ? [kernelSize, kernelSize] : [...kernelSize];
  if (sizes.length !== 2 || !sizes.every(Number.isInteger)) {
    throw invalidArgument("kernelSize", kernelSize, "integer-valued: a whole number or [height, width]");
  }
  if (sizes.some((s) => s < 1)) throw invalidArgument("kernelSize", kernelSize, "positive");
  return sizes as [number, number];
}

const padModes: readonly PadMode[] = ["reflect", "circular", "replicate", "constant"];

/** Throws unless there is such a pad mode: models check it when they are made, not at the first image. */
export function checkPadMode(padMode: PadMode): PadMode {
  if (padModes.includes(padMode)) return padMode;
  const close = nearest(String(padMode), padModes);
  const fix = close ? `Did you mean "${close}"?` : "";
  throw invalidArgument("padMode", padMode, `one of ${padModes.join(", ")}`, fix);
}

/** A kernel size, standard deviations and a number of channels that fit together. */
export interface FilterArguments {
  readonly kernelSize: [height: number, width: number];
  /** One per output channel. */
  readonly std: readonly number[];
  readonly outChannels: number;
}

/**
 * Checks what Gaussian-shaped filters are made from, and fills in what was left out.
 *
 * Standard deviations pass through float32, as the reference's do, so that both compute the same filter in float64.
 *
 * @param kernelSize - whole numbers above 0
 * @param std - one standard deviation for all channels, or one for each; pixels, above 0
 * @param outChannels - number of output channels; the length of `std` when left out
 * @param name - how the caller calls `std`, for messages
 * @throws {@link ValidationError} when something is not positive or the lengths differ
 */
export function checkFilterArguments(
  kernelSize: KernelSize,
  std: OneOrMany,
  outChannels?: number,
  name = "std",
): FilterArguments {
  const shape = kernelShape(kernelSize);
  const listed = fixedNumbers(std);
  const channels = outChannels ?? listed.length;
  if (!Number.isInteger(channels) || channels < 1) {
    throw invalidArgument("outChannels", outChannels, "a positive integer");
  }
  if (listed.some((s) => !(s > 0))) throw invalidArgument(name, std, "positive");
  if (typeof std !== "number" && listed.length !== channels) {
    throw new ValidationError(
      `If it is a list, the length of ${name} must equal outChannels, but they are ${listed.length} and ${channels}.`,
      { argument: name, value: std },
    );
  }
  return {
    kernelSize: shape,
    std: typeof std === "number" ? Array(channels).fill(listed[0]) : listed,
    outChannels: channels,
  };
}
