import { engine } from "@tensorflow/tfjs-core";
import { deviceOf, withDevice } from "./backend.js";
import { ModelError, ShapeError } from "./errors.js";
import type { Tensor } from "./tensor-type.js";
import "./gradients/index.js";
import { zerosLike } from "./create.js";
import { withOwnGradients } from "./gradients/own-gradients.js";
import { tidy } from "./memory.js";

/** tfjs forgets to free what the tape saved when the function or the gradient throws. */
function clearTapeAfterError(): void {
  const { state } = engine();
  if (state.gradientDepth !== 0 || !state.activeTape) return;
  for (const node of state.activeTape) {
    for (const saved of node.saved ?? []) if (!saved.isDisposed) saved.dispose();
  }
  state.activeTape = undefined as unknown as typeof state.activeTape;
}

/** As {@link valueAndGrad}, for a function of several tensors. */
export function valueAndGrads(
  f: (...xs: Tensor[]) => Tensor,
): (xs: readonly Tensor[], dy?: Tensor) => { value: Tensor; grads: Tensor[] } {
  return (xs, dy) =>
    withDevice(deviceOf(xs[0]), () =>
      tidy(() => {
        const depth = engine().state.gradientDepth;
        try {
          const { value, grads } = withOwnGradients(() =>
            engine().gradients(() => f(...xs), [...xs], dy, true),
          );
          if (!dy && value.size !== 1) {
            throw new ShapeError(
              `A gradient is taken of one number, but the function returned shape [${value.shape.join(", ")}]. Pass dy, or sum() it.`,
            );
          }
          if (grads.every((g) => g === undefined || g === null)) {
            throw new ModelError(
              "No gradient: the function's result does not depend on its argument by differentiable ops.",
            );
          }
          return { value, grads: grads.map((g, i) => g ?? zerosLike(xs[i])) };
        } catch (error) {
          engine().state.gradientDepth = depth;
          clearTapeAfterError();
          throw error;
        }
      }),
    );
}

/**
 * The value of a function and its gradient, from one evaluation.
 *
 * @param f - from a tensor to one number; or to any shape if `dy` is given
 * @returns a function of `(x, dy?)` that gives `value` = f(x) and `grad` = (∂f/∂x)ᵀ · dy, with dy = 1 by default
 * @throws {@link ModelError} when no gradient flows; {@link ShapeError} when f gives several numbers and dy is left out
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { readSync, square, sum, tensor, valueAndGrad } from "@plenoptic/tensor";
 * const { value, grad } = valueAndGrad((x) => sum(square(x)))(tensor([1, 2]));
 * console.log(readSync(value)[0], readSync(grad)); // 5 [2, 4]
 * ```
 */
export function valueAndGrad(
  f: (x: Tensor) => Tensor,
): (x: Tensor, dy?: Tensor) => { value: Tensor; grad: Tensor } {
  const all = valueAndGrads(f);
  return (x, dy) => {
    const { value, grads } = all([x], dy);
    return { value, grad: grads[0] };
  };
}

/** The gradient alone; it may be differentiated again: `grad(x => sum(grad(f)(x)))`. */
export function grad(f: (x: Tensor) => Tensor): (x: Tensor, dy?: Tensor) => Tensor {
  const both = valueAndGrad(f);
  return (x, dy) => tidy(() => both(x, dy).grad);
}
