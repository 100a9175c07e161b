import "@plenoptic/backend-cpu";
import { join, resolve } from "node:path";
import { crop, houseCat, loadImages } from "@plenoptic/data";
import { examineSavedSynthesis } from "@plenoptic/io";
import type {
  Metamer,
  ModelLike,
  OptimizerClass,
  SchedulerClass,
  SynthesizeCTFOptions,
} from "@plenoptic/synthesis";
import { deviceOf, ShapeError, setSeed, setWarningHandler, type Tensor } from "@plenoptic/tensor";
import { checkScaleOptions, makeMetamer, scaleOptions } from "./coarse-to-fine.js";
import { moved, settleDevice, startDevice } from "./device.js";
import {
  CommandError,
  errorCode,
  exitCodes,
  explain,
  InterruptedError,
  isUnexpected,
  UsageError,
} from "./errors.js";
import type { CommandIo } from "./io.js";
import { type CompleteSettings, withModelDefaults } from "./model-defaults.js";
import type { OptionBag } from "./option-values.js";
import type { MetamerSettings } from "./options.js";
import { prepareFolder, writeFiles } from "./output.js";
import { createProgress } from "./progress.js";
import type { ProgressDisplay } from "./progress-line.js";
import { findLoss, findOptimizer, findScheduler } from "./registry.js";
import { makeReport, type Outcome } from "./report.js";
import { resolveModel } from "./resolve-model.js";
import { isConvertible, ShareWatch, statisticShares } from "./statistic-shares.js";
import { statusFiles } from "./status-figure.js";
import { jsonLine, summarize } from "./summary.js";

/** The built-in photograph is a plate of many views; its middle is enough unless asked otherwise. */
const builtInCrop = 256;
const builtInName = "built-in photograph (house cat, Muybridge 1887)";

const isUrl = (path: string): boolean => /^[a-z][a-z0-9+.-]+:/i.test(path);

/** One picture, `[1, 1 or 3, H, W]`. */
async function loadPicture(
  path: string | undefined,
  settings: MetamerSettings,
  cwd: string,
): Promise<Tensor> {
  const asGray = !settings.color;
  const how = { asGray, shorterSide: settings.reduce };
  const picture =
    path === undefined ? await houseCat(how) : await loadImages(isUrl(path) ? path : resolve(cwd, path), how);
  if (picture.shape[0] !== 1) {
    throw new CommandError(`${path} is a folder of ${picture.shape[0]} pictures. Give one of its files.`);
  }
  const size = settings.crop ?? (path === undefined ? builtInCrop : "all");
  if (size !== "all") return crop(picture, size, settings);
  if (settings.left !== undefined || settings.top !== undefined)
    throw new UsageError("--left and --top say where a crop begins: say with --crop how large it is.");
  return picture;
}

/** Warnings as people read them, each once. That the loss has converged is no warning here: the summary says it. */
function collectWarnings(display: () => ProgressDisplay): string[] {
  const seen: string[] = [];
  setWarningHandler((_, message) => {
    if (seen.includes(message) || message.startsWith("Loss has converged")) return;
    seen.push(message);
    display().note(`warning: ${message}`);
  });
  return seen;
}

function checkNotInterrupted({ signal }: CommandIo): void {
  if (signal.aborted)
    throw new InterruptedError("Interrupted before the first iteration; nothing was written.");
}

/** Says what to do about colours when the model does not take them. */
function withColorHint(error: unknown, settings: MetamerSettings): unknown {
  const isShape = (e: unknown): boolean =>
    e instanceof Error && (e instanceof ShapeError || /\bchannel/.test(e.message) || isShape(e.cause));
  if (!settings.color || !isShape(error)) return error;
  return new CommandError(`${explain(error)}\n  With --color the picture has three channels; leave it out.`, {
    cause: error,
  });
}

interface Prepared {
  readonly metamer: Metamer;
  /** For models whose statistics come in groups. */
  readonly shares: ShareWatch | undefined;
  readonly modelOptions: OptionBag;
  /** What computes, and for `auto` why. */
  readonly computedBy: string | undefined;
}

