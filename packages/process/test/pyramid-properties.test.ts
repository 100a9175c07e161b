import {
  add,
  type ComplexPair,
  fft2,
  grad,
  ifft2,
  mul,
  rand,
  readSync,
  setSeed,
  stack,
  sub,
  sumSquares,
  type Tensor,
  tensor,
  tidy,
  useBackend,
  zerosLike,
} from "@plenoptic/tensor";
import { boundFor, describeDevices, expectClose, spreadNumbers } from "@plenoptic/testing";
import fc from "fast-check";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  type PyramidCoefficients,
  type PyramidScale,
  SteerablePyramidFreq,
  type SteerablePyramidOptions,
  steerableMasks,
} from "../src/index.js";
import { allParts, contracted, image, partsOf, withoutWarnings } from "./pyramid-support.js";

beforeAll(async () => {
  await useBackend("cpu", { dtype: "float64" });
});
beforeEach(() => setSeed(7));

/** Pyramids of even sizes whose zero frequency is below all transitions. */
const pyramids = fc
  .record({
    shape: fc.tuple(fc.integer({ min: 4, max: 24 }), fc.integer({ min: 4, max: 24 })),
    order: fc.integer({ min: 0, max: 6 }),
    twidth: fc.integer({ min: 1, max: 2 }),
    less: fc.integer({ min: 0, max: 3 }),
    isComplex: fc.boolean(),
    downsample: fc.boolean(),
    tightFrame: fc.boolean(),
  })
  .map(({ shape, order, twidth, less, isComplex, ...rest }) => {
    const imageShape = shape.map((n) => 2 * n) as [number, number];
    const most = Math.floor(Math.log2(Math.min(...imageShape))) - 1 - twidth;
    const options: SteerablePyramidOptions = {
      ...{ order, twidth, ...rest },
      height: Math.max(0, most - less),
      isComplex: isComplex && order > 0,
      maskPrecision: "float64",
    };
    return { imageShape, options };
  });

describe("a pyramid with exact masks", () => {
  it("gives the image back", () => {
    fc.assert(
      fc.property(pyramids, ({ imageShape, options }) => {
        const pyramid = new SteerablePyramidFreq(imageShape, options);
        const x = image(1, 2, ...imageShape);
        expectClose(pyramid.reconPyr(pyramid.forward(x)), x, 1e-12);
        pyramid.dispose();
      }),
      { numRuns: 60 },
    );
  });

  it("keeps the energy if its frame is tight (Parseval)", () => {
    fc.assert(
      fc.property(pyramids, ({ imageShape, options }) => {
        const pyramid = new SteerablePyramidFreq(imageShape, { ...options, tightFrame: true });
        const x = image(1, 1, ...imageShape);
        const energies = allParts(pyramid.forward(x)).map((part) => readSync(sumSquares(part))[0]);
        const total = energies.reduce((a, b) => a + b, 0);
        expectClose([total], sumSquares(x), 1e-12);
        pyramid.dispose();
      }),
      { numRuns: 60 },
    );
  });

  it("is undone by its transpose if it is real and its frame tight", () => {
    fc.assert(
      fc.property(pyramids, ({ imageShape, options }) => {
        const pyramid = new SteerablePyramidFreq(imageShape, {
          ...options,
          isComplex: false,
          tightFrame: true,
        });
        const x = image(1, 1, ...imageShape);
        const made: PyramidCoefficients = new Map();
        for (const [scale, found] of pyramid.forward(x)) {
          const [{ size, shape }] = partsOf(found);
          made.set(scale, tensor(spreadNumbers(size, -1, 1, 5), shape));
        }
        const transposed = grad((y) => contracted(pyramid.forward(y)))(x);
        expectClose(pyramid.reconPyr(made), transposed, 1e-12);
        pyramid.dispose();
      }),
      { numRuns: 30 },
    );
  });

  it("has bands by the definition: masked spectra, cropped, transformed back", () => {
    const [height, width] = [40, 24];
    for (const order of [1, 2, 3, 4]) {
      const options = { order, isComplex: true, maskPrecision: "float64" } as const;
      const x = image(1, 1, height, width);
      const bands = new SteerablePyramidFreq([height, width], options).forward(x);
      const { lowpass0, levels } = steerableMasks([height, width], options);
      const plane = (values: Float64Array) => tensor(values, [height, width]);
      const spectrum = fft2({ real: x, imag: zerosLike(x) });
      for (const [k, angle] of levels[0].angles.entries()) {
        const mask = plane(lowpass0.map((low, i) => low * levels[0].highpass[i] * angle[i]));
        const { real, imag } = ifft2({ real: mul(spectrum.real, mask), imag: mul(spectrum.imag, mask) });
        // (-i)^order times real + i imag
        const turned = [
          [real, imag],
          [imag, mul(real, -1)],
          [mul(real, -1), mul(imag, -1)],
          [mul(imag, -1), real],
        ][order % 4];
        const found = bands.get(0) as ComplexPair;
        const band = (part: Tensor) => readSync(part).slice(k * height * width, (k + 1) * height * width);
        expectClose(band(found.real), readSync(turned[0]), 1e-13, `real part, order ${order}`);
        expectClose(band(found.imag), readSync(turned[1]), 1e-13, `imaginary part, order ${order}`);
      }
    }
  });
});

