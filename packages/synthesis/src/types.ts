import type { Optimizer, Scheduler } from "@plenoptic/optim";
import type { Device, Tensor } from "@plenoptic/tensor";

/** A model: a function from an image to a representation, or an object with a `forward` that is one. */
export type ModelLike = ((x: Tensor) => Tensor) | ModelObject;

/** A model as an object; a name lets it be saved and checked. */
export interface ModelObject {
  readonly name?: string;
  forward(x: Tensor): Tensor;
  /** Moves the model's own tensors, if it has any. */
  to?(device: Device): unknown;
}

/** What a model calls a part of its representation, e.g. 0 for its finest band, or "residual_lowpass". */
export type Scale = number | string;

/** Which scales a representation is to be restricted to. */
export interface ScaleSelection {
  scales?: readonly Scale[];
}

/** A model whose representation can be restricted to some of its scales, see {@link MetamerCTF}. */
export type MultiScaleModel = (
  | ((x: Tensor, options?: ScaleSelection) => Tensor)
  | {
      readonly name?: string;
      forward(x: Tensor, options?: ScaleSelection): Tensor;
      to?(device: Device): unknown;
    }
) & {
  /** All scales, coarse to fine. */
  readonly scales: readonly Scale[];
};

/** From two representations (synthesized, reference) to one number. */
export type LossFunction = (synthesized: Tensor, reference: Tensor) => Tensor;

/** From an image to one number. */
export type PenaltyFunction = (image: Tensor) => Tensor;

/** A class of optimizers, or any function that makes one from options. */
export type OptimizerClass = new (options?: never) => Optimizer;

/** A class of schedulers. */
export type SchedulerClass = new (optimizer: Optimizer, options: never) => Scheduler;

export function callModel(model: ModelLike, x: Tensor): Tensor {
  return typeof model === "function" ? model(x) : model.forward(x);
}

/** The representation at some scales only. */
export function callModelAt(model: MultiScaleModel, x: Tensor, selection: ScaleSelection): Tensor {
  return typeof model === "function" ? model(x, selection) : model.forward(x, selection);
}

/** The name under which a model or function is shown. */
export function nameOf(thing: ModelLike | LossFunction | PenaltyFunction): string {
  return thing.name || thing.constructor?.name || "(anonymous)";
}
