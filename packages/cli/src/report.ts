import { type Metamer, MetamerCTF } from "@plenoptic/synthesis";
import { read } from "@plenoptic/tensor";
import { scaleDefaults } from "./coarse-to-fine.js";
import type { OptionBag } from "./option-values.js";
import type { MetamerSettings } from "./options.js";
import { hashValues } from "./output.js";
import type { StatisticShare } from "./statistic-shares.js";
import { version } from "./version.js";

/** How a run ended. "failed": the loss became NaN or the model threw; what was there before is kept. */
export type Outcome = "finished" | "converged" | "interrupted" | "failed";

/** What a run took. */
export interface Timings {
  /** From the start of the process to the first iteration, milliseconds. */
  startMs: number;
  /** All iterations, milliseconds. */
  synthesisMs: number;
}

/** All that is known about a run besides its Metamer. */
export interface RunFacts {
  readonly outcome: Outcome;
  /** Path or address of the picture. */
  readonly image: string;
  /** What the model was made with, defaults included. */
  readonly modelOptions: OptionBag;
  /** What computes, as far as the backend says, and why it was chosen. */
  readonly computedBy: string | undefined;
  readonly settings: MetamerSettings;
  /** Iterations that an earlier run did. */
  readonly resumedFrom: number;
  readonly timings: Timings;
  /** What groups of statistics have of the loss in the end, for models that have groups. */
  readonly shares?: readonly StatisticShare[];
  readonly warnings: readonly string[];
}

/** How the scales were gone through. Scales may be numbers, which as keys would become text. */
function scalesOf({ scales, scalesFinished, scalesLoss, scalesTiming }: MetamerCTF) {
  return { currentScale: scales[0], scalesFinished, scalesTiming: [...scalesTiming], scalesLoss };
}

/** What progress.json holds: what was asked for, what came of it, and all that is needed to do it again. */
export async function makeReport(metamer: Metamer, facts: RunFacts) {
  const { settings, modelOptions, computedBy, timings, shares, warnings, outcome, image, resumedFrom } =
    facts;
  const {
    seed,
    device: _asked,
    dtype: _dtype,
    json: _json,
    watch: _watch,
    verbose: _verbose,
    out: _out,
    ...options
  } = settings;
  const { optimizer, scheduler, losses } = metamer;
  const iterations = losses.length - 1;
  return {
    outcome,
    iterations,
    ...(resumedFrom > 0 && { resumedFrom }),
    image,
    shape: [...metamer.image.shape],
    seed,
    ...metamer.device,
    ...(computedBy && { computedBy }),
    options: {
      ...(options.coarseToFine && scaleDefaults),
      ...options,
      modelOption: modelOptions,
      optimizer: optimizer?.name,
      optimizerOption: (await optimizer?.stateDict())?.options,
      ...(scheduler && { schedulerState: scheduler.stateDict() }),
    },
    losses,
    penalties: metamer.penalties,
    gradientNorm: metamer.gradientNorm,
    pixelChangeNorm: metamer.pixelChangeNorm,
    ...(metamer instanceof MetamerCTF && scalesOf(metamer)),
    ...(shares && {
      statisticShares: Object.fromEntries(shares.map(({ name, share }) => [name, share])),
    }),
    /** Of the metamer's values, row-major and little-endian, in the precision of the run. */
    sha256: hashValues(await read(metamer.metamer)),
    timings: {
      ...timings,
      msPerIteration: iterations > resumedFrom ? timings.synthesisMs / (iterations - resumedFrom) : null,
    },
    warnings: [...warnings],
    versions: { plenoptic: version, node: process.version, platform: `${process.platform} ${process.arch}` },
  };
}

export type Report = Awaited<ReturnType<typeof makeReport>>;
