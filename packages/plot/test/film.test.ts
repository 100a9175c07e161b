import { animshow, type Film, setPlotWarningHandler, synthesisAnimate } from "@plenoptic/plot";
import { decodeApng } from "fast-png";
// @ts-expect-error it brings no types
import { GifReader } from "omggif";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { playerScript as makePlayerScript } from "../scripts/make-player.mjs";
import { playerScript } from "../src/player-script.js";
import { elements, embeddedPictures, filled, texts } from "./pictures.js";

let warnings: string[] = [];
let before: ReturnType<typeof setPlotWarningHandler>;
beforeEach(() => {
  warnings = [];
  before = setPlotWarningHandler((_, message) => warnings.push(message));
});
afterEach(() => setPlotWarningHandler(before));

/** Frame t of batch b has values from 10 b + t to 10 b + t + 0.9. */
const video = filled([2, 1, 3, 4, 4], (i) => {
  const [b, t] = [Math.floor(i / 48), Math.floor(i / 16) % 3];
  return 10 * b + t + (i % 16) * 0.06;
});

const shape = [1, 1, 8, 8];
const saved = [0, 1, 2, 3].map((k) => filled(shape, (i) => k / 4 + (i % 64) / 256));
const metamer = {
  losses: Array.from({ length: 8 }, (_, i) => 10 ** -i),
  penalties: new Array<number>(8).fill(0),
  penaltyLambda: 0.1,
  image: saved[0],
  metamer: saved[3],
  savedMetamer: saved, // of iterations 0, 3, 6, and of the current image, which is of iteration 7
  storeProgress: 3,
  representationError: (k: number | null) => filled([1, 1, 4], (i) => (10 - (k ?? 3)) * (i - 2)),
};

const reader = (bytes: Uint8Array) => new GifReader(Buffer.from(bytes));

describe("animshow", () => {
  it("has the frames of each batch beside each other, in one range over time", () => {
    const film = animshow(video);
    expect(film.frameCount).toBe(3);
    expect(embeddedPictures(film.frame(0))).toHaveLength(2);
    expect(texts(film.frame(1))).toEqual(
      expect.arrayContaining(["range: [0, 2.9]", "range: [10, 12.9]", "dims: [4, 4] × 1"]),
    );
    const brightness = (t: number) => embeddedPictures(film.frame(t))[0].data[0];
    expect(brightness(0)).toBeLessThan(brightness(1));
    expect(brightness(1)).toBeLessThan(brightness(2));
    expect(film.frame(-1).toSVG()).toBe(film.frame(2).toSVG());
    expect(() => film.frame(3)).toThrow("out of bounds with 3 frames");
    expect(() => film.frame(-4)).toThrow("out of bounds");
  });

  it("warns once of colours outside [0, 1] in a whole film", () => {
    const color = filled([1, 3, 4, 2, 2], (i) => (i % 7) - 1);
    const film = animshow(color, { asRgb: true });
    for (let t = 0; t < 4; t++) film.frame(t).toSVG();
    expect(warnings).toEqual([expect.stringContaining("4 of 4 pictures are clipped")]);
    // Planes of colour are one for each channel, each with all times.
    const expected = [0, 1, 2].map((c) => Math.min(1, Math.max(0, ((16 * c + 4) % 7) - 1)) * 255);
    expect(Array.from(embeddedPictures(film.frame(1))[0].data).slice(0, 3)).toEqual(expected);
  });

  it.each([
    ["an image", () => animshow(saved[0]), "animshow only accepts videos"],
    ["two lengths", () => animshow([video, filled([1, 1, 2, 4, 4], () => 0)]), "same number of frames"],
    ["zoom 0", () => animshow(video, { zoom: 0 }), "zoom must be positive"],
    [
      "several batches and channels",
      () => animshow(filled([2, 2, 2, 2, 2], () => 0)),
      "more than one channel and batch",
    ],
    ["a batch too many", () => animshow(video, { batchIdx: 2 }), "out of bounds"],
    ["no frames in a second", () => animshow(video, { framerate: 0 }), "framerate must be above 0"],
  ])("refuses %s", (_, call, message) => expect(call).toThrow(message));
});

