import {
  metamerRepresentationError,
  pyrshow,
  setPlotWarningHandler,
  stemPlot,
  synthesisHistogram,
  synthesisImshow,
  synthesisStatus,
} from "@plenoptic/plot";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { elements, embeddedPictures, filled, texts } from "./pictures.js";

let warnings: string[] = [];
let before: ReturnType<typeof setPlotWarningHandler>;
beforeEach(() => {
  warnings = [];
  before = setPlotWarningHandler((_, message) => warnings.push(message));
});
afterEach(() => setPlotWarningHandler(before));

const shape = [2, 1, 8, 8];
const image = filled(shape, (i) => (i % 64) / 64);
/** Frame k has values k to k + 1, so that a title tells which frame is shown. */
const frame = (k: number) => filled(shape, (i) => k + (i % 64) / 63);
// 11 losses: of 10 iterations, each third of which is stored (0, 3, 6, 9), and of the current image.
const saved = [0, 1, 2, 3, 4].map(frame);
const metamer = {
  losses: Array.from({ length: 11 }, (_, i) => 1 / (i + 1)),
  penalties: new Array<number>(11).fill(0),
  penaltyLambda: 0.1,
  image,
  metamer: saved[4],
  savedMetamer: saved,
  storeProgress: 3,
  representationError: (k: number | null) => filled([2, 1, 4], (i) => (k ?? 4) * 10 + i),
};
const unstored = { ...metamer, savedMetamer: undefined, storeProgress: undefined };
const mad = {
  ...{ losses: metamer.losses, penalties: metamer.penalties, penaltyLambda: 0 },
  ...{ referenceMetricLoss: metamer.losses, optimizedMetricLoss: metamer.losses },
  ...{ image, madImage: saved[4], savedMadImage: saved, storeProgress: 3 },
};
const eigen = {
  image: filled([1, 1, 8, 8], () => 1),
  eigendistortions: filled([2, 1, 8, 8], (i) => i),
  eigenindex: [0, 63],
};

const rangeOf = (figure: ReturnType<typeof synthesisImshow>) =>
  texts(figure).find((text) => text.startsWith("range"));

describe("synthesisImshow", () => {
  it.each([
    [null, 4, 10],
    [0, 0, 0],
    [1, 0, 0],
    [2, 1, 3],
    [3, 1, 3],
    [5, 2, 6],
    [9, 3, 9],
    [10, 3, 9],
    [-1, 3, 9],
    [-11, 0, 0],
  ])("at iteration %s shows stored frame %d, which is of iteration %d", (iteration, k, of) => {
    const figure = synthesisImshow(metamer, { iteration });
    expect(rangeOf(figure)).toBe(`range: [${k}, ${k + 1}]`);
    expect(texts(figure)[0]).toBe(`Metamer[0] [iteration=${of}]`);
    const asked = iteration === null ? 10 : iteration < 0 ? 11 + iteration : iteration;
    expect(warnings.length).toBe(of === asked ? 0 : 1);
  });

  it("refuses iterations that do not exist, and any where none are stored", () => {
    for (const iteration of [11, -12]) {
      expect(() => synthesisImshow(metamer, { iteration })).toThrow(/out of bounds with 11 iterations/);
    }
    expect(() => synthesisImshow(unstored, { iteration: 3 })).toThrow(
      "When synthesis_object.store_progress=False",
    );
    expect(texts(synthesisImshow(unstored))[0]).toBe("Metamer[0] [iteration=10]");
    expect(() => synthesisImshow(metamer, { iteration: 0.5 })).toThrow("must be an int or None");
  });

  it("takes one of the batch", () => {
    expect(texts(synthesisImshow(metamer, { batchIdx: 1 }))[0]).toBe("Metamer[1] [iteration=10]");
    expect(texts(synthesisImshow(metamer, { batchIdx: -1 }))[0]).toBe("Metamer[1] [iteration=10]");
    expect(() => synthesisImshow(metamer, { batchIdx: 2 })).toThrow("out of bounds");
    expect(() => synthesisImshow(metamer, { batchIdx: null as never })).toThrow(
      "batchIdx must be a single integer",
    );
  });

  it("shows channels as colours unless one is chosen, and what a function makes of the image", () => {
    const color = filled([1, 3, 4, 4], (i) => i / 48);
    const object = { ...unstored, image: color, metamer: color };
    expect(embeddedPictures(synthesisImshow(object))[0].channels).toBe(3);
    expect(embeddedPictures(synthesisImshow(object, { channelIdx: 1 }))[0].channels).toBe(1);
    const halved = synthesisImshow(metamer, {
      processImage: ({ data, shape }) => ({ data: Array.from(data, (x) => x / 2), shape }),
    });
    expect(rangeOf(halved)).toBe("range: [2, 2.5]");
  });

  it("names MAD images and eigendistortions, which it adds to the image", () => {
    expect(texts(synthesisImshow(mad))[0]).toBe("MAD[0] [iteration=10]");
    const figure = synthesisImshow(eigen, { batchIdx: 63, distortionScale: 2 });
    expect(texts(figure)[0]).toBe("2 * Eigendistortion[63]");
    expect(rangeOf(figure)).toBe("range: [129, 255]");
    expect(() => synthesisImshow(eigen, { batchIdx: 5 })).toThrow(
      "not the index of one of the eigendistortions",
    );
    expect(() => synthesisImshow(eigen, { iteration: 0 })).toThrow(
      "When synthesis_object is an Eigendistortion",
    );
    expect(() => synthesisImshow(metamer, { distortionScale: 2 })).toThrow("distortionScale cannot be set");
    expect(() => synthesisImshow({ image } as never)).toThrow(
      "must be a Metamer, MADCompetition or Eigendistortion",
    );
  });

  it("enlarges by whole factors to fit its place", () => {
    expect(
      elements(synthesisImshow(metamer, { width: 100, height: 400, title: null }), "image")[0].width,
    ).toBe("96");
    expect(elements(synthesisImshow(metamer, { zoom: 3 }), "image")[0].width).toBe("24");
  });
});

