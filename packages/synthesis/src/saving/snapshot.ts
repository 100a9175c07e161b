import type { OptimizerState, SchedulerState, StateArray } from "@plenoptic/optim";

/** An optimizer or scheduler by the name of its class, with its state. */
export interface Named<State> {
  readonly name: string;
  readonly state: State;
}

/** All that changes in an object of synthesis, in host memory: what a file holds. */
export interface Snapshot {
  readonly image: StateArray;
  readonly targetRepresentation: StateArray;
  readonly penaltyLambda: number;
  /** Undefined before `setup`. */
  readonly metamer: StateArray | undefined;
  readonly losses: readonly number[];
  readonly penalties: readonly number[];
  readonly gradientNorm: readonly number[];
  readonly pixelChangeNorm: readonly number[];
  readonly current: { readonly loss: number; readonly penalty: number } | undefined;
  readonly storeProgress: number | undefined;
  readonly frames: readonly StateArray[];
  readonly optimizer: Named<OptimizerState> | undefined;
  readonly scheduler: (Named<SchedulerState> & { readonly needsLoss: boolean }) | undefined;
}
