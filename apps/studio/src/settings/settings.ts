/** Options by name, for a model, an optimizer or a scheduler. */
export type OptionBag = Record<string, unknown>;

/** All that decides which metamer is made, but for the picture's bytes. What is undefined suits the model. */
export interface Settings {
  /** "house-cat", "stones", or `sha256:` and the hash of a file that the visitor has. */
  readonly picture: string;
  /** How the file is called. */
  readonly pictureName?: string;
  /** Shorter side that the picture is reduced to, before it is cropped. */
  readonly reduce?: number;
  /** Side of the square that is used; from the middle unless `left` and `top` are given. */
  readonly crop?: number;
  readonly left?: number;
  readonly top?: number;
  readonly color: boolean;
  readonly model: string;
  readonly modelOption: OptionBag;
  readonly loss?: string;
  readonly penaltyLambda: number;
  readonly optimizer?: string;
  readonly optimizerOption: OptionBag;
  readonly scheduler?: string;
  readonly schedulerOption: OptionBag;
  /** `sha256:` and the hash of the picture to start from; undefined: uniform noise. */
  readonly initialImage?: string;
  /** How its file is called. */
  readonly initialImageName?: string;
  /** Undefined: all scales of the model from the beginning. */
  readonly coarseToFine?: "together" | "separate";
  /** "none": by count. */
  readonly changeScaleCriterion?: number | "none";
  readonly ctfItersToCheck?: number;
  readonly maxIter: number;
  readonly stopCriterion: number;
  readonly stopItersToCheck: number;
  readonly storeProgress: number;
  readonly seed: number;
  readonly device: "auto" | "cpu" | "webgpu";
  readonly dtype: "float32" | "float64";
}

export const builtInPicture = "house-cat";
/** A texture, for models that see nothing else; the command does not have it. */
export const stonesPicture = "stones";

/** As the command's defaults, but for the device, and that some images are kept to look at. */
export const defaultSettings: Settings = {
  picture: builtInPicture,
  crop: 256,
  color: false,
  model: "Gaussian",
  modelOption: {},
  penaltyLambda: 0.1,
  optimizerOption: {},
  schedulerOption: {},
  maxIter: 100,
  stopCriterion: 1e-4,
  stopItersToCheck: 50,
  storeProgress: 10,
  seed: 0,
  device: "auto",
  dtype: "float32",
};

/** What is used of a picture unless somebody says: each built-in one has as much as suits it. */
export const defaultCrop = (picture: string): number | undefined =>
  picture === stonesPicture ? 192 : defaultSettings.crop;

/** Whether a model is code of somebody else, by its address. */
export const isForeign = (model: string): boolean => /^https?:/.test(model);
