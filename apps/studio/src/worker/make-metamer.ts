import {
  type AdditiveLoss,
  checkScaleOptions,
  findLoss,
  findOptimizer,
  findScheduler,
  type ModelForShape,
  makeBuiltInModel,
  makeMetamer,
  withModelDefaults,
} from "@plenoptic/cli/settings";
import type { Metamer } from "@plenoptic/synthesis";
import { setSeed, setWarningHandler, type Tensor } from "@plenoptic/tensor";
import type { DeviceReport, News, RunOrder } from "../protocol.js";
import { toCommandSettings } from "../settings/command.js";
import { isForeign, type Settings } from "../settings/settings.js";
import { startDevice } from "./devices.js";
import { loadTarget } from "./picture.js";

/** A metamer, and what it was made with. */
export interface MadeMetamer {
  readonly metamer: Metamer;
  readonly loss: AdditiveLoss;
  /** With every choice made. */
  readonly used: Settings;
  readonly device: DeviceReport;
  /** What it starts from, where that is no noise; it lives as long as the metamer. */
  readonly initialImage: Tensor | undefined;
}

async function findModel({ model, modelOption }: Settings): Promise<ModelForShape> {
  if (!isForeign(model)) return makeBuiltInModel(model, modelOption).modelFor;
  const { foreignModel } = await import("./foreign.js");
  const made = await foreignModel(model, modelOption);
  return () => made;
}

/**
 * A metamer as an order has it, made in the order in which the command does it, which decides what random numbers mean.
 *
 * @param whyCpu - why `cpu` computes, where the settings did not ask for it
 */
export async function makeOrdered(
  { file, settings, initial, resume }: RunOrder,
  tell: (news: News) => void,
  whyCpu?: string,
): Promise<MadeMetamer> {
  const complete = withModelDefaults(toCommandSettings(settings));
  checkScaleOptions(complete);
  setWarningHandler((_, text) => {
    if (!text.startsWith("Loss has converged")) tell({ kind: "note", text });
  });
  const makeLoss = findLoss(complete.loss);
  const optimizer = complete.optimizer === undefined ? undefined : findOptimizer(complete.optimizer);
  const scheduler = complete.scheduler === undefined ? undefined : findScheduler(complete.scheduler);
  const device = await startDevice(settings, whyCpu);
  setSeed(settings.seed);
  const modelFor = await findModel(settings);
  const target = await loadTarget(file, settings);
  const initialImage = initial && (await loadTarget(initial, settings));
  const model = modelFor(target.shape.slice(-2) as [number, number]);
  const loss = makeLoss(model, target);
  const { lossFunction } = loss;
  const metamer = makeMetamer(target, model, lossFunction, complete);
  const { optimizerOption: optimizerOptions, schedulerOption: schedulerOptions } = complete;
  if (resume) {
    await metamer.loadFromBlob(resume);
    metamer.setup({ optimizer, scheduler });
  } else {
    metamer.setup({ initialImage, optimizer, optimizerOptions, scheduler, schedulerOptions });
  }
  const used: Settings = {
    ...settings,
    loss: complete.loss,
    optimizer: complete.optimizer,
    optimizerOption: complete.optimizerOption,
    device: device.chosen,
  };
  return { metamer, loss, used, device, initialImage };
}