/** Goes on from a file. Which classes the optimizer and the scheduler are of, the file says itself. */
async function resume(
  metamer: Metamer,
  path: string,
  optimizer: OptimizerClass | undefined,
  scheduler: SchedulerClass | undefined,
): Promise<void> {
  const { callables } = await examineSavedSynthesis(path);
  const saved = (what: "optimizer" | "scheduler") => callables[what]?.name?.split(".").at(-1);
  const [savedOptimizer, savedScheduler] = [saved("optimizer"), saved("scheduler")];
  try {
    await metamer.load(path);
  } catch (error) {
    if (errorCode(error) !== "invalid-argument") throw error;
    const hint =
      "--resume needs the picture, crop, model, loss, precision and --coarse-to-fine of the run that wrote the file.";
    throw new UsageError(`${explain(error)}\n  ${hint}`, { cause: error });
  }
  metamer.setup({
    optimizer: optimizer ?? (savedOptimizer === undefined ? undefined : findOptimizer(savedOptimizer)),
    scheduler: scheduler ?? (savedScheduler === undefined ? undefined : findScheduler(savedScheduler)),
  });
}

/** Everything up to the first iteration, in the order in which mistakes are cheapest to find. */
async function prepare(
  image: string | undefined,
  settings: CompleteSettings,
  io: CommandIo,
  display: ProgressDisplay,
): Promise<Prepared> {
  checkScaleOptions(settings);
  const makeLoss = findLoss(settings.loss);
  const optimizer = settings.optimizer === undefined ? undefined : findOptimizer(settings.optimizer);
  const scheduler = settings.scheduler === undefined ? undefined : findScheduler(settings.scheduler);
  await startDevice(settings.device, settings.dtype);
  setSeed(settings.seed);
  const { modelFor, options } = await resolveModel(settings.model, settings.modelOption, io.cwd);
  checkNotInterrupted(io);
  const picture = await loadPicture(image, settings, io.cwd);
  const initialImage =
    settings.initialImage === undefined
      ? undefined
      : await loadPicture(settings.initialImage, settings, io.cwd);
  checkNotInterrupted(io);
  const [, , height, width] = picture.shape;
  const model = modelFor([height, width]);
  const { device, note } = await settleDevice(settings.device, settings.dtype, model, picture);
  if (note) display.note(note);
  const { metamer, shares } = build(await moved(picture, deviceOf(picture), device), model);
  if (settings.resume === undefined) {
    const { optimizerOption: optimizerOptions, schedulerOption: schedulerOptions } = settings;
    const start = initialImage && (await moved(initialImage, deviceOf(initialImage), device));
    metamer.setup({ initialImage: start, optimizer, optimizerOptions, scheduler, schedulerOptions });
  } else {
    await resume(metamer, resolve(io.cwd, settings.resume), optimizer, scheduler);
  }
  return { metamer, shares, modelOptions: options, computedBy: note };

  function build(target: Tensor, of: ModelLike): Pick<Prepared, "metamer" | "shares"> {
    try {
      const loss = makeLoss(of, target);
      const made = makeMetamer(target, of, loss.lossFunction, settings);
      const measure = isConvertible(of)
        ? () => statisticShares(of, loss, made.metamer, made.targetRepresentation)
        : undefined;
      return { metamer: made, shares: measure && new ShareWatch(measure) };
    } catch (error) {
      throw withColorHint(error, settings);
    }
  }
}

/** Runs the iterations that are left; where the device is lost, on `cpu` from the last state. */
async function synthesizeToTheEnd(
  metamer: Metamer,
  options: SynthesizeCTFOptions,
  last: number,
  display: ProgressDisplay,
): Promise<void> {
  try {
    await metamer.synthesize({ ...options, maxIter: last - metamer.gradientNorm.length });
  } catch (error) {
    if (errorCode(error) !== "device-lost") throw error;
    display.note(`${explain(error)}\nGoing on with cpu.`);
    await metamer.to({ device: "cpu" });
    await synthesizeToTheEnd(metamer, options, last, display);
  }
}