describe("steering", () => {
  const oriented = fc.record({
    order: fc.integer({ min: 0, max: 8 }),
    angle: fc.double({ min: -10, max: 10, noNaN: true }),
  });

  /** The first scale of the image through √c cosᵒ(θ - angle) instead of the basis' masks. */
  function turnedBand(x: Tensor, order: number, angle: number): Float64Array {
    const [height, width] = x.shape.slice(-2);
    const { lowpass0, levels } = steerableMasks([height, width], { order, maskPrecision: "float64" });
    // The mask at angle 0 on the horizontal axis is √c.
    const gain = levels[0].angles[0][1];
    const values = lowpass0.map((low, i) => {
      const [row, column] = [Math.floor(i / width), i % width];
      const y = (row < height / 2 ? row : row - height) / height;
      const u = (column < width / 2 ? column : column - width) / width;
      return low * levels[0].highpass[i] * gain * Math.cos(Math.atan2(y, u) - angle) ** order;
    });
    const mask = tensor(values, [height, width]);
    const spectrum = fft2({ real: x, imag: zerosLike(x) });
    const { real, imag } = ifft2({ real: mul(spectrum.real, mask), imag: mul(spectrum.imag, mask) });
    const part = order % 2 === 0 ? real : imag;
    return Float64Array.from(readSync(part), (v) => (order % 4 < 2 ? v : -v));
  }

  it("gives what a filter at that angle gives", () => {
    fc.assert(
      fc.property(oriented, ({ order, angle }) => {
        const x = image(1, 1, 16, 20);
        const pyramid = new SteerablePyramidFreq([16, 20], { order, height: 1, maskPrecision: "float64" });
        const { resteeredCoeffs } = pyramid.steerCoeffs(pyramid.forward(x), [angle]);
        expectClose(readSync(resteeredCoeffs.get(0) as Tensor), turnedBand(x, order, angle), 1e-12);
        pyramid.dispose();
      }),
      { numRuns: 60 },
    );
  });

  it("gives the basis back at its own angles", () => {
    for (let order = 0; order <= 15; order++) {
      const pyramid = new SteerablePyramidFreq([16, 16], { order });
      const coefficients = pyramid.forward(image(2, 1, 16, 16));
      const own = Array.from({ length: order + 1 }, (_, k) => (Math.PI * k) / (order + 1));
      const { resteeredCoeffs } = pyramid.steerCoeffs(coefficients, own);
      for (const [scale, steered] of resteeredCoeffs) {
        expectClose(steered, coefficients.get(scale) as Tensor, 1e-13, `order ${order}, scale ${scale}`);
      }
    }
  });
});

