import { readFileSync } from "node:fs";
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
import { atan2, cosSin, integerPower, ln, ln1p, log2 } from "../src/random/elementary.js";
import { MersenneTwister } from "../src/random/mt19937.js";

describe("mt19937", () => {
  it("gives the published sequence: the 10,000th draw from seed 5489 is 4123659995", () => {
    const twister = new MersenneTwister(5489);
    for (let i = 1; i < 10000; i++) twister.draw();
    expect(twister.draw()).toBe(4123659995);
  });
});

describe("elementary functions", () => {
  const steps = Array.from({ length: 4000 }, (_, i) => (i + 0.5) / 4000);

  it("are within two units in the last place of Math's, which are within one of the truth", () => {
    for (const u of steps) {
      expect(Math.abs(ln(u) - Math.log(u))).toBeLessThanOrEqual(4.5e-16 * Math.abs(Math.log(u)));
      expect(Math.abs(ln1p(-u * u) - Math.log1p(-u * u))).toBeLessThanOrEqual(4.5e-16 * -Math.log1p(-u * u));
      for (const angle of [2 * Math.PI * u, -30000 * u]) {
        const [c, s] = cosSin(angle);
        expect(Math.abs(c - Math.cos(angle))).toBeLessThanOrEqual(4.5e-16 * Math.abs(Math.cos(angle)));
        expect(Math.abs(s - Math.sin(angle))).toBeLessThanOrEqual(4.5e-16 * Math.abs(Math.sin(angle)));
      }
      expect(Math.abs(log2(u) - Math.log2(u))).toBeLessThanOrEqual(4.5e-16 * Math.abs(Math.log2(u)));
      for (const [y, x] of [
        [u, 1 - u],
        [-u, 0.3 - u],
        [u * u * u, -0.7],
        [1e9 * u, u - 0.5],
      ]) {
        const angle = Math.atan2(y, x);
        expect(Math.abs(atan2(y, x) - angle)).toBeLessThanOrEqual(4.5e-16 * Math.abs(angle));
      }
    }
  });

  it("have the exact values there are", () => {
    expect(ln(1)).toBe(0);
    expect(ln(2 ** -1000)).toBe(-693.1471805599454);
    expect(ln1p(0)).toBe(0);
    for (const k of [-1000, -3, 0, 1, 52, 1000]) expect(log2(2 ** k)).toBe(k);
    expect(log2(3)).toBe(1.584962500721156);
    // Where the angle is a part of a turn, and with the signs of zeros; the same as IEEE 754 says of atan2.
    for (const [y, x] of [0, -0, 1, -1, 3].flatMap((v) => [0, -0, 1, -1, -3].map((w) => [v, w]))) {
      expect(atan2(y, x)).toBe(Math.atan2(y, x));
    }
    expect(atan2(1e-30, -1)).toBe(Math.PI);
    expect(atan2(1e-30, 2)).toBe(5e-31);
    expect(cosSin(0)).toEqual([1, 0]);
    // cos and sin of the doubles nearest to π and π/2 tell how far those are from the real ones.
    expect(cosSin(Math.PI)).toEqual([-1, 1.2246467991473532e-16]);
    expect(cosSin(Math.PI / 2)).toEqual([6.123233995736766e-17, 1]);
  });

  it("raise to whole powers, rounded right", () => {
    expect(integerPower(0.9, 0)).toBe(1);
    expect(integerPower(-2, 3)).toBe(-8);
    expect(integerPower(3, 33)).toBe(5559060566555523);
    // By integers: 0.999 is the double 8998192055486251 / 2^53.
    const exact = (n: number) => {
      const scaled = ((8998192055486251n ** BigInt(n)) << 60n) >> BigInt(53 * (n - 1));
      return Number(scaled) / 2 ** 113;
    };
    for (const n of [1, 2, 3, 10, 99, 1000]) expect(integerPower(0.999, n)).toBe(exact(n));
    expect(integerPower(0.999, 10 ** 7)).toBe(0);
    expect(integerPower(10, 400)).toBe(Number.POSITIVE_INFINITY);
  });
});

interface Recorded {
  runs: {
    seed: string;
    draws: { function: "rand" | "randn"; dtype: T.DType; count: number; values: number[]; sum: number }[];
  }[];
}

