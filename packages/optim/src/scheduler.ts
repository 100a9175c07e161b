import type { Optimizer } from "./optimizer.js";

/** The numbers of a scheduler's state, flat and serializable. */
export type SchedulerState = Record<string, number | string | readonly number[] | null>;

/** Changes an optimizer's learning rate from step to step. */
export interface Scheduler {
  /** The name of the class, as in torch.optim.lr_scheduler. */
  readonly name: string;
  /** Whether `step` needs the loss. */
  readonly needsLoss: boolean;
  /** To be called once after each step of the optimizer. */
  step(loss?: number): void;
  /** The learning rate after the last call of `step`. */
  readonly lastLr: number;
  stateDict(): SchedulerState;
  loadStateDict(state: SchedulerState): void;
}

/** A class of schedulers: `new StepLR(optimizer, { stepSize: 10 })`. */
export type SchedulerClass = new (optimizer: Optimizer, options: never) => Scheduler;

/** Schedulers that know the learning rate from the number of steps. */
export abstract class CountingScheduler implements Scheduler {
  abstract readonly name: string;
  readonly needsLoss = false;
  /** Steps taken so far. */
  protected lastEpoch = 0;
  protected baseLr: number;

  constructor(protected readonly optimizer: Optimizer) {
    this.baseLr = optimizer.lr;
  }

  get lastLr(): number {
    return this.optimizer.lr;
  }

  /** The next learning rate, from the present one; `lastEpoch` counts the step being taken. */
  protected abstract next(lr: number): number;

  step(): void {
    this.lastEpoch++;
    this.optimizer.lr = this.next(this.optimizer.lr);
  }

  stateDict(): SchedulerState {
    return { lastEpoch: this.lastEpoch, baseLr: this.baseLr, lastLr: this.lastLr };
  }

  loadStateDict({ lastEpoch, baseLr, lastLr }: SchedulerState): void {
    this.lastEpoch = lastEpoch as number;
    this.baseLr = baseLr as number;
    this.optimizer.lr = lastLr as number;
  }
}
