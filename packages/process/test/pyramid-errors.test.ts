import {
  OutOfRangeError,
  ShapeError,
  StateError,
  setSeed,
  useBackend,
  ValidationError,
} from "@plenoptic/tensor";
import { collectWarnings } from "@plenoptic/testing";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { SteerablePyramidFreq, type SteerablePyramidOptions } from "../src/index.js";
import { image } from "./pyramid-support.js";

beforeAll(async () => {
  await useBackend("cpu", { dtype: "float64" });
});
beforeEach(() => setSeed(7));

describe("what pyramids refuse", () => {
  const make = (shape: readonly number[], options: Record<string, unknown> = {}) =>
    new SteerablePyramidFreq(shape as [number, number], options as SteerablePyramidOptions);

  it.each<[string, () => unknown, RegExp]>([
    ["an imageShape of fractions", () => make([16.5, 16]), /castable to ints/],
    ["an imageShape of zeros", () => make([0, 16]), /above 0/],
    ["an imageShape of three", () => make([1, 16, 16]), /length 2/],
    ["too many scales", () => make([64, 16], { height: 3 }), /Cannot build pyramid higher than 2 levels/],
    ["scales below 0", () => make([16, 16], { height: -1 }), /non-negative integer/],
    ["half a scale", () => make([16, 16], { height: 0.5 }), /non-negative integer/],
    [
      "another word for auto",
      () => make([16, 16], { height: "automatic" }),
      /non-negative integer or "auto"/,
    ],
    [
      "orders above 15",
      () => make([16, 16], { order: 16 }),
      /order must be an integer in the range \[0, 15\]/,
    ],
    ["orders that are not whole", () => make([16, 16], { order: 1.5 }), /integer in the range/],
    ["order 0 of a complex one", () => make([16, 16], { order: 0, isComplex: true }), /issues\/326/],
    ["a transition without width", () => make([16, 16], { twidth: 0 }), /twidth must be positive/],
    ["a precision it does not know", () => make([16, 16], { maskPrecision: "float16" }), /maskPrecision/],
    [
      "an unknown scale",
      () => make([16, 16]).forward(image(1, 1, 16, 16), { scales: ["lowpass" as never] }),
      /scales/,
    ],
    [
      "levels that are not a list",
      () => reconstruct({ levels: "some" as never }),
      /list of levels or the string 'all'/,
    ],
    [
      "bands that are not a list",
      () => reconstruct({ bands: 1 as never }),
      /list of ints or the string 'all'/,
    ],
    ["to steer complex ones", () => steer(true, [0]), /steering only implemented for real coefficients/],
    ["to steer to no angle", () => steer(false, []), /at least one angle/],
    ["to steer to NaN", () => steer(false, [Number.NaN]), /angle in radians/],
    ["to split real ones", () => convert({ downsample: false }, true), /coefficient tensors are real-valued/],
  ])("%s", (_, f, words) => {
    expect(f).toThrow(ValidationError);
    expect(f).toThrow(words);
  });

  const reconstruct = (options: Parameters<SteerablePyramidFreq["reconPyr"]>[1]) => {
    const pyramid = make([16, 16]);
    return pyramid.reconPyr(pyramid.forward(image(1, 1, 16, 16)), options);
  };
  const steer = (isComplex: boolean, angles: number[]) => {
    const pyramid = make([16, 16], { isComplex });
    return pyramid.steerCoeffs(pyramid.forward(image(1, 1, 16, 16)), angles);
  };
  const convert = (options: Record<string, unknown>, splitComplex = false) =>
    SteerablePyramidFreq.convertPyrToTensor(make([16, 16], options).forward(image(1, 1, 16, 16)), {
      splitComplex,
    });

  it.each<[string, () => unknown, RegExp]>([
    [
      "a scale beyond the last",
      () => make([16, 16]).forward(image(1, 1, 16, 16), { scales: [2] }),
      /within 0 and numScales-1/,
    ],
    ["a level below 0", () => reconstruct({ levels: [-1] }), /non-negative/],
    ["a level beyond the last", () => reconstruct({ levels: [2] }), /in the range \[0, 1\]/],
    [
      "a band beyond the last",
      () => reconstruct({ bands: [4] }),
      /band numbers must be in the range \[0, 3\]/,
    ],
  ])("%s", (_, f, words) => {
    expect(f).toThrow(OutOfRangeError);
    expect(f).toThrow(words);
  });

  it.each<[string, () => unknown, RegExp]>([
    [
      "images of another size",
      () => make([16, 16]).forward(image(1, 1, 16, 18)),
      /\[16, 18\] does not match imageShape/,
    ],
    ["images without channels", () => make([16, 16]).forward(image(1, 16, 16)), /must be 4d/],
    ["sizes that differ in one tensor", () => convert({}), /feature maps could not be concatenated/],
    ["no coefficients", () => SteerablePyramidFreq.convertPyrToTensor(new Map()), /no coefficients/],
    [
      "channels that do not fit",
      () => {
        const { info } = convert({ downsample: false });
        return SteerablePyramidFreq.convertTensorToPyr(image(1, 9, 16, 16), info);
      },
      /\[B, 10, height, width\], but got \[1, 9, 16, 16\]/,
    ],
    [
      "coefficients of another pyramid",
      () => make([16, 16], { order: 1 }).reconPyr(make([16, 16]).forward(image(1, 1, 16, 16))),
      /\[B, C, 2, 16, 16\], but got \[1, 1, 4, 16, 16\]/,
    ],
    [
      "real coefficients for complex ones",
      () => make([16, 16], { isComplex: true }).reconPyr(make([16, 16]).forward(image(1, 1, 16, 16))),
      /pair of real and imaginary parts/,
    ],
  ])("%s", (_, f, words) => {
    expect(f).toThrow(ShapeError);
    expect(f).toThrow(words);
  });

  it("to reconstruct from some scales", () => {
    const pyramid = make([16, 16]);
    const some = pyramid.forward(image(1, 1, 16, 16), { scales: [0] });
    const f = () => pyramid.reconPyr(some, { levels: [0] });
    expect(f).toThrow(StateError);
    expect(f).toThrow(/scale residual_highpass not in pyrCoeffs/);
  });

  it("but only warn of odd sizes", async () => {
    for (const [shape, count] of [
      [[17, 16], 1],
      [[16, 17], 1],
      [[16, 16], 0],
    ] as const) {
      const { warnings } = await collectWarnings(() => make(shape));
      expect(warnings.map(({ message }) => message)).toEqual(
        Array(count).fill("Reconstruction will not be perfect with odd-sized images"),
      );
    }
  });
});
