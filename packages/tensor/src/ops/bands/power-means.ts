import type { NamedTensorMap } from "@tensorflow/tfjs-core";
import { ShapeError } from "../../errors.js";
import { gradientOf } from "../../gradients/composed-gradient.js";
import { PowerMeans, PowerMeansGradient } from "../../kernel-names.js";
import { declareOp } from "../../op.js";
import { run } from "../../run.js";
import type { Tensor } from "../../tensor-type.js";
import { add, mul } from "../binary.js";
import { mean } from "../reduce.js";
import { reshape, stack, unstack } from "../shape.js";
import { square } from "../unary.js";

/**
 * The means of x, x², x³ and x⁴ over the last two axes, in one pass. Of an image without its mean they are the central moments.
 *
 * @param x - `[…, H, W]`
 * @returns `[…, 4]`
 * @throws {@link ShapeError} when `x` has fewer than two axes
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { powerMeans, readSync, tensor } from "@plenoptic/tensor";
 * console.log(readSync(powerMeans(tensor([[-1, 3]])))); // 1 5 13 41
 * ```
 */
export function powerMeans(x: Tensor): Tensor {
  if (x.rank < 2 || x.size === 0)
    throw new ShapeError(
      `powerMeans() needs […, height, width] with values, but got [${x.shape.join(", ")}].`,
    );
  return run(PowerMeans, { x });
}

function composeMeans({ x }: NamedTensorMap): Tensor {
  const squares = square(x);
  const powers = [x, squares, mul(squares, x), square(squares)];
  return stack(
    powers.map((p) => mean(p, [-2, -1])),
    -1,
  );
}

function composeGradient({ x, dy }: NamedTensorMap): Tensor {
  const [height, width] = x.shape.slice(-2);
  const [g1, g2, g3, g4] = unstack(dy, -1).map((g, i) =>
    reshape(mul(g, (i + 1) / (height * width)), [...g.shape, 1, 1]),
  );
  return add(g1, mul(x, add(g2, mul(x, add(g3, mul(x, g4))))));
}

declareOp({
  kernelName: PowerMeans,
  compose: composeMeans,
  inputsToSave: ["x"],
  gradient: (dy, [x]) => {
    const dx = run(PowerMeansGradient, { x, dy });
    return { x: () => dx };
  },
});

declareOp({
  kernelName: PowerMeansGradient,
  compose: composeGradient,
  inputsToSave: ["x", "dy"],
  gradient: (g, saved) => {
    const [x, dy] = gradientOf((a, b) => [composeGradient({ x: a, dy: b })], saved, [g]);
    return { x: () => x, dy: () => dy };
  },
});
