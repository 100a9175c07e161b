import { type NestedNumbers, type Tensor, tensor, ValidationError } from "@plenoptic/tensor";

/** A model whose representation can be taken apart into named groups, and put together again. */
export interface ConvertibleModel {
  /** The representation of an image `[B, C, H, W]`. */
  forward(x: Tensor): Tensor;
  /** The groups of a representation by name; NaN stands for numbers that are not in the representation. */
  convertToDict(representation: Tensor): Record<string, Tensor>;
  /** The inverse of {@link ConvertibleModel.convertToDict}. */
  convertToTensor(dict: Record<string, Tensor>): Tensor;
}

/** A factor for a group: one number, or as many as can be broadcast to the group's shape `[B, C, …]`. */
export type Weight = Tensor | NestedNumbers;

/** Options of {@link portillaSimoncelliLossFactory} and {@link groupwiseRelativeL2NormFactory}. */
export interface LossFactoryOptions {
  /** Factors for groups, by name; 1 for those that are not mentioned. */
  readonly reweighting?: Readonly<Record<string, Weight>>;
}

const isTensor = (weight: Weight): weight is Tensor => typeof weight === "object" && "dataId" in weight;

/** The factor of a group as an operand: a number, or a tensor on the active device. */
export function operand(weight: Weight): Tensor | number {
  return typeof weight === "number" || isTensor(weight) ? weight : tensor(weight);
}

/** Throws for a factor of a group that the representation does not have. */
export function checkReweighting(
  reweighting: Readonly<Record<string, Weight>>,
  groups: Readonly<Record<string, Tensor>>,
): void {
  const extra = Object.keys(reweighting).filter((name) => !Object.hasOwn(groups, name));
  if (extra.length === 0) return;
  throw new ValidationError(
    `reweighting contains key(s) not found in model representation! ${extra.join(", ")}. It has: ${Object.keys(groups).join(", ")}.`,
    { argument: "reweighting", value: extra },
  );
}
