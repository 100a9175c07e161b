import {
  DTypeError,
  deviceOf,
  ModelError,
  ShapeError,
  type Tensor,
  tensor,
  tidy,
  valueAndGrad,
  withDevice,
} from "@plenoptic/tensor";
import { type LossFunction, nameOf, type PenaltyFunction } from "../types.js";
import { describeValue, isTensor } from "./tensors.js";

type ScalarFunction = (x: Tensor) => Tensor;

/** Checks a function that must give one differentiable number; `role` and `accepts` are for the messages. */
function checkScalarFunction(
  role: string,
  accepts: string,
  f: ScalarFunction,
  name: string,
  x: Tensor,
): void {
  const who = `${role} (${name})`;
  let y: unknown;
  try {
    y = f(x);
  } catch (cause) {
    throw new ModelError(
      `${who} should be callable and accept ${accepts} as input; it failed: ${(cause as Error).message}`,
      { cause },
    );
  }
  if (!isTensor(y)) throw new ModelError(`${who} does not return a tensor object, but ${describeValue(y)}.`);
  if (y.size !== 1)
    throw new ShapeError(`${who} should return a scalar value but output had shape [${y.shape.join(", ")}].`);
  if (y.dtype !== "float32") throw new DTypeError(`${who} must return a float, but got ${y.dtype}.`);
  const [from, to] = [deviceOf(x), deviceOf(y)];
  if (from.device !== to.device || from.dtype !== to.dtype) {
    throw new DTypeError(
      `${who} should not change precision or device of its input, but returns ${to.device} ${to.dtype}, not ${from.device} ${from.dtype}.`,
    );
  }
  try {
    valueAndGrad(f)(x);
  } catch (cause) {
    throw new ModelError(
      `${who} strips gradient from input, do you detach it somewhere? (${(cause as Error).message})`,
      { cause },
    );
  }
}

/**
 * Checks a penalty by calling it on an image of ones and zeros in columns: it gives one differentiable number in
 * the precision of the image.
 *
 * @param penalty - from an image to one number
 * @param image - gives shape, device and precision
 * @throws {@link ModelError}, {@link ShapeError} or {@link DTypeError}, naming the function and what it returned
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { validatePenalty } from "@plenoptic/synthesis";
 * import { mean, rand, square } from "@plenoptic/tensor";
 * validatePenalty((x) => mean(square(x)), rand([1, 1, 16, 16])); // no complaint
 * ```
 */
export function validatePenalty(penalty: PenaltyFunction, image: Tensor): void {
  const width = image.shape[image.rank - 1];
  withDevice(deviceOf(image), () =>
    tidy(() => {
      const columns = Float32Array.from({ length: image.size }, (_, i) => ((i % width) % 2 === 0 ? 0 : 1));
      checkScalarFunction(
        "penalty_function",
        "a tensor",
        (x) => penalty(x),
        nameOf(penalty),
        tensor(columns, image.shape),
      );
    }),
  );
}

/**
 * Checks a loss by calling it on two representations: it gives one differentiable number in their precision.
 *
 * @param loss - from two representations to one number
 * @param representation - of the image, gives shape, device and precision
 * @throws {@link ModelError}, {@link ShapeError} or {@link DTypeError}, naming the function and what it returned
 */
export function validateLoss(loss: LossFunction, representation: Tensor): void {
  withDevice(deviceOf(representation), () =>
    tidy(() => {
      const ramp = Float32Array.from(
        { length: representation.size },
        (_, i) => (i + 0.5) / representation.size,
      );
      const other = tensor(ramp, representation.shape);
      checkScalarFunction(
        "loss_function",
        "two tensors",
        (x) => loss(x, representation),
        nameOf(loss),
        other,
      );
    }),
  );
}
