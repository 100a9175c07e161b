import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normalCdf, normalQuantile } from "../src/judge/normal.js";
import { type Conditions, recordAsCsv, recordAsJson } from "../src/judge/record.js";
import { differencingDPrime, independentDPrime, rates } from "../src/judge/sensitivity.js";
import { blockLength, isDifferent, makeBlock, scoreOf, type Trial, tally } from "../src/judge/trials.js";
import {
  degreesOf,
  meanShade,
  pixelsTo,
  scrambled,
  usualViewing,
  visualAngle,
} from "../src/judge/viewing.js";
import { defaultSettings } from "../src/settings/settings.js";

/** Numbers in [0, 1) from a seed (Park & Miller 1988). */
function seeded(seed: number): () => number {
  let state = (seed % 2147483646) + 1;
  return () => {
    state = (state * 48271) % 2147483647;
    return (state - 1) / 2147483646;
  };
}

describe("trials", () => {
  it("are balanced in every block, whatever the random numbers", () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const block = makeBlock(seeded(seed));
        expect(block).toHaveLength(blockLength);
        expect(block.filter(isDifferent)).toHaveLength(blockLength / 2);
        const count = (name: string) =>
          block.filter(({ first, second }) => `${first} ${second}` === name).length;
        const names = ["target target", "metamer metamer", "target metamer", "metamer target"];
        expect(names.map(count)).toEqual(names.map(() => blockLength / 4));
      }),
    );
  });

  it("come in any order: each place of a block is as often different as the same", () => {
    const random = seeded(1);
    const blocks = Array.from({ length: 4000 }, () => makeBlock(random));
    for (let place = 0; place < blockLength; place++) {
      const different = blocks.filter((block) => isDifferent(block[place])).length;
      // Four standard deviations of 4000 throws of a coin.
      expect(Math.abs(different - 2000)).toBeLessThan(4 * Math.sqrt(1000));
    }
  });

  it("have a score with the interval of Wilson", () => {
    const { right, part, low, high } = scoreOf({ different: 5, hits: 3, same: 5, falseAlarms: 1 });
    expect([right, part]).toEqual([7, 0.7]);
    // Newcombe (1998) and every table of it: 7 of 10.
    expect(low).toBeCloseTo(0.3968, 3);
    expect(high).toBeCloseTo(0.8922, 3);
  });
});

/** Answers of an observer who sees each picture as its mean and a normal error, and compares by a rule. */
function observer(dPrime: number, isDifferentTo: (first: number, second: number) => boolean) {
  const random = seeded(7);
  const noise = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const trials = 200_000;
  const part = (first: number, second: number) => {
    let count = 0;
    for (let i = 0; i < trials; i++)
      if (isDifferentTo(first * dPrime + noise(), second * dPrime + noise())) count++;
    return count / trials;
  };
  return { hit: (part(0, 1) + part(1, 0)) / 2, falseAlarm: (part(0, 0) + part(1, 1)) / 2 };
}

describe("sensitivity", () => {
  it("has the normal distribution", () => {
    // From Python's statistics.NormalDist.
    expect(normalCdf(1)).toBeCloseTo(0.8413447460685429, 6);
    expect(normalCdf(-2.5)).toBeCloseTo(0.006209665325776159, 6);
    expect(normalQuantile(0.975)).toBeCloseTo(1.9599639845400536, 5);
  });

  it("is that of the formulas of the models", () => {
    // p(c)max = Φ(d′/2)² + Φ(−d′/2)² without bias, in Python: d′ = 1, 2, 3.
    const unbiased = [0.5733157481542059, 0.7330324713371961, 0.8753120017450393];
    for (const [i, part] of unbiased.entries())
      expect(independentDPrime(part, 1 - part)).toBeCloseTo(i + 1, 3);
    expect(independentDPrime(0.8, 0.4)).toBeCloseTo(1.849656886, 4);
    // Rates at d′ and a criterion of the difference: (1, 1.5), (2, 1.8), (3, 2).
    expect(differencingDPrime(0.40038674078765246, 0.2888443663464849)).toBeCloseTo(1, 4);
    expect(differencingDPrime(0.5598362433915137, 0.203091787577168)).toBeCloseTo(2, 4);
    expect(differencingDPrime(0.7604534149152458, 0.15729920705028522)).toBeCloseTo(3, 4);
  });

  it("finds what observers see who decide so", () => {
    for (const dPrime of [1, 2, 3]) {
      const half = dPrime / 2;
      const each = observer(dPrime, (first, second) => first > half !== second > half);
      expect(independentDPrime(each.hit, each.falseAlarm)).toBeCloseTo(dPrime, 1);
      const difference = observer(dPrime, (first, second) => Math.abs(first - second) > 1.7);
      expect(differencingDPrime(difference.hit, difference.falseAlarm)).toBeCloseTo(dPrime, 1);
    }
  });

  it("is 0 for those who guess, and finite for those who are always right", () => {
    expect(independentDPrime(0.5, 0.5)).toBe(0);
    expect(independentDPrime(0.3, 0.4)).toBe(0);
    expect(differencingDPrime(0.3, 0.4)).toBe(0);
    const { hit, falseAlarm } = rates({ different: 4, hits: 4, same: 4, falseAlarms: 0 });
    expect([hit, falseAlarm]).toEqual([0.9, 0.1]);
    expect(Number.isFinite(independentDPrime(hit, falseAlarm))).toBe(true);
  });
});

