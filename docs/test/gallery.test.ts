/** The gallery shows what the library draws: structure and numbers of SVGs, pixels of PNGs. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import type * as figures from "../gallery/figures.mjs";

const folder = fileURLToPath(new URL("../gallery/", import.meta.url));
const { decode } = createRequire(new URL("../../packages/plot/package.json", import.meta.url))("fast-png");

let drawn: Awaited<ReturnType<typeof figures.gallery>>;
beforeAll(async () => {
  drawn = await (await import("../gallery/figures.mjs")).gallery();
});

/** An SVG as its markup with `#` for each number and `@` for each picture, the numbers, and the pictures. */
function takeApart(svg: string) {
  const pictures: Uint8Array[] = [];
  const numbers: number[] = [];
  const withoutPictures = svg.replace(/data:image\/png;base64,([^"]+)/g, (_, text: string) => {
    pictures.push(Buffer.from(text, "base64"));
    return "@";
  });
  const markup = withoutPictures.replace(/-?\d+(\.\d+)?/g, (text) => {
    numbers.push(Number(text));
    return "#";
  });
  return { markup, numbers, pictures };
}

/** The largest difference of two pictures, and how many of their values differ. */
function difference(one: Uint8Array, other: Uint8Array): { largest: number; share: number } {
  const [a, b] = [decode(one), decode(other)];
  expect([a.width, a.height, a.channels]).toEqual([b.width, b.height, b.channels]);
  let [largest, count] = [0, 0];
  for (let i = 0; i < a.data.length; i++) {
    const distance = Math.abs(a.data[i] - b.data[i]);
    largest = Math.max(largest, distance);
    if (distance > 0) count++;
  }
  return { largest, share: count / a.data.length };
}

const names = [...readFileSync(`${folder}../gallery.md`, "utf8").matchAll(/\(gallery\/([\w-]+)\.svg\)/g)].map(
  ([, name]) => name,
);

describe("the gallery", () => {
  it("shows all figures that are drawn", () =>
    expect(Object.keys(drawn.figures).sort()).toEqual([...names].sort()));

  it.each(names)("%s is as it is drawn now", (name) => {
    const committed = takeApart(readFileSync(`${folder}${name}.svg`, "utf8").trim());
    const now = takeApart(drawn.figures[name].toSVG());
    expect(now.markup).toBe(committed.markup);
    now.numbers.forEach((number, i) => {
      // Logarithms may be rounded in another way by another engine.
      expect(Math.abs(number - committed.numbers[i])).toBeLessThanOrEqual(0.02);
    });
    expect(now.pictures).toHaveLength(committed.pictures.length);
    now.pictures.forEach((picture, i) => {
      expect(difference(picture, committed.pictures[i]).share).toBeLessThan(1e-3);
    });
  });

  it.each([
    ["synthesis-status", "light"],
    ["synthesis-status", "dark"],
    ["portilla-simoncelli", "light"],
  ] as const)("%s has the same pixels as PNG (%s)", async (name, theme) => {
    const file = `${folder}${name}${theme === "dark" ? "-dark" : ""}.png`;
    const { share } = difference(await drawn.figures[name].toPNG({ theme }), readFileSync(file));
    expect(share).toBeLessThan(1e-3);
  });

  it("has the film with all frames", () => {
    const gif = readFileSync(`${folder}synthesis-animate.gif`);
    // Each frame begins with a graphic control extension of four bytes.
    const count = gif.toString("latin1").split("\x21\xf9\x04").length - 1;
    expect(count).toBe(drawn.film.frameCount);
  });
});
