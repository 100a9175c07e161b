import { type PyramidCoefficients, SteerablePyramidFreq } from "@plenoptic/process";
import {
  add,
  type ComplexPair,
  concat,
  dispose,
  grad,
  mul,
  ones,
  readSync,
  reshape,
  ShapeError,
  slice,
  sum,
  type Tensor,
  tensor,
  tidy,
  ValidationError,
  withDevice,
} from "@plenoptic/tensor";
import {
  boundFor,
  checkGradient,
  describeDevices,
  expectClose,
  spreadNumbers,
  withoutLeak,
} from "@plenoptic/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PortillaSimoncelli, type Scale, statisticNames } from "../src/index.js";
import { makeLayout } from "../src/portilla-simoncelli/layout.js";
import { textureStatistics } from "./plain-texture-statistics/statistics.js";

const small = { nScales: 2, nOrientations: 3, spatialCorrWidth: 5 } as const;

/** Values of a texture `[1, 1, h, w]` of noise and two gratings, between 0 and 1. */
function texture(height: number, width: number, seed = 1): Float64Array {
  return spreadNumbers(height * width, 0, 1, seed).map((noise, i) => {
    const [y, x] = [Math.floor(i / width), i % width];
    return (
      0.5 +
      0.25 * (noise - 0.5) +
      0.2 * Math.sin((2 * Math.PI * 3 * x) / width + seed) +
      0.15 * Math.cos((2 * Math.PI * (2 * y + x)) / height)
    );
  });
}
const image = (height = 32, width = 32, seed = 1) =>
  tensor(texture(height, width, seed), [1, 1, height, width]);

/** Numbers of each group, by name. */
function groupsOf(model: PortillaSimoncelli, x: Tensor): Record<string, number[]> {
  const dict = model.convertToDict(model.forward(x));
  return Object.fromEntries(Object.entries(dict).map(([name, group]) => [name, [...readSync(group)]]));
}
/** All statistics, redundant ones too, in the precision of the device throughout. */
function exactStatistics(model: PortillaSimoncelli, x: Tensor): Record<string, Tensor> {
  const [height, width] = model.imageShape;
  const { nScales, nOrientations } = model;
  const pyramid = new SteerablePyramidFreq([height, width], {
    height: nScales,
    order: nOrientations - 1,
    isComplex: true,
  });
  const reconstruct = (coefficients: PyramidCoefficients, level: number | "residual_lowpass") =>
    pyramid.reconPyr(coefficients, { levels: [level] });
  return textureStatistics(x, pyramid, model, reconstruct) as Record<string, Tensor>;
}

const correlations = statisticNames.filter((name) => name.includes("correlation"));
const known = (values: readonly number[]) => values.filter((v) => !Number.isNaN(v));

describe("layout", () => {
  const options = fc.record({
    nScales: fc.integer({ min: 1, max: 5 }),
    nOrientations: fc.integer({ min: 2, max: 7 }),
    spatialCorrWidth: fc.integer({ min: 1, max: 10 }),
  });

  it("has 710 numbers by default, 181 of them of the finest scale", () => {
    const { scales, necessary } = makeLayout({ nScales: 4, nOrientations: 4, spatialCorrWidth: 7 });
    expect([scales.length, necessary.length]).toEqual([710, 710]);
    expect(scales.filter((scale) => scale === 0).length).toBe(181);
  });

  it("has as many numbers as symmetry leaves", () => {
    fc.assert(
      fc.property(options, ({ nScales: n, nOrientations: k, spatialCorrWidth: w }) => {
        const layout = makeLayout({ nScales: n, nOrientations: k, spatialCorrWidth: w });
        // Of the shifts in the window: one of each pair of opposite ones, and those whose opposite is outside; without none.
        const radius = Math.floor(w / 2);
        const inside = (d: number) => d >= -radius && d < w - radius;
        let shifts = 0;
        for (let y = -radius; y < w - radius; y++)
          for (let x = -radius; x < w - radius; x++) {
            if (y === 0 && x === 0) continue;
            shifts += inside(-y) && inside(-x) ? 0.5 : 1;
          }
        const expected =
          6 +
          shifts * (k * n + n + 1) +
          3 * (n + 1) +
          ((k * (k - 1)) / 2) * n +
          k * n +
          3 * k * k * (n - 1) +
          1;
        expect(layout.scales.length).toBe(expected);
        expect(new Set(layout.necessary).size).toBe(expected);
      }),
    );
  });

  it("deals every number to one scale", () => {
    fc.assert(
      fc.property(options, (given) => {
        const { scales } = makeLayout(given);
        const counts = new Map<Scale, number>();
        for (const scale of scales) counts.set(scale, (counts.get(scale) ?? 0) + 1);
        expect(counts.size).toBe(given.nScales + 3);
        expect(counts.get("pixel_statistics")).toBe(6);
        expect(counts.get("residual_highpass")).toBe(1);
      }),
    );
  });
});

