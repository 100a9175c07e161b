import {
  type Figure,
  type Film,
  type MetamerArrays,
  metamerRepresentationError as plotRepresentationError,
  synthesisAnimate as plotSynthesisAnimate,
  synthesisHistogram as plotSynthesisHistogram,
  synthesisImshow as plotSynthesisImshow,
  synthesisLoss as plotSynthesisLoss,
  synthesisStatus as plotSynthesisStatus,
  type RepresentationErrorOptions,
  type SynthesisAnimateOptions,
  type SynthesisArrays,
  type SynthesisHistogramOptions,
  type SynthesisImshowOptions,
  type SynthesisLosses,
  type SynthesisLossOptions,
  type SynthesisStatusOptions,
} from "@plenoptic/plot";
import { type Metamer, type MetamerCTF, plainArrays } from "@plenoptic/synthesis";
import { forwardWarnings, isTensor } from "./plot-arrays.js";

/** A metamer, or anything synthesized as plain numbers. */
export type Synthesized = Metamer | MetamerCTF | SynthesisArrays;

type OurMetamer = Metamer | MetamerCTF;

const isMetamer = (object: Synthesized | SynthesisLosses): object is OurMetamer =>
  "image" in object && isTensor(object.image);

/** Plain numbers of a synthesis, with the error of the representation at some iterations. */
export async function synthesisArrays(
  object: Synthesized,
  errorsAt: readonly (number | null)[] | "stored" = [],
): Promise<SynthesisArrays> {
  forwardWarnings();
  return isMetamer(object) ? plainArrays(object, { errorsAt }) : object;
}

/** `synthesisLoss` of `@plenoptic/plot`, of a metamer or of recorded losses. */
export async function synthesisLoss(
  object: OurMetamer | SynthesisLosses,
  options?: SynthesisLossOptions,
): Promise<Figure> {
  if (isMetamer(object)) await object.refresh();
  return plotSynthesisLoss(object, options);
}

/**
 * `synthesisImshow` of `@plenoptic/plot`: what was synthesized, at an iteration.
 *
 * @example
 * ```ts
 * import { Metamer, models, plot, rand } from "plenoptic";
 * const metamer = new Metamer(rand([1, 1, 32, 32]), new models.Gaussian(5));
 * await metamer.synthesize({ maxIter: 4, storeProgress: 2 });
 * console.log((await plot.synthesisImshow(metamer, { iteration: 2 })).title); // "Metamer[0] [iteration=2]"
 * ```
 */
export async function synthesisImshow(
  object: Synthesized,
  options?: SynthesisImshowOptions,
): Promise<Figure> {
  return plotSynthesisImshow(await synthesisArrays(object), options);
}

/** `synthesisHistogram` of `@plenoptic/plot`: values of pixels of what was synthesized and of its target. */
export async function synthesisHistogram(
  object: Synthesized,
  options?: SynthesisHistogramOptions,
): Promise<Figure> {
  return plotSynthesisHistogram(await synthesisArrays(object), options);
}

/** `metamerRepresentationError` of `@plenoptic/plot`, for which the model is asked once. */
export async function metamerRepresentationError(
  object: OurMetamer | MetamerArrays,
  options: RepresentationErrorOptions = {},
): Promise<Figure> {
  const arrays = (await synthesisArrays(object, [options.iteration ?? null])) as MetamerArrays;
  return plotRepresentationError(arrays, options);
}

/**
 * `synthesisStatus` of `@plenoptic/plot`: the image, the loss and the error of the representation, or other panels, at an
 * iteration.
 *
 * @example
 * ```ts
 * import { Metamer, models, plot, rand } from "plenoptic";
 * const metamer = new Metamer(rand([1, 1, 32, 32]), new models.OnOff(9));
 * await metamer.synthesize({ maxIter: 4 });
 * const figure = await plot.synthesisStatus(metamer);
 * console.log(figure.title, figure.toSVG().length > 5000); // Metamer after 4 iterations true
 * ```
 */
export async function synthesisStatus(
  object: Synthesized,
  options: SynthesisStatusOptions = {},
): Promise<Figure> {
  const { includedPlots, iteration = null } = options;
  // By default the error is among the panels; else the model need not be asked.
  const needsError = !includedPlots || includedPlots.includes("metamerRepresentationError");
  return plotSynthesisStatus(await synthesisArrays(object, needsError ? [iteration] : []), options);
}

/**
 * `synthesisAnimate` of `@plenoptic/plot`: a film of the stored images, with what {@link synthesisStatus} shows.
 *
 * @example
 * ```ts
 * import { Metamer, models, plot, rand } from "plenoptic";
 * const metamer = new Metamer(rand([1, 1, 32, 32]), new models.Gaussian(5));
 * await metamer.synthesize({ maxIter: 6, storeProgress: 2 });
 * const film = await plot.synthesisAnimate(metamer, { framerate: 5 });
 * console.log(film.frameCount, (await film.toGIF()).length > 10_000); // 4 true
 * ```
 */
export async function synthesisAnimate(
  object: Synthesized,
  options: SynthesisAnimateOptions = {},
): Promise<Film> {
  const { includedPlots } = options;
  const needsErrors = !includedPlots || includedPlots.includes("metamerRepresentationError");
  return plotSynthesisAnimate(await synthesisArrays(object, needsErrors ? "stored" : []), options);
}
