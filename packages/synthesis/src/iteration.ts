import type { Evaluation, Optimizer } from "@plenoptic/optim";
import {
  add,
  type Coroutine,
  canReadAtOnce,
  concat,
  DeviceError,
  detach,
  deviceOf,
  keep,
  mul,
  NumericalError,
  numbersOf,
  reshape,
  runCoroutine,
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

/** What iterations descend, and what they record as their loss: another one while a part of a model is matched. */
export interface Objectives {
  readonly recorded: Objective;
  readonly descended: Objective;
}

/** What one iteration found and did. */
export interface IterationResult {
  /** The new image; the caller owns it. */
  metamer: Tensor;
  loss: number;
  /** Value of what was descended, penalty included. */
  descendedLoss: number;
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

/** Says which iteration failed, before anything is changed. */
export function checkFinite(iteration: number, ...losses: number[]): void {
  const wrong = losses.find((loss) => !Number.isFinite(loss));
  if (wrong === undefined) return;
  throw new NumericalError(
    `Found a NaN in loss during optimization, at iteration ${iteration}: the loss is ${wrong}. ` +
      "The image of the last good iteration is kept. Try a smaller learning rate.",
  );
}

/** Values of the objective and the penalty at an image, and the gradient of the objective. */
function evaluateWithGradient(
  objective: Objective,
  x: Tensor,
): { loss: Tensor; penalty: Tensor; grad: Tensor } {
  let kept: Tensor | undefined;
  const { value, grad } = valueAndGrad((image) => {
    const { loss, penalty } = evaluate(objective, image);
    kept = keep(detach(penalty));
    return loss;
  })(x);
  // A copy that belongs to the enclosing scope.
  const penalty = detach(kept as Tensor);
  kept?.dispose();
  return { loss: value, penalty, grad };
}

/** What is to be recorded, with the gradient of what is descended. */
function evaluateStart(
  { recorded, descended }: Objectives,
  x: Tensor,
): { loss: Tensor; descendedLoss: Tensor; penalty: Tensor; grad: Tensor } {
  const { loss: descendedLoss, penalty, grad } = evaluateWithGradient(descended, x);
  const loss = recorded === descended ? descendedLoss : tidy(() => evaluate(recorded, x).loss);
  return { loss, descendedLoss, penalty, grad };
}

/**
 * One step of the optimizer. Everything recorded is of the same evaluation, at the start of the step.
 *
 * @throws {@link NumericalError} when the objective is NaN or infinite, before anything is changed
 */
export function* iterate(
  objectives: Objectives,
  x: Tensor,
  optimizer: Optimizer,
  iteration: number,
): Coroutine<IterationResult> {
  const start = evaluateStart(objectives, x);
  const [loss, descendedLoss, penalty] = yield* numbersOf(start.loss, start.descendedLoss, start.penalty);
  checkFinite(iteration, loss, descendedLoss);
  const [metamer] = yield* step(objectives.descended, optimizer, x, start.grad, descendedLoss);
  const [gradient, change] = yield* numbersOf(sumSquares(start.grad), sumSquares(sub(metamer, x)));
  return {
    metamer: keep(metamer),
    loss,
    descendedLoss,
    penalty,
    gradientNorm: Math.sqrt(gradient),
    pixelChangeNorm: Math.sqrt(change),
  };
}

function* step(
  objective: Objective,
  optimizer: Optimizer,
  x: Tensor,
  grad: Tensor,
  loss: number,
): Coroutine<Tensor[]> {
  const evaluateAgain = function* ([image]: readonly Tensor[]): Coroutine<Evaluation> {
    const { loss: value, grad: slope } = evaluateWithGradient(objective, image);
    const [number] = yield* numbersOf(value);
    return { loss: number, grads: [slope] };
  };
  if (optimizer.stepCoroutine) {
    return yield* optimizer.stepCoroutine([x], [grad], { loss, evaluate: evaluateAgain });
  }
  const device = deviceOf(x);
  const evaluateAtOnce = (images: readonly Tensor[]): Evaluation => {
    if (!canReadAtOnce(device)) {
      throw new DeviceError(
        `${optimizer.name}.step evaluates the objective, whose value on "${device.device}" can only be awaited. Give it a stepCoroutine(), or use another device.`,
      );
    }
    return runCoroutine(device, () => evaluateAgain(images)) as Evaluation;
  };
  return optimizer.step([x], [grad], { loss, evaluate: evaluateAtOnce });
}

/** How many numbers {@link advance} leaves on the device for an iteration. */
export const numbersPerIteration = 5;

/**
 * One step of an optimizer that needs no numbers, without reading any.
 *
 * @returns the new image, and on the device: loss, penalty, loss that was descended, squared norms of the gradient and of
 *   the change
 */
export function advance(
  objectives: Objectives,
  x: Tensor,
  optimizer: Optimizer,
): { metamer: Tensor; numbers: Tensor } {
  return tidy(() => {
    const { loss, descendedLoss, penalty, grad } = evaluateStart(objectives, x);
    const [metamer] = optimizer.step([x], [grad]);
    const numbers = [loss, penalty, descendedLoss, sumSquares(grad), sumSquares(sub(metamer, x))];
    return { metamer, numbers: concat(numbers.map((n) => reshape(n, [1]))) };
  });
}