describe("synthesisAnimate", () => {
  const dots = (film: Film) =>
    Array.from({ length: film.frameCount }, (_, k) => Number(elements(film.frame(k), "circle")[0].cx));

  it("has a frame for each stored image, the last one being the current", () => {
    const film = synthesisAnimate(metamer);
    expect(film.frameCount).toBe(4);
    expect([0, 1, 2, 3].map((k) => texts(film.frame(k))[0])).toEqual(
      [0, 3, 6, 7].map((iteration) => `Metamer[0] [iteration=${iteration}]`),
    );
    const [first, second, third, last] = dots(film);
    expect(second - first).toBeCloseTo(third - second, 1);
    expect(last - third).toBeCloseTo((second - first) / 3, 1);
    expect(warnings).toEqual([]);
  });

  it("keeps one range of colours, and axes that follow the error as asked", () => {
    const film = synthesisAnimate(metamer, { rescaleYlim: false });
    for (const k of [0, 3]) expect(texts(film.frame(k))).toContain("range: [0, 0.996]");
    const axes = (f: Film, k: number) =>
      texts(f.frame(k))
        .filter((text) => /^−?\d+$/.test(text))
        .join();
    expect(axes(film, 3)).toBe(axes(film, 0));
    const following = synthesisAnimate(metamer, { rescaleYlim: "rescale2" });
    expect(axes(following, 2)).toBe(axes(following, 1));
    expect(axes(following, 3)).not.toBe(axes(following, 0));
    expect(() => synthesisAnimate(metamer, { rescaleYlim: "often" })).toThrow(
      "Don't know how to handle rescaleYlim",
    );
  });

  it("warns once of colours outside [0, 1], and not when they are made fit", () => {
    const frames = [0, 1, 2, 3].map((k) => filled([1, 3, 4, 4], () => k * 0.6));
    const color = { ...metamer, image: frames[0], metamer: frames[3], savedMetamer: frames };
    const film = synthesisAnimate(color, { includedPlots: ["synthesisImshow"] });
    for (let k = 0; k < 4; k++) film.frame(k);
    expect(warnings).toEqual([expect.stringContaining("2 frames of saved metamer clipped")]);
    warnings = [];
    const processImage = ({ data, shape }: { data: ArrayLike<number>; shape: readonly number[] }) => ({
      data: Array.from(data, (x) => x / 2),
      shape,
    });
    synthesisAnimate(color, { includedPlots: ["synthesisImshow"], synthesisImshowOptions: { processImage } });
    expect(warnings).toEqual([]);
  });

  it("refuses what has no stored frames", () => {
    expect(() => synthesisAnimate({ ...metamer, storeProgress: 0 })).toThrow(
      "When synthesis_object.store_progress=False, cannot animate",
    );
    const eigen = { image: saved[0], eigendistortions: saved[0], eigenindex: [0] };
    expect(() => synthesisAnimate(eigen)).toThrow("must be a MADCompetition or Metamer");
    expect(() => synthesisAnimate(metamer, { includedPlots: ["nothing"] as never })).toThrow(
      "contained value(s) nothing",
    );
  });

  it("animates a MAD competition", () => {
    const { metamer: _, savedMetamer: __, ...rest } = metamer;
    const film = synthesisAnimate({
      ...rest,
      madImage: saved[3],
      savedMadImage: saved,
      referenceMetricLoss: metamer.losses,
      optimizedMetricLoss: metamer.losses,
    });
    expect(texts(film.frame(1))[0]).toBe("MAD[0] [iteration=3]");
  });
});

describe("GIF and animated PNG", () => {
  it("have all frames, at the rate asked for, with the pixels of the figures", async () => {
    const film = animshow(video, { framerate: 4, batchIdx: 0, zoom: 8 });
    const gif = reader(await film.toGIF());
    expect([gif.width, gif.height, gif.numFrames()]).toEqual([film.width, film.height, 3]);
    expect(gif.frameInfo(1).delay).toBe(25);
    expect(gif.loopCount()).toBeNull();
    const apng = decodeApng(await film.toAPNG());
    expect([apng.width, apng.height, apng.numberOfFrames, apng.numberOfPlays]).toEqual([
      film.width,
      film.height,
      3,
      1,
    ]);
    expect(apng.frames[2].delayNumber / apng.frames[2].delayDenominator).toBeCloseTo(0.25, 3);
    for (let t = 0; t < 3; t++) {
      const shown = new Uint8Array(4 * gif.width * gif.height);
      gif.decodeAndBlitFrameRGBA(t, shown);
      const { default: png } = { default: await film.frame(t).toPNG() };
      const exact = decodeApng(png);
      const pixels = exact.frames[0].data;
      expect(Buffer.compare(Buffer.from(apng.frames[t].data), Buffer.from(pixels))).toBe(0);
      let worst = 0;
      for (let i = 0; i < shown.length; i++) worst = Math.max(worst, Math.abs(shown[i] - pixels[i]));
      expect(worst).toBeLessThan(24);
      expect(Array.from(shown.subarray(0, 3))).toEqual([255, 255, 255]);
    }
  });

  it("repeat when asked", async () => {
    const film = animshow(video, { repeat: true, batchIdx: 0 });
    expect(reader(await film.toGIF()).loopCount()).toBe(0);
    expect(decodeApng(await film.toAPNG()).numberOfPlays).toBe(0);
  });

  it("tell how far they are, and stop when asked", async () => {
    const film = animshow(video, { batchIdx: 0 });
    const heard: number[] = [];
    await film.toAPNG({ onProgress: ({ frame, count }) => heard.push(frame / count) });
    expect(heard).toEqual([1 / 3, 2 / 3, 1]);
    const controller = new AbortController();
    const work = film.toGIF({ signal: controller.signal, onProgress: () => controller.abort() });
    await expect(work).rejects.toThrow(/abort/i);
    await expect(film.toGIF({ scale: 0 })).rejects.toThrow("scale must be");
  });
});

describe("the player's page", () => {
  it("stands alone, and has a label for each frame", async () => {
    const html = await synthesisAnimate(metamer).toHTML();
    expect(html).not.toMatch(/(src|href)="(?!data:)/);
    expect(html.match(/iteration \d+/g)).toEqual(expect.arrayContaining(["iteration 0", "iteration 7"]));
  });

  it("has the player's script as the sources have it", async () => {
    expect(playerScript).toBe(await makePlayerScript());
  });
});

describe("video", () => {
  it("needs a browser, and says so", async () => {
    await expect(animshow(video).toVideo()).rejects.toThrow("MP4 and WebM need WebCodecs");
    await expect(animshow(video).toVideo({ format: "avi" as never })).rejects.toThrow(
      'format must be "mp4" or "webm"',
    );
  });
});
