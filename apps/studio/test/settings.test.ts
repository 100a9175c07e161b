import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AddressError, fromAddress, toAddress } from "../src/settings/address.js";
import { toCommand } from "../src/settings/command.js";
import { defaultSettings, type Settings } from "../src/settings/settings.js";

const value = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).filter((x) => !Object.is(x, -0)),
  fc.boolean(),
  fc.string(),
  fc.array(fc.integer(), { maxLength: 3 }),
);
const name = fc.stringMatching(/^[a-zA-Z]{1,8}$/);
const bag = fc.dictionary(name, value, { maxKeys: 3, noNullPrototype: true });
const word = fc.stringMatching(/^[\w:/.#-]{1,20}$/);
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

const settings: fc.Arbitrary<Settings> = fc.record({
  picture: word,
  pictureName: optional(fc.string({ minLength: 1 })),
  reduce: optional(fc.nat().map((n) => n + 1)),
  crop: optional(fc.nat().map((n) => n + 1)),
  left: optional(fc.nat()),
  top: optional(fc.nat()),
  color: fc.boolean(),
  model: word,
  modelOption: bag,
  loss: optional(word),
  penaltyLambda: fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
  optimizer: optional(word),
  optimizerOption: bag,
  scheduler: optional(word),
  schedulerOption: bag,
  initialImage: optional(word),
  initialImageName: optional(fc.string({ minLength: 1 })),
  coarseToFine: fc.constantFrom(undefined, "together" as const, "separate" as const),
  changeScaleCriterion: optional(
    fc.oneof(fc.constant("none" as const), fc.double({ min: 0, noNaN: true, noDefaultInfinity: true })),
  ),
  ctfItersToCheck: optional(fc.nat().map((n) => n + 1)),
  maxIter: fc.nat().map((n) => n + 1),
  stopCriterion: fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
  stopItersToCheck: fc.nat().map((n) => n + 1),
  storeProgress: fc.nat(),
  seed: fc.maxSafeInteger(),
  device: fc.constantFrom("auto", "cpu", "webgpu"),
  dtype: fc.constantFrom("float32", "float64"),
});

describe("settings in an address", () => {
  it("come back as they were", () => {
    fc.assert(
      fc.property(settings, (given) => {
        expect(fromAddress(`#${toAddress(given)}`)).toEqual(given);
      }),
    );
  });

  it("use as much of the built-in texture as it has", () => {
    expect(fromAddress("picture=stones").crop).toBe(192);
    expect(toAddress(fromAddress("picture=stones"))).toBe("picture=stones");
    expect(fromAddress("picture=stones&crop=256").crop).toBe(256);
    expect(toAddress(fromAddress("crop=128&picture=stones"))).toBe("picture=stones&crop=128");
  });

  it("leave out what nobody chose", () => {
    expect(toAddress(defaultSettings)).toBe("");
    expect(fromAddress("")).toEqual(defaultSettings);
    expect(
      toAddress({ ...defaultSettings, crop: undefined, modelOption: { std: [2, 4], padMode: "12" } }),
    ).toBe("crop=&model-option.std=%5B2%2C4%5D&model-option.padMode=%2212%22");
  });

  it.each([
    ["colour=true", "does not know"],
    ["model-options.std=3", "does not know"],
    ["max-iter=0", "at least 1"],
    ["max-iter=1.5", "whole number"],
    ["penalty-lambda=-1", "not negative"],
    ["dtype=float16", "float32 or float64"],
    ["__proto__=1", "does not know"],
    ["coarse-to-fine=fine", "together or separate"],
    ["change-scale-criterion=some", "not negative"],
    ["max-iter=", "whole number"],
  ])("refuse %s", (address, message) => {
    expect(() => fromAddress(address)).toThrow(AddressError);
    expect(() => fromAddress(address)).toThrow(message);
  });
});

it("the command is written so that a shell takes it as it is", () => {
  const given: Settings = {
    ...defaultSettings,
    picture: "sha256:0",
    crop: undefined,
    storeProgress: 0,
    device: "cpu",
    model: "CenterSurround",
    modelOption: { onCenter: [true, false], padMode: "reflect" },
    seed: -3,
  };
  expect(toCommand(given, "it's mine.png")).toBe(
    "npx plenoptic metamer 'it'\\''s mine.png' --model CenterSurround --model-option 'onCenter=[true,false]' " +
      "--model-option padMode=reflect --seed -3",
  );
  const builtIn = { ...defaultSettings, storeProgress: 0, device: "cpu" } as const;
  expect(toCommand(builtIn, "")).toBe("npx plenoptic metamer");
  expect(toCommand({ ...builtIn, crop: undefined }, "")).toBe("npx plenoptic metamer --crop all");
  const part = { ...given, modelOption: {}, reduce: 300, crop: 128, left: 0, top: 9 };
  expect(toCommand(part, "a.png")).toBe(
    "npx plenoptic metamer a.png --reduce 300 --crop 128 --left 0 --top 9 --model CenterSurround --seed -3",
  );
});
