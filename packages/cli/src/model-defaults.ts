import type { OptionBag } from "./option-values.js";
import type { MetamerSettings } from "./options.js";

/** The name of the texture model, for which other defaults hold. */
export const textureModel = "PortillaSimoncelli";

/** Settings in which every choice has been made that the command makes by the model. */
export interface CompleteSettings extends MetamerSettings {
  readonly loss: string;
}

/** How metamers of the texture model are found well: the recipe of the Python library's tutorial. */
const textureOptimizer = "LBFGS";
const textureOptimizerOptions: OptionBag = {
  lr: 1,
  maxIter: 10,
  maxEval: 10,
  historySize: 100,
  lineSearchFn: "strongWolfe",
};

/**
 * Fills in the loss and the optimizer where nobody chose. The options go with the optimizer, also where it was asked for by
 * name; one that was given replaces that one only. A run that goes on has its optimizer and options from the file.
 */
export function withModelDefaults(settings: MetamerSettings): CompleteSettings {
  if (settings.model !== textureModel) return { ...settings, loss: settings.loss ?? "mse" };
  // The texture model's loss weighs whole representations, and that recipe is one for all scales at once.
  if (settings.coarseToFine !== undefined) return { ...settings, loss: settings.loss ?? "l2Norm" };
  const complete = { ...settings, loss: settings.loss ?? "portillaSimoncelli" };
  const { optimizer = textureOptimizer, optimizerOption, resume } = settings;
  if (resume !== undefined || optimizer !== textureOptimizer) return complete;
  return { ...complete, optimizer, optimizerOption: { ...textureOptimizerOptions, ...optimizerOption } };
}
