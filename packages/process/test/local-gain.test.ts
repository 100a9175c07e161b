import "@plenoptic/backend-cpu";
import {
  type ComplexPair,
  dispose,
  grad,
  mean,
  mul,
  ones,
  readSync,
  ShapeError,
  setSeed,
  square,
  sub,
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
  addNoise,
  localGainControl,
  localGainControlDict,
  localGainRelease,
  localGainReleaseDict,
  rescale,
} from "../src/index.js";
import { random } from "./support.js";

describeDevices("local gain control", (device) => {
  const bound = boundFor(device, { float64: 1e-13, float32: 1e-5 });

  it("is undone by its release, for any size and 4 or 5 axes", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 3, max: 12 }),
        fc.integer({ min: 3, max: 12 }),
        fc.boolean(),
        (h, w, five) => {
          withoutLeak(() => {
            const lead = five ? [2, 1, 3] : [1, 2];
            const x = random([...lead, h, w], h * w);
            const { norm, direction } = withoutLeak(() => localGainControl(x));
            expect(norm.shape).toEqual([...lead, Math.ceil(h / 2), Math.ceil(w / 2)]);
            const back = withoutLeak(() => localGainRelease(norm, direction));
            expectClose(back, x, bound);
            dispose(x, norm, direction, back);
          });
        },
      ),
      { numRuns: 25 },
    );
  });

  it("treats complex signals by their modulus", () => {
    const z = { real: random([1, 1, 6, 6]), imag: random([1, 1, 6, 6], 2) };
    const { norm, direction } = withoutLeak(() => localGainControl(z));
    const modulus = readSync(z.real).map((a, i) => Math.hypot(a, readSync(z.imag)[i]));
    expectClose(norm, localGainControl(tensor(modulus, [1, 1, 6, 6])).norm, bound);
    const back = localGainRelease(norm, direction);
    expectClose(back.real, z.real, bound);
    expectClose(back.imag, z.imag, bound);
  });

  it("does not care for contrast, but for its epsilon", () => {
    const x = random([1, 1, 8, 8]);
    const [one, ten] = [localGainControl(x, 0), localGainControl(mul(x, 10), 0)];
    expectClose(ten.direction, one.direction, bound);
    expectClose(ten.norm, mul(one.norm, 10), bound);
  });

  it("of 0 is 0, with a slope that is no NaN", () => {
    const x = zeros([1, 1, 4, 4]);
    const { norm, direction } = localGainControl(x);
    expect([...readSync(norm), ...readSync(direction)]).toEqual(Array(20).fill(0));
    expect([...readSync(grad((t) => sum(localGainControl(t).norm))(x))]).toEqual(Array(16).fill(0));
  });

  it("goes over dictionaries, and back", () => {
    withoutLeak(() => {
      const coeffs = new Map<number | string, Tensor | ComplexPair>([
        ["residual_highpass", random([1, 1, 8, 8])],
        [0, random([1, 1, 2, 8, 8], 2)],
        [1, { real: random([1, 1, 2, 5, 4], 3), imag: random([1, 1, 2, 5, 4], 4) }],
        ["residual_lowpass", random([1, 1, 2, 2], 5)],
      ]);
      const { energy, state } = withoutLeak(() => localGainControlDict(coeffs));
      expect([...energy.keys()]).toEqual([0, 1, "residual_lowpass", "residual_highpass"]);
      expect([...state.keys()]).toEqual([0, 1]);
      const back = withoutLeak(() => localGainReleaseDict(energy, state));
      expectClose(back.get(0) as Tensor, coeffs.get(0) as Tensor, bound);
      expectClose((back.get(1) as ComplexPair).imag, (coeffs.get(1) as ComplexPair).imag, bound);
      expectClose(back.get("residual_lowpass") as Tensor, coeffs.get("residual_lowpass") as Tensor, 0);
      dispose(coeffs, energy, state, back);
    });
    const bands = new Map([[0, ones([1, 1, 4, 4])]]);
    expect(() => localGainControlDict(bands)).toThrow(/no "residual_lowpass"/);
    const { energy, state } = localGainControlDict(bands, { residuals: false });
    expect(() => localGainReleaseDict(energy, state)).toThrow(ValidationError);
    expect(() => localGainReleaseDict(energy, new Map(), { residuals: false })).toThrow(/state has no "0"/);
  });

  it("says which shapes it takes", () => {
    expect(() => localGainControl(ones([4, 4]))).toThrow(ShapeError);
    expect(() => localGainControl(ones([4, 4]))).toThrow(/4 or 5 axes.*\[4, 4\]/);
    expect(() => localGainRelease(ones([2, 2]), ones([4, 4]))).toThrow(/4 or 5 axes/);
    expect(() => localGainRelease(ones([1, 1, 3, 2]), ones([1, 1, 4, 4]))).toThrow(ShapeError);
  });
});

describeDevices("rescale", (device) => {
  const bound = boundFor(device, { float64: 1e-14, float32: 1e-6 });

  it("puts the extremes where they are wanted, and the others in proportion", () => {
    expectClose(rescale(tensor([2, 4, 6, 8])), [0, 1 / 3, 2 / 3, 1], bound);
    expectClose(
      rescale(
        tensor([
          [0, 5],
          [1, 3],
        ]),
        { min: -1, max: 1 },
      ),
      [-1, 1, -0.6, 0.2],
      bound,
    );
    expectClose(rescale(tensor([0, 1]), { min: 3, max: 2 }), [3, 2], bound);
  });

  it("makes a constant the smallest, and lets NaN through", () => {
    expect([...readSync(rescale(ones([3]), { min: -2 }))]).toEqual([-2, -2, -2]);
    expect(readSync(rescale(tensor([1, Number.NaN])))[1]).toBeNaN();
  });
});

describeDevices("addNoise", (device) => {
  const bound = boundFor(device, { float64: 1e-13, float32: 1e-5 });

  it("has exactly the mean square that is asked for, in each channel", () => {
    const x = random([1, 2, 16, 8]);
    const levels = [0.01, 2, 0];
    const noisy = withoutLeak(() => addNoise(x, levels));
    expect(noisy.shape).toEqual([3, 2, 16, 8]);
    const mse = mean(square(sub(noisy, x)), [2, 3]);
    expectClose(
      mse,
      levels.flatMap((level) => [level, level]),
      bound,
    );
    expect(addNoise(random([4, 1, 3, 3]), 1).shape).toEqual([4, 1, 3, 3]);
    expect(addNoise(random([2, 1, 3, 3]), [1, 2]).shape).toEqual([2, 1, 3, 3]);
  });

  it("comes from the seed, is different each time, and has no mean over all of it", () => {
    const x = zeros([1, 1, 32, 32]);
    setSeed(5);
    const [first, second] = [addNoise(x, 1), addNoise(x, 1)].map((y) => [...readSync(y)]);
    setSeed(5);
    expect([...readSync(addNoise(x, 1))]).toEqual(first);
    expect(second).not.toEqual(first);
    expect(Math.abs(first.reduce((a, b) => a + b, 0) / 1024)).toBeLessThan(bound);
  });

  it("says what it wants", () => {
    expect(() => addNoise(ones([4, 4]), 1)).toThrow(ShapeError);
    expect(() => addNoise(ones([1, 1, 4, 4]), -1)).toThrow(/noiseMse must be at least 0/);
    expect(() => addNoise(ones([1, 1, 4, 4]), [])).toThrow(ValidationError);
    expect(() => addNoise(ones([2, 1, 4, 4]), [1, 2, 3])).toThrow(
      /one for each of the 2 images, but it holds 3/,
    );
  });
});
