import {
  boundFor,
  describeDevices,
  expectClose,
  goldenOrSkip,
  hasGoldens,
  skipReason,
} from "@plenoptic/testing";
import { describe, expect, it } from "vitest";
import * as T from "../src/index.js";
import { cosSin, ln, ln1p } from "../src/random/elementary.js";
import { MersenneTwister } from "../src/random/mt19937.js";

describe("mt19937", () => {
  it("gives the published sequence: the 10,000th draw from seed 5489 is 4123659995", () => {
    const twister = new MersenneTwister(5489);
    for (let i = 1; i < 10000; i++) twister.draw();
    expect(twister.draw()).toBe(4123659995);
  });
});

describe("elementary functions", () => {
  it("agree with Math's to two units in the last place", () => {
    for (let i = 1; i < 4000; i++) {
      const u = i / 4000;
      expect(Math.abs(ln(u) / Math.log(u) - 1)).toBeLessThan(4.5e-16);
      expect(Math.abs(ln1p(-u * u) / Math.log1p(-u * u) - 1)).toBeLessThan(1e-15);
      const [c, s] = cosSin(u * 2 * Math.PI);
      expect(Math.abs(c - Math.cos(u * 2 * Math.PI))).toBeLessThan(2.3e-16);
      expect(Math.abs(s - Math.sin(u * 2 * Math.PI))).toBeLessThan(2.3e-16);
    }
  });
});

describe.skipIf(!hasGoldens())(`against PyTorch (${skipReason})`, () => {
  describeDevices("goldens", (device) => {
    const kind = device.dtype === "float64" ? "f64" : "f32";
    const golden = goldenOrSkip("rng");
    const cases = [...golden.keys()].filter((key) => key.includes(kind) && /^randn?_/.test(key));
    it("has cases", () => expect(cases.length).toBeGreaterThan(5));
    for (const key of cases) {
      it(key, () => {
        const [name, , seed, count] = key.split("_");
        T.setSeed(Number(seed));
        const drawn = T.readSync((name === "rand" ? T.rand : T.randn)([Number(count)]));
        const expected = golden.array(key);
        if (name === "rand") expect([...drawn]).toEqual([...(expected.values as Float64Array)]);
        else expectClose(drawn, expected, boundFor(device, { float64: 1e-14, float32: 1e-6 }), key);
      });
    }
  });
});

describeDevices("the generator", ({ dtype }) => {
  it("goes on where a saved state left off, the spare normal number included", () => {
    T.setSeed(3);
    T.randn([3]);
    const state = T.getRandomState();
    const first = [...T.readSync(T.randn([4])), ...T.readSync(T.rand([5]))];
    T.setRandomState(state);
    expect([...T.readSync(T.randn([4])), ...T.readSync(T.rand([5]))]).toEqual(first);
  });

  it("looks at the low 32 bits of the seed, negative or large", () => {
    const draw = (seed: number | bigint) => {
      T.setSeed(seed);
      return [...T.readSync(T.rand([4]))];
    };
    expect(draw(2n ** 40n + 7n)).toEqual(draw(7));
    expect(draw(-1)).toEqual(draw(2 ** 32 - 1));
    expect(draw(8)).not.toEqual(draw(7));
  });

  it("stays in [0, 1) and has the moments of its distribution", () => {
    T.setSeed(1);
    const u = T.readSync(T.rand([20000]));
    expect(Math.min(...u)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...u)).toBeLessThan(1);
    const z = T.randnLike(T.zeros([200, 100]));
    expect(Math.abs(T.readSync(T.mean(z))[0])).toBeLessThan(0.03);
    expect(Math.abs(T.readSync(T.variance(z))[0] - 1)).toBeLessThan(0.03);
    expect(T.deviceOf(z).dtype).toBe(dtype);
  });

  it("refuses what is no seed", () => {
    expect(() => T.setSeed(0.5)).toThrow(T.ValidationError);
    expect(() => T.setSeed(2 ** 60)).toThrow(/bigint/);
  });
});
