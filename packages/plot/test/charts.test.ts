import {
  histogram,
  imshow,
  plotRepresentation,
  portillaSimoncelliRepresentation,
  setPlotWarningHandler,
  stemPlot,
  synthesisLoss,
} from "@plenoptic/plot";
import fc from "fast-check";
import { decode } from "fast-png";
import { describe, expect, it } from "vitest";
import { countBins } from "../src/histogram.js";
import { formatNumber, formatTicks } from "../src/numbers.js";
import { portillaSimoncelliGroups } from "../src/portilla-simoncelli.js";
import { elements, embeddedPictures, filled, texts } from "./pictures.js";

const losses = Array.from({ length: 50 }, (_, i) => Math.exp(-i / 10) + 0.01);
const penalties = losses.map((_, i) => (i % 2 ? 0.01 : 0));
const object = { losses, penalties, penaltyLambda: 0.1 };

describe("synthesisLoss", () => {
  it("shows the loss without the penalty on a logarithmic axis, and says so in words", () => {
    const figure = synthesisLoss(object);
    expect(figure.description).toBe(
      "metamer loss from 1.01 at iteration 0 to 0.0164 at iteration 49, 0.0164 at the marked iteration 49.",
    );
    expect(texts(figure)).toEqual(expect.arrayContaining(["Loss", "Synthesis iteration", "10⁰", "10⁻¹"]));
  });

  it("marks the iteration, counted from either end", () => {
    const dot = (iteration: number | null) => elements(synthesisLoss(object, { iteration }), "circle")[0].cx;
    expect(dot(-1)).toBe(dot(49));
    expect(dot(null)).toBe(dot(49));
    expect(dot(-50)).toBe(dot(0));
    expect(Number(dot(0))).toBeLessThan(Number(dot(1)));
    for (const iteration of [50, -51]) {
      expect(() => synthesisLoss(object, { iteration })).toThrow("out of bounds with 50 iterations");
    }
    expect(() => synthesisLoss(object, { iteration: 1.5 })).toThrow("must be an int or None");
  });

  it("draws penalties with a legend, zeros among them down to the foot of the axis", () => {
    const figure = synthesisLoss(object, { plotPenalties: true });
    expect(texts(figure)).toEqual(expect.arrayContaining(["metamer loss", "penalty"]));
    const lines = elements(figure, "path").filter((path) => path["stroke-linejoin"]);
    expect(lines).toHaveLength(2);
    const heights = [...lines[1].d.matchAll(/[ML][\d.]+ ([\d.]+)/g)].map(([, y]) => Number(y));
    expect(heights).toHaveLength(50);
    expect(new Set(heights.filter((_, i) => i % 2 === 0))).toEqual(new Set([Math.max(...heights)]));
  });

  it("draws the metrics of a MAD competition, each on its own axes", () => {
    const mad = { ...object, referenceMetricLoss: losses, optimizedMetricLoss: losses.map((x) => -x) };
    expect(texts(synthesisLoss(mad))).toEqual(
      expect.arrayContaining(["Reference metric loss", "Optimized metric loss"]),
    );
    expect(elements(synthesisLoss(mad), "circle")).toHaveLength(2);
    expect(elements(synthesisLoss(mad, { plotPenalties: true }), "circle")).toHaveLength(3);
  });

  it("manages a single iteration, zeros, and NaN", () => {
    for (const values of [[1], [0, 0], [Number.NaN, 1], [0, Number.NaN]]) {
      const svg = synthesisLoss({ losses: values, penalties: values.map(() => 0), penaltyLambda: 0 }).toSVG();
      expect(svg.replace(/<desc>.*<\/desc>|aria-label="[^"]*"/g, "")).not.toMatch(/NaN|Infinity|undefined/);
    }
  });
});

describe("histogram", () => {
  it("counts each number once, as a naive count does", () => {
    fc.assert(
      fc.property(
        fc.array(fc.float({ noNaN: true, min: -1000, max: 1000 }), { minLength: 2, maxLength: 200 }),
        (values) => {
          const { counts, edges } = countBins(values);
          expect(counts.reduce((a, b) => a + b)).toBe(values.length);
          expect(counts.length).toBeLessThanOrEqual(50);
          expect(edges).toHaveLength(counts.length + 1);
          // Rounding may move a number that lies on an edge to the neighbour.
          const below = (edge: number, slack: number) =>
            values.filter((value) => value < edge + slack).length;
          let sum = 0;
          for (let i = 0; i < counts.length - 1; i++) {
            sum += counts[i];
            expect(sum).toBeGreaterThanOrEqual(below(edges[i + 1], -1e-6));
            expect(sum).toBeLessThanOrEqual(below(edges[i + 1], 1e-6));
          }
        },
      ),
    );
  });

  it("takes a batch and a channel, or all of them", () => {
    const data = filled([2, 2, 1, 3], (i) => i);
    const of = (batchIdx: number | null, channelIdx: number | null) =>
      histogram(data, { batchIdx, channelIdx }).description;
    expect(of(0, null)).toBe("values: 6 from 0 to 5.");
    expect(of(null, null)).toBe("values: 12 from 0 to 11.");
    expect(of(-1, 1)).toBe("values: 3 from 9 to 11.");
    expect(of(null, 1)).toBe("values: 6 from 3 to 11.");
    expect(() => histogram(data, { batchIdx: 2 })).toThrow("out of bounds");
  });

  it("names several arrays in a legend, and refuses another number of names", () => {
    const data = filled([1, 1, 2, 2], (i) => i);
    expect(texts(histogram([data, data], { labels: ["image", "metamer"] }))).toEqual(
      expect.arrayContaining(["image", "metamer", "Count", "Values", "Histogram of values"]),
    );
    expect(() => histogram([data, data], { labels: "one" })).toThrow(
      "labels must have the same length as data",
    );
  });
});

describe("stemPlot", () => {
  const stems = (figure: ReturnType<typeof stemPlot>) =>
    elements(figure, "path").find(({ d }) => /^M[\d. ]+V/.test(d) && !d.includes("h0"));

  it("has a stem for each number, and cuts what is outside the axes", () => {
    const figure = stemPlot([1, -2, 3], { ylim: [-1, 1] });
    const ends = elements(figure, "path")
      .map(({ d }) => d)
      .filter((d) => (d.match(/V/g) ?? []).length === 3);
    expect(ends).toHaveLength(1);
    expect(elements(figure, "path").map(({ d }) => (d.match(/h0.01/g) ?? []).length)).toContain(1);
    expect(stems(figure)).toBeDefined();
  });

  it("draws the line at 0 in the pieces asked for", () => {
    const figure = stemPlot([1, 2, 3, 4], {
      xvals: [
        [0, 2],
        [1, 3],
      ],
    });
    expect(elements(figure, "path").some(({ d }) => /^M[\d. ]+H[\d.]+M[\d. ]+H[\d.]+$/.test(d))).toBe(true);
  });

  it("stays small for a hundred thousand numbers, and keeps the largest", () => {
    const many = Float64Array.from({ length: 100_000 }, (_, i) => (i === 77_777 ? 100 : Math.sin(i)));
    expect(stemPlot(many).toSVG().length).toBeLessThan(120_000);
    const tops = (values: Float64Array) =>
      Math.min(
        ...[
          ...stemPlot(values, { ylim: [0, 100] })
            .toSVG()
            .matchAll(/V([\d.]+)/g),
        ].map(([, y]) => Number(y)),
      );
    expect(tops(many)).toBeLessThan(50);
  });
});

describe("plotRepresentation", () => {
  const vector = filled([2, 1, 5], (i) => i - 4);
  const picture = filled([2, 1, 4, 4], (i) => i - 20);

  it("draws vectors as stems, pictures as pictures, and each channel apart", () => {
    expect(
      texts(
        plotRepresentation(
          filled([1, 3, 5], (i) => i),
          { title: "r" },
        ),
      ),
    ).toEqual(expect.arrayContaining(["r_00", "r_01", "r_02"]));
    const figure = plotRepresentation({ v: vector, p: picture });
    expect(embeddedPictures(figure)).toHaveLength(1);
    expect(texts(figure)).toEqual(expect.arrayContaining(["v", "p", "range: [−20, 20]"]));
  });

  it("takes the batch asked for", () => {
    expect(plotRepresentation({ v: vector }, { batchIdx: 1 }).description).toBe("v: 5 values from 1 to 5.");
    expect(plotRepresentation({ p: picture }, { batchIdx: -1 }).description).toContain("from −11 to 11");
    expect(() => plotRepresentation({ v: vector }, { batchIdx: 2 })).toThrow("out of bounds");
  });

  it("gives all vectors the same symmetric axes for ylim null", () => {
    const two = { a: filled([1, 1, 3], (i) => i), b: filled([1, 1, 3], (i) => -4 * i) };
    const ticks = texts(plotRepresentation(two, { ylim: null })).filter((text) => /^−?[\d.]+$/.test(text));
    expect(ticks.slice(0, ticks.length / 2)).toEqual(ticks.slice(ticks.length / 2));
    expect(ticks).toEqual(expect.arrayContaining(["−8", "8"]));
  });

  it("lets a model draw itself", () => {
    const model = { plotRepresentation: () => stemPlot([1, 2], { title: "its own" }) };
    expect(texts(plotRepresentation(vector, { model }))).toContain("its own");
  });

  it("warns of a title that has no use, and refuses other ranks", () => {
    const heard: string[] = [];
    const before = setPlotWarningHandler((_, message) => heard.push(message));
    plotRepresentation({ v: vector }, { title: "unused" });
    setPlotWarningHandler(before);
    expect(heard).toEqual(["data has keys, so we're ignoring title!"]);
    expect(() => plotRepresentation(filled([2, 2], (i) => i))).toThrow("Don't know what to do with data");
    expect(() => plotRepresentation({ a: filled([2], (i) => i) })).toThrow("Don't know what to do with data");
    expect(() => plotRepresentation({ v: vector }, { axesDirection: "up" as never })).toThrow(
      "axesDirection",
    );
  });
});

describe("portillaSimoncelliRepresentation", () => {
  const sizes: Record<string, number[]> = {
    pixel_statistics: [6],
    auto_correlation_magnitude: [3, 3, 2, 2],
    skew_reconstructed: [3],
    kurtosis_reconstructed: [3],
    auto_correlation_reconstructed: [3, 3, 3],
    std_reconstructed: [3],
    magnitude_std: [2, 2],
    cross_orientation_correlation_magnitude: [2, 2, 2],
    cross_scale_correlation_magnitude: [2, 2, 1],
    cross_scale_correlation_real: [2, 4, 1],
    var_highpass_residual: [1],
  };
  const statistics = Object.fromEntries(
    Object.entries(sizes).map(([name, shape], k) => [
      name,
      filled([2, 2, ...shape], (i) => Math.sin(7 * k + i)),
    ]),
  );

  it("groups them as the reference does: lists in a row, matrices by the root of the sum of squares", () => {
    const groups = portillaSimoncelliGroups(statistics, 1);
    expect([...groups.keys()]).toEqual([
      "pixels+var_highpass",
      "std+skew+kurtosis recon",
      "magnitude_std",
      "auto_correlation_reconstructed",
      "auto_correlation_magnitude",
      "cross_orientation_correlation_magnitude",
      "cross_scale_correlation_magnitude",
      "cross_scale_correlation_real",
    ]);
    expect([...groups.values()].map(({ length }) => length)).toEqual([7, 9, 4, 3, 4, 2, 1, 1]);
    // The mean over channels of batch 1, then for the second orientation the sum over the first two axes, by hand.
    const { data } = statistics.cross_orientation_correlation_magnitude;
    const mean = (i: number) => (data[16 + i] + data[24 + i]) / 2;
    const sum = [1, 3, 5, 7].reduce((total, i) => total + mean(i) ** 2, 0);
    expect(groups.get("cross_orientation_correlation_magnitude")?.[1]).toBeCloseTo(Math.sqrt(sum), 12);
  });

  it("draws a chart for each group; with one scale there are none between scales", () => {
    expect(
      elements(portillaSimoncelliRepresentation(statistics), "text").filter((text) => text["font-weight"]),
    ).toHaveLength(8);
    const { cross_scale_correlation_magnitude: _, cross_scale_correlation_real: __, ...one } = statistics;
    expect(texts(portillaSimoncelliRepresentation(one))).not.toContain("cross_scale_correlation_real");
  });

  it("refuses missing and additional names", () => {
    const { magnitude_std: _, ...rest } = statistics;
    expect(() => portillaSimoncelliRepresentation(rest)).toThrow("missing keys: magnitude_std");
    expect(() => portillaSimoncelliRepresentation({ ...statistics, more: statistics.magnitude_std })).toThrow(
      "additional keys: more",
    );
  });
});

describe("a figure", () => {
  const figure = imshow(
    filled([1, 1, 4, 4], (i) => i),
    { title: 'a < b & "c"', zoom: 30 },
  );

  it("is XML that carries its alternative text", () => {
    const svg = figure.toSVG();
    expect(svg).toContain("<title>a &lt; b &amp; &quot;c&quot;</title>");
    expect(svg).toContain('role="img"');
    expect(svg).toContain(`aria-label="a &lt; b &amp; &quot;c&quot;. `);
    expect(figure.description).toContain("values from 0 to 15");
    expect(svg).not.toMatch(/\$[a-z]/);
  });

  it("has light colours in place, and dark ones for readers who want them", () => {
    const auto = figure.toSVG();
    expect(auto).toContain("prefers-color-scheme:dark");
    expect(figure.toSVG({ theme: "light" })).not.toContain("<style>");
    expect(figure.toSVG({ theme: "dark" })).toContain('fill="#15181d"');
    expect(auto).toContain('fill="#ffffff"');
  });

  it("becomes a PNG of its size times the scale, the same each time", async () => {
    const once = await figure.toPNG({ scale: 2 });
    const png = decode(once);
    expect([png.width, png.height]).toEqual([2 * figure.width, 2 * figure.height]);
    expect(Buffer.compare(once, await figure.toPNG({ scale: 2 }))).toBe(0);
    await expect(figure.toPNG({ scale: 0 })).rejects.toThrow("scale must be");
  });

  it("draws its text with the shipped font", async () => {
    const wide = stemPlot([], { title: "Iteration λ = 10⁻³ × ∞" });
    const png = decode(await wide.toPNG());
    let dark = 0;
    for (let i = 0; i < png.width * 30; i++) if (png.data[4 * i] < 100) dark++;
    expect(dark).toBeGreaterThan(200);
  });

  it("is an element in browsers only", () => {
    expect(() => figure.element()).toThrow("There is no page");
  });

  it("shows itself in a notebook", () => {
    const shown = (figure as unknown as Record<symbol, () => Record<string, string>>)[
      Symbol.for("Jupyter.display")
    ]();
    expect(Object.keys(shown)).toEqual(["image/svg+xml", "text/html", "text/plain"]);
    expect(shown["text/html"]).toContain("<figure");
  });
});

describe("numbers", () => {
  it.each([
    [0, "0"],
    [1, "1"],
    [-0.00392, "−0.00392"],
    [1e-7, "1e−7"],
    [123456, "1.23e5"],
    [Number.NaN, "NaN"],
    [Number.NEGATIVE_INFINITY, "−∞"],
  ])("%d is written %s", (value, text) => expect(formatNumber(value)).toBe(text));

  it("ticks have the same number of decimals", () => {
    expect(formatTicks([0, 0.5, 1])).toEqual(["0.0", "0.5", "1.0"]);
    expect(formatTicks([-0.2, -0, 0.2])).toEqual(["−0.2", "0.0", "0.2"]);
    expect(formatTicks([0, 2e-5])).toEqual(["0", "2e−5"]);
  });
});