describe("draws recorded from torch, of both precisions in turn", () => {
  const file = new URL("./fixtures/random.json", import.meta.url);
  const { runs }: Recorded = JSON.parse(readFileSync(file, "utf8"));
  it.each(runs)("seed $seed", ({ seed, draws }) => {
    T.setSeed(BigInt(seed));
    for (const draw of draws) {
      const { dtype, count } = draw;
      const make = draw.function === "rand" ? T.rand : T.randn;
      const x = T.withDevice({ device: "cpu", dtype }, () => make([count]));
      const drawn = [...T.readSync(x)];
      const kept = count <= 64 ? drawn : [...drawn.slice(0, 8), ...drawn.slice(-8)];
      const sum = drawn.reduce((total, v) => total + v, 0);
      const label = `${count} numbers by ${draw.function} in ${dtype}`;
      x.dispose();
      if (draw.function === "rand") {
        expect(kept, label).toEqual(draw.values);
        expect(sum, label).toBe(draw.sum);
      } else {
        const bound = dtype === "float64" ? 1e-15 : 5e-7;
        expectClose(kept, draw.values, bound, label);
        expect(Math.abs(sum - draw.sum), label).toBeLessThanOrEqual(count * bound);
      }
    }
  });
});

describe.skipIf(!hasGoldens())(`against PyTorch (${skipReason})`, () => {
  describeDevices("goldens", (device) => {
    const kind = device.dtype === "float64" ? "f64" : "f32";
    const golden = goldenOrSkip("rng");
    const cases = [...golden.keys()].filter((key) => key.includes(kind) && /^randn?_/.test(key));
    const sequences = [...golden.keys()].filter((key) => key.startsWith(`two_draws_${kind}`));
    it("has cases", () => expect([cases.length, sequences.length]).toEqual([18, 3]));
    it.each(sequences)("%s: one draw after another", (key) => {
      const { values } = golden.array(key);
      T.setSeed(Number(key.split("_")[3]));
      const uniform = [...T.readSync(T.rand([3, 7])), ...T.readSync(T.rand([10]))];
      expect(uniform).toEqual([...values.slice(0, 31)]);
      const bound = boundFor(device, { float64: 1e-14, float32: 1e-6 });
      expectClose(T.randn([33]), values.slice(31), bound, key);
    });
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

  it("takes both ways a 64-bit seed can be written", () => {
    T.setSeed(-1);
    const first = T.readSync(T.rand([4]));
    T.setSeed(2n ** 64n - 1n);
    expect(T.readSync(T.rand([4]))).toEqual(first);
  });

  it("is not moved by a call that fails", () => {
    T.setSeed(5);
    const [first] = T.readSync(T.rand([1]));
    T.setSeed(5);
    for (const shape of [[-1], [2.5], [-2, -3], [Number.NaN]]) {
      expect(() => T.rand(shape)).toThrow(T.ValidationError);
      expect(() => T.randn(shape)).toThrow(T.ValidationError);
    }
    const state = T.getRandomState();
    const bad: Partial<T.RandomState>[] = [
      { position: 625 },
      { position: -1 },
      { position: 0.5 },
      { words: new Uint32Array(3) },
      { spare: undefined },
    ];
    for (const part of bad) {
      expect(() => T.setRandomState({ ...state, ...part } as T.RandomState)).toThrow(T.ValidationError);
    }
    expect(T.readSync(T.rand([1]))[0]).toBe(first);
  });

  it("hands out its state as a copy", () => {
    T.setSeed(5);
    const state = T.getRandomState();
    const [first] = T.readSync(T.rand([1]));
    T.rand([2000]);
    T.setRandomState(state);
    expect(T.readSync(T.rand([1]))[0]).toBe(first);
  });

  it("draws no numbers for an empty shape, and one for a scalar", () => {
    T.setSeed(5);
    expect(T.rand([0, 3]).shape).toEqual([0, 3]);
    expect(T.randn([]).shape).toEqual([]);
    expect(T.getRandomState().spare).not.toBeNull();
  });

  it("refuses what is no seed", () => {
    expect(() => T.setSeed(0.5)).toThrow(T.ValidationError);
    expect(() => T.setSeed(2 ** 60)).toThrow(/bigint/);
    expect(() => T.setSeed(Number.NaN)).toThrow(T.ValidationError);
    expect(() => T.setSeed("7" as unknown as number)).toThrow(T.ValidationError);
    expect(() => T.setSeed(2n ** 64n)).toThrow(/2\^64/);
    expect(() => T.setSeed(-(2n ** 63n) - 1n)).toThrow(T.ValidationError);
  });
});
