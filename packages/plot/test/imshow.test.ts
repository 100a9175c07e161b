import { imshow, setPlotWarningHandler } from "@plenoptic/plot";
import { decode } from "fast-png";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { elements, embeddedPictures, filled, texts } from "./pictures.js";

let warnings: string[] = [];
let before: ReturnType<typeof setPlotWarningHandler>;
beforeEach(() => {
  warnings = [];
  before = setPlotWarningHandler((_, message) => warnings.push(message));
});
afterEach(() => setPlotWarningHandler(before));

const ramp = filled([1, 1, 4, 6], (i) => i / 23);

describe("pixels", () => {
  it("are the numbers, from black at the low end of the range to white at the high end", () => {
    const [picture] = embeddedPictures(imshow(ramp));
    expect([picture.width, picture.height, picture.channels]).toEqual([6, 4, 1]);
    const expected = Array.from({ length: 24 }, (_, i) => Math.min(255, Math.floor((i / 23) * 256)));
    expect(Array.from(picture.data)).toEqual(expected);
  });

  it("outside a range that is given are those of its ends; NaN is transparent", () => {
    const image = { data: [-1, 0, 0.5, 2, Number.NaN, 1], shape: [1, 1, 1, 6] };
    const [picture] = embeddedPictures(imshow(image, { vrange: [0, 1] }));
    expect(picture.channels).toBe(2);
    expect(Array.from(picture.data)).toEqual([0, 255, 0, 255, 128, 255, 255, 255, 0, 0, 255, 255]);
  });

  it("of colour images are their channels, limited to [0, 1] with one warning", () => {
    const image = { data: [0, 1, 0.5, 2, -1, 0.2], shape: [1, 3, 1, 2] };
    const [picture] = embeddedPictures(imshow(image, { asRgb: true }));
    expect(Array.from(picture.data)).toEqual([0, 128, 0, 255, 255, 51]);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain("outside [0, 1]");
  });

  it("keep opacity as a fourth channel", () => {
    const image = { data: [0, 1, 0, 1, 0, 1, 0.2, 0.4], shape: [1, 4, 1, 2] };
    const [picture] = embeddedPictures(imshow(image, { asRgb: true }));
    expect(Array.from(picture.data)).toEqual([0, 0, 0, 51, 255, 255, 255, 102]);
  });

  it("are squares without interpolation at whole zooms, also in the PNG", async () => {
    const checkers = filled([1, 1, 8, 8], (i) => (i + Math.floor(i / 8)) % 2);
    const figure = imshow(checkers, { zoom: 10, title: null });
    const png = decode(await figure.toPNG());
    const [image] = elements(figure, "image");
    expect([image.width, image.height]).toEqual(["80", "80"]);
    const [left, top] = [Number(image.x), Number(image.y)];
    const at = (x: number, y: number) => png.data[4 * ((top + y) * png.width + left + x)];
    for (let y = 0; y < 80; y++) {
      for (let x = 0; x < 80; x++) {
        expect(at(x, y)).toBe(255 * ((Math.floor(x / 10) + Math.floor(y / 10)) % 2));
      }
    }
  });

  it("are means of blocks at zoom 1/d", () => {
    const image = filled([1, 1, 4, 4], (i) => (i % 4 < 2 ? 0 : 1));
    const [picture] = embeddedPictures(imshow(image, { zoom: 0.5, vrange: [0, 2] }));
    expect([picture.width, picture.height]).toEqual([2, 2]);
    expect(Array.from(picture.data)).toEqual([0, 128, 0, 128]);
  });
});

