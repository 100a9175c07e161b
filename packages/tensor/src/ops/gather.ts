import type { NamedAttrMap, NamedTensorMap } from "@tensorflow/tfjs-core";
import { deviceOf, withDevice } from "../backend.js";
import { indices as indexTensor, sizeOf } from "../create.js";
import { OutOfRangeError, ShapeError } from "../errors.js";
import { ScatterAdd, type ScatterAddAttrs } from "../kernel-names.js";
import { tidy } from "../memory.js";
import { declareOp } from "../op.js";
import { offTape, run } from "../run.js";
import type { Tensor } from "../tensor-type.js";
import { sameShape } from "./broadcast.js";
import { where } from "./compare.js";
import { cast, reshape, resolveAxis, transpose } from "./shape.js";

function checkIndices(op: string, indices: ArrayLike<number>, extent: number): void {
  for (let k = 0; k < indices.length; k++) {
    const i = indices[k];
    if (!Number.isInteger(i) || i < 0 || i >= extent)
      throw new OutOfRangeError(`${op}() got index ${i} for an axis of ${extent}.`);
  }
}

const indicesLike = (x: Tensor, indices: ArrayLike<number>): Tensor =>
  withDevice(deviceOf(x), () => indexTensor(indices));

/**
 * Slices of `x` along `axis` in the order of `indices`, which may repeat.
 *
 * @throws {@link OutOfRangeError} when an index is not one of the axis
 */
export function gather(x: Tensor, indices: ArrayLike<number>, axis = 0): Tensor {
  const a = resolveAxis(axis, x.rank);
  checkIndices("gather", indices, x.shape[a]);
  return tidy(() => gatherBy(x, indicesLike(x, indices), a));
}

/** As {@link gather}, by a tensor of whole numbers; its first `batchDims` axes are those of `x`. */
export function gatherBy(x: Tensor, indices: Tensor, axis: number, batchDims = 0): Tensor {
  return run("GatherV2", { x, indices }, { axis, batchDims });
}

/** The transpose of {@link gatherBy}. */
export function scatterAddBy(x: Tensor, indices: Tensor, attrs: ScatterAddAttrs): Tensor {
  return run(ScatterAdd, { x, indices }, attrs);
}

/**
 * The transpose of {@link gather}: zeros of `extent` along `axis`, to which slice `k` of `x` is added at `indices[k]`. Slices
 * with the same index are summed, in their order on the cpu.
 *
 * @param x - as many slices along `axis` as there are indices
 * @param indices - where each slice goes, from 0 to `extent` - 1
 * @param axis - the axis along which the slices lie
 * @param extent - how many places there are
 * @throws {@link ShapeError} when the number of slices is not that of indices
 * @throws {@link OutOfRangeError} when an index is outside the extent
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { readSync, scatterAdd, tensor } from "@plenoptic/tensor";
 * console.log(readSync(scatterAdd(tensor([1, 2, 3]), [0, 3, 0], 0, 4))); // 4 0 0 2
 * ```
 */
export function scatterAdd(x: Tensor, indices: ArrayLike<number>, axis: number, extent: number): Tensor {
  const a = resolveAxis(axis, x.rank);
  checkIndices("scatterAdd", indices, extent);
  checkCount("scatterAdd", x, indices, a);
  return tidy(() => scatterAddBy(x, indicesLike(x, indices), { axis: a, batchDims: 0, extent }));
}

function checkCount(op: string, x: Tensor, indices: ArrayLike<number>, axis: number): void {
  if (x.shape[axis] !== indices.length) {
    throw new ShapeError(
      `${op}() needs one slice along axis ${axis} for each index, but got ${x.shape[axis]} slices and ${indices.length} indices.`,
    );
  }
}

/**
 * `x` with slice `k` of `updates` in the place of its slice `indices[k]` along `axis`.
 *
 * @param x - what keeps its values elsewhere
 * @param indices - where the slices go; no place twice
 * @param updates - of the shape of `x`, but for `axis`, where there is one slice for each index
 * @throws {@link ShapeError} when `updates` has another shape
 * @throws {@link OutOfRangeError} when an index is not one of the axis, or comes twice
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { readSync, scatter, tensor } from "@plenoptic/tensor";
 * console.log(readSync(scatter(tensor([1, 2, 3]), [2, 0], tensor([8, 9])))); // 9 2 8
 * ```
 */
export function scatter(x: Tensor, indices: ArrayLike<number>, updates: Tensor, axis = 0): Tensor {
  const a = resolveAxis(axis, x.rank);
  checkIndices("scatter", indices, x.shape[a]);
  checkCount("scatter", updates, indices, a);
  if (!sameShape(updates.shape.toSpliced(a, 1), x.shape.toSpliced(a, 1))) {
    throw new ShapeError(
      `scatter() cannot put slices of [${updates.shape.join(", ")}] into [${x.shape.join(", ")}] along axis ${a}.`,
    );
  }
  const places = new Set(Array.from(indices));
  if (places.size !== indices.length)
    throw new OutOfRangeError("scatter() got an index twice; scatterAdd() sums what has the same index.");
  return tidy(() => {
    const spread = scatterAdd(updates, indices, a, x.shape[a]);
    const marks = Int32Array.from({ length: x.shape[a] }, (_, i) => Number(places.has(i)));
    const column = x.shape.map((extent, i) => (i === a ? extent : 1));
    const replaced = offTape(() => reshape(cast(indicesLike(x, marks), "bool"), column));
    return where(replaced, spread, x);
  });
}

/** The extents of {@link ScatterAdd}'s input: batches, axes in front, indices, and axes behind. */
function extentsOf(x: Tensor, indices: Tensor, { axis, batchDims }: ScatterAddAttrs) {
  const behind = axis + indices.rank - batchDims;
  return {
    front: x.shape.slice(0, axis),
    back: x.shape.slice(behind),
    batch: sizeOf(x.shape.slice(0, batchDims)),
    outer: sizeOf(x.shape.slice(batchDims, axis)),
    count: sizeOf(x.shape.slice(axis, behind)),
    inner: sizeOf(x.shape.slice(behind)),
  };
}

/** By tfjs's ScatterNd, which adds rows: the indices go in front, and count through all batches. */
function composeScatterAdd({ x, indices }: NamedTensorMap, attributes: NamedAttrMap): Tensor {
  const attrs = attributes as unknown as ScatterAddAttrs;
  const { extent } = attrs;
  const { front, back, batch, outer, count, inner } = extentsOf(x, indices, attrs);
  let places = reshape(indices, [batch, count]);
  if (batch > 1) {
    const starts = reshape(
      indicesLike(
        x,
        Array.from({ length: batch }, (_, i) => i * extent),
      ),
      [batch, 1],
    );
    places = run("Add", { a: places, b: starts });
  }
  const rows = transpose(reshape(x, [batch, outer, count, inner]), [0, 2, 1, 3]);
  const sums = run(
    "ScatterNd",
    { indices: reshape(places, [batch * count, 1]), updates: reshape(rows, [batch * count, outer * inner]) },
    { shape: [batch * extent, outer * inner] },
  );
  const back4 = transpose(reshape(sums, [batch, extent, outer, inner]), [0, 2, 1, 3]);
  return reshape(back4, [...front, extent, ...back]);
}

declareOp({
  kernelName: ScatterAdd,
  compose: composeScatterAdd,
  inputsToSave: ["indices"],
  gradient: (dy, [indices], attributes) => {
    const { axis, batchDims } = attributes as unknown as ScatterAddAttrs;
    return { x: () => gatherBy(dy, indices, axis, batchDims) };
  },
});
