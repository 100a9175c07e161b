import type { OptimizerState, SchedulerState, StateArray } from "@plenoptic/optim";
import type { ScaleState } from "../scale-schedule.js";

/** An optimizer or scheduler by the name of its class, with its state. */
export interface Named<State> {
  readonly name: string;
  readonly state: State;
}

/** What coarse-to-fine synthesis has beside. */
export interface CoarseToFineSnapshot extends ScaleState {
  /** The image's representation at the scales whose turn it is, where it has been computed. */
  readonly target: StateArray | undefined;
  /** Undefined before `setup`. */
  readonly initialLr: number | undefined;
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
  readonly coarseToFine?: CoarseToFineSnapshot;
}
