import { deviceOf, withDevice } from "../../backend.js";
import { ones, tensor } from "../../create.js";
import { invalidArgument } from "../../errors.js";
import { tidy } from "../../memory.js";
import type { Tensor } from "../../tensor-type.js";
import { mul } from "../binary.js";
import { depthwiseConv2d } from "../conv/conv2d.js";
import type { PerAxis } from "../conv/options.js";
import { type PoolOptions, type Windows, windowsOf } from "./window.js";

export interface AvgPool2dOptions extends PoolOptions {
  /** Whether the pixels added around the image count, as zeros; default true. */
  readonly countIncludePad?: boolean;
  /** What sums are divided by, instead of the number of pixels. */
  readonly divisorOverride?: number;
}

/** How many pixels of each window along an axis count. */
function countsAlong(
  d: 0 | 1,
  extent: number,
  { padding, ...windows }: Windows,
  withPads: boolean,
): number[] {
  const [before, after] = [padding[2 * d], padding[2 * d + 1]];
  const [from, to] = withPads ? [-before, extent + after] : [0, extent];
  return Array.from({ length: windows.outputSize[d] }, (_, i) => {
    const start = i * windows.stride[d] - before;
    return Math.min(to, start + windows.kernelSize[d]) - Math.max(from, start);
  });
}

/** 1 / the number of pixels of each window: one number if it is the same everywhere. */
function reciprocalCounts(x: Tensor, windows: Windows, withPads: boolean): Tensor | number {
  const [rows, columns] = ([0, 1] as const).map((d) => countsAlong(d, x.shape[2 + d], windows, withPads));
  const counts = rows.flatMap((row) => columns.map((column) => row * column));
  if (counts.every((count) => count === counts[0])) return 1 / counts[0];
  const shape = [1, 1, rows.length, columns.length];
  return withDevice(deviceOf(x), () =>
    tensor(
      Float64Array.from(counts, (count) => 1 / count),
      shape,
    ),
  );
}

/**
 * The mean of each window of each channel, as in PyTorch. It can be differentiated any number of times.
 *
 * @param x - image `[B, C, H, W]`
 * @param kernelSize - of a window
 * @param options - by name, see {@link AvgPool2dOptions}
 * @returns `[B, C, ⌊(H + top + bottom - kh) / s⌋ + 1, …]`, with `ceilMode` rounded up instead of down
 * @throws {@link ShapeError} when the window is larger than the padded image; {@link ValidationError} when an option has a
 *   value that it cannot have
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { avgPool2d, readSync, tensor } from "@plenoptic/tensor";
 * console.log(readSync(avgPool2d(tensor([1, 2, 3, 4, 5, 6, 7, 8], [1, 1, 2, 4]), 2))); // 3.5 5.5
 * ```
 */
export function avgPool2d(x: Tensor, kernelSize: PerAxis, options: AvgPool2dOptions = {}): Tensor {
  const { countIncludePad = true, divisorOverride } = options;
  if (divisorOverride !== undefined && !(Number.isFinite(divisorOverride) && divisorOverride !== 0))
    throw invalidArgument("divisorOverride", divisorOverride, "a finite number that is not 0");
  const windows = windowsOf("avgPool2d", x, kernelSize, options);
  const { padding, outputSize, stride } = windows;
  const [kh, kw] = windows.kernelSize;
  return tidy(() => {
    const filters = withDevice(deviceOf(x), () => ones([x.shape[1], 1, kh, kw]));
    // With ceilMode the last windows reach further: more zeros.
    const after = ([0, 1] as const).map((d) => {
      const reach = (outputSize[d] - 1) * stride[d] + windows.kernelSize[d];
      return Math.max(padding[2 * d + 1], reach - padding[2 * d] - x.shape[2 + d]);
    });
    const sums = depthwiseConv2d(x, filters, {
      stride,
      padding: [padding[0], after[0], padding[2], after[1]],
    });
    const factor = divisorOverride ? 1 / divisorOverride : reciprocalCounts(x, windows, countIncludePad);
    return mul(sums, factor);
  });
}
