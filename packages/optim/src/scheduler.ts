import { invalidArgument, StateError } from "@plenoptic/tensor";
import type { Optimizer } from "./optimizer.js";
import { checkOptionNames, type OptionValue } from "./options.js";

/** All that a scheduler needs to go on later; plain numbers and text. */
export interface SchedulerState {
  /** What the class is made with, defaults included: `new StepLR(optimizer, state.options)`. */
  readonly options: Readonly<Record<string, OptionValue>>;
  /** Where it stands. */
  readonly progress: Readonly<Record<string, number>>;
}

/** Changes an optimizer's learning rate from step to step. */
export interface Scheduler {
  /** The name of the class, as in torch.optim.lr_scheduler. */
  readonly name: string;
  /** Whether `step` needs the loss. */
  readonly needsLoss: boolean;
  /** To be called once after each step of the optimizer. */
  step(loss?: number): void;
  /** The learning rate that the last call of `step` left. */
  readonly lastLr: number;
  stateDict(): SchedulerState;
  /**
   * Goes on from a state, options included. The optimizer's learning rate stays as it is: it belongs to the
   * optimizer's own state, which is to be loaded after the scheduler has been made.
   */
  loadStateDict(state: SchedulerState): void;
}

/** A class of schedulers: `new StepLR(optimizer, { stepSize: 10 })`. */
export type SchedulerClass = new (optimizer: Optimizer, options: never) => Scheduler;

/** Copies the progress out of a state after checking that each number is there. */
export function checkedProgress<Name extends string>(
  { progress }: SchedulerState,
  names: readonly Name[],
): Record<Name, number> {
  const found = names.map((name) => {
    if (typeof progress[name] !== "number") {
      throw invalidArgument(`state.progress.${name}`, progress[name], "a number, as stateDict() gives it");
    }
    return [name, progress[name]];
  });
  return Object.fromEntries(found) as Record<Name, number>;
}

/** What every scheduler that counts its steps takes besides its own options. */
export interface CountingOptions {
  /**
   * Number of the last step of an earlier scheduler of the same optimizer, to go on from; -1 (default) begins anew.
   * PyTorch's `last_epoch`. For a saved state use `loadStateDict`.
   */
  lastEpoch?: number;
}

/** Schedulers that know the learning rate from the number of steps. */
export abstract class CountingScheduler<Options extends object> implements Scheduler {
  abstract readonly name: string;
  readonly needsLoss = false;
  lastLr: number;
  /** Steps taken so far. */
  protected lastEpoch: number;
  /** The optimizer's learning rate before any scheduler. */
  protected baseLr: number;

  constructor(
    private readonly optimizer: Optimizer,
    protected options: Options,
    { lastEpoch = -1 }: CountingOptions,
  ) {
    if (!Number.isInteger(lastEpoch) || lastEpoch < -1) {
      throw invalidArgument("lastEpoch", lastEpoch, "a whole number from -1 on");
    }
    this.check(options);
    if (lastEpoch === -1) {
      optimizer.initialLr ??= optimizer.lr;
    } else if (optimizer.initialLr === undefined) {
      throw new StateError(
        `lastEpoch ${lastEpoch} goes on from an earlier scheduler, but the optimizer has no initialLr. ` +
          "Load the optimizer's state first, or leave lastEpoch out.",
      );
    }
    this.baseLr = optimizer.initialLr;
    this.lastEpoch = lastEpoch + 1;
    optimizer.lr = this.next(optimizer.lr, true);
    this.lastLr = optimizer.lr;
  }

  /** Throws where an option has a value that cannot be. Uses no field. */
  protected abstract check(options: Options): void;

  /**
   * The next learning rate, from the present one; `lastEpoch` counts the step being taken. PyTorch's schedulers
   * make a step while they are constructed as well: then `initial` is true.
   */
  protected abstract next(lr: number, initial: boolean): number;

  step(): void {
    this.lastEpoch++;
    this.optimizer.lr = this.next(this.optimizer.lr, false);
    this.lastLr = this.optimizer.lr;
  }

  stateDict(): SchedulerState {
    const { lastEpoch, baseLr, lastLr } = this;
    return {
      options: { ...this.options } as Record<string, OptionValue>,
      progress: { lastEpoch, baseLr, lastLr },
    };
  }

  loadStateDict(state: SchedulerState): void {
    checkOptionNames(this.name, state.options, Object.keys(this.options));
    const options = { ...this.options, ...state.options } as Options;
    this.check(options);
    Object.assign(this, checkedProgress(state, ["lastEpoch", "baseLr", "lastLr"]));
    this.options = options;
  }
}
