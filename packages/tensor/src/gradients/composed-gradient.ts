import { engine } from "@tensorflow/tfjs-core";
import { zerosLike } from "../create.js";
import { add, mul } from "../ops/binary.js";
import { sum } from "../ops/reduce.js";
import type { Tensor } from "../tensor-type.js";

/**
 * The gradient of Σ fᵢ(…xs) · dysᵢ by differentiating `f`: for gradients of gradients, which are too seldom wanted for kernels of
 * their own.
 */
export function gradientOf(
  f: (...xs: Tensor[]) => Tensor[],
  xs: readonly Tensor[],
  dys: readonly Tensor[],
): Tensor[] {
  const { state } = engine();
  // tfjs keeps one tape; while it goes back along it, the inner gradient must not take its place.
  const { activeTape, gradientDepth, kernelDepth } = state;
  if (kernelDepth > 0) {
    // Within a kernel, where compositions run, tfjs records nothing; and the tape outside has the kernel as a whole, not its parts.
    state.kernelDepth = 0;
    state.gradientDepth = 0;
  }
  try {
    const { grads } = engine().gradients(
      () => {
        const terms = f(...xs).map((y, i) => sum(mul(y, dys[i])));
        return terms.reduce(add);
      },
      [...xs],
      undefined,
      true,
    );
    return grads.map((g, i) => g ?? zerosLike(xs[i]));
  } finally {
    state.activeTape = activeTape;
    state.gradientDepth = gradientDepth;
    state.kernelDepth = kernelDepth;
  }
}
