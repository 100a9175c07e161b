import {
  add,
  type ComplexPair,
  DeviceLostError,
  dispose,
  fft2,
  grad,
  ifft2,
  memory,
  mul,
  OutOfRangeError,
  rand,
  readSync,
  ShapeError,
  StateError,
  setSeed,
  stack,
  sub,
  sum,
  sumSquares,
  type Tensor,
  tensor,
  tidy,
  useBackend,
  ValidationError,
  withDevice,
  zerosLike,
} from "@plenoptic/tensor";
import {
  boundFor,
  checkGradient,
  collectWarnings,
  describeDevices,
  expectClose,
  spreadNumbers,
  withoutLeak,
} from "@plenoptic/testing";
import fc from "fast-check";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  type PyramidCoefficients,
  type PyramidScale,
  SteerablePyramidFreq,
  type SteerablePyramidOptions,
  steerableMasks,
} from "../src/index.js";
import { analysisMasks } from "../src/steerable-pyramid/composed-masks.js";
import { DeviceMasks, uploadAnalysis } from "../src/steerable-pyramid/device-masks.js";
import { checkMaskOptions } from "../src/steerable-pyramid/mask-options.js";

beforeAll(async () => {
  await useBackend("cpu", { dtype: "float64" });
});
beforeEach(() => setSeed(7));

const partsOf = (found: Tensor | ComplexPair): Tensor[] =>
  "imag" in found ? [found.real, found.imag] : [found];
const allParts = (coefficients: PyramidCoefficients) => [...coefficients.values()].flatMap(partsOf);
const image = (...shape: number[]) =>
  tensor(
    spreadNumbers(
      shape.reduce((a, b) => a * b),
      -1,
      1,
      11,
    ),
    shape,
  );

/** Sum of the products of all coefficients with weights that depend on the place alone. */
function contracted(coefficients: PyramidCoefficients): Tensor {
  return allParts(coefficients)
    .map((part) => sum(mul(part, tensor(spreadNumbers(part.size, -1, 1, 5), part.shape))))
    .reduce((a, b) => add(a, b));
}

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
    ];
    for (const [shape, options] of shapes) {
      const pyramid = tidy(() => withoutWarnings(() => new SteerablePyramidFreq(shape, options)));
      const coefficients = pyramid.forward(rand([2, 3, ...shape]));
      expect([...coefficients.keys()]).toEqual([...pyramid.pyrSize.keys()]);
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

function withoutWarnings<T>(make: () => T): T {
  let made: T | undefined;
  void collectWarnings(() => {
    made = make();
  });
  return made as T;
}

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
    const masks = new DeviceMasks(() => analysisMasks(checkMaskOptions([16, 16], {}), false), uploadAnalysis);
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
