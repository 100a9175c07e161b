import {
  type Coroutine,
  DTypeError,
  deviceOf,
  max,
  min,
  NumericalError,
  numbersOf,
  runCoroutine,
  ShapeError,
  type Tensor,
  ValidationError,
  warn,
} from "@plenoptic/tensor";
import { describeValue, isAllFinite, isTensor } from "./tensors.js";

/**
 * Checks that a tensor can be synthesized from: floats, two to five axes, no NaN and no infinity.
 * Warns when it has not four axes, or leaves [0, 1].
 *
 * @param image - `[B, C, H, W]`, values in [0, 1]
 * @param options - by name
 * @param options.noBatch - whether the first axis must be 1
 * @returns nothing; on a device whose values can only be awaited, a promise that is rejected for NaN or infinity
 * @throws {@link ValidationError} for what is no tensor or a batch; {@link DTypeError} for whole numbers or booleans;
 *   {@link ShapeError} for one axis or more than five; {@link NumericalError} for NaN or infinity
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { validateInput } from "@plenoptic/synthesis";
 * import { rand } from "@plenoptic/tensor";
 * validateInput(rand([1, 1, 16, 16])); // no complaint
 * ```
 */
export function validateInput(
  image: Tensor,
  { noBatch = false }: { noBatch?: boolean } = {},
): void | Promise<void> {
  if (!isTensor(image)) {
    throw new ValidationError(
      `Expected a tensor, but got ${describeValue(image)}. Make one with tensor(values, shape) or loadImages().`,
    );
  }
  if (image.dtype !== "float32") {
    throw new DTypeError(`Only float dtypes are allowed but got ${image.dtype}. cast(x, "float32") first.`);
  }
  if (image.rank < 2 || image.rank > 5) {
    throw new ShapeError(
      `An image has two to five axes, normally [batch, channel, height, width], but got [${image.shape.join(", ")}].`,
    );
  }
  if (image.rank !== 4) {
    warn(
      "image",
      `The methods have mostly been tested on 4d inputs, [batch, channel, height, width], but got [${image.shape.join(", ")}]. They should work all the same.`,
    );
  }
  if (noBatch && image.shape[0] !== 1) {
    throw new ValidationError(`input_tensor batch dimension must be 1, but it is ${image.shape[0]}.`);
  }
  return runCoroutine(deviceOf(image), () => checkValues(image));
}

function* checkValues(image: Tensor): Coroutine<void> {
  if (!(yield* isAllFinite(image))) {
    throw new NumericalError(
      "The image has NaN or infinite values; synthesis needs finite ones. Replace them first.",
    );
  }
  const [low, high] = yield* numbersOf(min(image), max(image));
  if (low < 0 || high > 1) {
    warn(
      "image",
      `input_tensor range is (${low}, ${high}); the methods have largely been tested with the range [0, 1].`,
    );
  }
}
