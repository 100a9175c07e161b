import {
  type FileSource,
  FormatError,
  readBytes,
  readTorch,
  readTorchFile,
  type TorchValue,
} from "@plenoptic/io";
import type { StateArray } from "@plenoptic/optim";
import type { PlainArray, PlainMetamer } from "../plain-arrays.js";
import type { CoarseToFine } from "../scale-schedule.js";
import { coarseToFineOf } from "./coarse-to-fine.js";
import { currentClassName } from "./legacy.js";
import {
  type Attributes,
  dictionary,
  floats,
  list,
  number,
  numbers,
  optionalNumber,
  text,
} from "./values.js";

/** What a file holds of a {@link Metamer} that can be looked at; the model is not among it. */
export interface SavedMetamer extends Omit<PlainMetamer, "model" | "representationError"> {
  /** The class that was saved: "Metamer" or "MetamerCTF". */
  readonly className: string;
  /** How a MetamerCTF went through its scales. */
  readonly coarseToFine?: CoarseToFine;
}

const plain = ({ values, shape }: StateArray): PlainArray => ({ data: values, shape: [...shape] });

/** An attribute by its name today, or by that without the underscore, which older files have. */
const find = (attributes: Attributes, name: string): TorchValue | undefined =>
  attributes.get(`_${name}`) ?? attributes.get(name);

function classOf(attributes: Attributes): string {
  const metadata = dictionary(attributes.get("save_metadata"), "save_metadata");
  const saved = currentClassName(text(metadata.get("synthesis_object"), "synthesis_object"));
  const name = saved.split(".").at(-1) ?? "";
  if (name !== "Metamer" && name !== "MetamerCTF") {
    throw new FormatError(`The file holds a ${saved}; only files of Metamer and MetamerCTF can be shown.`);
  }
  return name;
}

/** A record of iterations with the value of the current image at its end, where the file knows that. */
function record(attributes: Attributes, name: string, current: string): number[] | undefined {
  const value = find(attributes, name);
  if (value === undefined) return undefined;
  const last = optionalNumber(find(attributes, current), current);
  return [...numbers(value, name), ...(last === undefined ? [] : [last])];
}

function framesOf(attributes: Attributes): PlainArray[] {
  const value = find(attributes, "saved_metamer");
  const frames = value === undefined || value === null ? [] : list(value, "saved_metamer");
  return frames.map((frame, i) => plain(floats(frame, `saved_metamer[${i}]`)));
}

/**
 * Reads what can be looked at from a `.pt` file of a metamer, ours or the reference's, without its model.
 *
 * @param source - path or URL of a file, a Blob, or bytes
 * @throws {@link FormatError} for a file that is broken, or of something else
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { Metamer, savedArrays } from "@plenoptic/synthesis";
 * import { mean, rand } from "@plenoptic/tensor";
 * const metamer = new Metamer(rand([1, 1, 16, 16]), (x) => mean(x, 3));
 * await metamer.synthesize({ maxIter: 5 });
 * const { losses, image } = await savedArrays(await metamer.saveToBlob());
 * console.log(losses.length, image.shape); // 6 [1, 1, 16, 16]
 * ```
 */
export async function savedArrays(source: FileSource): Promise<SavedMetamer> {
  const isFile = typeof source === "string" || source instanceof URL;
  const value = isFile ? await readTorchFile(source) : readTorch(await readBytes(source));
  if (!(value instanceof Map) || !value.has("save_metadata")) {
    throw new FormatError("This is a torch file, but no saved object of synthesis: it has no save_metadata.");
  }
  const attributes = dictionary(value, "contents");
  const className = classOf(attributes);
  const losses = record(attributes, "losses", "current_loss") ?? [];
  const penalties = record(attributes, "penalties", "current_penalty");
  const metamer = plain(floats(find(attributes, "metamer"), "metamer"));
  const store = find(attributes, "store_progress");
  return {
    className,
    ...(className === "MetamerCTF" && { coarseToFine: coarseToFineOf(attributes) }),
    losses,
    // Files from before penalties were recorded: what they call the loss is all there is.
    penalties: penalties ?? losses.map(() => 0),
    penaltyLambda: penalties ? number(find(attributes, "penalty_lambda"), "penalty_lambda") : 0,
    gradientNorm: numbers(find(attributes, "gradient_norm") ?? [], "gradient_norm"),
    pixelChangeNorm: numbers(find(attributes, "pixel_change_norm") ?? [], "pixel_change_norm"),
    storeProgress: typeof store === "number" ? store : store === true ? 1 : 0,
    image: plain(floats(find(attributes, "image"), "image")),
    metamer,
    savedMetamer: [...framesOf(attributes), metamer],
  };
}
