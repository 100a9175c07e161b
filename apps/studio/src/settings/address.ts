import { defaultCrop, defaultSettings, type OptionBag, type Settings } from "./settings.js";

/** The bags of options, each of which has settings of its own. */
type BagName = "modelOption" | "optimizerOption" | "schedulerOption";
type Fields = Required<Omit<Settings, BagName>>;
type Given = { -readonly [K in keyof Fields]?: Fields[K] };

/** How a setting is read from text; the names in an address are those of the command's options. */
type Reader<T> = (text: string, what: string) => T;

const whole =
  (least: number): Reader<number> =>
  (text, what) => {
    const value = Number(text);
    const isTooLarge = Math.abs(value) > Number.MAX_SAFE_INTEGER;
    if (isTooLarge) throw new AddressError(`${what} is “${text}”, which is too large.`);
    if (text.trim() === "" || !Number.isSafeInteger(value) || value < least) {
      const from = least === Number.MIN_SAFE_INTEGER ? "" : ` of at least ${least}`;
      throw new AddressError(`${what} is “${text}”; it must be a whole number${from}.`);
    }
    return value;
  };

const notNegative: Reader<number> = (text, what) => {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value < 0)
    throw new AddressError(`${what} is “${text}”; it must be a number that is not negative.`);
  return value;
};

const oneOf =
  <T extends string>(...names: readonly T[]): Reader<T> =>
  (text, what) => {
    const found = names.find((name) => name === text);
    if (found !== undefined) return found;
    throw new AddressError(`${what} is “${text}”; it must be ${names.join(" or ")}.`);
  };

const word: Reader<string> = (text) => text;

const readers: { readonly [K in keyof Fields]: Reader<Fields[K]> } = {
  picture: word,
  pictureName: word,
  reduce: whole(1),
  crop: whole(1),
  left: whole(0),
  top: whole(0),
  color: (text, what) => oneOf("true", "false")(text, what) === "true",
  model: word,
  loss: word,
  penaltyLambda: notNegative,
  optimizer: word,
  scheduler: word,
  initialImage: word,
  initialImageName: word,
  coarseToFine: oneOf("together", "separate"),
  changeScaleCriterion: (text, what) => (text === "none" ? text : notNegative(text, what)),
  ctfItersToCheck: whole(1),
  maxIter: whole(1),
  stopCriterion: notNegative,
  stopItersToCheck: whole(1),
  storeProgress: whole(0),
  seed: whole(Number.MIN_SAFE_INTEGER),
  device: oneOf("auto", "cpu", "webgpu"),
  dtype: oneOf("float32", "float64"),
};
const fieldNames = Object.keys(readers) as (keyof Fields)[];
const isField = (name: string): name is keyof Fields => Object.hasOwn(readers, name);

const bags: readonly BagName[] = ["modelOption", "optimizerOption", "schedulerOption"];
const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
const camel = (name: string) => name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** An address that says something that cannot be. */
export class AddressError extends Error {
  readonly code = "address";
}

/** A value as it stands in an address: numbers, lists and the like in JSON, anything else as it is. */
export function parseOption(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The inverse of {@link parseOption}. */
export function formatOption(value: unknown): string {
  return typeof value === "string" && parseOption(value) === value ? value : JSON.stringify(value);
}

/** The part of an address after the `#`: every setting that is not the default. */
export function toAddress(settings: Settings): string {
  const parameters = new URLSearchParams();
  for (const name of fieldNames) {
    const value = settings[name];
    const preset = name === "crop" ? defaultCrop(settings.picture) : defaultSettings[name];
    if (value !== undefined && value !== preset) parameters.set(kebab(name), String(value));
    // "The whole picture" differs from a default crop, and must be said.
    if (value === undefined && preset !== undefined) parameters.set(kebab(name), "");
  }
  for (const bag of bags) {
    for (const [name, value] of Object.entries(settings[bag]))
      parameters.set(`${kebab(bag)}.${name}`, formatOption(value));
  }
  return parameters.toString();
}

/**
 * The settings of an address.
 *
 * @param text - what follows the `#`
 * @throws {@link AddressError} for a name or a value that cannot be
 */
export function fromAddress(text: string): Settings {
  const given: Given = {};
  const options: Record<BagName, OptionBag> = { modelOption: {}, optimizerOption: {}, schedulerOption: {} };
  for (const [key, value] of new URLSearchParams(text.replace(/^#/, ""))) {
    const [name, option] = splitKey(key);
    const bag = bags.find((one) => one === name);
    if (option !== undefined && bag) options[bag][option] = parseOption(value);
    else if (option === undefined && isField(name)) readInto(given, name, value, key);
    else throw new AddressError(`The link has a setting “${key}”, which this page does not know.`);
  }
  const { picture = defaultSettings.picture } = given;
  return { ...defaultSettings, crop: defaultCrop(picture), ...given, ...options };
}

/** Nothing after the `=` means that the setting is left out, which only some can be. */
function readInto<K extends keyof Fields>(given: Given, name: K, text: string, key: string): void {
  const isLeftOut = text === "" && canBeLeftOut(name);
  given[name] = isLeftOut ? undefined : readers[name](text, `The setting ${key} of the link`);
}

/** Settings for which there is a choice by the model or the picture. */
const canBeLeftOut = (name: keyof Fields): boolean => name === "crop" || defaultSettings[name] === undefined;

function splitKey(key: string): [name: string, option: string | undefined] {
  const dot = key.indexOf(".");
  return dot < 0 ? [camel(key), undefined] : [camel(key.slice(0, dot)), key.slice(dot + 1)];
}
