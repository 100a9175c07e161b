import {
  type Coroutine,
  DeviceError,
  DTypeError,
  deviceOf,
  ModelError,
  PlenopticError,
  randLike,
  runCoroutine,
  sum,
  type Tensor,
  valueAndGrad,
} from "@plenoptic/tensor";
import { callModel, type ModelLike } from "../types.js";
import { describeValue, isAllFinite, isTensor } from "./tensors.js";

function isCallable(model: unknown): model is ModelLike {
  return (
    typeof model === "function" ||
    (typeof model === "object" && model !== null && "forward" in model && typeof model.forward === "function")
  );
}

function callOrExplain(model: ModelLike, x: Tensor): Tensor {
  try {
    return callModel(model, x);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ModelError(`The model fails on an image of shape [${x.shape.join(", ")}]: ${reason}`, {
      cause,
    });
  }
}

function checkKind(y: unknown, x: Tensor): asserts y is Tensor {
  if (!isTensor(y)) {
    const hint = y instanceof Promise ? " A model must be synchronous." : "";
    throw new ModelError(`model does not return a tensor object, but ${describeValue(y)}.${hint}`);
  }
  if (y.dtype !== "float32")
    throw new DTypeError(`model changes precision of input: it returns ${y.dtype}, not floats.`);
  const [from, to] = [deviceOf(x), deviceOf(y)];
  if (from.dtype !== to.dtype) {
    throw new DTypeError(
      `model changes precision of input, from ${from.dtype} to ${to.dtype}. Make its tensors with the input's device.`,
    );
  }
  if (from.device !== to.device) {
    throw new DeviceError(`model changes device of input, from ${from.device} to ${to.device}.`);
  }
}

function* checkIsFinite(y: Tensor): Coroutine<void> {
  if (!(yield* isAllFinite(y)))
    throw new ModelError("The model returns NaN or infinite values on an image of uniform noise in [0, 1].");
}

function checkGradientFlows(model: ModelLike, x: Tensor): void {
  try {
    valueAndGrad((image) => sum(callModel(model, image)))(x);
  } catch (cause) {
    if (cause instanceof ModelError && cause.message.startsWith("No gradient")) {
      throw new ModelError(
        "model strips gradient from input, do you detach it somewhere? Its output does not depend on its input by differentiable ops.",
        { cause },
      );
    }
    if (cause instanceof PlenopticError) throw cause;
    throw new ModelError(`The model's gradient cannot be computed: ${(cause as Error).message}`, { cause });
  }
}

/**
 * Checks that a model can be synthesized for, by calling it on uniform noise of the image's shape: it returns a float
 * tensor on the device of its input, finite, through which a gradient flows. The noise is drawn from the library's
 * generator, as in the reference, so that what is drawn afterwards is the same there and here.
 *
 * @param model - function or object with `forward`
 * @param image - gives shape, device and precision
 * @returns nothing; on a device whose values can only be awaited, a promise that is rejected where values are not finite or
 *   no gradient flows
 * @throws {@link ModelError} when the model throws (its error is the `cause`), returns no tensor, NaN, or has no gradient;
 *   {@link DTypeError} or {@link DeviceError} when it changes precision or device
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { validateModel } from "@plenoptic/synthesis";
 * import { rand, square } from "@plenoptic/tensor";
 * validateModel((x) => square(x), rand([1, 1, 16, 16])); // no complaint
 * ```
 */
export function validateModel(model: ModelLike, image: Tensor): void | Promise<void> {
  return runCoroutine(deviceOf(image), () => checkModel(model, image));
}

function* checkModel(model: ModelLike, image: Tensor): Coroutine<void> {
  const noise = randLike(image);
  if (!isCallable(model)) {
    throw new ModelError(
      `A model is a function of a tensor, or an object with forward(x), but got ${describeValue(model)}.`,
    );
  }
  const representation = callOrExplain(model, noise);
  checkKind(representation, noise);
  yield* checkIsFinite(representation);
  checkGradientFlows(model, noise);
}
