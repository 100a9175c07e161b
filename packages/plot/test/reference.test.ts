import { imshow, setPlotWarningHandler, synthesisImshow } from "@plenoptic/plot";
import { askReference, hasReference, referenceIsNeeded } from "@plenoptic/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { countBins } from "../src/histogram.js";
import { collectPlanes, prepare } from "../src/imshow.js";
import { portillaSimoncelliGroups } from "../src/portilla-simoncelli.js";
import { filled } from "./pictures.js";

const noise = (shape: number[], seed: number) =>
  filled(shape, (i) => ((((i + 1) * (seed + 3) * 7919) % 1009) / 1009) * (1 + seed) - 0.4 * seed);
const plain = ({ data, shape }: ReturnType<typeof noise>) => ({ data: Array.from(data), shape });

const real = [noise([2, 1, 8, 8], 1), noise([1, 1, 16, 16], 2)];
const complex = { real: noise([1, 1, 8, 8], 3), imag: noise([1, 1, 8, 8], 4) };
const vranges = ["auto0", "auto1", "auto2", "auto3", "indep0", "indep1", "indep2", "indep3"];
const parts = ["rectangular", "polar", "logpolar"] as const;
const values = [noise([2, 2, 20, 20], 5), noise([1, 2, 3, 1], 6)];
const texture = noise([1, 1, 64, 64], 7);
const progress = { iterations: 10, every: 4, at: [0, 1, 2, 3, 5, 6, 7, 9, 10, -1, -11, null] };

interface Pictures {
  ranges: [number, number][];
  names: string[];
}
interface Answers {
  byRule: Pictures[];
  byPart: Pictures[];
  histograms: { counts: number[]; edges: number[] }[];
  texture: {
    statistics: Record<string, { data: number[]; shape: number[] }>;
    groups: Record<string, number[]>;
  };
  titles: string[];
}

describe.skipIf(!hasReference)(`figures of the reference ${referenceIsNeeded}`, () => {
  let answers: Answers;
  beforeAll(() => {
    const images = real.map(plain);
    const z = { real: plain(complex.real), imag: plain(complex.imag) };
    const all = askReference<unknown[]>("figures.py", [
      ...vranges.map((vrange) => ({ what: "imshow", images, options: { vrange, title: "a" } })),
      ...parts.map((plot_complex) => ({
        what: "imshow",
        images: [z],
        options: { plot_complex, title: "z" },
      })),
      ...values.map((array) => ({ what: "histogram", ...plain(array), batch: 0, channel: 1 })),
      { what: "texture", ...plain(texture) },
      { what: "progress", ...progress },
    ]);
    const [n, m] = [vranges.length, parts.length];
    answers = {
      byRule: all.slice(0, n) as Pictures[],
      byPart: all.slice(n, n + m) as Pictures[],
      histograms: all.slice(n + m, n + m + 2) as Answers["histograms"],
      texture: all[n + m + 2] as Answers["texture"],
      titles: all[n + m + 3] as string[],
    };
  });
  const quiet = setPlotWarningHandler(() => undefined);
  afterAll(() => {
    setPlotWarningHandler(quiet);
  });

  const expectClose = (ours: readonly number[], theirs: readonly number[]) => {
    expect(ours).toHaveLength(theirs.length);
    ours.forEach((value, i) => {
      expect(Math.abs(value - theirs[i])).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(theirs[i])));
    });
  };

  it.each(vranges.map((vrange, i) => [vrange, i] as const))("have the same ranges by %s", (vrange, i) => {
    const shown = prepare(collectPlanes(real, { title: "a" }), { vrange });
    expectClose(
      shown.flatMap(({ range }) => range),
      answers.byRule[i].ranges.flat(),
    );
    expect(imshow(real, { vrange }).description).toContain(";");
  });

  it.each(parts.map((part, i) => [part, i] as const))(
    "have the same parts of complex numbers: %s",
    (plotComplex, i) => {
      const shown = prepare(collectPlanes([complex], { title: "z", plotComplex }), {});
      expectClose(
        shown.flatMap(({ range }) => range),
        answers.byPart[i].ranges.flat(),
      );
      expect(shown.map(({ plane }) => plane.title)).toEqual(answers.byPart[i].names);
    },
  );

  it.each([0, 1])("have the same bins and counts (%d)", (i) => {
    const { data, shape } = values[i];
    const size = shape[2] * shape[3];
    const { counts, edges } = countBins(data.subarray(size, 2 * size));
    expectClose(edges.slice(0, -1), answers.histograms[i].edges);
    expect(counts).toEqual(answers.histograms[i].counts);
  });

  it("have the same groups of texture statistics", () => {
    const entries = Object.entries(answers.texture.statistics).map(([name, { data, shape }]) => {
      const withNaN = data.map((value) => (value === 1e300 ? Number.NaN : value));
      return [name, { data: withNaN, shape }] as const;
    });
    const groups = portillaSimoncelliGroups(Object.fromEntries(entries));
    expect([...groups.keys()]).toEqual(Object.keys(answers.texture.groups));
    for (const [name, numbers] of groups) {
      numbers.forEach((value, i) => {
        expect(Math.abs(value - answers.texture.groups[name][i])).toBeLessThan(1e-9 * (1 + Math.abs(value)));
      });
    }
  });

  it("say the same of stored frames, at both ends and between", () => {
    const frame = noise([1, 1, 8, 8], 1);
    const count = progress.iterations + 1;
    const object = {
      losses: new Array<number>(count).fill(1),
      penalties: new Array<number>(count).fill(0),
      penaltyLambda: 0,
      image: frame,
      metamer: frame,
      savedMetamer: [0, 4, 8, 10].map(() => frame),
      storeProgress: progress.every,
    };
    const ours = progress.at.map((iteration) => synthesisImshow(object, { iteration }).title);
    expect(ours).toEqual(answers.titles);
  });
});
