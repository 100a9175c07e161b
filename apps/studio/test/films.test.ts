import { type Film, synthesisAnimate } from "@plenoptic/plot";
import { savedArrays } from "@plenoptic/synthesis";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { smallPicture } from "./picture.js";
import { chromiumIsNeeded, downloadBy, hasChromium } from "./studio-page.js";
import { useStudio } from "./use-studio.js";

const framerate = 10;

/** What a player shows of a film, frame by frame, and how far that is from each picture of a list. */
async function play(page: Page, film: Buffer, type: string, pictures: readonly Uint8Array[]) {
  const given = { film: film.toString("base64"), type, framerate };
  const expected = pictures.map((picture) => Buffer.from(picture).toString("base64"));
  return page.evaluate(
    async ({ film, type, framerate, expected }) => {
      const bytes = (text: string) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
      const greyOf = (source: CanvasImageSource, width: number, height: number) => {
        const canvas = new OffscreenCanvas(width, height);
        const context = canvas.getContext("2d", { willReadFrequently: true });
        if (!context) throw new Error("There is no canvas.");
        context.drawImage(source, 0, 0);
        const { data } = context.getImageData(0, 0, width, height);
        return Float32Array.from(
          { length: width * height },
          (_, i) => (data[4 * i] + data[4 * i + 1] + data[4 * i + 2]) / 3,
        );
      };
      const bitmaps = await Promise.all(expected.map((png) => createImageBitmap(new Blob([bytes(png)]))));
      const { width, height } = bitmaps[0];
      const references = bitmaps.map((bitmap) => greyOf(bitmap, width, height));
      const distances = (shown: Float32Array) =>
        references.map(
          (one) => one.reduce((sum, value, i) => sum + Math.abs(value - shown[i]), 0) / one.length,
        );
      const file = new Blob([bytes(film)], { type });
      if (type === "image/gif") {
        const decoder = new ImageDecoder({ data: await file.arrayBuffer(), type });
        await decoder.tracks.ready;
        const count = decoder.tracks.selectedTrack?.frameCount ?? 0;
        const shown = [];
        for (let frameIndex = 0; frameIndex < count; frameIndex++) {
          const { image } = await decoder.decode({ frameIndex });
          shown.push(distances(greyOf(image, width, height)));
        }
        return { count, duration: count / framerate, shown, width, height };
      }
      const video = document.createElement("video");
      video.muted = true;
      const until = (event: string) =>
        new Promise((resolve, reject) => {
          video.addEventListener(event, resolve, { once: true });
          video.onerror = () => reject(new Error(`it cannot be played: ${video.error?.message}`));
        });
      video.src = URL.createObjectURL(file);
      await until("loadedmetadata");
      const { duration } = video;
      const shown = [];
      for (let frame = 0; frame < expected.length; frame++) {
        video.currentTime = (frame + 0.5) / framerate;
        await until("seeked");
        shown.push(distances(greyOf(video, width, height)));
      }
      const count = Math.round(duration * framerate);
      return { count, duration, shown, width: video.videoWidth, height: video.videoHeight };
    },
    { ...given, expected },
  );
}

describe.skipIf(!hasChromium)(
  `films of the studio ${chromiumIsNeeded}`,
  { timeout: 120_000, retry: 1 },
  () => {
    const studio = useStudio();
    const synthesize = async () => {
      // Large steps, so that the frames can be told apart.
      await studio.open(
        "model-option.kernelSize=5&device=cpu&max-iter=10&store-progress=2&optimizer=SGD&optimizer-option.lr=400",
      );
      await studio.drop(await smallPicture(64));
      await studio.page.getByText("64×64 of").waitFor();
      await studio.button("Run").click();
      await studio.end();
    };

    it("play in a browser as MP4, WebM and GIF: every frame in its place", async () => {
      await synthesize();
      const arrays = await savedArrays(await downloadBy(studio.page, "metamer.pt"));
      const film: Film = synthesisAnimate(arrays as never, {
        includedPlots: ["synthesisImshow", "synthesisLoss"],
      });
      expect(film.frameCount).toBe(6);
      const pictures = await Promise.all(Array.from({ length: 6 }, (_, i) => film.frame(i).toPNG()));
      const player = await studio.context.newPage();
      // Where there is a decoder of GIF: not on an empty page.
      await player.goto(studio.host.address);
      for (const [name, type] of [
        ["metamer.mp4", "video/mp4"],
        ["metamer.webm", "video/webm"],
        ["metamer.gif", "image/gif"],
      ]) {
        const { count, duration, shown } = await play(
          player,
          await downloadBy(studio.page, name),
          type,
          pictures,
        );
        expect([name, count]).toEqual([name, 6]);
        expect(duration).toBeCloseTo(0.6, 1);
        for (const [frame, distances] of shown.entries()) {
          expect(distances[frame]).toBeLessThan(3);
          expect([name, distances.indexOf(Math.min(...distances))]).toEqual([name, frame]);
        }
      }
    });

    it("say where a browser has no encoder, and that it makes others", async () => {
      await studio.page.addInitScript(() => {
        if (!("VideoEncoder" in window)) return;
        VideoEncoder.isConfigSupported = async (config) => ({
          supported: false,
          config,
        });
      });
      await synthesize();
      await studio.button("metamer.mp4").click();
      await expect.poll(studio.alert).toBe("This browser has no encoder for MP4. Take WebM or GIF.");
      await studio.button("metamer.webm").click();
      await expect.poll(studio.alert).toBe("This browser has no encoder for WebM. Take GIF.");
      expect((await downloadBy(studio.page, "metamer.gif")).subarray(0, 6).toString()).toBe("GIF89a");
      expect(await studio.alert()).toBe("");
    });
  },
);
