import { centered, type Panel, row } from "./box.js";
import { PlotValueError } from "./errors.js";
import { Figure } from "./figure.js";
import { type RepresentationErrorOptions, representationErrorPanel } from "./representation-error.js";
import type { YLimits } from "./stem-plot.js";
import {
  type SynthesisHistogramOptions,
  type SynthesisImshowOptions,
  synthesisHistogramPanel,
  synthesisImagePanel,
} from "./synthesis-images.js";
import { lossPanel, type SynthesisLossOptions } from "./synthesis-loss.js";
import {
  kindOf,
  type MetamerArrays,
  type Moment,
  momentAt,
  type SynthesisArrays,
  type SynthesisLosses,
} from "./synthesis-object.js";
import { checkSize, type Size } from "./titled.js";
import type { ValueRange } from "./vrange.js";

/** The panels that a status figure may have. */
export type StatusPlot =
  | "synthesisImshow"
  | "synthesisLoss"
  | "metamerRepresentationError"
  | "synthesisHistogram";

type Shared = "batchIdx" | "channelIdx" | "iteration" | "width" | "height";

/** Options of {@link synthesisStatus}. */
export interface SynthesisStatusOptions {
  /** Which one along the first axis (default 0). */
  batchIdx?: number;
  /** Which one along the second axis; all by default, three or four of them as colours. */
  channelIdx?: number | null;
  /** Which iteration; the current one by default. Pictures of others need stored frames. */
  iteration?: number | null;
  /**
   * Which panels, from left to right. By default the image, the loss and, for a metamer, the error of the representation; of
   * eigendistortions the image and the histogram.
   */
  includedPlots?: readonly StatusPlot[];
  /** How wide panels are in comparison to each other: 1, and 2 for the losses of a MAD competition, unless it is given. */
  widthRatios?: Partial<Record<StatusPlot, number>>;
  /** Width in pixels of a panel of ratio 1; pictures are no larger, charts as high with a title (default 400). */
  panelSize?: number;
  synthesisImshowOptions?: Omit<SynthesisImshowOptions, Shared>;
  synthesisLossOptions?: Omit<SynthesisLossOptions, Shared>;
  metamerRepresentationErrorOptions?: Omit<RepresentationErrorOptions, Shared>;
  synthesisHistogramOptions?: Omit<SynthesisHistogramOptions, Shared>;
}

const common: readonly StatusPlot[] = ["synthesisImshow", "synthesisHistogram"];

const allowed = {
  Metamer: [...common, "synthesisLoss", "metamerRepresentationError"],
  MADCompetition: [...common, "synthesisLoss"],
  Eigendistortion: common,
} as const;

const defaults = {
  Metamer: ["synthesisImshow", "synthesisLoss", "metamerRepresentationError"],
  MADCompetition: ["synthesisImshow", "synthesisLoss"],
  Eigendistortion: common,
} as const;

function checkNames(object: SynthesisArrays, names: readonly string[], what: string): void {
  const known: readonly string[] = allowed[kindOf(object)];
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length) {
    throw new PlotValueError(
      `${what} contained value(s) ${unknown.join(", ")}! For a ${kindOf(object)} only ${known.join(", ")} are permissible.`,
    );
  }
}

function checkOptions(
  object: SynthesisArrays,
  included: readonly StatusPlot[],
  options: SynthesisStatusOptions,
): void {
  checkNames(object, included, "includedPlots");
  if (included.length === 0) throw new PlotValueError("includedPlots must name at least one plot.");
  const ratios = options.widthRatios ?? {};
  checkNames(object, Object.keys(ratios), "widthRatios");
  const extra = (Object.keys(ratios) as StatusPlot[]).filter((name) => !included.includes(name));
  if (extra.length) {
    throw new PlotValueError(
      `widthRatios refers to plots not included in includedPlots: ${extra.join(", ")}.`,
    );
  }
  for (const [name, ratio] of Object.entries(ratios)) {
    if (!(ratio > 0)) throw new PlotValueError(`widthRatios.${name} must be above 0, but got ${ratio}.`);
  }
  const extraOptions = allowed.Metamer.filter(
    (name) => options[`${name}Options`] && !included.includes(name),
  );
  if (extraOptions.length) {
    throw new PlotValueError(
      `There are options for ${extraOptions.join(", ")}. Did you forget to include a plot in includedPlots?`,
    );
  }
}

