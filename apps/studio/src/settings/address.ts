import { defaultSettings, type OptionBag, type Settings } from "./settings.js";

/** How each setting is read from text; the names in an address are those of the command's options. */
type Reader = (text: string, what: string) => unknown;

const whole =
  (least: number): Reader =>
  (text, what) => {
    const value = Number(text);
    if (text.trim() === "" || !Number.isSafeInteger(value) || value < least)
      throw new AddressError(`${what} is “${text}”; it must be a whole number of at least ${least}.`);
    return value;
  };

const notNegative: Reader = (text, what) => {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value < 0)
    throw new AddressError(`${what} is “${text}”; it must be a number that is not negative.`);
  return value;
};

const oneOf =
  (...names: string[]): Reader =>
  (text, what) => {
    if (names.includes(text)) return text;
    throw new AddressError(`${what} is “${text}”; it must be ${names.join(" or ")}.`);
  };

const word: Reader = (text) => text;

const readers: Record<string, Reader> = {
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
  maxIter: whole(1),
  stopCriterion: notNegative,
  stopItersToCheck: whole(1),
  storeProgress: whole(0),
  seed: whole(Number.MIN_SAFE_INTEGER),
  device: oneOf("auto", "cpu", "webgpu"),
  dtype: oneOf("float32", "float64"),
};

const bags = ["modelOption", "optimizerOption", "schedulerOption"] as const;
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
  for (const name of Object.keys(readers)) {
    const value = settings[name as keyof Settings];
    const preset = defaultSettings[name as keyof Settings];
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
  const found: Record<string, unknown> = { ...defaultSettings };
  const options: Record<string, OptionBag> = { modelOption: {}, optimizerOption: {}, schedulerOption: {} };
  for (const [key, value] of new URLSearchParams(text.replace(/^#/, ""))) {
    const [name, option] = splitKey(key);
    if (option !== undefined && Object.hasOwn(options, name)) options[name][option] = parseOption(value);
    else if (option !== undefined || !Object.hasOwn(readers, name))
      throw new AddressError(`The link has a setting “${key}”, which this page does not know.`);
    else found[name] = value === "" ? undefined : readers[name](value, `The setting ${key} of the link`);
  }
  return { ...found, ...options } as unknown as Settings;
}

function splitKey(key: string): [name: string, option: string | undefined] {
  const dot = key.indexOf(".");
  return dot < 0 ? [camel(key), undefined] : [camel(key.slice(0, dot)), key.slice(dot + 1)];
}
