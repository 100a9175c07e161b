import { deviceOf, mul, onesLike, type Tensor, ValidationError, warn, withDevice } from "@plenoptic/tensor";
import {
  type ConvertibleModel,
  checkReweighting,
  type LossFactoryOptions,
  operand,
  type Weight,
} from "./convertible-model.js";
import { weightedL2Norm } from "./weighted-l2-norm.js";

/** What weighs otherwise than 1 unless asked for: least and largest pixel nothing, the highpass residual a hundredfold. */
const usual = {
  pixel_statistics: {
    weight: [1, 1, 1, 1, 0, 0],
    count: "6 values",
    unknown: "Unsure what corresponds to the min/max, set this directly in reweighting",
    without: "removing",
  },
  var_highpass_residual: {
    weight: 100,
    count: "1 value",
    unknown: "Unsure how to handle this, set directly in reweighting",
    without: "reweighting",
  },
} as const;

/** The usual weight of a group that has one; a warning if the representation lacks the group, an error if it is another. */
function usualWeights(
  groups: Readonly<Record<string, Tensor>>,
  reweighting: Readonly<Record<string, Weight>>,
): Record<string, Weight> {
  const weights: Record<string, Weight> = {};
  for (const [name, { weight, count, unknown, without }] of Object.entries(usual)) {
    if (!Object.hasOwn(groups, name)) {
      warn(
        "loss",
        `${name} not found in your model representation, continuing without ${without} them. Hope you know what you're doing...`,
      );
      continue;
    }
    if (Object.hasOwn(reweighting, name)) continue;
    const got = groups[name].shape.at(-1);
    if (got !== Number.parseInt(count, 10)) {
      throw new ValidationError(
        `Expected model's '${name}' representation to have ${count}, but it has ${got} values instead! ${unknown}`,
        { argument: "model" },
      );
    }
    weights[name] = weight;
  }
  return weights;
}

/**
 * Makes the loss to use with `PortillaSimoncelli`: the L2 norm of the difference of two representations, in which
 * the least and the largest pixel do not count and the variance of the highpass residual counts a hundredfold.
 * On files it has the name that the reference's loss has.
 *
 * @param model - the model, or any other whose representation has such groups
 * @param image - the target image, or one of its shape: its values do not matter
 * @param options - by name
 * @param options.reweighting - factors for groups of statistics. For `pixel_statistics` and `var_highpass_residual` they
 *   replace the weights above
 * @returns a function of two representations, on any device
 * @throws {@link ValidationError} for a factor of a group that the model does not have, and when the two groups above have
 *   not 6 and 1 numbers and no factor of their own
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { portillaSimoncelliLossFactory } from "@plenoptic/losses";
 * import { PortillaSimoncelli } from "@plenoptic/models";
 * import { rand, readSync } from "@plenoptic/tensor";
 * const [target, other] = [rand([1, 1, 64, 64]), rand([1, 1, 64, 64])];
 * const model = new PortillaSimoncelli([64, 64], { nScales: 3 });
 * const loss = portillaSimoncelliLossFactory(model, target, { reweighting: { magnitude_std: 10 } });
 * console.log(readSync(loss(model.forward(other), model.forward(target)))[0]);
 * ```
 */
export function portillaSimoncelliLossFactory(
  model: ConvertibleModel,
  image: Tensor,
  { reweighting = {} }: LossFactoryOptions = {},
): (synthesized: Tensor, reference: Tensor) => Tensor {
  return weightedL2Norm(() =>
    withDevice(deviceOf(image), () => {
      const groups = model.convertToDict(onesLike(model.forward(image)));
      checkReweighting(reweighting, groups);
      const factors = { ...usualWeights(groups, reweighting), ...reweighting };
      const weighted = Object.entries(groups).map(([name, ones]) => [
        name,
        Object.hasOwn(factors, name) ? mul(ones, operand(factors[name])) : ones,
      ]);
      return model.convertToTensor(Object.fromEntries(weighted));
    }),
  );
}
