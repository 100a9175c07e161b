import { extentOfAll, type RealArray, subarray } from "./arrays.js";
import { PlotStateError, PlotValueError } from "./errors.js";
import { Figure } from "./figure.js";
import { Film } from "./film.js";
import { countBins } from "./histogram.js";
import { limitsOfPictures, symmetricLimits } from "./plot-representation.js";
import type { Representation } from "./representation.js";
import { errorTitle } from "./representation-error.js";
import type { YLimits } from "./stem-plot.js";
import { shownImage } from "./synthesis-images.js";
import {
  kindOf,
  type MadArrays,
  type MetamerArrays,
  momentOfFrame,
  type SynthesisArrays,
  savedFrames,
} from "./synthesis-object.js";
import {
  type FrameSettings,
  includedPlots,
  type SynthesisStatusOptions,
  statusPanel,
  statusTitle,
} from "./synthesis-status.js";
import { defaultColormap, type ValueRange, valueRanges } from "./vrange.js";
import { warn } from "./warnings.js";

/** Options of {@link synthesisAnimate}. */
export interface SynthesisAnimateOptions extends Omit<SynthesisStatusOptions, "iteration"> {
  /** Frames in a second (default 10). */
  framerate?: number;
  /** Whether it begins again at its end (default false). */
  repeat?: boolean;
  /**
   * When the limits of the representation error's stem plots follow the data: `"rescale"` (default) about ten times, `"rescaleN"`
   * every N frames, false never.
   */
  rescaleYlim?: string | false;
}

type Animated = MetamerArrays | MadArrays;

/** After how many frames the limits of y are chosen anew. */
function rescaleInterval(rescaleYlim: string | false, frames: number): number {
  if (rescaleYlim === false) return frames + 1;
  const digits = typeof rescaleYlim === "string" ? rescaleYlim.match(/^rescale(\d*)$/)?.[1] : undefined;
  if (digits === undefined || digits === "0") {
    throw new PlotValueError(
      `Don't know how to handle rescaleYlim=${rescaleYlim}: choose "rescale", "rescaleN" with a number N, or false.`,
    );
  }
  if (digits) return Number(digits);
  return Math.floor((frames - 1) / 10) || Math.max(1, frames - 1);
}

/** The limits of y in each frame, from the frame at which they were chosen last. */
function limitsOfFrames(object: MetamerArrays, options: SynthesisAnimateOptions, frames: number): YLimits[] {
  const { batchIdx = 0, rescaleYlim = "rescale" } = options;
  const interval = rescaleInterval(rescaleYlim, frames);
  const errorOf = object.representationError;
  if (!errorOf) return [];
  let limits = symmetricLimits(errorOf(0), batchIdx);
  return Array.from({ length: frames }, (_, frame) => {
    if ((frame + 1) % interval === 0) limits = symmetricLimits(errorOf(frame), batchIdx);
    return limits;
  });
}

/** The range of colours in all frames, and one warning for all that lies outside of what colours can be. */
function imageRange(object: Animated, options: SynthesisAnimateOptions): ValueRange | undefined {
  const own = {
    ...options.synthesisImshowOptions,
    batchIdx: options.batchIdx,
    channelIdx: options.channelIdx,
  };
  const images = savedFrames(object).map((_, frame) => shownImage(object, own, momentOfFrame(object, frame)));
  if (images[0].asRgb) {
    const outside = images.filter(({ image }) => {
      const [low, high] = extentOfAll([image.data]) ?? [0, 0];
      return low < 0 || high > 1;
    }).length;
    if (outside) {
      const video = kindOf(object) === "Metamer" ? "saved metamer" : "saved mad image";
      warn(
        `${outside} frames of ${video} clipped: colour values outside [0, 1] are shown as 0 or 1. To avoid clipping, use ` +
          "processImage.",
      );
    }
    return undefined;
  }
  const { channelIdx } = options;
  const vrange = own.vrange ?? "indep1";
  const planes = images.map(({ image: { data, shape } }) => {
    const size = shape[2] * shape[3];
    const start = (channelIdx ?? 0) * size;
    return subarray(data, start, start + size);
  });
  return valueRanges(vrange, [{ data: planes, rgb: false }], 1)[0];
}

/** Limits of the histogram that hold all frames. */
function histogramLimits(object: Animated, batchIdx: number): FrameSettings["histogramLimits"] {
  const arrays = [...savedFrames(object), object.image].map(({ data, shape }) => {
    const size = data.length / shape[0];
    return subarray(data, batchIdx * size, (batchIdx + 1) * size);
  });
  const highest = Math.max(1, ...arrays.flatMap((values) => countBins(values).counts));
  return { xlim: extentOfAll(arrays) ?? [0, 1], ylim: [0, 1.05 * highest] };
}

