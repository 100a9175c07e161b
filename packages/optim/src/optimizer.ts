import type { Device, Tensor } from "@plenoptic/tensor";
import type { OptionValue } from "./options.js";

/** A tensor of an optimizer's state, in host memory. */
export interface StateArray {
  readonly values: Float32Array | Float64Array;
  readonly shape: readonly number[];
}

/** What an optimizer keeps for one parameter. */
export interface ParameterValues {
  /** Updates made so far. */
  readonly step: number;
  /** `expAvg`, `expAvgSq`, `maxExpAvgSq` (Adam, AdamW) or `momentumBuffer` (SGD), flat vectors (LBFGS); copies. */
  readonly tensors: Readonly<Record<string, StateArray>>;
  /** Numbers beside them: `funcEvals`, `t`, `hDiag`, `prevLoss`, `ro` (LBFGS). */
  readonly numbers?: Readonly<Record<string, number | readonly number[]>>;
}

/** For optimizers that evaluate more than once in a step: what is minimized, and its value at the start of the step. */
export interface StepObjective {
  readonly loss: number;
  /** The value and the gradients somewhere else. The gradients belong to the caller of `step`'s tidy scope. */
  evaluate(params: readonly Tensor[]): { loss: number; grads: readonly Tensor[] };
}

/** All that an optimizer needs to go on later: torch's `state_dict`, with our names. */
export interface OptimizerState {
  /** For each parameter, in order. Empty before the first step. */
  readonly state: readonly ParameterValues[];
  /** The options, the learning rate as it is now included. */
  readonly options: Readonly<Record<string, OptionValue>>;
  /** The learning rate before any scheduler changed it; there when one was attached. */
  readonly initialLr?: number;
}

/** Updates parameters by their gradients. The state is explicit: `stateDict`, `loadStateDict`, `to`. */
export interface Optimizer {
  /** The name of the class, as in torch.optim. */
  readonly name: string;
  /** Learning rate, an exact double; schedulers change it between steps. */
  lr: number;
  /** The learning rate before any scheduler changed it. The first scheduler that is attached writes it. */
  initialLr?: number;
  /**
   * One update. The caller keeps owning `params` and `grads`, and owns what comes back: one new tensor per parameter.
   *
   * @param objective - what `grads` are the gradients of; only LBFGS needs it
   * @throws {@link ValidationError} for another number of gradients or parameters than before
   * @throws {@link ShapeError} when a gradient, or the state, has another shape than its parameter
   */
  step(params: readonly Tensor[], grads: readonly Tensor[], objective?: StepObjective): Tensor[];
  /** A copy of the state in host memory. Taken at once: steps made before the promise settles do not show in it. */
  stateDict(): Promise<OptimizerState>;
  /**
   * Continues from a state, options included; its numbers go to the device of the parameters at the next step.
   *
   * @throws {@link ValidationError} for the state of another class, or values that cannot be; nothing is changed then
   */
  loadStateDict(state: OptimizerState): void;
  /** Moves the state to another device or precision. */
  to(device: Device): Promise<void>;
  /** Frees the state; the next step starts afresh. */
  dispose(): void;
}

/** A class of optimizers: `new Adam({ lr: 0.01 })`. Options of a class that is known by name only are passed `as never`. */
export type OptimizerClass = new (options?: never) => Optimizer;
