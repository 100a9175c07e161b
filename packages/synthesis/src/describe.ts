import type { Device, Tensor } from "@plenoptic/tensor";
import { type LossFunction, type ModelLike, nameOf, type PenaltyFunction } from "./types.js";

interface Described {
  readonly image: Tensor;
  readonly targetRepresentation: Tensor;
  readonly device: Device;
  readonly model: ModelLike;
  readonly lossFunction: LossFunction;
  readonly penaltyFunction: PenaltyFunction;
  readonly penaltyLambda: number;
  /** Of objects that have it. */
  readonly coarseToFine?: string;
}

/** A model says itself what it is, if it has a toString of its own. */
function describeModel(model: ModelLike): string {
  const hasOwn = typeof model === "object" && model.toString !== Object.prototype.toString;
  return hasOwn ? String(model) : nameOf(model);
}

/** Several lines that say what a synthesis object consists of. */
export function describe(className: string, object: Described): string {
  const shape = (x: Tensor) => `[${x.shape.join(", ")}]`;
  const { device, dtype } = object.device;
  return [
    `${className}(`,
    `  image: ${shape(object.image)} ${dtype} on ${device},`,
    `  targetRepresentation: ${shape(object.targetRepresentation)},`,
    `  model: ${describeModel(object.model)},`,
    `  lossFunction: ${nameOf(object.lossFunction)},`,
    `  penaltyFunction: ${nameOf(object.penaltyFunction)},`,
    `  penaltyLambda: ${object.penaltyLambda}${object.coarseToFine ? "," : ""}`,
    ...(object.coarseToFine ? [`  coarseToFine: ${object.coarseToFine}`] : []),
    ")",
  ].join("\n");
}
