import type {
  CenterSurroundOptions,
  GaussianOptions,
  LinearOptions,
  OneChannelOptions,
  OnOffOptions,
  PortillaSimoncelliOptions,
} from "@plenoptic/models";
import { invalidArgument, nearest } from "@plenoptic/tensor";
import { UsageError } from "./errors.js";
import type { OptionBag } from "./option-values.js";

const isNumbers = (v: unknown): boolean => Array.isArray(v) && v.every((n) => typeof n === "number");

/** What a value of an option can be, how to tell, and how to say it. */
const kinds = {
  size: {
    test: (v: unknown) => typeof v === "number" || isNumbers(v),
    expected: "a whole number or [height, width]",
  },
  number: { test: (v: unknown) => typeof v === "number", expected: "a number" },
  numbers: {
    test: (v: unknown) => typeof v === "number" || isNumbers(v),
    expected: "a number or a list, e.g. [2,4]",
  },
  flag: { test: (v: unknown) => typeof v === "boolean", expected: "true or false" },
  flags: {
    test: (v: unknown) =>
      typeof v === "boolean" || (Array.isArray(v) && v.every((b) => typeof b === "boolean")),
    expected: "true, false or a list, e.g. [true,false]",
  },
  word: { test: (v: unknown) => typeof v === "string", expected: "a word" },
  record: { test: (v: unknown) => typeof v === "object" && v !== null, expected: "a record in JSON" },
};

/** The options of a model and what they can be. */
export type OptionKinds = Readonly<Record<string, keyof typeof kinds>>;

/** Every option that can be written on a command line: a new one that is missing here does not compile. */
type KindsOf<Options> = Record<Exclude<keyof Options, "activation">, keyof typeof kinds>;

const gaussian: KindsOf<GaussianOptions> = {
  std: "numbers",
  padMode: "word",
  outChannels: "number",
  cacheFilt: "flag",
};
const centerSurround: KindsOf<CenterSurroundOptions> = {
  onCenter: "flags",
  amplitudeRatio: "number",
  centerStd: "numbers",
  surroundStd: "numbers",
  outChannels: "number",
  padMode: "word",
  cacheFilt: "flag",
};
const linear: KindsOf<LinearOptions> = {
  kernelSize: "size",
  padMode: "word",
  defaultFilters: "flag",
  weight: "record",
};
const oneChannel: KindsOf<OneChannelOptions> = {
  onCenter: "flag",
  amplitudeRatio: "number",
  padMode: "word",
  pretrained: "flag",
  cacheFilt: "flag",
};
const onOff: KindsOf<OnOffOptions> = {
  amplitudeRatio: "number",
  padMode: "word",
  pretrained: "flag",
  cacheFilt: "flag",
  applyMask: "flag",
};

const portillaSimoncelli: KindsOf<PortillaSimoncelliOptions> = {
  nScales: "number",
  nOrientations: "number",
  spatialCorrWidth: "number",
};

/** Options of the built-in models, all but functions. */
export const optionKinds = {
  Identity: {},
  Linear: linear,
  Gaussian: { kernelSize: "size", ...gaussian },
  CenterSurround: { kernelSize: "size", ...centerSurround },
  LinearNonlinear: { kernelSize: "size", ...oneChannel },
  LuminanceGainControl: { kernelSize: "size", ...oneChannel },
  LuminanceContrastGainControl: { kernelSize: "size", ...oneChannel },
  OnOff: { kernelSize: "size", ...onOff },
  PortillaSimoncelli: portillaSimoncelli,
} as const satisfies Record<string, OptionKinds>;

/** Throws for an option that the model does not have, with the nearest it has, or a value of the wrong kind. */
export function checkModelOptions(model: string, known: OptionKinds, options: OptionBag): void {
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(known, name)) {
      const names = Object.keys(known);
      const close = nearest(name, names);
      const has = names.length ? `It has: ${names.join(", ")}.` : "It has none.";
      throw new UsageError(
        `The model ${model} has no option "${name}". ${close ? `Did you mean "${close}"? ` : ""}${has}`,
      );
    }
    const { test, expected } = kinds[known[name]];
    if (!test(value)) throw invalidArgument(`The model option ${name}`, value, expected);
  }
}