describeDevices("Portilla-Simoncelli", (device) => {
  const bound = boundFor(device, { float64: 1e-9, float32: 2e-4 });
  const exact = boundFor(device, { float64: 1e-12, float32: 2e-5 });

  it.each([4, 5])("leaves out what says nothing new, with windows of width %d", (spatialCorrWidth) => {
    const model = new PortillaSimoncelli([32, 32], { ...small, spatialCorrWidth });
    const all = exactStatistics(model, image());
    const dict = groupsOf(model, image());
    let redundant = 0;
    for (const name of statisticNames) {
      const computed = [...readSync(all[name] as Tensor)];
      const said = [1, ...known(dict[name])];
      dict[name].forEach((value, i) => {
        const away = Math.min(...said.map((other) => Math.abs(other - computed[i])));
        if (!Number.isNaN(value)) return;
        redundant++;
        expect(away, `${name} ${i}`).toBeLessThan(1e-5);
      });
    }
    const total = statisticNames.reduce((n, name) => n + dict[name].length, 0);
    expect(redundant).toBe(total - model.representationScales.length);
    expect(redundant).toBeGreaterThan(50);
  });

  it("computes pixel statistics, magnitudes and their correlations as they are defined", () => {
    const values = texture(32, 32);
    const model = new PortillaSimoncelli([32, 32], small);
    const dict = groupsOf(model, image());
    const mean = (v: ArrayLike<number>) => Array.from(v).reduce((a, b) => a + b, 0) / v.length;
    const m = mean(values);
    const power = (p: number) => mean(values.map((v) => (v - m) ** p));
    const variance = (power(2) * 1024) / 1023;
    const extremes = [Math.min(...values), Math.max(...values)];
    expectClose(
      dict.pixel_statistics,
      [m, variance, power(3) / variance ** 1.5, power(4) / variance ** 2, ...extremes],
      exact,
    );

    const pyramid = new SteerablePyramidFreq([32, 32], { height: 2, order: 2, isComplex: true });
    const coefficients = pyramid.forward(image());
    const magnitudesOf = (scale: number) => {
      const { real, imag } = coefficients.get(scale) as ComplexPair;
      const [re, im] = [readSync(real), readSync(imag)];
      const size = re.length / 3;
      return [0, 1, 2].map((o) => {
        const band = Array.from({ length: size }, (_, i) => Math.hypot(re[o * size + i], im[o * size + i]));
        const center = mean(band);
        return band.map((v) => v - center);
      });
    };
    const pairs: [name: string, found: number, expected: number][] = [];
    for (const scale of [0, 1]) {
      const bands = magnitudesOf(scale);
      const side = 32 >> scale;
      const product = (a: number[], b: number[], dy = 0, dx = 0) =>
        mean(
          a.map((v, i) => {
            const [y, x] = [Math.floor(i / side) + dy, (i % side) + dx];
            return v * b[((y + side) % side) * side + ((x + side) % side)];
          }),
        );
      for (let o = 0; o < 3; o++) {
        const std = Math.sqrt(product(bands[o], bands[o]));
        pairs.push(["standard deviations", dict.magnitude_std[o * 2 + scale], std]);
        // The first row of the window is redundant but for its first number, the shift (-2, -2).
        for (const [i, j] of [
          [0, 0],
          [2, 1],
          [4, 0],
          [4, 3],
        ]) {
          const place = ((i * 5 + j) * 3 + o) * 2 + scale;
          const shifted = product(bands[o], bands[o], i - 2, j - 2) / std ** 2;
          pairs.push(["shifts", dict.auto_correlation_magnitude[place], shifted]);
        }
        for (let p = 0; p < o; p++) {
          const other = Math.sqrt(product(bands[p], bands[p]));
          const crossed = product(bands[o], bands[p]) / (std * other);
          const place = (o * 3 + p) * 2 + scale;
          pairs.push(["orientations", dict.cross_orientation_correlation_magnitude[place], crossed]);
        }
      }
    }
    for (const kind of ["standard deviations", "shifts", "orientations"]) {
      const of = pairs.filter(([name]) => name === kind);
      expectClose(
        of.map(([, found]) => found),
        of.map(([, , expected]) => expected),
        exact,
        kind,
      );
    }
    const [size, highpass] = [1024, readSync(coefficients.get("residual_highpass") as Tensor)];
    expect(highpass.length).toBe(size);
    expectClose(dict.var_highpass_residual, [mean(highpass.map((v) => v * v))], exact);
  });

  it("does not change when the image is shifted around its border", () => {
    const model = new PortillaSimoncelli([32, 48], small);
    const x = image(32, 48);
    // By multiples of the coarsest sample: others move the samples of the coarser scales against the image.
    const right = concat(
      [slice(x, [0, 0, 0, 36], [1, 1, 32, 12]), slice(x, [0, 0, 0, 0], [1, 1, 32, 36])],
      3,
    );
    const moved = concat(
      [slice(right, [0, 0, 24, 0], [1, 1, 8, 48]), slice(right, [0, 0, 0, 0], [1, 1, 24, 48])],
      2,
    );
    expectClose(readSync(model.forward(moved)), readSync(model.forward(x)), bound);
  });

  it("treats each image and channel by itself", () => {
    const model = new PortillaSimoncelli([32, 32], small);
    const images = Array.from({ length: 6 }, (_, seed) => image(32, 32, seed + 1));
    const together = readSync(model.forward(reshape(concat(images), [3, 2, 32, 32])));
    const alone = images.flatMap((x) => [...readSync(model.forward(x))]);
    expectClose(together, alone, exact);
  });

  it("keeps correlations, skews and kurtoses when contrast and brightness change", () => {
    const model = new PortillaSimoncelli([32, 32], small);
    const [before, after] = [image(), add(mul(image(), 0.5), 0.25)].map((x) => groupsOf(model, x));
    const same = [...correlations, "skew_reconstructed", "kurtosis_reconstructed"];
    for (const name of same) expectClose(known(after[name]), known(before[name]), bound, name);
    const scaled = { std_reconstructed: 0.5, magnitude_std: 0.5, var_highpass_residual: 0.25 };
    for (const [name, factor] of Object.entries(scaled)) {
      expectClose(
        after[name],
        before[name].map((v) => factor * v),
        bound,
        name,
      );
    }
    const [mean, variance, skew, kurtosis, least, largest] = before.pixel_statistics;
    const moved = [mean / 2 + 0.25, variance / 4, skew, kurtosis, least / 2 + 0.25, largest / 2 + 0.25];
    expectClose(after.pixel_statistics, moved, bound);
  });

  it("gives the statistics of some scales, in the order of all", () => {
    fc.assert(
      fc.property(
        fc.subarray([...new PortillaSimoncelli([32, 32], small).scales], { minLength: 1 }),
        (scales) => {
          const model = new PortillaSimoncelli([32, 32], small);
          const all = model.forward(image());
          const wanted = [...readSync(all)].filter((_, i) => scales.includes(model.representationScales[i]));
          expect([...readSync(model.removeScales(all, scales))]).toEqual(wanted);
          expect([...readSync(model.forward(image(), { scales }))]).toEqual(wanted);
          model.dispose();
        },
      ),
      { numRuns: 8 },
    );
  });

  it("goes from representation to dictionary and back without loss", () => {
    withoutLeak(() => {
      const model = new PortillaSimoncelli([32, 32], { ...small, nScales: 1 });
      const count = model.representationScales.length;
      const y = tensor(spreadNumbers(6 * count), [2, 3, count]);
      const dict = model.convertToDict(y);
      expect(Object.keys(dict)).toEqual(statisticNames);
      expect(dict.cross_scale_correlation_magnitude.shape).toEqual([2, 3, 3, 3, 0]);
      const back = model.convertToTensor(dict);
      expect([...readSync(back)]).toEqual([...readSync(y)]);
      dispose(y, dict, back);
    });
  });

  it("shares the gradient of the least and the largest pixel among equal ones", () => {
    const model = new PortillaSimoncelli([32, 32], small);
    const values = texture(32, 32);
    values.fill(-1, 0, 4);
    values.fill(2, 10, 12);
    const extreme = (i: number) => (x: Tensor) => sum(slice(model.forward(x), [0, 0, i], [1, 1, 1]));
    const at = tensor(values, [1, 1, 32, 32]);
    const expected = (from: number, to: number) =>
      values.map((_, i) => (i >= from && i < to ? 1 / (to - from) : 0));
    expectClose(readSync(grad(extreme(4))(at)), expected(0, 4), 1e-15);
    expectClose(readSync(grad(extreme(5))(at)), expected(10, 12), 1e-15);
  });

  it("takes the moments of a normal distribution for scales where there is nothing", () => {
    const model = new PortillaSimoncelli([64, 64], { ...small, nScales: 3 });
    // One frequency above all that the lowpass residual lets through.
    const fine = Array.from(
      { length: 4096 },
      (_, i) => 0.5 + 0.4 * Math.cos((2 * Math.PI * 24 * (i % 64)) / 64),
    );
    const dict = groupsOf(model, tensor(fine, [1, 1, 64, 64]));
    expect([dict.skew_reconstructed[3], dict.kurtosis_reconstructed[3]]).toEqual([0, 3]);
    expect(dict.kurtosis_reconstructed[0]).toBeCloseTo(1.5, 3);
  });

  it("leaves no tensor behind, but for masks until it is disposed of", () => {
    withoutLeak(() => {
      const model = new PortillaSimoncelli([32, 32], small);
      const x = image();
      dispose(tidy(() => grad((im) => sum(model.forward(im)))(x)));
      dispose(model.forward(x, { scales: [0] }), x);
      model.dispose();
    });
  });
});

