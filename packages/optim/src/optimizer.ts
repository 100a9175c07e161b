import type { Coroutine, Device, Tensor } from "@plenoptic/tensor";
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

/** The objective and its gradients at some parameters. */
export interface Evaluation {
  readonly loss: number;
  readonly grads: readonly Tensor[];
}

/** For optimizers that evaluate more than once in a step: what is minimized, and its value at the start of the step. */
export interface StepObjective {
  readonly loss: number;
  /** The value and the gradients somewhere else. The gradients belong to the caller of `step`'s tidy scope. */
  evaluate(params: readonly Tensor[]): Evaluation;
}

/** As {@link StepObjective}, on devices of every kind. */
export interface CoroutineObjective {
  readonly loss: number;
  evaluate(params: readonly Tensor[]): Coroutine<Evaluation>;
}

/** An optimizer's state at some moment. It is to be used once: put back, or dropped. */
export interface CapturedState {
  /** Makes it the optimizer's state again. */
  restore(): void;
  /** Frees it. */
  dispose(): void;
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
  /**
   * The same as `step`, for optimizers that need numbers on their way: only so can they run on devices whose values
   * can only be awaited. Where it is there, `step` is not called.
   */
  stepCoroutine?(
    params: readonly Tensor[],
    grads: readonly Tensor[],
    objective: CoroutineObjective,
  ): Coroutine<Tensor[]>;
  /**
   * Remembers the state as it is now, on its device and without copying, so that steps can be taken back. An optimizer
   * that has it, and needs no numbers, can be run many steps ahead of what has been read from the device.
   */
  capture?(): CapturedState;
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
