import { invalidArgument } from "@plenoptic/tensor";
import { checkOptionNames, type Optimizer } from "./optimizer.js";
import { CountingScheduler } from "./scheduler.js";

/** Options of {@link CosineAnnealingLR}. */
export interface CosineAnnealingLROptions {
  /** Steps from the largest to the smallest rate, above 0. */
  tMax: number;
  /** Smallest rate. Default 0. */
  etaMin?: number;
}

/**
 * Takes the learning rate from its start down to `etaMin` along half a cosine over `tMax` steps, and up again
 * (Loshchilov & Hutter, ICLR 2017, without restarts). As PyTorch it works out each rate from the one before, so that
 * it can be combined with other changes:
 * lr ← etaMin + (lr - etaMin) (1 + cos(π t / tMax)) / (1 + cos(π (t - 1) / tMax)).
 */
export class CosineAnnealingLR extends CountingScheduler {
  readonly name = "CosineAnnealingLR";
  private readonly tMax: number;
  private readonly etaMin: number;

  constructor(optimizer: Optimizer, options: CosineAnnealingLROptions) {
    super(optimizer);
    checkOptionNames("CosineAnnealingLR", options ?? {}, ["tMax", "etaMin"]);
    const { tMax, etaMin = 0 } = options ?? {};
    if (!(tMax > 0)) throw invalidArgument("tMax", tMax, "a number of steps above 0");
    this.tMax = tMax;
    this.etaMin = etaMin;
  }

  protected next(lr: number): number {
    const { tMax, etaMin, lastEpoch: t } = this;
    // After the trough the quotient would be 0 / 0: this is the first step up again.
    if ((t - 1 - tMax) % (2 * tMax) === 0) {
      return lr + ((this.baseLr - etaMin) * (1 - Math.cos(Math.PI / tMax))) / 2;
    }
    return (
      ((1 + Math.cos((Math.PI * t) / tMax)) / (1 + Math.cos((Math.PI * (t - 1)) / tMax))) * (lr - etaMin) +
      etaMin
    );
  }
}
