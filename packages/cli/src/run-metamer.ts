import "@plenoptic/backend-cpu";
import { resolve } from "node:path";
import { centerCrop, houseCat, loadImages } from "@plenoptic/data";
import { Metamer, type ModelLike } from "@plenoptic/synthesis";
import { ShapeError, setSeed, setWarningHandler, type Tensor, useBackend } from "@plenoptic/tensor";
import { CommandError, exitCodes, explain, InterruptedError, isUnexpected } from "./errors.js";
import { formatDuration, formatNumber } from "./format.js";
import type { CommandIo } from "./io.js";
import type { OptionBag } from "./option-values.js";
import type { MetamerSettings } from "./options.js";
import { prepareFolder, writeFiles } from "./output.js";
import { createProgress, type ProgressDisplay } from "./progress.js";
import { findLoss, findOptimizer, findScheduler } from "./registry.js";
import { makeReport, type Outcome, type Report } from "./report.js";
import { resolveModel } from "./resolve-model.js";

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
  const picture =
    path === undefined
      ? await houseCat({ asGray })
      : await loadImages(isUrl(path) ? path : resolve(cwd, path), { asGray });
  if (picture.shape[0] !== 1) {
    throw new CommandError(`${path} is a folder of ${picture.shape[0]} pictures. Give one of its files.`);
  }
  const size = settings.crop ?? (path === undefined ? builtInCrop : undefined);
  return size === undefined ? picture : centerCrop(picture, size);
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
  readonly modelOptions: OptionBag;
}

/** Everything up to the first iteration, in the order in which mistakes are cheapest to find. */
async function prepare(
  image: string | undefined,
  settings: MetamerSettings,
  io: CommandIo,
): Promise<Prepared> {
  const lossFunction = findLoss(settings.loss);
  const optimizer = settings.optimizer === undefined ? undefined : findOptimizer(settings.optimizer);
  const scheduler = settings.scheduler === undefined ? undefined : findScheduler(settings.scheduler);
  await useBackend(settings.device, { dtype: settings.dtype });
  setSeed(settings.seed);
  const { model, options } = await resolveModel(settings.model, settings.modelOption, io.cwd);
  checkNotInterrupted(io);
  const picture = await loadPicture(image, settings, io.cwd);
  const initialImage =
    settings.initialImage === undefined
      ? undefined
      : await loadPicture(settings.initialImage, settings, io.cwd);
  checkNotInterrupted(io);
  return { metamer: build(picture, model), modelOptions: options };

  function build(target: Tensor, of: ModelLike): Metamer {
    try {
      const metamer = new Metamer(target, of, { lossFunction, penaltyLambda: settings.penaltyLambda });
      const { optimizerOption: optimizerOptions, schedulerOption: schedulerOptions } = settings;
      metamer.setup({ initialImage, optimizer, optimizerOptions, scheduler, schedulerOptions });
      return metamer;
    } catch (error) {
      throw withColorHint(error, settings);
    }
  }
}

/** Runs the iterations. An error after the first of them is given back, so that what there is can be saved. */
async function synthesize(
  metamer: Metamer,
  settings: MetamerSettings,
  display: ProgressDisplay,
  signal: AbortSignal,
): Promise<unknown> {
  const { maxIter, stopCriterion, stopItersToCheck, storeProgress } = settings;
  try {
    await metamer.synthesize({
      maxIter,
      stopCriterion,
      stopItersToCheck,
      storeProgress,
      signal,
      onProgress: (report) => display.update(report),
    });
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

function summarize(
  { outcome, iterations, losses, timings }: Report,
  folder: string,
  paths: string[],
): string {
  const how = { finished: "Done", converged: "Converged", interrupted: "Interrupted", failed: "Failed" }[
    outcome
  ];
  const files = paths.map((path) => path.slice(folder.length + 1)).join(", ");
  return (
    `${how} after ${iterations} iterations in ${formatDuration(timings.synthesisMs)}: ` +
    `loss ${formatNumber(losses[0])} → ${formatNumber(losses[losses.length - 1])}\n` +
    `Wrote ${files} to ${folder}\n`
  );
}

/** The one line of `--json`. */
function jsonLine(report: Report, folder: string, paths: string[]): string {
  const { outcome, iterations, losses, penalties, seed, device, dtype, shape, sha256, timings, warnings } =
    report;
  const last = { loss: losses[losses.length - 1], penalty: penalties[penalties.length - 1] };
  const facts = { outcome, iterations, ...last, shape, seed, device, dtype, sha256, timings, warnings };
  return `${JSON.stringify({ ...facts, folder, files: paths })}\n`;
}

/**
 * Runs `plenoptic metamer`.
 *
 * @param image - path or address of the picture; undefined for the built-in photograph
 * @returns the exit code
 */
export async function runMetamer(
  image: string | undefined,
  settings: MetamerSettings,
  io: CommandIo,
): Promise<number> {
  const display = await createProgress(io.stderr);
  const warnings = collectWarnings(() => display);
  try {
    const { metamer, modelOptions } = await prepare(image, settings, io);
    const folder = await prepareFolder(settings.out, io.cwd);
    checkNotInterrupted(io);
    const startMs = performance.now();
    const error = await synthesize(metamer, settings, display, io.signal);
    const facts = {
      outcome: outcomeOf(metamer, settings, io.signal, error),
      image: image ?? builtInName,
      modelOptions,
      settings,
      timings: { startMs, synthesisMs: performance.now() - startMs },
      warnings,
    };
    const report = await makeReport(metamer, facts);
    const files = { "metamer.png": metamer.metamer, "target.png": metamer.image, "progress.json": report };
    const paths = await writeFiles(folder, files);
    io.stdout.write((settings.json ? jsonLine : summarize)(report, folder, paths));
    if (error !== undefined) throw error;
    return report.outcome === "interrupted" ? exitCodes.interrupted : exitCodes.done;
  } finally {
    setWarningHandler(null);
  }
}
