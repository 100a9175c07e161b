import { terminalPicture } from "@plenoptic/plot";
import { decode } from "fast-png";
import { describe, expect, it } from "vitest";
import { filled } from "./pictures.js";

const esc = String.fromCharCode(27);
const image = filled([1, 1, 8, 12], (i) => (i % 12) / 11);
const draw = (protocol: "kitty" | "sixel" | "blocks" | "blocks256", of = image) =>
  terminalPicture(of, { protocol, columns: 12, rows: 6 });

describe("half blocks", () => {
  it("have two pixels in each character, and take exactly the lines they were given", () => {
    const lines = draw("blocks").split("\n");
    expect(lines).toHaveLength(7);
    const drawn = lines.filter((line) => line.includes("▀"));
    expect(drawn).toHaveLength(4);
    const greys = [...drawn[0].matchAll(/38;2;(\d+);(\d+);(\d+);48;2;(\d+);\d+;\d+m▀/g)].map(
      ([, r, g, b, below]) => {
        expect([g, b, below]).toEqual([r, r, r]);
        return Number(r);
      },
    );
    expect(greys).toEqual(Array.from({ length: 12 }, (_, x) => Math.min(255, Math.floor((x / 11) * 256))));
  });

  it("are means where the terminal is smaller than the picture", () => {
    const checkers = filled([1, 1, 16, 16], (i) => (i + Math.floor(i / 16)) % 2);
    const text = terminalPicture(checkers, { protocol: "blocks", columns: 8, rows: 4 });
    expect(new Set([...text.matchAll(/38;2;(\d+)/g)].map(([, grey]) => grey))).toEqual(new Set(["128"]));
  });

  it("use the palette's greys and colours where there are no others", () => {
    const codes = [...draw("blocks256").matchAll(/38;5;(\d+)/g)].map(([, code]) => Number(code));
    expect(codes[0]).toBe(16);
    expect(codes[11]).toBe(231);
    expect(codes.slice(1, 11).every((code) => code >= 232 && code <= 255)).toBe(true);
    const red = { data: [1, 0, 0], shape: [1, 3, 1, 1] };
    expect(draw("blocks256", red as never)).toContain("38;5;196");
  });
});

describe("kitty's protocol", () => {
  it("carries the picture as PNG, in pieces", () => {
    const noise = filled([1, 1, 96, 96], (i) => Math.abs(Math.sin(i * 12.9898) * 43758.5453) % 1);
    const pieces = draw("kitty", noise).split(`${esc}_G`).slice(1);
    expect(pieces.length).toBeGreaterThan(2);
    expect(pieces[0]).toMatch(/^a=T,f=100,i=4242,p=1,q=2,C=1,c=12,r=6,m=1;/);
    expect(pieces.at(-1)).toMatch(/^m=0;/);
    const text = pieces.map((piece) => piece.slice(piece.indexOf(";") + 1, piece.indexOf(esc))).join("");
    expect(pieces.every((piece) => piece.indexOf(esc) - piece.indexOf(";") - 1 <= 4096)).toBe(true);
    const png = decode(Buffer.from(text, "base64"));
    expect([png.width, png.height]).toEqual([96, 96]);
    expect(png.data[5]).toBe(Math.floor(noise.data[5] * 256));
  });
});

/** Draws sixels, as a terminal does: the number of each pixel's colour. */
function readSixels(text: string): {
  width: number;
  height: number;
  index: number[][];
  palette: Map<number, number[]>;
} {
  const body = text.slice(text.indexOf("q") + 1, text.lastIndexOf(`${esc}\\`));
  const [, width, height] = (body.match(/^"1;1;(\d+);(\d+)/) ?? []).map(Number);
  const index = Array.from({ length: height }, () => new Array<number>(width).fill(-1));
  const palette = new Map<number, number[]>();
  let [x, top, color] = [0, 0, 0];
  for (const [token] of body.replace(/^"[\d;]+/, "").matchAll(/#\d+(;\d+)*|!\d+.|[$-]|[?-~]/g)) {
    if (token.startsWith("#")) {
      const [number, ...definition] = token.slice(1).split(";").map(Number);
      if (definition.length) palette.set(number, definition.slice(1));
      else color = number;
    } else if (token === "$") x = 0;
    else if (token === "-") [x, top] = [0, top + 6];
    else {
      const count = token.startsWith("!") ? Number(token.slice(1, -1)) : 1;
      const bits = token.charCodeAt(token.length - 1) - 63;
      for (let k = 0; k < count; k++, x++) {
        for (let row = 0; row < 6; row++) if (bits & (1 << row)) index[top + row][x] = color;
      }
    }
  }
  return { width, height, index, palette };
}

describe("sixels", () => {
  it("have a colour for each pixel, near that of the picture", () => {
    const { width, height, index, palette } = readSixels(draw("sixel"));
    expect([width, height]).toEqual([84, 56]);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const [r, g, b] = palette.get(index[y][x]) as number[];
        expect([g, b]).toEqual([r, r]);
        expect(Math.abs(r / 100 - Math.floor(x / 7) / 11)).toBeLessThan(0.02);
      }
    }
  });

  it("have colours", () => {
    const color = { data: Float64Array.of(1, 0, 0, 1, 0, 0), shape: [1, 3, 1, 2] };
    const { index, palette } = readSixels(draw("sixel", color));
    expect(palette.get(index[0][0])).toEqual([100, 0, 0]);
    expect(palette.get(index[0][80])).toEqual([0, 100, 0]);
  });
});

it("refuses an unknown protocol, and no room", () => {
  expect(() => draw("ascii" as never)).toThrow("protocol must be");
  expect(() => terminalPicture(image, { protocol: "blocks", columns: 0, rows: 1 })).toThrow(
    "whole numbers above 0",
  );
});