/** What is chosen once, for all frames together. */
function commonSettings(
  object: Animated,
  options: SynthesisAnimateOptions,
  plots: readonly string[],
): FrameSettings {
  const { batchIdx = 0 } = options;
  const errorOf =
    plots.includes("metamerRepresentationError") && "metamer" in object
      ? object.representationError
      : undefined;
  const known: Representation[] = errorOf ? savedFrames(object).map((_, frame) => errorOf(frame)) : [];
  const title = known.length ? errorTitle(known[0]) : "";
  const asRgb = options.metamerRepresentationErrorOptions?.asRgb;
  return {
    vrange: plots.includes("synthesisImshow") ? imageRange(object, options) : undefined,
    pictureLimits: limitsOfPictures(known, { title, batchIdx, asRgb }),
    histogramLimits: plots.includes("synthesisHistogram") ? histogramLimits(object, batchIdx) : undefined,
  };
}

function checkAnimated(object: SynthesisArrays): asserts object is Animated {
  if (kindOf(object) === "Eigendistortion") {
    throw new PlotValueError(
      "synthesis_object must be a MADCompetition or Metamer object but got an Eigendistortion, which has no iterations.",
    );
  }
  if (!("storeProgress" in object) || !object.storeProgress || savedFrames(object as Animated).length === 0) {
    throw new PlotStateError(
      "When synthesis_object.store_progress=False, cannot animate! Synthesize with storeProgress, which keeps images.",
    );
  }
}

/**
 * A film of a synthesis: what {@link synthesisStatus} shows, at each stored frame. Colours mean the same in all of them.
 *
 * @throws {@link PlotStateError} when no frames were stored; {@link PlotValueError} for an unknown `rescaleYlim`; as {@link synthesisStatus}
 *
 * @example
 * ```ts
 * import { synthesisAnimate } from "@plenoptic/plot";
 * const frame = (k) => ({ data: new Float32Array(64).fill(k / 4), shape: [1, 1, 8, 8] });
 * const losses = [1, 0.5, 0.2, 0.1, 0.05];
 * const frames = [0, 1, 2].map(frame); // of iterations 0, 2 and 4
 * const metamer = { losses, penalties: [0, 0, 0, 0, 0], penaltyLambda: 0, image: frames[2], metamer: frames[2] };
 * const film = synthesisAnimate(
 *   { ...metamer, savedMetamer: frames, storeProgress: 2 },
 *   { includedPlots: ["synthesisImshow", "synthesisLoss"] },
 * );
 * console.log(film.frameCount, (await film.toHTML()).includes("iteration 4")); // 3 true
 * ```
 */
export function synthesisAnimate(object: SynthesisArrays, options: SynthesisAnimateOptions = {}): Film {
  checkAnimated(object);
  const { framerate = 10, repeat = false, rescaleYlim = "rescale", ...status } = options;
  const plots = includedPlots(object, status);
  const frames = savedFrames(object).length;
  rescaleInterval(rescaleYlim, frames);
  const common = commonSettings(object, options, plots);
  const limits =
    "metamer" in object && plots.includes("metamerRepresentationError")
      ? limitsOfFrames(object, options, frames)
      : [];
  const settings = withFixedColors(status, common);
  const title = statusTitle(object);
  const iterationOf = (frame: number) => momentOfFrame(object, frame).iteration;
  return new Film({
    title,
    description:
      `${frames} frames at ${framerate} in a second, of iterations 0 to ${iterationOf(frames - 1)}. The last one: ` +
      `${statusPanel(object, settings, { ...common, moment: momentOfFrame(object, frames - 1), ylim: limits.at(-1) }).description}.`,
    frameCount: frames,
    framerate,
    repeat,
    label: (frame) => `iteration ${iterationOf(frame)}`,
    draw: (frame) => {
      const moment = momentOfFrame(object, frame);
      const { box, description } = statusPanel(object, settings, { ...common, moment, ylim: limits[frame] });
      return new Figure(box, { title, description: `${description}.` });
    },
  });
}

/**
 * The range is numbers now, so that the map that goes with the rule has to be named. Colours are cut to what can be shown, which
 * has been warned of already.
 */
function withFixedColors(options: SynthesisStatusOptions, { vrange }: FrameSettings): SynthesisStatusOptions {
  const own = options.synthesisImshowOptions ?? {};
  if (options.includedPlots && !options.includedPlots.includes("synthesisImshow")) return options;
  if (vrange) {
    const cmap = own.cmap ?? defaultColormap(own.vrange ?? "indep1");
    return { ...options, synthesisImshowOptions: { ...own, cmap, vrange } };
  }
  const processImage = (image: RealArray) => cut(own.processImage ? own.processImage(image) : image);
  return { ...options, synthesisImshowOptions: { ...own, processImage } };
}

const cut = ({ data, shape }: RealArray): RealArray => ({
  data: Float64Array.from(data, (value) => Math.min(1, Math.max(0, value))),
  shape,
});
