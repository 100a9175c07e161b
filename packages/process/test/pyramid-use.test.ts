import {
  add,
  type ComplexPair,
  DeviceLostError,
  dispose,
  grad,
  memory,
  mul,
  PerDevice,
  rand,
  readSync,
  setSeed,
  sumSquares,
  type Tensor,
  tensor,
  tidy,
  useBackend,
  withDevice,
} from "@plenoptic/tensor";
import { checkGradient, describeDevices, expectClose, spreadNumbers, withoutLeak } from "@plenoptic/testing";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { SteerablePyramidFreq, type SteerablePyramidOptions } from "../src/index.js";
import { analysisMasks } from "../src/steerable-pyramid/composed-masks.js";
import { uploadAnalysis } from "../src/steerable-pyramid/device-masks.js";
import { checkMaskOptions } from "../src/steerable-pyramid/mask-options.js";
import { allParts, contracted, image, withoutWarnings } from "./pyramid-support.js";

beforeAll(async () => {
  await useBackend("cpu", { dtype: "float64" });
});
beforeEach(() => setSeed(7));

describeDevices("memory of a pyramid", () => {
  it("leaves no tensors but its masks, and frees them", () => {
    const pyramid = new SteerablePyramidFreq([16, 16], { isComplex: true, order: 1, downsample: false });
    const x = rand([1, 1, 16, 16]);
    const before = memory().numTensors;
    // Made within tidy, the masks outlive it.
    tidy(() => void pyramid.reconPyr(pyramid.forward(x)));
    const masks = memory().numTensors - before;
    expect(masks).toBeGreaterThan(0);
    const coefficients = withoutLeak(() => pyramid.forward(x));
    withoutLeak(() => dispose(tidy(() => pyramid.forward(x))));
    dispose(
      withoutLeak(() => pyramid.forward(x, { scales: [1] })),
      withoutLeak(() => pyramid.reconPyr(coefficients)),
      withoutLeak(() => pyramid.reconPyr(coefficients, { levels: [0], bands: [1] })),
      withoutLeak(() => pyramid.reconPyr(coefficients, { levels: [] })),
      withoutLeak(() => grad((y) => contracted(pyramid.forward(y)))(x)),
    );
    const { tensor: joined, info } = withoutLeak(() =>
      SteerablePyramidFreq.convertPyrToTensor(coefficients, { splitComplex: true }),
    );
    const back = withoutLeak(() => SteerablePyramidFreq.convertTensorToPyr(joined, info));
    dispose(coefficients, joined, back);
    expect(memory().numTensors - before).toBe(masks);
    pyramid.dispose();
    expect(memory().numTensors).toBe(before);
    dispose(pyramid.forward(x));
    pyramid.dispose();
    pyramid.dispose();
    expect(memory().numTensors).toBe(before);
    const real = new SteerablePyramidFreq([16, 16]);
    const bands = real.forward(x);
    dispose(withoutLeak(() => real.steerCoeffs(bands, [0.1, 0.2])));
    dispose(bands);
    real.dispose();
    expect(memory().numTensors).toBe(before);
  });
});

describe("derivatives of pyramids", () => {
  const options: SteerablePyramidOptions[] = [
    {},
    { isComplex: true, order: 2, tightFrame: true },
    { isComplex: true, order: 1, downsample: false },
  ];
  it.each(options)("forward, %j", (given) => {
    const pyramid = new SteerablePyramidFreq([16, 8], { height: 1, ...given });
    // Squares, so that the second derivative is not 0.
    const energy = (x: Tensor) => {
      const parts = allParts(pyramid.forward(x)).map((part) => sumSquares(part));
      return parts.reduce((a, b) => add(a, b));
    };
    checkGradient(energy, { values: spreadNumbers(128, -1, 1, 3), shape: [1, 1, 16, 8] });
  });

  it.each(options)("there and back through some bands, squared, %j", (given) => {
    const pyramid = new SteerablePyramidFreq([16, 8], { height: 1, ...given });
    const some = (x: Tensor) => {
      const y = pyramid.reconPyr(pyramid.forward(x), { levels: [0, "residual_lowpass"], bands: [1] });
      return mul(y, y);
    };
    checkGradient(some, { values: spreadNumbers(128, -1, 1, 3), shape: [1, 1, 16, 8] });
  });

  it("odd sizes, for which the imaginary parts count in reconstruction", () => {
    const pyramid = withoutWarnings(() => new SteerablePyramidFreq([9, 11], { isComplex: true, order: 1 }));
    const coefficients = pyramid.forward(image(1, 1, 9, 11));
    const { real, imag } = coefficients.get(0) as ComplexPair;
    const recon = (part: Tensor) => {
      const y = pyramid.reconPyr(new Map(coefficients).set(0, { real, imag: part }));
      return mul(y, y);
    };
    checkGradient(recon, imag);
  });

  it("steered, and as a tensor", () => {
    const pyramid = new SteerablePyramidFreq([8, 8], { order: 2, downsample: false });
    const steered = (x: Tensor) => {
      const bands = pyramid.steerCoeffs(pyramid.forward(x), [0.4, 2]).resteeredCoeffs.get(0) as Tensor;
      return mul(bands, bands);
    };
    const joined = (x: Tensor) => {
      const made = SteerablePyramidFreq.convertPyrToTensor(pyramid.forward(x)).tensor as Tensor;
      return mul(made, made);
    };
    const x = { values: spreadNumbers(64, -1, 1, 3), shape: [1, 1, 8, 8] };
    checkGradient(steered, x);
    checkGradient(joined, x);
  });
});

describe("devices of a pyramid", () => {
  it("has masks on each, and works wherever the image is", () => {
    const pyramid = new SteerablePyramidFreq([16, 16]);
    const x = image(1, 1, 16, 16);
    const narrow = withDevice({ device: "cpu", dtype: "float32" }, () => tensor(readSync(x), x.shape));
    const wide = allParts(pyramid.forward(x));
    for (const [i, part] of allParts(pyramid.forward(narrow)).entries()) expectClose(part, wide[i], 1e-6);
  });

  it("makes masks anew for a device that was lost and started again", () => {
    const masks = new PerDevice(() => analysisMasks(checkMaskOptions([16, 16], {}), false), uploadAnalysis);
    const x = image(1, 1, 16, 16);
    const seen: Tensor[] = [];
    const use = (failures: number) =>
      masks.with(x, ({ lowpass }) => {
        seen.push(lowpass);
        if (seen.length <= failures) throw new DeviceLostError("gone");
        return 1;
      });
    expect(() => use(1)).toThrow(DeviceLostError);
    seen.length = 0;
    const before = memory().numTensors;
    expect(use(1)).toBe(1);
    expect(seen[0].isDisposed).toBe(true);
    expect(seen[1].isDisposed).toBe(false);
    expect(memory().numTensors).toBe(before);
    masks.dispose();
  });
});
