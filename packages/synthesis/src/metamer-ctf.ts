import { clone, keep, type Tensor, tidy, ValidationError, withDevice } from "@plenoptic/tensor";
import { validateCoarseToFine } from "./checks/coarse-to-fine.js";
import type { Objectives } from "./iteration.js";
import { Metamer } from "./metamer.js";
import type { Recorded } from "./metamer-loop.js";
import { hostCopy, placed } from "./metamer-snapshot.js";
import type { MetamerCTFOptions } from "./metamer-types.js";
import {
  type CheckedOptions,
  checkCTFOptions,
  type ProgressReport,
  type ScaleOptions,
  type SynthesizeCTFOptions,
} from "./options.js";
import type { LoadTarget } from "./saving/load.js";
import type { Snapshot } from "./saving/snapshot.js";
import { type CoarseToFine, firstScaleState, ScaleSchedule } from "./scale-schedule.js";
import { callModelAt, type MultiScaleModel, type Scale } from "./types.js";

function checkMode(coarseToFine: unknown): asserts coarseToFine is CoarseToFine {
  if (coarseToFine === "together" || coarseToFine === "separate") return;
  throw new ValidationError(
    `Don't know how to handle value ${String(coarseToFine)}! coarseToFine must be "together" or "separate".`,
    { argument: "coarseToFine", value: coarseToFine },
  );
}

/**
 * Synthesizes a metamer from coarse to fine: at first only the coarsest scale of the representation is matched, then finer
 * ones, at the end all. With `coarseToFine: "together"` each scale is matched along with all coarser ones, with "separate"
 * by itself. Some models' metamers get better that way, or only so.
 *
 * `losses` are those of the whole representation at every iteration, so that they can be compared; {@link scalesLoss} has
 * what was descended. At each change of scale the learning rate goes back to the initial one; the optimizer's state stays.
 *
 * See Portilla & Simoncelli, Int. J. Computer Vision 40 (2000).
 *
 * @throws what {@link Metamer} throws; {@link ModelError} for a model that cannot be restricted to its scales, see
 *   {@link validateCoarseToFine}; {@link ValidationError} for another `coarseToFine`
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { MetamerCTF } from "@plenoptic/synthesis";
 * import { concat, mean, rand, reshape, setSeed } from "@plenoptic/tensor";
 *
 * const parts = {
 *   mean: (x) => reshape(mean(x), [1]),
 *   columns: (x) => reshape(mean(x, 2), [-1]),
 *   rows: (x) => reshape(mean(x, 3), [-1]),
 * };
 * const all = ["mean", "columns", "rows"];
 * const model = {
 *   scales: all,
 *   forward: (x, { scales = all } = {}) => concat(scales.map((scale) => parts[scale](x))),
 * };
 * setSeed(0);
 * const metamer = new MetamerCTF(rand([1, 1, 16, 16]), model);
 * await metamer.synthesize({ maxIter: 12, changeScaleCriterion: null, ctfItersToCheck: 4 });
 * console.log(metamer.scalesFinished); // ["mean", "columns"]
 * console.log(metamer.scalesTiming.get("all")); // [8]
 * ```
 */
export class MetamerCTF extends Metamer {
  declare readonly model: MultiScaleModel;
  protected override readonly className = "MetamerCTF";
  private schedule: ScaleSchedule;

  constructor(
    image: Tensor,
    model: MultiScaleModel,
    { coarseToFine = "together", ...options }: MetamerCTFOptions = {},
  ) {
    checkMode(coarseToFine);
    super(image, model, options);
    try {
      validateCoarseToFine(model, image);
    } catch (error) {
      this.dispose();
      throw error;
    }
    this.schedule = new ScaleSchedule(firstScaleState(coarseToFine, model.scales));
  }

  /** "together": each scale with all coarser ones; "separate": each by itself. */
  get coarseToFine(): CoarseToFine {
    return this.schedule.coarseToFine;
  }

  /** Scales still to be optimized; the first is in turn, and "all" the last. */
  get scales(): Scale[] {
    return this.schedule.state.scales;
  }