describe("looking", () => {
  const viewing = usualViewing({ width: 256, height: 256 }, { width: 1280, height: 800 }, 1);

  it("a centimetre from 57 cm is one degree", () => {
    expect(visualAngle(1, 57.3)).toBeCloseTo(1, 2);
    expect(visualAngle(2, 1)).toBeCloseTo(90, 10);
    // 8.56 cm of a card are 324 CSS pixels.
    expect(degreesOf(324, viewing)).toBeCloseTo(visualAngle(8.56, 57), 2);
    expect(pixelsTo(10, viewing)).toBeCloseTo((57 * Math.tan(Math.PI / 18) * 324) / 8.56, 0);
  });

  it("is in whole pixels of the screen, and both pictures fit where they can", () => {
    const window = fc.record({
      width: fc.integer({ min: 300, max: 3900 }),
      height: fc.integer({ min: 300, max: 2200 }),
    });
    const picture = fc.record({
      width: fc.integer({ min: 16, max: 600 }),
      height: fc.integer({ min: 16, max: 600 }),
    });
    fc.assert(
      fc.property(picture, window, fc.constantFrom(1, 1.25, 1.5, 2, 3), (size, room, density) => {
        const { enlarged } = usualViewing(size, room, density);
        expect(Number.isInteger(enlarged)).toBe(true);
        expect(enlarged).toBeGreaterThan(0);
        if (enlarged > 1) expect((2 * size.width * enlarged) / density).toBeLessThan(room.width);
      }),
    );
  });

  it("has the mean around it, and a mask of pieces of both pictures", () => {
    const plain = (shade: number) => ({
      width: 20,
      height: 12,
      rgba: Uint8ClampedArray.from({ length: 4 * 20 * 12 }, (_, i) => (i % 4 === 3 ? 255 : shade)),
    });
    expect(meanShade(plain(77))).toBe(77);
    const { rgba, width, height } = scrambled(plain(10), plain(200), seeded(3));
    expect([width, height]).toEqual([20, 12]);
    expect(new Set(rgba)).toEqual(new Set([10, 200, 255]));
    expect(rgba.filter((value, i) => i % 4 === 3 && value !== 255)).toHaveLength(0);
  });
});

describe("the record", () => {
  const viewing = usualViewing({ width: 64, height: 64 }, { width: 1280, height: 800 }, 1);
  const times = { viewing, responseMs: 612.34, firstMs: 500, gapMs: 500, secondMs: 500.1 };
  const trials: Trial[] = [
    { block: 1, first: "target", second: "metamer", saidDifferent: true, ...times },
    { block: 1, first: "metamer", second: "metamer", saidDifferent: true, ...times },
  ];
  const conditions: Conditions = {
    judged: { settings: { ...defaultSettings, picture: 'a "b", c' }, iterations: 30, sha256: "abc" },
    width: 64,
    surround: 120,
    density: 1,
  };

  it("is a table with a line for each trial", () => {
    const [head, one, two, end] = recordAsCsv(trials, conditions).split("\n");
    expect(head.split(",").slice(0, 8)).toEqual(
      "block,trial,first,second,different,said_different,right,response_ms".split(","),
    );
    expect(one).toBe(
      '1,1,target,metamer,1,1,1,612.3,500.0,500.0,500.1,500,blank,3.398,0,57,Gaussian,30,0,"a ""b"", c",abc',
    );
    expect(two.startsWith("1,2,metamer,metamer,0,1,0,")).toBe(true);
    expect(end).toBe("");
  });

  it("holds in JSON what was shown, what was answered, and what that says", () => {
    const record = JSON.parse(recordAsJson(trials, conditions));
    expect(record.sha256).toBe("abc");
    expect(record.settings.model).toBe("Gaussian");
    expect(record.trials.map(({ right }: { right: boolean }) => right)).toEqual([true, false]);
    expect(record.result).toMatchObject({ ...tally(trials), right: 1, count: 2, part: 0.5 });
    expect(record).toMatchObject({ surround: 120, devicePixelRatio: 1 });
    expect(record.trials[1].viewing).toMatchObject({ gap: "blank", durationMs: 500, enlarged: 2 });
    expect(record.trials[1].widthDegrees).toBeCloseTo(3.398, 3);
  });
});
