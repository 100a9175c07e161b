import { type StridedSliceAttrs, slice_util } from "@tensorflow/tfjs-core";
import { zerosLike } from "../create.js";
import { pad, reshape, reverse, slice } from "../ops/shape.js";
import type { Tensor } from "../tensor-type.js";
import { registerGradient } from "./own-gradients.js";

/** Puts `step` - 1 zeros between neighbours along an axis. */
function dilate(x: Tensor, axis: number, step: number): Tensor {
  const extent = x.shape[axis];
  const [front, back] = [x.shape.slice(0, axis), x.shape.slice(axis + 1)];
  const size = (shape: number[]) => shape.reduce((n, e) => n * e, 1);
  // Of rank 4 whatever the rank of x, which some backends need.
  const apart = reshape(x, [size(front), extent, 1, size(back)]);
  const padded = pad(apart, [
    [0, 0],
    [0, 0],
    [0, step - 1],
    [0, 0],
  ]);
  const wide = reshape(padded, [...front, extent * step, ...back]);
  const begin = x.shape.map(() => 0);
  return slice(wide, begin, [...front, (extent - 1) * step + 1, ...back]);
}

/** Zeros like `x` with `dy` at the places that the slice took. */
function spread(dy: Tensor, x: Tensor, attrs: StridedSliceAttrs): Tensor {
  const info = slice_util.sliceInfo(
    x.shape,
    attrs.begin,
    attrs.end,
    attrs.strides,
    attrs.beginMask,
    attrs.endMask,
    attrs.ellipsisMask,
    attrs.newAxisMask,
    attrs.shrinkAxisMask,
  );
  const extents = slice_util.computeOutShape(info.begin, info.end, info.strides);
  if (extents.some((extent) => extent === 0)) return zerosLike(x);
  const backwards = info.strides.flatMap((stride, axis) => (stride < 0 ? [axis] : []));
  let block = reshape(dy, extents);
  if (backwards.length > 0) block = reverse(block, backwards);
  info.strides.forEach((stride, axis) => {
    if (Math.abs(stride) > 1) block = dilate(block, axis, Math.abs(stride));
  });
  const first = info.begin.map((b, i) => (info.strides[i] < 0 ? b + (extents[i] - 1) * info.strides[i] : b));
  return pad(
    block,
    x.shape.map((extent, i) => [first[i], extent - first[i] - block.shape[i]]),
  );
}

registerGradient({
  kernelName: "StridedSlice",
  inputsToSave: ["x"],
  gradFunc: (dy, [x], attrs) => ({
    x: () => spread(dy as Tensor, x, attrs as unknown as StridedSliceAttrs),
  }),
});