  /** Scales that have been optimized, in that order. */
  get scalesFinished(): Scale[] {
    return this.schedule.state.finished;
  }

  /** What was descended at each iteration: the objective of the scales in turn, λ · penalty included. */
  get scalesLoss(): number[] {
    return this.schedule.state.losses;
  }

  /** For each scale its first and its last iteration, counted from 0; fewer where they have not come yet. */
  get scalesTiming(): Map<Scale, number[]> {
    return this.schedule.state.timing;
  }

  /**
   * Runs the optimizer, scale by scale, as {@link Metamer.synthesize} does. Called again it goes on where it stopped, to the
   * bit. The next scale's turn comes when a scale has had `ctfItersToCheck` iterations, and its loss has changed by
   * less than `changeScaleCriterion` over so many (null: whatever the loss).
   *
   * Stops when {@link losses} have converged, but not before all scales have been optimized together for more than
   * `ctfItersToCheck` iterations.
   *
   * @throws what {@link Metamer.synthesize} throws; {@link ValidationError} for a `stopCriterion` that is not less than
   *   `changeScaleCriterion`
   */
  override async synthesize(options: SynthesizeCTFOptions = {}): Promise<void> {
    await super.synthesize(options);
  }

  protected override checkOptions(options: SynthesizeCTFOptions): CheckedOptions {
    return checkCTFOptions(options);
  }

  protected override nextObjectives(options: CheckedOptions): Objectives {
    if (this.objectivesChange(options)) this.advance();
    const { objective: recorded, model, schedule } = this;
    const { selection: scales } = schedule;
    if (!scales) return { recorded, descended: recorded };
    const restricted = (x: Tensor) => callModelAt(model, x, { scales });
    this.owned.scaleTarget ??= withDevice(this.device, () => tidy(() => keep(clone(restricted(this.image)))));
    const targetRepresentation = this.owned.scaleTarget;
    return { recorded, descended: { ...recorded, model: restricted, targetRepresentation } };
  }

  private advance(): void {
    this.schedule.advance();
    this.owned.scaleTarget?.dispose();
    delete this.owned.scaleTarget;
    if (this.optimizerInUse && this.initialLr !== undefined) this.optimizerInUse.lr = this.initialLr;
  }

  protected override iterationsAhead({ scales }: CheckedOptions): number {
    return this.schedule.iterationsAhead(scales as ScaleOptions);
  }

  protected override objectivesChange({ scales }: CheckedOptions): boolean {
    return this.schedule.isDue(scales as ScaleOptions);
  }

  protected override hasConverged(options: CheckedOptions): boolean {
    return super.hasConverged(options) && this.schedule.isEnough(options.scales as ScaleOptions);
  }

  protected override record(recorded: Recorded): void {
    super.record(recorded);
    this.schedule.record(recorded.descendedLoss);
  }

  protected override reportMore({ descendedLoss }: Recorded): Partial<ProgressReport> {
    return { currentScale: this.schedule.current, currentScaleLoss: descendedLoss };
  }

  protected override loadTarget(): Omit<LoadTarget, "image"> {
    return { ...super.loadTarget(), coarseToFine: this.coarseToFine };
  }

  protected override async snapshot(): Promise<Snapshot> {
    const { initialLr } = this;
    const { scaleTarget } = this.owned;
    const { state } = this.schedule;
    const [common, target] = await Promise.all([
      super.snapshot(),
      scaleTarget ? hostCopy(scaleTarget) : undefined,
    ]);
    return { ...common, coarseToFine: { ...state, target, initialLr } };
  }

  protected override takeRecords(snapshot: Snapshot): void {
    super.takeRecords(snapshot);
    const { coarseToFine } = snapshot;
    if (!coarseToFine) return;
    this.schedule = new ScaleSchedule(coarseToFine);
    this.initialLr = coarseToFine.initialLr;
  }

  protected override restore(snapshot: Snapshot): void {
    super.restore(snapshot);
    const target = snapshot.coarseToFine?.target;
    if (target) this.owned.scaleTarget = placed(target);
  }
}
