import { zerosLike } from "../../create.js";
import { MaxPool2d, type MaxPool2dAttrs, MaxPool2dGradient, MaxPool2dTake } from "../../kernel-names.js";
import { declareOp } from "../../op.js";
import { run } from "../../run.js";
import type { Tensor } from "../../tensor-type.js";
import type { PerAxis } from "../conv/options.js";
import { composeMaxPool, composeMaxPoolGradient, composeMaxPoolTake } from "./compose.js";
import { type PoolOptions, windowsOf } from "./window.js";

export interface MaxPool2dOptions extends PoolOptions {
  /** How many pixels apart a window's pixels are; default 1. */
  readonly dilation?: PerAxis;
}

/**
 * The largest value in each window of each channel, as in PyTorch. Pixels added around the image never are the largest.
 * Where several are largest, the first of them, row by row, has the gradient. It can be differentiated any number of times.
 *
 * @param x - image `[B, C, H, W]`
 * @param kernelSize - of a window
 * @param options - by name, see {@link MaxPool2dOptions}
 * @returns `[B, C, ⌊(H + top + bottom - d (kh - 1) - 1) / s⌋ + 1, …]`, with `ceilMode` rounded up instead of down
 * @throws {@link ShapeError} when the window is larger than the padded image; {@link ValidationError} when an option has a
 *   value that it cannot have
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { maxPool2d, readSync, tensor } from "@plenoptic/tensor";
 * console.log(readSync(maxPool2d(tensor([1, 2, 3, 4, 8, 7, 6, 5], [1, 1, 2, 4]), 2))); // 8 7
 * ```
 */
export function maxPool2d(x: Tensor, kernelSize: PerAxis, options: MaxPool2dOptions = {}): Tensor {
  const attrs: MaxPool2dAttrs = windowsOf("maxPool2d", x, kernelSize, options, options.dilation);
  return run(MaxPool2d, { x }, attrs);
}

// Which pixel is largest changes only where two are equally large: the derivatives with respect to x are 0.
declareOp({
  kernelName: MaxPool2d,
  compose: composeMaxPool,
  inputsToSave: ["x"],
  gradient: (dy, [x], attrs) => ({ x: () => run(MaxPool2dGradient, { dy, x }, attrs) }),
});

declareOp({
  kernelName: MaxPool2dGradient,
  compose: composeMaxPoolGradient,
  inputsToSave: ["x"],
  gradient: (g, [x], attrs) => ({ dy: () => run(MaxPool2dTake, { g, x }, attrs), x: () => zerosLike(x) }),
});

declareOp({
  kernelName: MaxPool2dTake,
  compose: composeMaxPoolTake,
  inputsToSave: ["x"],
  gradient: (dy, [x], attrs) => ({
    g: () => run(MaxPool2dGradient, { dy, x }, attrs),
    x: () => zerosLike(x),
  }),
});