describeDevices("a steerable pyramid", (device) => {
  const bound = boundFor(device, { float64: 1e-13, float32: 2e-6 });

  it("is linear, image by image and channel by channel", () => {
    const pyramid = new SteerablePyramidFreq([32, 24], { isComplex: true, order: 2 });
    const [x, y] = [rand([1, 1, 32, 24]), rand([1, 1, 32, 24])];
    const of = (z: Tensor) => allParts(pyramid.forward(z));
    const [a, b, mixed] = [of(x), of(y), of(sub(mul(x, 2), mul(y, 3)))];
    for (const [i, part] of mixed.entries()) expectClose(part, sub(mul(a[i], 2), mul(b[i], 3)), bound);
    const both = of(tensor([...readSync(x), ...readSync(y)], [2, 1, 32, 24]));
    const channels = of(tensor([...readSync(x), ...readSync(y)], [1, 2, 32, 24]));
    both.forEach((part, i) => {
      const wanted = readSync(stack([a[i], b[i]]));
      expectClose(readSync(part), wanted, bound);
      expect([...readSync(channels[i])]).toEqual([...readSync(part)]);
    });
  });

  it("gives an image back from the reference's masks to what their table allows", () => {
    for (const options of [{}, { isComplex: true, order: 1 }, { tightFrame: true }, { downsample: false }]) {
      const pyramid = new SteerablePyramidFreq([64, 48], options);
      const x = rand([1, 1, 64, 48]);
      expectClose(pyramid.reconPyr(pyramid.forward(x)), x, 2e-5);
    }
  });

  it("says beforehand which sizes its coefficients have", () => {
    const shapes: [[number, number], SteerablePyramidOptions][] = [
      [[64, 48], {}],
      [[36, 50], { height: 2, isComplex: true, order: 1 }],
      [[32, 32], { downsample: false }],
      [[8, 9], { height: 0 }],
      [[1, 1], {}],
      [[2, 3], { height: 0, isComplex: true }],
    ];
    for (const [shape, options] of shapes) {
      const pyramid = tidy(() => withoutWarnings(() => new SteerablePyramidFreq(shape, options)));
      const coefficients = pyramid.forward(rand([2, 3, ...shape]));
      expect([...coefficients.keys()]).toEqual([...pyramid.pyrSize.keys()]);
      expect(allParts(coefficients).every((part) => readSync(part).every(Number.isFinite))).toBe(true);
      expect(pyramid.reconPyr(coefficients).shape).toEqual([2, 3, ...shape]);
      expect([...coefficients.keys()].reverse()).toEqual(pyramid.scales);
      for (const [scale, found] of coefficients) {
        const bands = typeof scale === "string" ? [] : [pyramid.numOrientations];
        for (const part of partsOf(found)) {
          expect(part.shape).toEqual([2, 3, ...bands, ...(pyramid.pyrSize.get(scale) as [number, number])]);
        }
      }
    }
  });

  it("adds up: an image is the sum of what its levels and bands contribute", () => {
    const pyramid = new SteerablePyramidFreq([32, 32], { order: 2, isComplex: true });
    const coefficients = pyramid.forward(rand([1, 1, 32, 32]));
    const parts: Tensor[] = [];
    for (const level of pyramid.scales) {
      if (typeof level === "string") parts.push(pyramid.reconPyr(coefficients, { levels: [level] }));
      else
        for (const k of [0, 1, 2])
          parts.push(pyramid.reconPyr(coefficients, { levels: [level], bands: [k] }));
    }
    expectClose(
      parts.reduce((a, b) => add(a, b)),
      pyramid.reconPyr(coefficients),
      bound,
    );
    const nothing = pyramid.reconPyr(coefficients, { levels: [] });
    expect(nothing.shape).toEqual([1, 1, 32, 32]);
    expect(readSync(nothing).every((v) => v === 0)).toBe(true);
    const noBands = pyramid.reconPyr(coefficients, { bands: [] });
    const residuals = pyramid.reconPyr(coefficients, { levels: ["residual_highpass", "residual_lowpass"] });
    expect([...readSync(noBands)]).toEqual([...readSync(residuals)]);
  });

  it("converts to a tensor and back", () => {
    for (const [isComplex, splitComplex] of [
      [false, false],
      [true, false],
      [true, true],
    ]) {
      const pyramid = new SteerablePyramidFreq([16, 20], { isComplex, downsample: false, order: 2 });
      const coefficients = pyramid.forward(rand([2, 3, 16, 20]));
      for (const scales of [pyramid.scales, [0, 1], [1, "residual_lowpass"]] as PyramidScale[][]) {
        const some: PyramidCoefficients = new Map(
          [...coefficients].filter(([scale]) => scales.includes(scale)),
        );
        const { tensor: joined, info } = SteerablePyramidFreq.convertPyrToTensor(some, { splitComplex });
        const back = SteerablePyramidFreq.convertTensorToPyr(joined, info);
        expect([...back.keys()]).toEqual([...some.keys()]);
        for (const [scale, found] of some) {
          const again = partsOf(back.get(scale) as Tensor);
          partsOf(found).forEach((part, k) => {
            expect(again[k].shape).toEqual(part.shape);
            expect([...readSync(again[k])]).toEqual([...readSync(part)]);
          });
        }
      }
    }
  });
});
