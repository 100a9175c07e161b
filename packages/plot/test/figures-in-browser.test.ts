import type * as plotModule from "@plenoptic/plot";
import { type Film, imshow, synthesisAnimate, synthesisStatus } from "@plenoptic/plot";
import { decode } from "fast-png";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { bundle, chromiumIsNeeded, hasChromium, withPage } from "../../plenoptic/test/browser.js";
import { synthesisAfter } from "./browser/entry.js";

declare const plot: typeof plotModule;
/** `synthesisAfter` as the page has it: an import cannot be named in what runs there. */
declare const after: typeof synthesisAfter;
declare global {
  var mounted: plotModule.MountedFigure;
  var mountedFilm: plotModule.MountedFilm;
}

const inPage = async <T>(use: (page: Page) => Promise<T>) =>
  withPage(await bundle(new URL("./browser/entry.ts", import.meta.url), "browser"), use);

describe.skipIf(!hasChromium)(`figures in a page ${chromiumIsNeeded}`, () => {
  it("are the SVG that Node writes", async () => {
    const svg = await inPage((page) => page.evaluate(() => plot.synthesisStatus(after(5)).toSVG()));
    const strip = (text: string) => text.replaceAll(/base64,[^"]+/g, "");
    expect(strip(svg)).toBe(strip(synthesisStatus(synthesisAfter(5)).toSVG()));
  });

  it("mount, shrink with their place, and follow a running synthesis without leaving nodes behind", async () => {
    const found = await inPage(async (page) => {
      await page.setViewportSize({ width: 900, height: 700 });
      await page.evaluate(() => {
        document.body.innerHTML = '<main style="width:100%"></main>';
        globalThis.mounted = plot.mountFigure(
          document.querySelector("main") as Element,
          plot.synthesisStatus(after(1)),
        );
      });
      const widthOf = () =>
        page.evaluate(() => (document.querySelector("svg") as Element).getBoundingClientRect().width);
      const wide = await widthOf();
      await page.setViewportSize({ width: 400, height: 700 });
      const narrow = await widthOf();
      const counts = await page.evaluate(() => {
        const images = document.querySelectorAll("image");
        const nodes: number[] = [];
        for (let k = 2; k < 60; k++) {
          mounted.update(plot.synthesisStatus(after(k)));
          nodes.push(document.querySelectorAll("*").length);
        }
        const kept = images[0] === document.querySelectorAll("image")[0];
        const label = (document.querySelector("svg") as Element).getAttribute("aria-label") ?? "";
        return { nodes, kept, label };
      });
      const clean = await page.evaluate(() => {
        mounted.remove();
        return document.querySelector("main")?.childNodes.length;
      });
      return { wide, narrow, ...counts, clean };
    });
    expect(found.wide).toBeGreaterThan(800);
    expect(found.narrow).toBeLessThan(400);
    // The number of ticks may change with the data, but not the order of magnitude.
    expect(Math.max(...found.nodes)).toBeLessThan(1.5 * Math.min(...found.nodes));
    expect(found.nodes.at(-1)).toBeLessThan(1.2 * found.nodes[3]);
    expect(found.label).toContain("Metamer after 59 iterations");
    expect(found.clean).toBe(0);
  });

  it("keep the elements that stay the same when they are updated", async () => {
    const isKept = await inPage((page) =>
      page.evaluate(() => {
        const draw = (value: number) =>
          plot.imshow({ data: [0, 1, 2, value], shape: [1, 1, 2, 2] }, { zoom: 40, vrange: [0, 3] });
        const one = plot.mountFigure(document.body, draw(2));
        const image = document.querySelector("image") as Element;
        const before = image.getAttribute("href");
        one.update(draw(3));
        return document.querySelector("image") === image && image.getAttribute("href") !== before;
      }),
    );
    expect(isKept).toBe(true);
  });

  it("become PNGs with crisp pixels and the shipped font", async () => {
    const bytes = await inPage((page) =>
      page.evaluate(async () => {
        const checkers = Array.from({ length: 64 }, (_, i) => (i + Math.floor(i / 8)) % 2);
        const figure = plot.imshow({ data: checkers, shape: [1, 1, 8, 8] }, { zoom: 20, title: "checkers" });
        return [...(await figure.toPNG())];
      }),
    );
    const checkers = Array.from({ length: 64 }, (_, i) => (i + Math.floor(i / 8)) % 2);
    const figure = imshow({ data: checkers, shape: [1, 1, 8, 8] }, { zoom: 20, title: "checkers" });
    const ours = decode(await figure.toPNG());
    const theirs = decode(Uint8Array.from(bytes));
    expect([theirs.width, theirs.height]).toEqual([ours.width, ours.height]);
    let [different, inPicture] = [0, 0];
    for (let i = 0; i < ours.data.length; i += 4) {
      const distance = Math.abs(ours.data[i] - theirs.data[i]);
      const row = Math.floor(i / 4 / ours.width);
      if (row > 70 && distance > 2) inPicture++;
      if (distance > 60) different++;
    }
    expect(inPicture).toBe(0);
    // Letters are smoothed in other ways, but they are the same letters.
    expect(different / (ours.width * ours.height)).toBeLessThan(0.01);
  });
});

describe.skipIf(!hasChromium)(`the film player in a page ${chromiumIsNeeded}`, () => {
  const film: Film = synthesisAnimate(synthesisAfter(6), { framerate: 20 });
  const labelOf = (page: Page) => page.locator("output").textContent();
  const titleOf = (page: Page) => page.locator("svg text").first().textContent();

  it("works by mouse and by keyboard, and shows each frame as it was drawn", async () => {
    const html = await film.toHTML({ theme: "light" });
    await inPage(async (page) => {
      const errors: string[] = [];
      page.on("pageerror", (error) => errors.push(String(error)));
      await page.setContent(html);
      expect(await labelOf(page)).toBe("iteration 0");
      await page.locator(".plenoptic-film").focus();
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("ArrowRight");
      expect(await labelOf(page)).toBe("iteration 2");
      expect(await titleOf(page)).toBe("Metamer[0] [iteration=2]");
      const shown = await page.evaluate(() => (document.querySelector("svg > g") as Element).outerHTML);
      const drawn = await page.evaluate(
        (svg) => {
          const holder = document.createElement("div");
          holder.innerHTML = svg;
          return (holder.querySelector("svg > g") as Element).outerHTML;
        },
        film.frame(2).toSVG({ theme: "light" }),
      );
      expect(shown).toBe(drawn);
      await page.keyboard.press("End");
      expect(await labelOf(page)).toBe("iteration 6");
      await page.keyboard.press("Home");
      expect(await labelOf(page)).toBe("iteration 0");
      await page.keyboard.press("ArrowLeft");
      expect(await labelOf(page)).toBe("iteration 0");

      await page.getByLabel("Speed").selectOption("4");
      await page.getByRole("button", { name: "Play" }).click();
      await page.waitForFunction(() => document.querySelector("output")?.textContent === "iteration 6");
      await page.getByRole("button", { name: "Play" }).waitFor();
      await page.getByLabel("Frame").fill("3");
      expect(await labelOf(page)).toBe("iteration 3");
      await page.getByLabel("Speed").selectOption("0.25");
      await page.locator(".plenoptic-film").focus();
      await page.keyboard.press("Space");
      await page.getByRole("button", { name: "Pause" }).click();
      expect(["iteration 3", "iteration 4"]).toContain(await labelOf(page));
      expect(errors).toEqual([]);
    });
  });

  it("mounts in a page and leaves nothing behind", async () => {
    const found = await inPage(async (page) => {
      await page.evaluate(async () => {
        document.body.innerHTML = "<main></main>";
        const made = plot.synthesisAnimate(after(4), { framerate: 50 });
        globalThis.mountedFilm = await plot.mountFilm(document.querySelector("main") as Element, made, {
          autoplay: true,
        });
      });
      await page.waitForFunction(() => document.querySelector("output")?.textContent === "iteration 4");
      return page.evaluate(() => {
        mountedFilm.remove();
        return document.querySelector("main")?.childNodes.length;
      });
    });
    expect(found).toBe(0);
  });

  it("is written as video by WebCodecs, where the browser has an encoder", async () => {
    const sizes = await inPage((page) =>
      page.evaluate(async () => {
        const made = plot.synthesisAnimate(after(4), {
          framerate: 10,
          includedPlots: ["synthesisImshow"],
        });
        const results: Record<string, string> = {};
        for (const format of ["webm", "mp4"] as const) {
          try {
            const blob = await made.toVideo({ format });
            const url = URL.createObjectURL(blob);
            const video = document.createElement("video");
            video.src = url;
            await new Promise((resolve, reject) => {
              video.onloadedmetadata = resolve;
              video.onerror = () => reject(new Error(`${format} cannot be played`));
            });
            results[format] = `${video.videoWidth}x${video.videoHeight} ${video.duration.toFixed(1)} s`;
          } catch (error) {
            results[format] = String(error);
          }
        }
        return { results, width: made.width, height: made.height };
      }),
    );
    const even = (size: number) => size + (size % 2);
    const expected = `${even(sizes.width)}x${even(sizes.height)} 0.5 s`;
    expect(sizes.results).toEqual({ webm: expected, mp4: expected });
  });
});
