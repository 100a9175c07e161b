import type { Optimizer } from "@plenoptic/optim";
import {
  add,
  detach,
  keep,
  mul,
  NumericalError,
  readSync,
  sub,
  sumSquares,
  type Tensor,
  tidy,
  valueAndGrad,
} from "@plenoptic/tensor";
import { callModel, type LossFunction, type ModelLike, type PenaltyFunction } from "./types.js";

/** What is minimized: loss(model(x), target) + λ · penalty(x). */
export interface Objective {
  readonly model: ModelLike;
  readonly lossFunction: LossFunction;
  readonly penaltyFunction: PenaltyFunction;
  readonly penaltyLambda: number;
  readonly targetRepresentation: Tensor;
}

/** What one iteration found and did. */
export interface IterationResult {
  /** The new image; the caller owns it. */
  metamer: Tensor;
  loss: number;
  penalty: number;
  gradientNorm: number;
  pixelChangeNorm: number;
}

/** The value of the objective at `x` and of the penalty alone, as tensors. */
export function evaluate(objective: Objective, x: Tensor): { loss: Tensor; penalty: Tensor } {
  const { model, lossFunction, penaltyFunction, penaltyLambda, targetRepresentation } = objective;
  const loss = lossFunction(callModel(model, x), targetRepresentation);
  const penalty = penaltyFunction(x);
  return { loss: add(loss, mul(penalty, penaltyLambda)), penalty };
}

const number = (x: Tensor): number => readSync(x)[0];
const norm = (x: Tensor): number => Math.sqrt(number(sumSquares(x)));

/**
 * One step of the optimizer. Everything recorded is of the same evaluation, at the start of the step.
 *
 * @throws {@link NumericalError} when the objective is NaN or infinite, before anything is changed
 */
export function iterate(
  objective: Objective,
  x: Tensor,
  optimizer: Optimizer,
  iteration: number,
): IterationResult {
  return tidy(() => {
    const start = evaluateWithGradient(objective, x);
    if (!Number.isFinite(start.loss)) {
      throw new NumericalError(
        `Found a NaN in loss during optimization, at iteration ${iteration}: the loss is ${start.loss}. ` +
          "The image of the last good iteration is kept. Try a smaller learning rate.",
      );
    }
    const evaluateAgain = ([image]: readonly Tensor[]) => {
      const { loss, grad } = evaluateWithGradient(objective, image);
      return { loss, grads: [grad] };
    };
    const { loss, penalty, grad } = start;
    const [metamer] = optimizer.step([x], [grad], { loss, evaluate: evaluateAgain });
    return {
      metamer: keep(metamer),
      loss,
      penalty,
      gradientNorm: norm(grad),
      pixelChangeNorm: norm(sub(metamer, x)),
    };
  });
}

/** Values of the objective and the penalty at an image, and the gradient of the objective. */
function evaluateWithGradient(
  objective: Objective,
  x: Tensor,
): { loss: number; penalty: number; grad: Tensor } {
  let penaltyTensor: Tensor | undefined;
  const { value, grad } = valueAndGrad((image) => {
    const { loss, penalty } = evaluate(objective, image);
    penaltyTensor = keep(detach(penalty));
    return loss;
  })(x);
  const penalty = penaltyTensor ? number(penaltyTensor) : Number.NaN;
  penaltyTensor?.dispose();
  return { loss: number(value), penalty, grad };
}
