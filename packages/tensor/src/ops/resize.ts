import type { NamedAttrMap } from "@tensorflow/tfjs-core";
import { deviceOf, withDevice } from "../backend.js";
import { tensor } from "../create.js";
import { Resample2d, Resample2dAdjoint, type Resample2dAttrs, type ResamplePlace } from "../kernel-names.js";
import { declareOp } from "../op.js";
import { run } from "../run.js";
import type { Tensor } from "../tensor-type.js";
import { expectImage, type PerAxis, perAxis } from "./conv/options.js";
import { matMul } from "./mat-mul.js";

export interface ResizeBilinearOptions {
  /** Whether the centres of the outermost pixels stay where they are, instead of the outer edges; default false. */
  readonly alignCorners?: boolean;
}

function bilinearPlaces(from: number, to: number, alignCorners: boolean): ResamplePlace[] {
  const step = alignCorners ? (to > 1 ? (from - 1) / (to - 1) : 0) : from / to;
  return Array.from({ length: to }, (_, i) => {
    const u = alignCorners ? i * step : (i + 0.5) * step - 0.5;
    const inside = Math.min(from - 1, Math.max(0, u));
    const first = Math.floor(inside);
    return { first, second: Math.min(from - 1, first + 1), weight: inside - first };
  });
}

function nearestPlaces(from: number, to: number): ResamplePlace[] {
  return Array.from({ length: to }, (_, i) => {
    const first = Math.min(from - 1, Math.floor((i * from) / to));
    return { first, second: first, weight: 0 };
  });
}

function resample(
  op: string,
  x: Tensor,
  size: PerAxis,
  places: (from: number, to: number) => ResamplePlace[],
): Tensor {
  expectImage(op, x);
  const [, , height, width] = x.shape;
  const [rows, columns] = perAxis("size", size, 1);
  const attrs: Resample2dAttrs = {
    rows: places(height, rows),
    columns: places(width, columns),
    inputSize: [height, width],
  };
  return run(Resample2d, { x }, attrs);
}

/**
 * An image in another size, each pixel between the four nearest ones, as torch's `interpolate` with mode "bilinear".
 * Nothing is smoothed beforehand when the image gets smaller. It can be differentiated any number of times.
 *
 * @param x - image `[B, C, H, W]`
 * @param size - height and width to make, or one number for both
 * @param options - by name, see {@link ResizeBilinearOptions}
 * @returns `[B, C, …size]`
 * @throws {@link ShapeError} when x is not 4-D; {@link ValidationError} when a size is not a whole number of at least 1
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { readSync, resizeBilinear, tensor } from "@plenoptic/tensor";
 * console.log(readSync(resizeBilinear(tensor([0, 4], [1, 1, 1, 2]), [1, 4]))); // 0 1 3 4
 * ```
 */
export function resizeBilinear(
  x: Tensor,
  size: PerAxis,
  { alignCorners = false }: ResizeBilinearOptions = {},
): Tensor {
  return resample("resizeBilinear", x, size, (from, to) => bilinearPlaces(from, to, alignCorners));
}

/**
 * An image in another size by repeating or leaving out pixels, as torch's `interpolate` with mode "nearest": output i is
 * input ⌊i · H / H′⌋.
 *
 * @param x - image `[B, C, H, W]`
 * @param size - height and width to make, or one number for both
 * @returns `[B, C, …size]`
 * @throws as {@link resizeBilinear}
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { readSync, resizeNearest, tensor } from "@plenoptic/tensor";
 * console.log(readSync(resizeNearest(tensor([0, 4], [1, 1, 1, 2]), [1, 4]))); // 0 0 4 4
 * ```
 */
export function resizeNearest(x: Tensor, size: PerAxis): Tensor {
  return resample("resizeNearest", x, size, nearestPlaces);
}

/** The matrix `[to, from]` of the weights with which values of an axis make those of the other. */
function weights(places: readonly ResamplePlace[], from: number, like: Tensor): Tensor {
  const values = new Float64Array(places.length * from);
  places.forEach(({ first, second, weight }, i) => {
    values[i * from + first] += 1 - weight;
    values[i * from + second] += weight;
  });
  return withDevice(deviceOf(like), () => tensor(values, [places.length, from]));
}

type Inputs = Readonly<Record<string, Tensor>>;

function compose({ x }: Inputs, rawAttrs: NamedAttrMap): Tensor {
  const { rows, columns, inputSize } = rawAttrs as unknown as Resample2dAttrs;
  const wide = matMul(x, weights(columns, inputSize[1], x), false, true);
  return matMul(weights(rows, inputSize[0], x), wide);
}

function composeAdjoint({ dy }: Inputs, rawAttrs: NamedAttrMap): Tensor {
  const { rows, columns, inputSize } = rawAttrs as unknown as Resample2dAttrs;
  const narrow = matMul(dy, weights(columns, inputSize[1], dy));
  return matMul(weights(rows, inputSize[0], dy), narrow, true);
}

declareOp({
  kernelName: Resample2d,
  compose,
  gradient: (dy, _, attrs) => ({ x: () => run(Resample2dAdjoint, { dy }, attrs) }),
});

declareOp({
  kernelName: Resample2dAdjoint,
  compose: composeAdjoint,
  gradient: (g, _, attrs) => ({ dy: () => run(Resample2d, { x: g }, attrs) }),
});
