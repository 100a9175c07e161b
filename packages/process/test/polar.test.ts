import "@plenoptic/backend-cpu";
import {
  type ComplexPair,
  dispose,
  grad,
  ones,
  readSync,
  ShapeError,
  sum,
  type Tensor,
  tensor,
  ValidationError,
  zeros,
} from "@plenoptic/tensor";
import { boundFor, describeDevices, expectClose, withoutLeak } from "@plenoptic/testing";
import fc from "fast-check";
import { expect, it } from "vitest";
import {
  polarToRectangular,
  polarToRectangularDict,
  rectangularToPolar,
  rectangularToPolarDict,
} from "../src/index.js";
import { onStacked, random } from "./support.js";

const pair = (shape: number[], seed = 1): ComplexPair => ({
  real: random(shape, seed),
  imag: random(shape, seed + 50),
});

describeDevices("polar coordinates", (device) => {
  const bound = boundFor(device, { float64: 1e-14, float32: 1e-6 });

  it("are modulus and angle, and lead back", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.nat(99), (length, seed) => {
        withoutLeak(() => {
          const z = pair([length], seed);
          const [re, im] = [readSync(z.real), readSync(z.imag)];
          const { amplitude, phase } = withoutLeak(() => rectangularToPolar(z));
          expectClose(
            amplitude,
            Array.from(re, (a, i) => Math.hypot(a, im[i])),
            bound,
          );
          expectClose(
            phase,
            Array.from(re, (a, i) => Math.atan2(im[i], a)),
            bound,
          );
          const back = withoutLeak(() => polarToRectangular(amplitude, phase));
          const whole = [...re, ...im];
          expectClose([...readSync(back.real), ...readSync(back.imag)], whole, bound);
          dispose(z, amplitude, phase, back);
        });
      }),
      { numRuns: 30 },
    );
  });

  it("of real numbers are their size and 0 or π, and NaN stays NaN", () => {
    const { amplitude, phase } = rectangularToPolar(tensor([2, -3, 0, Number.NaN]));
    expect([...readSync(amplitude)]).toEqual([2, 3, 0, Number.NaN]);
    expectClose(readSync(phase).slice(0, 3), [0, Math.PI, 0], bound);
    expect(readSync(phase)[3]).toBeNaN();
    expect(readSync(rectangularToPolar({ real: tensor([Number.NaN]), imag: zeros([1]) }).phase)[0]).toBeNaN();
  });

  it("at 0 are 0, with slopes that are 0", () => {
    const f = onStacked((z) => {
      const { amplitude, phase } = rectangularToPolar(z);
      return { real: amplitude, imag: phase };
    });
    const x = zeros([2, 3]);
    expect([...readSync(f(x))]).toEqual(Array(6).fill(0));
    expect(Array.from(readSync(grad((t) => sum(f(t)))(x)), Math.abs)).toEqual(Array(6).fill(0));
  });

  it("refuse negative amplitudes, and parts of two shapes", () => {
    const wrong = () => polarToRectangular(tensor([1, -1e-3]), zeros([2]));
    expect(wrong).toThrow(ValidationError);
    expect(wrong).toThrow(/Amplitudes must be non-negative/);
    expect(() => rectangularToPolar({ real: ones([2]), imag: ones([3]) })).toThrow(ShapeError);
  });
});

type Coefficients = Map<number | string, Tensor | ComplexPair>;

const coefficients = (): Coefficients =>
  new Map<number | string, Tensor | ComplexPair>([
    ["residual_highpass", random([1, 1, 8, 6], 1)],
    [0, pair([1, 1, 2, 8, 6], 2)],
    [1, pair([1, 1, 2, 4, 3], 3)],
    ["residual_lowpass", random([1, 1, 2, 2], 4)],
  ]);

describeDevices("polar coordinates of dictionaries", (device) => {
  const bound = boundFor(device, { float64: 1e-14, float32: 1e-6 });
  const flat = (x: Tensor | ComplexPair) =>
    "dataId" in x ? [...readSync(x)] : [...readSync(x.real), ...readSync(x.imag)];

  it.each([true, false])("lead back, residuals %s", (residuals) => {
    withoutLeak(() => {
      const coeffs = coefficients();
      const { energy, state } = withoutLeak(() => rectangularToPolarDict(coeffs, { residuals }));
      const rest = residuals ? ["residual_lowpass", "residual_highpass"] : [];
      expect([...energy.keys()]).toEqual([0, 1, ...rest]);
      expect([...state.keys()]).toEqual([0, 1]);
      const back = withoutLeak(() => polarToRectangularDict(energy, state));
      expect([...back.keys()]).toEqual([0, 1, ...rest]);
      // Each dictionary lives by itself.
      const copies = new Map([...coeffs].map(([key, x]) => [key, flat(x)]));
      dispose(coeffs, energy, state);
      for (const [key, x] of back) expectClose(flat(x), copies.get(key) as number[], bound, String(key));
      dispose(back);
    });
  });

  it("let gradients through", () => {
    const slope = grad((x) => {
      const { energy } = rectangularToPolarDict(new Map([[0, { real: x, imag: ones([3]) }]]));
      return sum(energy.get(0) as Tensor);
    })(ones([3]));
    expectClose(slope, Array(3).fill(Math.SQRT1_2), bound);
  });

  it("say what is missing", () => {
    const bands = new Map([...coefficients()].filter(([key]) => typeof key === "number"));
    expect(() => rectangularToPolarDict(bands, { residuals: true })).toThrow(
      /coeffs has no "residual_lowpass".*0, 1/,
    );
    expect(() => polarToRectangularDict(new Map([[0, ones([2])]]), new Map())).toThrow(ValidationError);
    const half = new Map([["residual_lowpass", ones([2])]]);
    expect(() => polarToRectangularDict(half, new Map())).toThrow(/energy has no "residual_highpass"/);
    const complexResidual = coefficients().set("residual_lowpass", pair([1, 1, 2, 2]));
    expect(() => rectangularToPolarDict(complexResidual, { residuals: true })).toThrow(/a real tensor/);
  });
});
