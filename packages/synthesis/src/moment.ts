import type { CapturedState, Optimizer, Scheduler, SchedulerState } from "@plenoptic/optim";
import { clone, dispose, keep, type Tensor } from "@plenoptic/tensor";

/** All that an iteration changes, on its device and without copies. It is used once: taken over, or dropped. */
export interface Moment {
  readonly metamer: Tensor;
  readonly optimizer: CapturedState;
  readonly scheduler: SchedulerState | undefined;
  readonly lr: number;
}

/** The moment that is now. */
export function captureMoment(
  metamer: Tensor,
  optimizer: Optimizer & Required<Pick<Optimizer, "capture">>,
  scheduler: Scheduler | undefined,
): Moment {
  const { lr } = optimizer;
  return {
    metamer: keep(clone(metamer)),
    optimizer: optimizer.capture(),
    scheduler: scheduler?.stateDict(),
    lr,
  };
}

export function dropMoment({ metamer, optimizer }: Moment): void {
  dispose(metamer);
  optimizer.dispose();
}

/** Whether an optimizer and a scheduler can be run ahead of what has been read, and taken back. */
export function canRunAhead(
  optimizer: Optimizer,
  scheduler: Scheduler | undefined,
): optimizer is Optimizer & Required<Pick<Optimizer, "capture">> {
  return optimizer.capture !== undefined && !optimizer.stepCoroutine && !scheduler?.needsLoss;
}
