import { invalidArgument, scalarMath } from "@plenoptic/tensor";
import type { Optimizer } from "./optimizer.js";
import { checkNumber, withDefaults } from "./options.js";
import { type CountingOptions, CountingScheduler } from "./scheduler.js";

/** Options of {@link CosineAnnealingLR}. */
export interface CosineAnnealingLROptions extends CountingOptions {
  /** Steps from the largest to the smallest rate, above 0. */
  tMax: number;
  /** Smallest rate. Default 0. */
  etaMin?: number;
}

// Math.cos may differ between engines, and a step from the trough makes much of the last bit.
const cos = (angle: number) => scalarMath.cosSin(angle)[0];

/**
 * Takes the learning rate from its start down to `etaMin` along half a cosine over `tMax` steps, and up again
 * (Loshchilov & Hutter, ICLR 2017, without restarts). As PyTorch it works out each rate from the one before, so that
 * it can be combined with other changes:
 * lr ← etaMin + (lr - etaMin) (1 + cos(π t / tMax)) / (1 + cos(π (t - 1) / tMax)).
 *
 * @throws {@link ValidationError} for tMax that is not above 0, or an unknown option
 *
 * @example
 * ```ts
 * import { CosineAnnealingLR, SGD } from "@plenoptic/optim";
 * const optimizer = new SGD({ lr: 1 });
 * const scheduler = new CosineAnnealingLR(optimizer, { tMax: 10 });
 * for (let i = 0; i < 10; i++) scheduler.step();
 * console.log(optimizer.lr); // 0
 * ```
 */
export class CosineAnnealingLR extends CountingScheduler<{ tMax: number; etaMin: number }> {
  readonly name = "CosineAnnealingLR";

  constructor(optimizer: Optimizer, options: CosineAnnealingLROptions) {
    const { lastEpoch, ...own } = withDefaults("CosineAnnealingLR", options ?? {}, {
      tMax: undefined,
      etaMin: 0,
      lastEpoch: -1,
    });
    super(optimizer, own, { lastEpoch });
  }

  protected check({ tMax, etaMin }: { tMax: number; etaMin: number }): void {
    if (!(Number.isFinite(tMax) && tMax > 0))
      throw invalidArgument("tMax", tMax, "a number of steps above 0");
    checkNumber("etaMin", etaMin);
  }

  protected next(lr: number, initial: boolean): number {
    if (initial) return lr;
    const { tMax, etaMin } = this.options;
    const t = this.lastEpoch;
    // After the trough the quotient would be 0 / 0: this is the first step up again.
    if ((t - 1 - tMax) % (2 * tMax) === 0) {
      return lr + ((this.baseLr - etaMin) * (1 - cos(Math.PI / tMax))) / 2;
    }
    const quotient = (1 + cos((Math.PI * t) / tMax)) / (1 + cos((Math.PI * (t - 1)) / tMax));
    return quotient * (lr - etaMin) + etaMin;
  }
}
