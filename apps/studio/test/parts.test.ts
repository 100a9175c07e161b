import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { scoreOf, visualAngle } from "../src/judge-trials.js";
import { reducePixels } from "../src/worker/reduce.js";

describe("reducing a picture", () => {
  it("by a whole factor takes the mean of each square", () => {
    const data = Array.from({ length: 24 }, (_, i) => (37 * i) % 256);
    const { values, shape } = reducePixels({ width: 6, height: 4, channels: 1, maxValue: 255, data }, 2);
    expect(shape).toEqual([1, 1, 2, 3]);
    for (let y = 0; y < 2; y++) {
      for (let x = 0; x < 3; x++) {
        const corner = 12 * y + 2 * x;
        const mean = (data[corner] + data[corner + 1] + data[corner + 6] + data[corner + 7]) / 4 / 255;
        expect(values[3 * y + x]).toBeCloseTo(mean, 6);
      }
    }
  });

  it("keeps the mean of every picture, whatever the factor", () => {
    const pictures = fc.integer({ min: 2, max: 12 }).chain((side) =>
      fc.record({
        side: fc.constant(side),
        to: fc.integer({ min: 1, max: side }),
        data: fc.array(fc.nat(255), { minLength: side * side, maxLength: side * side }),
      }),
    );
    fc.assert(
      fc.property(pictures, ({ side, to, data }) => {
        const { values } = reducePixels({ width: side, height: side, channels: 1, maxValue: 255, data }, to);
        const mean = (list: ArrayLike<number>) => Array.from(list).reduce((a, b) => a + b, 0) / list.length;
        expect(mean(values)).toBeCloseTo(mean(data) / 255, 5);
      }),
    );
  });

  it("lays what is transparent over white, and keeps colours apart", () => {
    const data = [255, 0, 0, 255, 0, 255, 0, 0];
    const { values, shape } = reducePixels({ width: 2, height: 1, channels: 4, maxValue: 255, data }, 1);
    expect(shape).toEqual([1, 3, 1, 2]);
    expect([...values]).toEqual([1, 1, 0, 1, 0, 1]);
  });
});

describe("judging", () => {
  it("has the interval of Wilson", () => {
    const trials = Array.from({ length: 10 }, (_, i) => ({ wasMetamer: true, saidDifferent: i < 7 }));
    const { right, part, low, high } = scoreOf(trials);
    expect([right, part]).toEqual([7, 0.7]);
    // Newcombe (1998) and every table of it: 7 of 10.
    expect(low).toBeCloseTo(0.3968, 3);
    expect(high).toBeCloseTo(0.8922, 3);
  });

  it("a centimetre from 57 cm is one degree", () => {
    expect(visualAngle(1, 57.3)).toBeCloseTo(1, 2);
    expect(visualAngle(2, 1)).toBeCloseTo(90, 10);
  });
});
