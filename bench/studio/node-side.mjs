// The same synthesis as the page's, in Node: made as the command makes it, but nothing is written or printed meanwhile.
// Its argument is a case in JSON; it prints one line of JSON. Only iterations are timed.
import { createHash } from "node:crypto";
import { data, Metamer, readSync, setSeed, setWarningHandler, useBackend } from "plenoptic";
import {
  findLoss,
  findOptimizer,
  makeBuiltInModel,
  withModelDefaults,
} from "../../packages/cli/dist/settings.js";

const { model, iterations, storeProgress } = JSON.parse(process.argv[2]);
setWarningHandler(() => {});
const settings = withModelDefaults({ model, optimizerOption: {}, penaltyLambda: 0.1 });
await useBackend("cpu", { dtype: "float32" });
setSeed(0);
const { modelFor } = makeBuiltInModel(model, {});
const target = data.centerCrop(await data.houseCat({ asGray: true }), 256);
const made = modelFor([256, 256]);
const { lossFunction } = findLoss(settings.loss)(made, target);
const metamer = new Metamer(target, made, { lossFunction, penaltyLambda: settings.penaltyLambda });
const optimizer = settings.optimizer && findOptimizer(settings.optimizer);
metamer.setup({ optimizer, optimizerOptions: settings.optimizerOption });

// As the page's: from the end of the first iteration, which warms up, to the end of the last.
let first;
let last;
await metamer.synthesize({
  maxIter: iterations,
  stopCriterion: 0,
  storeProgress,
  onProgress: () => {
    last = performance.now();
    first ??= last;
  },
});
const perSecond = (1000 * (iterations - 1)) / (last - first);
const sha256 = createHash("sha256").update(readSync(metamer.metamer)).digest("hex");
process.stdout.write(`${JSON.stringify({ perSecond, sha256 })}\n`);