describe("pictures", () => {
  const count = (...args: Parameters<typeof imshow>) => embeddedPictures(imshow(...args)).length;

  it("are one for each image, batch, channel and complex part", () => {
    expect(count(filled([3, 1, 2, 2], (i) => i))).toBe(3);
    expect(count(filled([1, 4, 2, 2], (i) => i))).toBe(4);
    expect(count([ramp, ramp])).toBe(2);
    expect(count({ real: ramp, imag: ramp })).toBe(2);
    expect(
      count(
        filled([2, 3, 2, 2], () => 0.5),
        { asRgb: true },
      ),
    ).toBe(2);
    expect(
      count(
        filled([2, 3, 2, 2], (i) => i),
        { batchIdx: 1 },
      ),
    ).toBe(3);
    expect(
      count(
        filled([2, 3, 2, 2], (i) => i),
        { batchIdx: 1, channelIdx: 0 },
      ),
    ).toBe(1);
    expect(
      count(
        filled([2, 3, 2, 2], (i) => i),
        { channelIdx: 2 },
      ),
    ).toBe(2);
  });

  it("are the chosen ones, counted from either end", () => {
    const image = filled([3, 2, 1, 2], (i) => i);
    const shown = (batchIdx: number, channelIdx: number) => texts(imshow(image, { batchIdx, channelIdx }))[0];
    expect(shown(0, 0)).toBe("range: [0, 1]");
    expect(shown(2, 1)).toBe("range: [10, 11]");
    expect(shown(-1, -1)).toBe("range: [10, 11]");
    expect(shown(-3, -2)).toBe("range: [0, 1]");
  });

  it("say their range and size below their title; null is neither", () => {
    expect(texts(imshow(ramp, { title: "ramp", zoom: 20 }))).toEqual([
      "ramp",
      "range: [0, 1]",
      "dims: [4, 6] × 20",
    ]);
    expect(texts(imshow(ramp, { title: null }))).toEqual([]);
    expect(texts(imshow([ramp, ramp], { title: ["a", "b"] })).filter((text) => text.length === 1)).toEqual([
      "a",
      "b",
    ]);
  });

  it("of complex numbers are named by their part", () => {
    const z = { real: { data: [3, 0], shape: [1, 1, 1, 2] }, imag: { data: [4, -2], shape: [1, 1, 1, 2] } };
    const shown = (plotComplex: "rectangular" | "polar" | "logpolar") =>
      texts(imshow(z, { plotComplex, title: "z", zoom: 80 })).filter((text) => !text.startsWith("dims"));
    expect(shown("rectangular")).toEqual(["z real", "range: [0, 3]", "z imaginary", "range: [−2, 4]"]);
    expect(shown("polar")).toEqual(["z amplitude", "range: [2, 5]", "z phase", "range: [−1.57, 0.927]"]);
    expect(shown("logpolar")[0]).toBe("z log(1+amplitude)");
    expect(shown("logpolar")[1]).toBe("range: [1.1, 1.79]");
  });

  it("of several sizes are enlarged to the largest", () => {
    const figure = imshow([filled([1, 1, 8, 8], (i) => i), filled([1, 1, 2, 2], (i) => i)], { zoom: 2 });
    expect(elements(figure, "image").map(({ width, height }) => [width, height])).toEqual([
      ["16", "16"],
      ["16", "16"],
    ]);
    expect(texts(figure)).toContain("dims: [2, 2] × 8");
  });

  it("go into rows of colWrap", () => {
    const image = elements(
      imshow(
        filled([3, 1, 4, 4], (i) => i),
        { colWrap: 2, title: null },
      ),
      "image",
    );
    expect(image.map(({ x }) => x)).toEqual(["12", "30", "12"]);
    expect(new Set(image.map(({ y }) => y)).size).toBe(2);
  });
});

describe("ranges", () => {
  const images = [
    { data: [-1, 3, 0, 0], shape: [1, 1, 2, 2] },
    { data: [0, 1, 2, 5], shape: [1, 1, 2, 2] },
  ];
  const shown = (vrange: string) =>
    texts(imshow(images, { vrange }))
      .filter((text) => text.startsWith("range"))
      .map((text) => text.slice(7));

  it("by rule are shared or independent, symmetric or full", () => {
    expect(shown("auto0")).toEqual(["[−5, 5]", "[−5, 5]"]);
    expect(shown("auto1")).toEqual(["[−1, 5]", "[−1, 5]"]);
    expect(shown("indep0")).toEqual(["[−3, 3]", "[−5, 5]"]);
    expect(shown("indep1")).toEqual(["[−1, 3]", "[0, 5]"]);
  });

  it("by rule 2 are the mean ± 2 standard deviations; by rule 3 they come from percentiles", () => {
    const sd = Math.sqrt((1.5 ** 2 + 2.5 ** 2 + 0.5 ** 2 + 0.5 ** 2) / 4);
    const rounded = (x: number) => String(Number(x.toPrecision(3))).replace("-", "−");
    expect(shown("indep2")[0]).toBe(`[${rounded(0.5 - 2 * sd)}, ${rounded(0.5 + 2 * sd)}]`);
    // Percentiles of -1, 0, 0, 3: position 0.3 gives -0.7, position 2.7 gives 2.1.
    expect(shown("indep3")[0]).toBe(`[${rounded(-0.7 - 2.8 / 8)}, ${rounded(2.1 + 2.8 / 8)}]`);
  });

  it("that are symmetric by rule are shown blue to red, with 0 nearly white", () => {
    const [picture] = embeddedPictures(imshow(images[0], { vrange: "indep0" }));
    const pixel = (i: number) => Array.from({ length: 3 }, (_, c) => picture.data[3 * i + c]);
    expect(picture.channels).toBe(3);
    expect(pixel(1)).toEqual([0x67, 0x00, 0x1f]);
    expect(Math.min(...pixel(2))).toBeGreaterThan(240);
    expect(pixel(0)[2]).toBeGreaterThan(pixel(0)[0]);
  });

  it("can be numbers; unknown rules warn and are auto1; colours ignore them with a warning", () => {
    expect(texts(imshow(ramp, { vrange: [-2, 2] }))).toContain("range: [−2, 2]");
    expect(shown("sometimes")).toEqual(["[−1, 5]", "[−1, 5]"]);
    expect(warnings.splice(0)[0]).toContain("Unknown vrange");
    const color = imshow(
      filled([1, 3, 2, 2], () => 0.3),
      { asRgb: true, vrange: "auto0" },
    );
    expect(texts(color)).toContain("range: [0, 1]");
    expect(warnings[0]).toContain("RGB images cannot have their vrange set");
  });
});