/** What the object is, and after how many iterations. */
export function statusTitle(object: SynthesisArrays): string {
  if (!("losses" in object)) return kindOf(object);
  const iterations = object.losses.length - 1;
  return `${kindOf(object)} after ${iterations} iteration${iterations === 1 ? "" : "s"}`;
}

/** What a film sets for all of its frames, or for one of them. */
export interface FrameSettings {
  /** The moment that all panels show; that at `iteration` where there is none. */
  readonly moment?: Moment;
  readonly vrange?: ValueRange;
  readonly ylim?: YLimits;
  readonly pictureLimits?: ReadonlyMap<string, number>;
  readonly histogramLimits?: Pick<SynthesisHistogramOptions, "xlim" | "ylim">;
}

function makePanel(
  name: StatusPlot,
  object: SynthesisArrays,
  options: SynthesisStatusOptions,
  size: Size,
  film: FrameSettings,
  moment: () => Moment,
): Panel {
  const { batchIdx = 0, channelIdx } = options;
  switch (name) {
    case "synthesisImshow": {
      const { vrange = film.vrange, ...own } = options.synthesisImshowOptions ?? {};
      return synthesisImagePanel(object, { ...own, vrange, batchIdx, channelIdx }, size, moment());
    }
    case "synthesisLoss": {
      const iteration = film.moment ? film.moment.iteration : options.iteration;
      return lossPanel(object as SynthesisLosses, { ...options.synthesisLossOptions, iteration }, size);
    }
    case "metamerRepresentationError": {
      const { ylim = film.ylim, ...own } = options.metamerRepresentationErrorOptions ?? {};
      const settings = { ...own, ylim, pictureLimits: film.pictureLimits, batchIdx };
      return representationErrorPanel(object as MetamerArrays, settings, size, moment());
    }
    case "synthesisHistogram": {
      const own = { ...film.histogramLimits, ...options.synthesisHistogramOptions, batchIdx, channelIdx };
      return synthesisHistogramPanel(object, own, size, moment());
    }
  }
}

/** The panels that are asked for, checked. */
export function includedPlots(
  object: SynthesisArrays,
  options: SynthesisStatusOptions,
): readonly StatusPlot[] {
  const included = options.includedPlots ?? defaults[kindOf(object)];
  checkOptions(object, included, options);
  return included;
}

/** The panels of {@link synthesisStatus} in a row. */
export function statusPanel(
  object: SynthesisArrays,
  options: SynthesisStatusOptions,
  film: FrameSettings = {},
): Panel {
  const included = includedPlots(object, options);
  const { panelSize = 400 } = options;
  checkSize({ width: panelSize, height: panelSize });
  // Room for a title and two lines above a picture that is as high as wide.
  const height = panelSize + 53;
  // Found once, and only when a panel needs it: losses have no need of stored images.
  let moment = film.moment;
  const findMoment = () => {
    moment ??= momentAt(object, options.iteration);
    return moment;
  };
  const panels = included.map((name) => {
    const usual = name === "synthesisLoss" && kindOf(object) === "MADCompetition" ? 2 : 1;
    const width = Math.round(panelSize * (options.widthRatios?.[name] ?? usual));
    const panel = makePanel(name, object, options, { width, height }, film, findMoment);
    return { ...panel, box: centered(panel.box, Math.min(width, panel.box.width), height) };
  });
  return {
    box: row(
      panels.map(({ box }) => box),
      28,
    ),
    description: panels.map(({ description }) => description).join(". "),
  };
}

/**
 * How a synthesis went, at a glance: the image, the loss and the error of the representation, or other panels, at any
 * iteration.
 *
 * @throws {@link PlotValueError} for names of plots that are unknown or not included; as {@link synthesisImshow} for the
 *   iteration
 *
 * @example
 * ```ts
 * import { synthesisStatus } from "@plenoptic/plot";
 * const image = { data: new Float32Array(64).fill(0.5), shape: [1, 1, 8, 8] };
 * const metamer = { losses: [1, 0.5], penalties: [0, 0], penaltyLambda: 0.1, image, metamer: image };
 * const figure = synthesisStatus(metamer, { includedPlots: ["synthesisImshow", "synthesisLoss", "synthesisHistogram"] });
 * console.log(figure.title); // "Metamer after 1 iteration"
 * ```
 */
export function synthesisStatus(object: SynthesisArrays, options: SynthesisStatusOptions = {}): Figure {
  const { box, description } = statusPanel(object, options);
  return new Figure(box, { title: statusTitle(object), description: `${description}.` });
}
