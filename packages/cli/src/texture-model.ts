import { PortillaSimoncelli, type PortillaSimoncelliOptions } from "@plenoptic/models";
import type { ModelLike } from "@plenoptic/synthesis";
import { ValidationError } from "@plenoptic/tensor";
import { explain, UsageError } from "./errors.js";
import type { OptionBag } from "./option-values.js";

/** The options where nobody says otherwise. */
export const textureModelDefaults = { nScales: 4, nOrientations: 4, spatialCorrWidth: 7 } as const;

type Options = Required<PortillaSimoncelliOptions>;

/** The largest square in a picture that the model takes; undefined if there is none. */
function largestCrop(imageShape: readonly number[], options: Options): number | undefined {
  const unit = 2 ** options.nScales;
  const side = Math.floor(Math.min(...imageShape) / unit) * unit;
  try {
    new PortillaSimoncelli([side, side], options);
    return side;
  } catch {
    return undefined;
  }
}

/** What would make a picture fit. */
function sizeHint(imageShape: readonly number[], options: Options): string {
  const crop = largestCrop(imageShape, options);
  if (crop !== undefined) return `--crop ${crop} makes the picture fit.`;
  for (let nScales = options.nScales - 1; nScales > 0; nScales--) {
    const smaller = largestCrop(imageShape, { ...options, nScales });
    if (smaller !== undefined)
      return `No crop of the picture fits ${options.nScales} scales; --model-option nScales=${nScales} with --crop ${smaller} does.`;
  }
  return "The picture is too small for this model, whatever the crop.";
}

/**
 * The texture model for pictures of a size that is known later.
 *
 * @param given - the options
 * @returns a function of height and width; it throws a {@link UsageError} that says which crop fits, where the size does not
 */
export function textureModelFor(given: OptionBag): (imageShape: readonly number[]) => ModelLike {
  const options: Options = { ...textureModelDefaults, ...given };
  return (imageShape) => {
    try {
      return new PortillaSimoncelli(imageShape, options);
    } catch (error) {
      const isSize =
        error instanceof ValidationError && /^(imageShape|spatialCorrWidth)$/.test(error.argument ?? "");
      if (!isSize || options.spatialCorrWidth < 1) throw error;
      throw new UsageError(`${explain(error)}\n  ${sizeHint(imageShape, options)}`, { cause: error });
    }
  };
}