describe("Portilla-Simoncelli, its derivatives and errors", () => {
  it.each([
    [1, 16],
    [2, 16],
  ])("derivatives of first and second order, against differences: %d scales", (nScales, side) => {
    const model = new PortillaSimoncelli([side, side], { nScales, nOrientations: 2, spatialCorrWidth: 3 });
    // Not the model itself: where spectra are rounded, differences are those of a staircase.
    const exact = (im: Tensor) => tidy(() => model.convertToTensor(exactStatistics(model, im)));
    const x = { values: texture(side, side, 4), shape: [1, 1, side, side] };
    checkGradient(exact, x, { bound: 1e-6 });
    withDevice({ device: "cpu", dtype: "float64" }, () => {
      const slope = (f: (im: Tensor) => Tensor) =>
        readSync(grad((im) => sum(f(im)))(tensor(x.values, x.shape)));
      expectClose(
        slope((im) => model.forward(im)),
        slope(exact),
        1e-6,
      );
    });
  });

  it("says what is wrong with sizes and options", () => {
    const make =
      (shape: number[], options = {}) =>
      () =>
        new PortillaSimoncelli(shape, options);
    expect(make([256, 250])).toThrow(/divided by 2 `nScales` times.*multiples of 16.*256 × 250/s);
    expect(make([256, 250])).toThrow(ValidationError);
    expect(make([64, 64])).toThrow(/spatialCorrWidth 7 .*64 × 64 halved 4 times is 4 × 4/s);
    // Of 7 columns the autocorrelation has 6.
    expect(make([128, 112])).toThrow(/spatialCorrWidth/);
    expect(make([64, 64, 1])).toThrow(/imageShape/);
    expect(make([64, 64], { nScales: 0 })).toThrow(/nScales/);
    expect(make([64, 64], { nOrientations: 1 })).toThrow(/nOrientations/);
    expect(make([64, 64], { spatialCorrWidth: 2.5 })).toThrow(/spatialCorrWidth/);
    expect(make([64, 64], { nScale: 3 })).toThrow(/Did you mean "nScales"\?/);
  });

  it("says what is wrong with images, representations and scales", () => {
    const model = new PortillaSimoncelli([32, 32], small);
    const count = model.representationScales.length;
    expect(() => model.forward(ones([1, 1, 32, 64]))).toThrow(ShapeError);
    expect(() => model.forward(ones([32, 32]))).toThrow(/\[batch, channel, 32, 32\].*\[32, 32\]/);
    const part = model.removeScales(ones([1, 1, count]), [0]);
    expect(() => model.convertToDict(part)).toThrow(
      new RegExp(`expected ${count} but got ${part.shape[2]}.*remove some of the scales`),
    );
    expect(() => model.removeScales(part, [0])).toThrow(ShapeError);
    expect(() => model.removeScales(ones([1, 1, count]), [2])).toThrow(/scalesToKeep.*pixel_statistics/);
    const { skew_reconstructed: skew, ...rest } = model.convertToDict(ones([1, 1, count]));
    expect(() => model.convertToTensor(rest)).toThrow(/missing keys! skew_reconstructed/);
    expect(() => model.convertToTensor({ ...rest, skew_reconstructed: skew, more: skew })).toThrow(
      /additional keys! more/,
    );
    expect(() => model.convertToTensor({ ...rest, skew_reconstructed: ones([1, 1, 2]) })).toThrow(ShapeError);
  });

  it("says what it is", () => {
    const model = new PortillaSimoncelli([32, 32], small);
    expect(`${model}`).toBe(
      "PortillaSimoncelli(imageShape: [32,32], nScales: 2, nOrientations: 3, spatialCorrWidth: 5)",
    );
    expect(model.scales).toEqual(["pixel_statistics", "residual_lowpass", 1, 0, "residual_highpass"]);
    expect(PortillaSimoncelli.optionNames).toEqual(["nScales", "nOrientations", "spatialCorrWidth"]);
    expect(model.parameters().nOrientations).toBe(3);
  });
});