/** Runs the iterations. An error after the first of them is given back, so that what there is can be saved. */
async function synthesize(
  { metamer, shares }: Pick<Prepared, "metamer" | "shares">,
  settings: MetamerSettings,
  display: ProgressDisplay,
  signal: AbortSignal,
  checkpoint: string,
): Promise<unknown> {
  const { stopCriterion, stopItersToCheck, checkpointEvery, maxIter } = settings;
  // A resumed run makes up the number of iterations, and keeps to how often images are stored.
  const resumedFrom = metamer.gradientNorm.length;
  const storeProgress = metamer.storeProgress ?? settings.storeProgress;
  if (maxIter <= resumedFrom) return undefined;
  const options: SynthesizeCTFOptions = {
    stopCriterion,
    stopItersToCheck,
    ...scaleOptions(settings),
    storeProgress,
    signal,
    onProgress: async (report) => {
      const shown = { ...report, maxIter, resumedFrom };
      if (shares === undefined) display.update(shown);
      else {
        const known = await (display.writesLine(shown) ? shares.now() : shares.recent());
        display.update({ ...shown, shares: known });
      }
      await display.picture?.(metamer);
      if (checkpointEvery && report.iteration % checkpointEvery === 0) await metamer.save(checkpoint);
    },
  };
  try {
    await synthesizeToTheEnd(metamer, options, maxIter, display);
    await display.picture?.(metamer, { always: true });
    return undefined;
  } catch (error) {
    const done = metamer.gradientNorm.length;
    const told = isUnexpected(error)
      ? new CommandError(`Iteration ${done} failed: ${explain(error)}`, { cause: error })
      : error;
    if (done === 0) throw told;
    return told;
  } finally {
    display.stop();
  }
}

function outcomeOf(
  metamer: Metamer,
  settings: MetamerSettings,
  signal: AbortSignal,
  error: unknown,
): Outcome {
  if (error !== undefined) return "failed";
  if (metamer.gradientNorm.length >= settings.maxIter) return "finished";
  return signal.aborted ? "interrupted" : "converged";
}

/**
 * Runs `plenoptic metamer`.
 *
 * @param image - path or address of the picture; undefined for the built-in photograph
 * @returns the exit code
 */
export async function runMetamer(
  image: string | undefined,
  parsed: MetamerSettings,
  io: CommandIo,
): Promise<number> {
  const settings = withModelDefaults(parsed);
  const display = await createProgress(io.stderr, settings);
  const warnings = collectWarnings(() => display);
  try {
    const prepared = await prepare(image, settings, io, display);
    const { metamer, shares, modelOptions, computedBy } = prepared;
    const folder = await prepareFolder(settings.out, io.cwd);
    checkNotInterrupted(io);
    const startMs = performance.now();
    const file = join(folder, "metamer.pt");
    const resumedFrom = metamer.gradientNorm.length;
    const error = await synthesize(prepared, settings, display, io.signal, file);
    const facts = {
      outcome: outcomeOf(metamer, settings, io.signal, error),
      image: image ?? builtInName,
      modelOptions,
      computedBy,
      settings,
      resumedFrom,
      timings: { startMs, synthesisMs: performance.now() - startMs },
      shares: await shares?.now(),
      warnings,
    };
    const report = await makeReport(metamer, facts);
    const files = { "metamer.png": metamer.metamer, "target.png": metamer.image, "progress.json": report };
    await metamer.save(file);
    const paths = [file, ...(await writeFiles(folder, files))];
    paths.push(...(await writeFiles(folder, await statusFiles(metamer))));
    io.stdout.write((settings.json ? jsonLine : summarize)(report, folder, paths));
    if (error !== undefined) throw error;
    return report.outcome === "interrupted" ? exitCodes.interrupted : exitCodes.done;
  } finally {
    setWarningHandler(null);
  }
}