describe("synthesisHistogram", () => {
  it("compares each of the batch with the target", () => {
    expect(texts(synthesisHistogram(metamer))).toEqual(
      expect.arrayContaining(["Metamer[0] [iteration=10]", "Metamer[1] [iteration=10]", "Target image"]),
    );
    const one = synthesisHistogram(metamer, { batchIdx: 1, iteration: 3 });
    expect(one.description).toBe(
      "Metamer[1] [iteration=3]: 64 from 1 to 2; Target image: 64 from 0 to 0.984.",
    );
    expect(synthesisHistogram(eigen).description).not.toContain("Target");
    expect(synthesisHistogram(mad).description).toContain("Reference image");
  });
});

describe("metamerRepresentationError", () => {
  it("asks for the error of the frame that goes with the iteration", () => {
    expect(metamerRepresentationError(metamer, { iteration: 6 }).description).toContain(
      "4 values from 20 to 23",
    );
    expect(metamerRepresentationError(metamer, { batchIdx: 1 }).description).toContain(
      "4 values from 44 to 47",
    );
    expect(() => metamerRepresentationError({ ...metamer, representationError: undefined })).toThrow(
      "has no representationError",
    );
  });

  it("lets the model draw", () => {
    const model = { plotRepresentation: () => stemPlot([1], { title: "the model's" }) };
    expect(texts(metamerRepresentationError({ ...metamer, model }))).toContain("the model's");
  });
});

