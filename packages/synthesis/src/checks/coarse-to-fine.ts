import {
  deviceOf,
  ModelError,
  type Tensor,
  tensor,
  tidy,
  uniformNumbers,
  withDevice,
} from "@plenoptic/tensor";
import { allScales } from "../scale-schedule.js";
import { callModel, callModelAt, type ModelLike, type MultiScaleModel, type Scale } from "../types.js";
import { describeValue, isTensor } from "./tensors.js";

const consequence = "and therefore we cannot do coarse-to-fine synthesis";
const shown = (scales: readonly Scale[]) => `[${scales.map((scale) => JSON.stringify(scale)).join(", ")}]`;

function checkScales(model: ModelLike): asserts model is MultiScaleModel {
  const scales: unknown = "scales" in model ? model.scales : undefined;
  if (scales === undefined) {
    throw new ModelError(
      `model has no scales attribute ${consequence}. Give it scales, a list of names or numbers from coarse to fine.`,
    );
  }
  const isScale = (scale: unknown) => typeof scale === "string" || typeof scale === "number";
  if (!(Array.isArray(scales) && scales.length > 0 && scales.every(isScale))) {
    throw new ModelError(
      `The model's scales must be a list of names or numbers, but they are ${describeValue(scales)}.`,
    );
  }
  if (new Set(scales).size < scales.length || scales.includes(allScales)) {
    throw new ModelError(
      `The model's scales must differ, and none may be "${allScales}", but they are ${shown(scales)}.`,
    );
  }
}

/** All that synthesis will ask for: each scale by itself, and each with all coarser ones. */
function selections(scales: readonly Scale[]): Scale[][] {
  if (scales.length === 1) return [];
  const together = scales.slice(1, -1).map((_, i) => scales.slice(0, i + 2));
  return [...scales.map((scale) => [scale]), ...together];
}

/** The shape of the representation at some scales. */
function shapeAt(model: MultiScaleModel, x: Tensor, scales: Scale[]): readonly number[] {
  let isAskedFor = false;
  const selection = {
    get scales() {
      isAskedFor = true;
      return scales;
    },
  };
  const refusal = `model forward method does not accept scales argument ${shown(scales)} ${consequence}`;
  let y: unknown;
  try {
    y = callModelAt(model, x, selection);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ModelError(`${refusal}: ${reason}`, { cause });
  }
  if (!isAskedFor) {
    throw new ModelError(`${refusal}: its second argument, { scales }, is not read.`);
  }
  if (!isTensor(y)) throw new ModelError(`model does not return a tensor object, but ${describeValue(y)}.`);
  return y.shape;
}

/**
 * Checks that a model can be synthesized for from coarse to fine, by calling it on uniform noise of the image's shape: it
 * has `scales`, and `forward(x, { scales })` gives a representation of another shape than `forward(x)`. The noise is drawn
 * from the library's generator, in float32 whatever the precision, as in the reference, so that what is drawn afterwards is
 * the same there and here.
 *
 * The model is called twice for each of its scales: with those that synthesis asks for. (The reference tries all subsets.)
 *
 * @param model - function or object with `forward`, and `scales`
 * @param image - gives shape, device and precision
 * @throws {@link ModelError} for a model without scales, that takes none, or whose output does not change shape with them
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { validateCoarseToFine } from "@plenoptic/synthesis";
 * import { concat, mean, rand, reshape } from "@plenoptic/tensor";
 * const parts = { mean: (x) => reshape(mean(x), [1]), rows: (x) => reshape(mean(x, 3), [-1]) };
 * const model = {
 *   scales: ["mean", "rows"],
 *   forward: (x, { scales = ["mean", "rows"] } = {}) => concat(scales.map((scale) => parts[scale](x))),
 * };
 * validateCoarseToFine(model, rand([1, 1, 16, 16])); // no complaint
 * ```
 */
export function validateCoarseToFine(model: ModelLike, image: Tensor): asserts model is MultiScaleModel {
  checkScales(model);
  withDevice(deviceOf(image), () => {
    tidy(() => {
      const noise = tensor(uniformNumbers(image.size, "float32"), image.shape);
      const whole = callModel(model, noise).shape;
      for (const scales of selections(model.scales)) {
        const shape = tidy(() => shapeAt(model, noise, scales));
        if (shape.length === whole.length && shape.every((extent, i) => extent === whole[i])) {
          throw new ModelError(
            `Output of model forward method doesn't change shape when scales is set to ${shown(scales)} ${consequence}.`,
          );
        }
      }
    });
  });
}
