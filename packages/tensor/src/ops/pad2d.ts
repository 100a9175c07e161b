import type { NamedAttrMap, NamedTensorMap } from "@tensorflow/tfjs-core";
import { deviceOf, withDevice } from "../backend.js";
import { tensor } from "../create.js";
import { invalidArgument, nearest, ShapeError } from "../errors.js";
import type { Padding, PadMode } from "../image-types.js";
import { Pad2d, Pad2dAdjoint, type Pad2dAdjointAttrs, type Pad2dAttrs } from "../kernel-names.js";
import { declareOp } from "../op.js";
import { run } from "../run.js";
import type { Tensor } from "../tensor-type.js";
import { gather } from "./gather.js";
import { matMul } from "./mat-mul.js";
import { slice } from "./shape.js";

const modes: readonly PadMode[] = ["reflect", "circular", "replicate", "constant"];

/**
 * Index of the pixel that continues an axis at position `i`, which may lie outside 0 … extent - 1;
 * -1 where the constant stands.
 */
export function sourceIndex(i: number, extent: number, mode: PadMode): number {
  if (i >= 0 && i < extent) return i;
  if (mode === "constant") return -1;
  if (mode === "replicate") return i < 0 ? 0 : extent - 1;
  if (mode === "circular") return i < 0 ? i + extent : i - extent;
  return i < 0 ? -i : 2 * (extent - 1) - i;
}

/** Throws unless an image of this shape can be padded so. */
export function checkPadding(shape: readonly number[], padding: Padding, mode: PadMode): void {
  if (!modes.includes(mode)) {
    const close = nearest(String(mode), modes);
    throw invalidArgument(
      "padMode",
      mode,
      `one of ${modes.join(", ")}`,
      close ? `Did you mean "${close}"?` : "",
    );
  }
  if (shape.length !== 4) {
    throw new ShapeError(
      `Expected an image of shape [batch, channel, height, width], but got [${shape.join(", ")}].`,
    );
  }
  if (padding.length !== 4 || padding.some((p) => !Number.isInteger(p) || p < 0)) {
    throw invalidArgument(
      "padding",
      [...padding],
      "four whole numbers [top, bottom, left, right], none negative",
    );
  }
  const [height, width] = shape.slice(-2);
  const [top, bottom, left, right] = padding;
  const check = (before: number, after: number, extent: number, name: string) => {
    const most = mode === "reflect" ? extent - 1 : mode === "circular" ? extent : Number.POSITIVE_INFINITY;
    if (Math.max(before, after) > most) {
      throw new ShapeError(
        `${mode} padding by ${Math.max(before, after)} needs a picture larger than that, but its ${name} is ${extent}. ` +
          `Use a smaller kernel, a larger picture, or padMode "constant" or "replicate".`,
      );
    }
  };
  check(top, bottom, height, "height");
  check(left, right, width, "width");
}

/**
 * Continues an image beyond its borders.
 *
 * @param x - image `[B, C, H, W]`
 * @param padding - pixels added `[top, bottom, left, right]`
 * @param mode - see {@link PadMode}; `"reflect"` adds at most H - 1 (W - 1), `"circular"` at most H (W) on a side
 * @param value - what `"constant"` fills with
 * @returns `[B, C, H + top + bottom, W + left + right]`
 * @throws {@link ShapeError} when the image is too small for the mode or not 4-D
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { pad2d, readSync, tensor } from "@plenoptic/tensor";
 * const row = tensor([1, 2, 3, 4], [1, 1, 1, 4]);
 * console.log(readSync(pad2d(row, [0, 0, 2, 1], "reflect"))); // 3 2 1 2 3 4 3
 * ```
 */
export function pad2d(x: Tensor, padding: Padding, mode: PadMode = "constant", value = 0): Tensor {
  checkPadding(x.shape, padding, mode);
  const attrs: Pad2dAttrs = { padding, mode, value };
  return run(Pad2d, { x }, attrs);
}

/** The transpose of {@link pad2d} as a linear map: each added pixel's value goes back to its source. */
export function pad2dAdjoint(
  dy: Tensor,
  padding: Padding,
  mode: PadMode,
  inputShape: readonly number[],
): Tensor {
  const attrs: Pad2dAdjointAttrs = { padding, mode, inputShape: [...inputShape] };
  return run(Pad2dAdjoint, { dy }, attrs);
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

function composePad({ x }: NamedTensorMap, attrs: NamedAttrMap): Tensor {
  const { padding, mode, value } = attrs as unknown as Pad2dAttrs;
  const [top, bottom, left, right] = padding;
  if (mode === "constant") {
    const paddings = [
      [0, 0],
      [0, 0],
      [top, bottom],
      [left, right],
    ];
    return run("PadV2", { x }, { paddings, constantValue: value });
  }
  const [height, width] = x.shape.slice(-2);
  const rows = range(-top, height + bottom).map((i) => sourceIndex(i, height, mode));
  const columns = range(-left, width + right).map((i) => sourceIndex(i, width, mode));
  return gather(gather(x, rows, 2), columns, 3);
}

/** `[extent, before + extent + after]` matrix of ones that adds each padded position to its source. */
function foldMatrix(like: Tensor, extent: number, before: number, after: number, mode: PadMode): Tensor {
  const padded = before + extent + after;
  const values = new Float64Array(extent * padded);
  for (let j = 0; j < padded; j++) values[sourceIndex(j - before, extent, mode) * padded + j] = 1;
  return withDevice(deviceOf(like), () => tensor(values, [1, 1, extent, padded]));
}

function composeAdjoint({ dy }: NamedTensorMap, attrs: NamedAttrMap): Tensor {
  const { padding, mode, inputShape } = attrs as unknown as Pad2dAdjointAttrs;
  const [top, bottom, left, right] = padding;
  if (mode === "constant") return slice(dy, [0, 0, top, left], inputShape);
  const [height, width] = inputShape.slice(-2);
  const rows = foldMatrix(dy, height, top, bottom, mode);
  const columns = foldMatrix(dy, width, left, right, mode);
  return matMul(matMul(rows, dy), columns, false, true);
}

declareOp({
  kernelName: Pad2d,
  compose: composePad,
  gradient: (dy, _, attrs) => {
    const { padding, mode } = attrs as unknown as Pad2dAttrs;
    const [b, c, h, w] = dy.shape;
    const inputShape = [b, c, h - padding[0] - padding[1], w - padding[2] - padding[3]];
    return { x: () => pad2dAdjoint(dy, padding, mode, inputShape) };
  },
});

declareOp({
  kernelName: Pad2dAdjoint,
  compose: composeAdjoint,
  gradient: (dy, _, attrs) => {
    const { padding, mode } = attrs as unknown as Pad2dAdjointAttrs;
    return { dy: () => pad2d(dy, padding, mode, 0) };
  },
});
