import {
  deviceOf,
  div,
  isNaN as isNotANumber,
  mul,
  norm,
  onesLike,
  type Tensor,
  warn,
  where,
  withDevice,
} from "@plenoptic/tensor";
import {
  type ConvertibleModel,
  checkReweighting,
  type LossFactoryOptions,
  operand,
  type Weight,
} from "./convertible-model.js";
import { weightedL2Norm } from "./weighted-l2-norm.js";

/** Records keep the order of their keys, unless these look like indices. */
function warnOfOrder(groups: Readonly<Record<string, Tensor>>): void {
  const index = Object.keys(groups).find((name) => /^\d+$/.test(name));
  if (index === undefined) return;
  warn(
    "loss",
    `model.convertToDict returned a group named "${index}", and a record does not keep whole numbers where they were put. This ` +
      "might not be a problem, but convertToDict and convertToTensor must invert each other.",
  );
}

/** factor / ‖group‖, in the shape of the group. */
function groupWeight(group: Tensor, factor: Weight): Tensor {
  if (group.size === 0) return group;
  const known = where(isNotANumber(group), 0, group);
  return div(mul(onesLike(group), operand(factor)), norm(known));
}

/**
 * Makes a loss in which every group of statistics counts alike: the L2 norm of the difference of two representations, after
 * each group has been divided by its L2 norm for the target image (over all images of the batch).
 *
 * @param model - any model whose representation can be taken apart into groups
 * @param image - the target image
 * @param options - by name
 * @param options.reweighting - factors for groups, applied after the division
 * @returns a function of two representations, on any device
 * @throws {@link ValidationError} for a factor of a group that the model does not have
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { groupwiseRelativeL2NormFactory } from "@plenoptic/losses";
 * import { readSync, tensor, unstack, stack, type Tensor } from "@plenoptic/tensor";
 * const model = {
 *   forward: (x: Tensor) => x,
 *   convertToDict: (y: Tensor) => { const [small, large] = unstack(y); return { small, large }; },
 *   convertToTensor: ({ small, large }: Record<string, Tensor>) => stack([small, large]),
 * };
 * const loss = groupwiseRelativeL2NormFactory(model, tensor([1, 100]));
 * console.log(readSync(loss(tensor([1.5, 100]), tensor([1, 100])))[0]); // 0.5
 * ```
 */
export function groupwiseRelativeL2NormFactory(
  model: ConvertibleModel,
  image: Tensor,
  { reweighting = {} }: LossFactoryOptions = {},
): (synthesized: Tensor, reference: Tensor) => Tensor {
  return weightedL2Norm(() =>
    withDevice(deviceOf(image), () => {
      const groups = model.convertToDict(model.forward(image));
      warnOfOrder(groups);
      checkReweighting(reweighting, groups);
      const weights = Object.entries(groups).map(([name, group]) => [
        name,
        groupWeight(group, Object.hasOwn(reweighting, name) ? reweighting[name] : 1),
      ]);
      return model.convertToTensor(Object.fromEntries(weights));
    }),
  );
}
