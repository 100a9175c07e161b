import type { NamedTensorMap } from "@tensorflow/tfjs-core";
import { ShapeError } from "../../errors.js";
import { gradientOf } from "../../gradients/composed-gradient.js";
import { ImageMoments, ImageMomentsGradient } from "../../kernel-names.js";
import { declareOp } from "../../op.js";
import { run } from "../../run.js";
import type { Tensor } from "../../tensor-type.js";
import { mul, sub } from "../binary.js";
import { max, mean, min } from "../reduce.js";
import { stack } from "../shape.js";
import { square } from "../unary.js";

/**
 * Of images: the mean μ, the central moments ⟨(x - μ)ᵏ⟩ for k = 2, 3, 4, and the least and the largest value.
 *
 * @param x - `[…, H, W]`
 * @returns `[…, 6]`
 * @throws {@link ShapeError} when `x` has fewer than two axes
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { imageMoments, readSync, tensor } from "@plenoptic/tensor";
 * console.log(readSync(imageMoments(tensor([[0, 0, 0, 4]])))); // 1 3 6 21 0 4
 * ```
 */
export function imageMoments(x: Tensor): Tensor {
  if (x.rank < 2 || x.size === 0)
    throw new ShapeError(
      `imageMoments() needs […, height, width] with values, but got [${x.shape.join(", ")}].`,
    );
  return run(ImageMoments, { x });
}

function composeMoments({ x }: NamedTensorMap): Tensor {
  const space = [-2, -1];
  const centered = sub(x, mean(x, space, true));
  const squares = square(centered);
  const powers = [squares, mul(squares, centered), square(squares)].map((p) => mean(p, space));
  return stack([mean(x, space), ...powers, min(x, space), max(x, space)], -1);
}

const composeGradient = (x: Tensor, dy: Tensor): Tensor[] =>
  gradientOf((image) => [composeMoments({ x: image })], [x], [dy]);

declareOp({
  kernelName: ImageMoments,
  compose: composeMoments,
  inputsToSave: ["x"],
  gradient: (dy, [x]) => {
    const dx = run(ImageMomentsGradient, { x, dy });
    return { x: () => dx };
  },
});

declareOp({
  kernelName: ImageMomentsGradient,
  compose: ({ x, dy }) => composeGradient(x, dy)[0],
  inputsToSave: ["x", "dy"],
  gradient: (g, saved) => {
    const [x, dy] = gradientOf(composeGradient, saved, [g].flat());
    return { x: () => x, dy: () => dy };
  },
});
