import type { StateArray } from "@plenoptic/optim";
import { canReadAtOnce, dispose, keep, read, type Tensor, tensor } from "@plenoptic/tensor";
import { MetamerState } from "./metamer-state.js";
import type { Snapshot } from "./saving/snapshot.js";

/** The values of a tensor, in memory that nobody else writes to. */
export async function hostCopy(x: Tensor): Promise<StateArray> {
  const shape = [...x.shape];
  return { values: (await read(x)).slice(), shape };
}

/** A tensor of such values on the active device, which lives until it is disposed. */
export const placed = ({ values, shape }: StateArray): Tensor => keep(tensor(values, shape));

/** A {@link MetamerState} that can be copied to host memory as a whole, and be put back. */
export abstract class MetamerSnapshot extends MetamerState {
  /** All values at this moment, also while synthesis is running. */
  protected async snapshot(): Promise<Snapshot> {
    const { optimizerInUse: optimizer, schedulerInUse: scheduler, loaded } = this;
    // Reading starts before anything is waited for, so that all values are of the same iteration.
    const reading = Promise.all([
      hostCopy(this.image),
      hostCopy(this.targetRepresentation),
      this.isSetUp ? hostCopy(this.metamer) : undefined,
      this.isSetUp ? this.knownCurrent() : undefined,
      optimizer?.stateDict(),
    ]);
    const shape = [...this.metamer.shape];
    const known = {
      penaltyLambda: this.penaltyLambda,
      ...structuredClone(this.records),
      storeProgress: this.storeEvery,
      frames: this.frames.map((frame) => ({ values: frame, shape })),
    };
    const savedScheduler = scheduler && {
      name: scheduler.name,
      needsLoss: scheduler.needsLoss,
      state: scheduler.stateDict(),
    };
    const [image, targetRepresentation, metamer, current, state] = await reading;
    return {
      ...known,
      image,
      targetRepresentation,
      metamer,
      current,
      optimizer: optimizer && state ? { name: optimizer.name, state } : loaded?.optimizer,
      scheduler: savedScheduler ?? loaded?.scheduler,
    };
  }

  /** As {@link currentValues} where that can be, else awaited. */
  private async knownCurrent(): Promise<{ loss: number; penalty: number }> {
    return canReadAtOnce(this.device) ? this.currentValues() : this.awaitCurrent();
  }

  /** Takes over what needs no device. */
  protected takeRecords(snapshot: Snapshot): void {
    const { losses, penalties, gradientNorm, pixelChangeNorm, current, frames } = snapshot;
    this.records = {
      losses: [...losses],
      penalties: [...penalties],
      gradientNorm: [...gradientNorm],
      pixelChangeNorm: [...pixelChangeNorm],
    };
    this.current = current;
    this.frames = frames.map(({ values }) => values);
  }

  /** Takes over what a file held. */
  protected restore(snapshot: Snapshot): void {
    const { image, targetRepresentation, metamer } = snapshot;
    const before = this.owned;
    this.owned = {
      image: placed(image),
      targetRepresentation: placed(targetRepresentation),
      metamer: metamer ? placed(metamer) : keep(tensor([], [0])),
    };
    dispose(before);
    this.takeRecords(snapshot);
    this.lambda = snapshot.penaltyLambda;
    this.currentImage = canReadAtOnce(this.device) ? undefined : metamer?.values;
    this.storeEvery = snapshot.storeProgress;
    this.isSetUp = metamer !== undefined;
    this.loaded = metamer ? snapshot : undefined;
  }
}
