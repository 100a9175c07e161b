import type { Panel } from "./box.js";
import { PlotValueError } from "./errors.js";
import { Figure } from "./figure.js";
import { representationPanel } from "./plot-representation.js";
import { isOneArray, type Representation } from "./representation.js";
import type { YLimits } from "./stem-plot.js";
import { kindOf, type MetamerArrays, type Moment, momentAt } from "./synthesis-object.js";
import { checkSize, type Size } from "./titled.js";

/** Options of {@link metamerRepresentationError}. */
export interface RepresentationErrorOptions {
  /** Which one along the first axis (default 0). */
  batchIdx?: number;
  /** Which iteration; the current image by default. */
  iteration?: number | null;
  /** Limits of y: null (default) symmetric, false each chart its own, or a pair. */
  ylim?: YLimits;
  /** Whether channels of a representation like a picture are colours. */
  asRgb?: boolean;
  /** Width in pixels (default 480). */
  width?: number;
  /** Height in pixels (default 400). */
  height?: number;
}

/** Options of a panel that is one of several moments. */
export interface RepresentationPanelOptions extends RepresentationErrorOptions {
  /** How far the colours of pictures reach, by their names. */
  pictureLimits?: ReadonlyMap<string, number>;
}

/** A dictionary brings names of its own. */
export const errorTitle = (error: Representation): string =>
  isOneArray(error) ? "Representation error" : "";

/** The panel of {@link metamerRepresentationError}. */
export function representationErrorPanel(
  object: MetamerArrays,
  { batchIdx = 0, ylim = null, asRgb = false, pictureLimits }: RepresentationPanelOptions,
  size: Size,
  { frame }: Moment,
): Panel {
  if (kindOf(object) !== "Metamer") throw new PlotValueError("Only a Metamer has a representation error.");
  if (!object.representationError) {
    throw new PlotValueError(
      "The object has no representationError: give a function that returns the model's answer to a frame minus that " +
        'to the image, or leave "metamerRepresentationError" out of includedPlots.',
    );
  }
  const error = object.representationError(frame);
  const options = { model: object.model, ylim, batchIdx, title: errorTitle(error), asRgb, pictureLimits };
  const panel = representationPanel(error, options, size);
  return { ...panel, description: `Representation error: ${panel.description}` };
}

/**
 * How far the representation of the metamer is from that of its target: their difference, drawn as
 * {@link plotRepresentation} does.
 *
 * @throws as {@link synthesisImshow}; {@link PlotValueError} for an object without `representationError`
 *
 * @example
 * ```ts
 * import { metamerRepresentationError } from "@plenoptic/plot";
 * const image = { data: new Float32Array(64).fill(0.5), shape: [1, 1, 8, 8] };
 * const representationError = () => ({ data: [0.1, -0.2, 0], shape: [1, 1, 3] });
 * const metamer = { losses: [1], penalties: [0], penaltyLambda: 0, image, metamer: image, representationError };
 * console.log(metamerRepresentationError(metamer).description.includes("from −0.2 to 0.1")); // true
 * ```
 */
export function metamerRepresentationError(
  object: MetamerArrays,
  options: RepresentationErrorOptions = {},
): Figure {
  const { width = 480, height = 400 } = options;
  checkSize({ width, height });
  const moment = momentAt(object, options.iteration);
  const { box, description } = representationErrorPanel(object, options, { width, height }, moment);
  return new Figure(box, { title: "Representation error", description: `${description}.` });
}
