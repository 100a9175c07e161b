import "@plenoptic/backend-cpu";
import { square, stack, sum, type Tensor, useBackend } from "@plenoptic/tensor";
import { checkGradient } from "@plenoptic/testing";
import { beforeAll, describe, it } from "vitest";
import {
  autocorrelation,
  centerCrop,
  correlateDownsample,
  expand,
  kurtosis,
  LaplacianPyramid,
  localGainControl,
  localGainRelease,
  modulatePhase,
  polarToRectangular,
  rectangularToPolar,
  rescale,
  shrink,
  skew,
  upsampleConvolve,
  variance,
} from "../src/index.js";
import { numbers, onStacked, random } from "./support.js";

// First and second derivatives against central differences, in float64 whatever the device.
beforeAll(async () => {
  await useBackend("cpu", { dtype: "float64" });
});

type Case = [name: string, f: (x: Tensor) => Tensor, shape: number[]];

/** Linear maps: squared, so that there is a second derivative. */
const linear: Case[] = [
  ["expand", (x) => expand(x, 2), [2, 4, 6]],
  ["expand of odd size", (x) => expand(x, 2), [3, 5]],
  ["expand, complex", onStacked((z) => expand(z, 2)), [8, 6]],
  ["shrink", (x) => shrink(x, 2), [2, 8, 12]],
  ["shrink to odd size", (x) => shrink(x, 2), [6, 10]],
  ["shrink, complex", onStacked((z) => shrink(z, 3)), [18, 9]],
  ["centerCrop", (x) => centerCrop(x, 3), [2, 5, 4]],
  ...[0, 1, 2].map(
    (level): Case => [
      `LaplacianPyramid, image ${level}`,
      (x) => new LaplacianPyramid({ nScales: 3 }).forward(x)[level],
      [1, 2, 9, 12],
    ],
  ),
  [
    "reconPyr",
    (x) => new LaplacianPyramid({ nScales: 2 }).reconPyr([random([1, 1, 9, 12]), x]),
    [1, 1, 5, 6],
  ],
  ...(["reflect", "circular", "replicate", "constant"] as const).flatMap((mode): Case[] => {
    const [image, filt] = [() => random([1, 2, 5, 6]), () => random([3, 4], 2)];
    return [
      [`correlateDownsample, ${mode}`, (x) => correlateDownsample(x, filt(), mode), [1, 2, 5, 6]],
      [`correlateDownsample by filter, ${mode}`, (f) => correlateDownsample(image(), f, mode), [3, 4]],
      [`upsampleConvolve, ${mode}`, (x) => upsampleConvolve(x, [1, 0], filt(), mode), [1, 2, 3, 4]],
      [`upsampleConvolve by filter, ${mode}`, (f) => upsampleConvolve(image(), [0, 1], f, mode), [3, 4]],
    ];
  }),
  ["localGainRelease by direction", (x) => localGainRelease(random([1, 1, 2, 3]), x), [1, 1, 4, 5]],
  ["localGainRelease by norm", (x) => localGainRelease(x, random([1, 1, 4, 5])), [1, 1, 2, 3]],
  ["rescale", (x) => rescale(x, { min: -1, max: 2 }), [3, 4]],
];

const polar = (positive: (x: Tensor) => Tensor) =>
  onStacked(({ real, imag }) => polarToRectangular(positive(real), imag));

const curved: Case[] = [
  ["autocorrelation", (x) => autocorrelation(x), [2, 4, 5]],
  ["modulatePhase, 2", onStacked((z) => modulatePhase(z)), [4, 5]],
  ["modulatePhase, 0.7", onStacked((z) => modulatePhase(z, 0.7)), [4, 5]],
  [
    "rectangularToPolar",
    onStacked((z) => {
      const { amplitude, phase } = rectangularToPolar(z);
      return { real: amplitude, imag: phase };
    }),
    [4, 6],
  ],
  ["polarToRectangular", polar(square), [8]],
  ["variance", (x) => variance(x, { axes: 1 }), [3, 9]],
  ["skew", (x) => skew(x, { axes: 1 }), [3, 9]],
  ["kurtosis", (x) => kurtosis(x, { axes: 1 }), [3, 9]],
  [
    "localGainControl",
    (x) => {
      const { norm, direction } = localGainControl(x, 0.1);
      return stack([sum(square(norm)), sum(direction)]);
    },
    [1, 2, 5, 6],
  ],
  ["localGainControl, complex", onStacked((z) => localGainControl(z, 0.1).direction), [2, 1, 4, 5]],
];

describe("derivatives", () => {
  it.each(linear)("%s", (label, f, shape) => {
    checkGradient((x) => square(f(x)), numbers(shape, 3), { label });
  });
  it.each(curved)("%s", (label, f, shape) => {
    checkGradient(f, numbers(shape, 3), { label });
  });
});
