import { describe, expect, it } from "vitest";
import { scoreOf, visualAngle } from "../src/judge-trials.js";

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