describe("synthesisStatus", () => {
  it("has the panels of its kind by default, and those asked for in their order", () => {
    const xs = (figure: ReturnType<typeof synthesisStatus>) => {
      const at = (text: string) => Number(elements(figure, "text")[texts(figure).indexOf(text)]?.x);
      return [
        at("Metamer[0] [iteration=10]"),
        at("Synthesis iteration"),
        at("Representation error_00"),
        at("Histogram of pixel values"),
      ];
    };
    const [picture, loss, error, histogram] = xs(synthesisStatus(metamer));
    expect(picture).toBeLessThan(loss);
    expect(loss).toBeLessThan(error);
    expect(histogram).toBeNaN();
    const turned = xs(synthesisStatus(metamer, { includedPlots: ["synthesisHistogram", "synthesisLoss"] }));
    expect(turned[3]).toBeLessThan(turned[1]);
    expect(elements(synthesisStatus(mad), "circle")).toHaveLength(2);
    expect(texts(synthesisStatus(eigen))).toContain("Histogram of pixel values");
  });

  it("is as wide as asked", () => {
    const includedPlots = ["synthesisLoss", "synthesisHistogram"] as const;
    const narrow = synthesisStatus(metamer, { includedPlots });
    const wide = synthesisStatus(metamer, { includedPlots, widthRatios: { synthesisLoss: 2 } });
    expect(wide.width - narrow.width).toBe(400);
    expect(narrow.width).toBe(2 * 400 + 28 + 24);
  });

  it("says what it shows, and warns once of an iteration that was not stored", () => {
    const figure = synthesisStatus(metamer, {
      iteration: 10,
      includedPlots: ["synthesisImshow", "synthesisLoss", "metamerRepresentationError", "synthesisHistogram"],
    });
    expect(warnings).toHaveLength(1);
    expect(figure.description).toContain("metamer loss from 1 at iteration 0 to 0.0909 at iteration 10");
    expect(figure.description).toContain("values from 3 to 4");
  });

  it.each([
    [
      "an unknown plot",
      { includedPlots: ["synthesisPicture"] },
      "includedPlots contained value(s) synthesisPicture",
    ],
    ["an unknown width", { widthRatios: { loss: 1 } }, "widthRatios contained value(s) loss"],
    [
      "a width of what is not there",
      { includedPlots: ["synthesisLoss"], widthRatios: { synthesisImshow: 1 } },
      "not included in includedPlots",
    ],
    [
      "options of what is not there",
      { includedPlots: ["synthesisLoss"], synthesisImshowOptions: {} },
      "Did you forget to include a plot",
    ],
    ["no plots", { includedPlots: [] }, "at least one"],
    ["a negative width", { widthRatios: { synthesisLoss: -1 } }, "must be above 0"],
  ])("refuses %s", (_, options, message) => {
    expect(() => synthesisStatus(metamer, options as never)).toThrow(message);
  });

  it("refuses a representation error of what is no metamer", () => {
    expect(() => synthesisStatus(mad, { includedPlots: ["metamerRepresentationError"] })).toThrow(
      "For a MADCompetition only synthesisImshow, synthesisHistogram, synthesisLoss are permissible",
    );
  });

  it("takes less than 150 ms once warm, and less than 300 kB as PNG", async () => {
    const size = [1, 1, 256, 256];
    const noise = filled(size, (i) => Math.abs(Math.sin(i * 12.9898) * 43758.5453) % 1);
    const large = { ...unstored, image: noise, metamer: noise, representationError: () => noise };
    const times: number[] = [];
    for (let i = 0; i < 8; i++) {
      const start = performance.now();
      const figure = synthesisStatus(large);
      figure.toSVG();
      times.push(performance.now() - start);
    }
    expect(Math.min(...times.slice(3))).toBeLessThan(150);
    expect((await synthesisStatus(large).toPNG()).length).toBeLessThan(300_000);
  });
});

describe("pyrshow", () => {
  const band = (n: number, k: number) => filled([2, 1, 2, n, n], (i) => k + i);
  const highpass = filled([2, 1, 8, 8], (i) => i);
  const lowpass = filled([2, 1, 2, 2], (i) => -i);
  const real = new Map<number | string, ReturnType<typeof filled>>([
    ["residual_highpass", highpass],
    [0, band(8, 0)],
    [1, band(4, 1000)],
    ["residual_lowpass", lowpass],
  ]);
  const titles = (figure: ReturnType<typeof pyrshow>) =>
    texts(figure).filter((text) => /^(height|residual)/.test(text));

  it("shows bands by scale and orientation, then residuals, all of one size", () => {
    const figure = pyrshow(real);
    expect(titles(figure)).toEqual([
      ...["height 00, band 00", "height 00, band 01", "height 01, band 00", "height 01, band 01"],
      ...["residual highpass", "residual lowpass"],
    ]);
    const pictures = elements(figure, "image");
    expect(new Set(pictures.map(({ width }) => width)).size).toBe(1);
    expect(new Set(pictures.map(({ x }) => x)).size).toBe(2);
    expect(titles(pyrshow(real, { showResiduals: false }))).toHaveLength(4);
    expect(titles(pyrshow(Object.fromEntries(real)))).toEqual(titles(figure));
  });

  it("takes the batch asked for", () => {
    expect(texts(pyrshow(real, { batchIdx: 1 }))).toContain("range: [64, 127]");
    expect(() => pyrshow(real, { batchIdx: 2 })).toThrow("out of bounds");
    expect(() => pyrshow(real, { channelIdx: 0.5 })).toThrow("must be an int");
    expect(() => pyrshow(real, { batchIdx: null as never })).toThrow("batchIdx must be an int");
  });

  it("shows both parts of complex bands beside each other", () => {
    const complex = new Map([[0, { real: band(8, 0), imag: band(8, 5) }]]);
    expect(
      texts(pyrshow(complex)).filter((text) => /^(height|real|imag)/.test(text)).length,
    ).toBeGreaterThanOrEqual(4);
    expect(new Set(elements(pyrshow(complex), "image").map(({ x }) => x)).size).toBe(4);
  });

  it("refuses sizes that cannot be halved, and other shapes", () => {
    expect(() =>
      pyrshow(
        new Map([
          [0, band(9, 0)],
          [1, band(5, 0)],
        ]),
      ),
    ).toThrow("must be evenly divisible by two");
    expect(() => pyrshow(new Map([[0, highpass]]))).toThrow("Bands must be");
    expect(() => pyrshow(new Map([["residual_lowpass", lowpass]]))).toThrow("at least one scale");
  });
});