describe("what is refused", () => {
  const many = filled([2, 3, 2, 2], (i) => i);
  it.each([
    ["a video", () => imshow(filled([1, 1, 3, 2, 2], (i) => i)), "imshow only accepts images", "shape"],
    [
      "several batches and channels",
      () => imshow(many),
      "Don't know how to plot non-rgb images with more than one channel and batch",
      "shape",
    ],
    [
      "a batch that is no number",
      () => imshow(many, { batchIdx: 0.5 }),
      "batchIdx must be an int or None",
      "invalid-argument",
    ],
    [
      "a channel that is no number",
      () => imshow(many, { channelIdx: "0" as never }),
      "channelIdx must be an int or None",
      "invalid-argument",
    ],
    [
      "a batch too many",
      () => imshow(many, { batchIdx: 2 }),
      "batchIdx=2 is out of bounds for dimension 0 with size 2",
      "out-of-range",
    ],
    ["a channel too few", () => imshow(many, { channelIdx: -4 }), "is out of bounds", "out-of-range"],
    ["zoom 0", () => imshow(ramp, { zoom: 0 }), "zoom must be positive", "invalid-argument"],
    ["zoom -1", () => imshow(ramp, { zoom: -1 }), "zoom must be positive", "invalid-argument"],
    ["zoom NaN", () => imshow(ramp, { zoom: Number.NaN }), "zoom must be positive", "invalid-argument"],
    [
      "a zoom of parts",
      () => imshow(ramp, { zoom: 0.7 }),
      "zoom * signal.shape must result in integers",
      "invalid-argument",
    ],
    [
      "colour of 2 channels",
      () =>
        imshow(
          filled([1, 2, 2, 2], (i) => i),
          { asRgb: true },
        ),
      "channel must have 3 or 4 elements",
      "shape",
    ],
    [
      "colour of one channel of three",
      () =>
        imshow(
          filled([1, 3, 2, 2], (i) => i),
          { asRgb: true, channelIdx: 0 },
        ),
      "channel must have 3 or 4 elements",
      "shape",
    ],
    ["sizes that do not fit", () => imshow([ramp, filled([1, 1, 3, 6], (i) => i)]), "zoomed in", "shape"],
    [
      "other proportions",
      () => imshow([ramp, filled([1, 1, 2, 6], (i) => i)]),
      "must be multiplied by same amount",
      "shape",
    ],
    [
      "too few titles",
      () => imshow([ramp, ramp], { title: ["one"] }),
      "same number of titles and images",
      "invalid-argument",
    ],
    [
      "an unknown part",
      () => imshow(ramp, { plotComplex: "cubic" as never }),
      "Don't know how to handle plotComplex",
      "invalid-argument",
    ],
    [
      "numbers that do not fit the shape",
      () => imshow({ data: [1], shape: [1, 1, 2, 2] }),
      "as many numbers as the shape says",
      "shape",
    ],
    [
      "an unknown map",
      () => imshow(ramp, { cmap: "jet" as never }),
      "cmap must be one of",
      "invalid-argument",
    ],
    [
      "three ranges for one",
      () =>
        imshow(ramp, {
          vrange: [
            [0, 1],
            [0, 1],
            [0, 1],
          ],
        }),
      "vrange must be",
      "invalid-argument",
    ],
    [
      "indep with rows",
      () => imshow(ramp, { vrange: "indep1row" }),
      "cannot be used together",
      "invalid-argument",
    ],
    ["no image", () => imshow([]), "at least one", "invalid-argument"],
    ["rows of none", () => imshow(ramp, { colWrap: 0 }), "colWrap must be", "invalid-argument"],
  ])("%s", (_, call, message, code) => {
    expect(call).toThrow(message);
    try {
      call();
    } catch (error) {
      expect((error as { code: string }).code).toBe(code);
    }
  });
});
