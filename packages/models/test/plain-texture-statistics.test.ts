import { type PyramidCoefficients, SteerablePyramidFreq } from "@plenoptic/process";
import {
  deviceOf,
  dispose,
  mul,
  rand,
  setSeed,
  sum,
  type Tensor,
  tidy,
  valueAndGrad,
} from "@plenoptic/tensor";
import { boundFor, describeDevices, expectClose, withoutLeak } from "@plenoptic/testing";
import { expect, it } from "vitest";
import { PortillaSimoncelli } from "../src/index.js";
import { dictToTensor, type StatisticDict } from "../src/portilla-simoncelli/conversion.js";
import { makeLayout } from "../src/portilla-simoncelli/layout.js";
import { RoundedReconstruction } from "./plain-texture-statistics/rounded-reconstruction.js";
import { textureStatistics } from "./plain-texture-statistics/statistics.js";

/** The representation, each statistic computed as it is defined, on bands that a pyramid makes. */
function plainly(model: PortillaSimoncelli) {
  const { imageShape, nScales, nOrientations } = model;
  const pyramid = new SteerablePyramidFreq([...imageShape], {
    height: nScales,
    order: nOrientations - 1,
    isComplex: true,
  });
  const rounded = new RoundedReconstruction(model);
  const reconstruct = (coefficients: PyramidCoefficients, level: number | "residual_lowpass") => {
    const isDouble = deviceOf(coefficients.get("residual_lowpass") as Tensor).dtype === "float64";
    // Nothing is rounded on the way from the finest scale.
    return isDouble && level !== 0
      ? rounded.reconstruct(coefficients, level)
      : pyramid.reconPyr(coefficients, { levels: [level] });
  };
  const forward = (x: Tensor) =>
    tidy(() => {
      const statistics = textureStatistics(x, pyramid, model, reconstruct);
      return dictToTensor(statistics as StatisticDict, makeLayout(model));
    });
  return { forward, dispose: () => pyramid.dispose() };
}

const cases = [
  { shape: [2, 3, 32, 32], options: { nScales: 2, nOrientations: 2, spatialCorrWidth: 3 } },
  { shape: [1, 1, 64, 32], options: { nScales: 3, nOrientations: 4, spatialCorrWidth: 4 } },
  // The lowpass residual is of odd height and width.
  { shape: [1, 2, 40, 56], options: { nScales: 3, nOrientations: 3, spatialCorrWidth: 5 } },
  { shape: [1, 1, 24, 24], options: { nScales: 1, nOrientations: 6, spatialCorrWidth: 7 } },
];

describeDevices("the statistics in the Fourier domain are those by definition", (device) => {
  it.each(cases)("of images $shape with $options", ({ shape, options }) => {
    withoutLeak(() => {
      setSeed(3);
      const x = rand(shape);
      const model = new PortillaSimoncelli(shape.slice(2), options);
      const plain = plainly(model);
      const [found, expected] = [model.forward(x), plain.forward(x)];
      expect(found.shape).toEqual(expected.shape);
      expectClose(found, expected, boundFor(device, { float64: 1e-11, float32: 2e-5 }), "statistics");
      const weights = rand(found.shape);
      const slope = (f: (im: Tensor) => Tensor) =>
        valueAndGrad((im) => sum(tidy(() => mul(f(im), weights))))(x);
      const [one, other] = [slope((im) => model.forward(im)), slope(plain.forward)];
      expectClose(one.grad, other.grad, boundFor(device, { float64: 1e-9, float32: 1e-3 }), "gradient");
      plain.dispose();
      model.dispose();
      dispose(x, found, expected, weights, one, other);
    });
  });
});
