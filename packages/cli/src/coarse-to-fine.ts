import {
  type LossFunction,
  Metamer,
  MetamerCTF,
  type ModelLike,
  type MultiScaleModel,
  type SynthesizeCTFOptions,
} from "@plenoptic/synthesis";
import type { Tensor } from "@plenoptic/tensor";
import { UsageError } from "./errors.js";
import type { MetamerSettings } from "./options.js";

/** The library's own, for options that are left out. */
export const scaleDefaults = { changeScaleCriterion: 1e-2, ctfItersToCheck: 50 };

/** What would be refused at the first iteration, or be of no use, is refused before anything is loaded. */
export function checkScaleOptions(settings: MetamerSettings): void {
  const { coarseToFine, stopCriterion, changeScaleCriterion, ctfItersToCheck } = settings;
  if (coarseToFine === undefined) {
    if (changeScaleCriterion === undefined && ctfItersToCheck === undefined) return;
    throw new UsageError(
      "--change-scale-criterion and --ctf-iters-to-check need --coarse-to-fine together or separate.",
    );
  }
  if (settings.loss === "portillaSimoncelli") {
    throw new UsageError(
      "The loss portillaSimoncelli weighs whole representations: it cannot be used with --coarse-to-fine. Use --loss l2Norm.",
    );
  }
  const criterion =
    changeScaleCriterion === undefined ? scaleDefaults.changeScaleCriterion : changeScaleCriterion;
  if (criterion !== "none" && stopCriterion >= criterion) {
    throw new UsageError(
      `--stop-criterion (${stopCriterion}) must be less than --change-scale-criterion (${criterion}).`,
    );
  }
}

/** The same as the library takes it. */
export function scaleOptions({
  changeScaleCriterion,
  ctfItersToCheck,
}: MetamerSettings): Pick<SynthesizeCTFOptions, "changeScaleCriterion" | "ctfItersToCheck"> {
  return {
    changeScaleCriterion: changeScaleCriterion === "none" ? null : changeScaleCriterion,
    ctfItersToCheck,
  };
}

/** What a model must have for `--coarse-to-fine`, the constructor finds out. */
export function makeMetamer(
  target: Tensor,
  model: ModelLike,
  lossFunction: LossFunction,
  { penaltyLambda, coarseToFine }: MetamerSettings,
): Metamer {
  if (coarseToFine === undefined) return new Metamer(target, model, { lossFunction, penaltyLambda });
  return new MetamerCTF(target, model as MultiScaleModel, { lossFunction, penaltyLambda, coarseToFine });
}
