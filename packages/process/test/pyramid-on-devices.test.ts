import "@plenoptic/backend-node";
import "@plenoptic/backend-webgpu";
import { add, mul, read, sum, type Tensor, tensor, valueAndGrad, withDevice } from "@plenoptic/tensor";
import { expectClose, forPresent, spreadNumbers } from "@plenoptic/testing";
import { describe, it } from "vitest";
import { SteerablePyramidFreq, type SteerablePyramidOptions } from "../src/index.js";
import { partsOf } from "./pyramid-support.js";

const wide = { device: "cpu", dtype: "float64" } as const;
const devices = [
  { device: "node", dtype: "float32" },
  { device: "webgpu", dtype: "float32" },
] as const;

const cases: SteerablePyramidOptions[] = [
  { isComplex: true, height: 2 },
  { order: 2, tightFrame: true },
  { order: 1, downsample: false, height: 1 },
];

/** All coefficients, the image made of them again, and the gradient of a weighted sum of their squares. */
async function everything(
  device: { device: string; dtype: "float32" | "float64" },
  options: SteerablePyramidOptions,
) {
  const made = withDevice(device, () => {
    const pyramid = new SteerablePyramidFreq([24, 32], options);
    const x = tensor(spreadNumbers(2 * 24 * 32, 0, 1, 3), [1, 2, 24, 32]);
    const coefficients = pyramid.forward(x);
    const energy = (y: Tensor) =>
      [...pyramid.forward(y).values()]
        .flatMap(partsOf)
        .map((part) => sum(mul(mul(part, part), tensor(spreadNumbers(part.size, -1, 1, 5), part.shape))))
        .reduce((a, b) => add(a, b));
    const { grad } = valueAndGrad(energy)(x);
    return [...[...coefficients.values()].flatMap(partsOf), pyramid.reconPyr(coefficients), grad];
  });
  return Promise.all(made.map(read));
}

describe("steerable pyramids on other devices", async () => {
  await forPresent("as on the cpu in float64", devices, (device) => {
    it.each(cases)(`%j [${device.device} ${device.dtype}]`, async (options) => {
      const [found, wanted] = [await everything(device, options), await everything(wide, options)];
      for (const [i, values] of found.entries()) expectClose(values, wanted[i], 2e-5, `array ${i}`);
    });
  });
});
