import { encode } from "fast-png";
import { type PlotArray, shapeOf } from "./arrays.js";
import { toBase64 } from "./base64.js";
import { colorTable } from "./colormaps.js";
import { PlotValueError } from "./errors.js";
import { collectPlanes } from "./imshow.js";
import { mapPixels, type Pixels, type Plane } from "./pixels.js";
import { sixelPicture } from "./sixel.js";
import type { Range } from "./vrange.js";

/**
 * How a terminal takes pictures: kitty's graphics protocol, DEC's sixels, or half blocks (two pixels in each character), in all
 * colours or in those of the 256-colour palette.
 */
export type TerminalProtocol = "kitty" | "sixel" | "blocks" | "blocks256";

/** Options of {@link terminalPicture}. */
export interface TerminalPictureOptions {
  protocol: TerminalProtocol;
  /** Characters across that there is room for. */
  columns: number;
  /** Lines that the picture takes, all of them. */
  rows: number;
  /** The values that are black and white (default [0, 1]). */
  vrange?: readonly [number, number];
}

/** Pixels of a character cell that sixels are made for; cells of nearly all fonts are larger. */
const sixelCell = { width: 7, height: 14 };

/** Means of the numbers below each pixel of another size; where it is larger, the nearest. */
function resample(plane: Plane, width: number, height: number): Plane {
  const data = new Float64Array(plane.channels * width * height);
  const range = (i: number, from: number, to: number): [number, number] => {
    const start = Math.floor((i * from) / to);
    return [start, Math.max(start + 1, Math.floor(((i + 1) * from) / to))];
  };
  for (let c = 0; c < plane.channels; c++) {
    for (let y = 0; y < height; y++) {
      const [top, bottom] = range(y, plane.height, height);
      for (let x = 0; x < width; x++) {
        const [left, right] = range(x, plane.width, width);
        let sum = 0;
        for (let v = top; v < bottom; v++) {
          for (let u = left; u < right; u++) sum += plane.data[(c * plane.height + v) * plane.width + u];
        }
        data[(c * height + y) * width + x] = sum / ((bottom - top) * (right - left));
      }
    }
  }
  return { data, width, height, channels: plane.channels };
}

/** The largest size of a picture's proportions in a place, at least one pixel. */
function fit(
  { width, height }: Plane,
  place: { width: number; height: number },
): { width: number; height: number } {
  const scale = Math.min(place.width / width, place.height / height);
  return { width: Math.max(1, Math.floor(width * scale)), height: Math.max(1, Math.floor(height * scale)) };
}

type ColorCode = (rgb: readonly [number, number, number]) => string;

const trueColor: ColorCode = ([r, g, b]) => `2;${r};${g};${b}`;

/** The 24 greys of the palette for greys, else its cube of 6 × 6 × 6. */
const paletteColor: ColorCode = ([r, g, b]) => {
  if (r === g && g === b) {
    if (r < 4) return "5;16";
    if (r > 246) return "5;231";
    return `5;${232 + Math.min(23, Math.round((r - 8) / 10))}`;
  }
  const step = (value: number): number => Math.round((value / 255) * 5);
  return `5;${16 + 36 * step(r) + 6 * step(g) + step(b)}`;
};

function blockLines({ data, width, height, channels }: Pixels, code: ColorCode): string[] {
  const at = (x: number, y: number): string => {
    const i = channels * (y * width + x);
    return code(channels >= 3 ? [data[i], data[i + 1], data[i + 2]] : [data[i], data[i], data[i]]);
  };
  return Array.from({ length: Math.ceil(height / 2) }, (_, row) => {
    let line = "";
    for (let x = 0; x < width; x++) {
      const below = 2 * row + 1 < height ? `;48;${at(x, 2 * row + 1)}` : ";49";
      line += `\x1b[38;${at(x, 2 * row)}${below}m▀`;
    }
    return `${line}\x1b[0m`;
  });
}

/** Most bytes of a piece of a command (kitty's documentation). */
const kittyPiece = 4096;

function kittyPicture(pixels: Pixels, columns: number, rows: number): string {
  const text = toBase64(encode({ ...pixels, depth: 8 }));
  const pieces = text.match(new RegExp(`.{1,${kittyPiece}}`, "g")) as string[];
  // One identity for all pictures of a run: each takes the place of the one before. The cursor stays (C=1), no answers (q=2).
  const control = `a=T,f=100,i=4242,p=1,q=2,C=1,c=${columns},r=${rows}`;
  return pieces
    .map(
      (piece, i) => `\x1b_G${i === 0 ? `${control},` : ""}m=${i < pieces.length - 1 ? 1 : 0};${piece}\x1b\\`,
    )
    .join("");
}

/** Draws from the place of the cursor over lines that are free, and goes to the line below. */
const overFreeLines = (picture: string, rows: number): string =>
  `${"\n".repeat(rows)}\x1b[${rows}A\x1b7${picture}\x1b8\x1b[${rows}B`;

/**
 * A picture for a terminal: text that draws it from the first column of the line where the cursor is, and leaves the cursor at
 * the beginning of the line below it, `rows` further down.
 *
 * @param image - `[1, 1, H, W]` or in colour `[1, 3, H, W]`
 * @throws {@link PlotValueError} for an unknown protocol or no room; as `imshow` for other shapes
 *
 * @example
 * ```ts
 * import { terminalPicture } from "@plenoptic/plot";
 * const image = { data: [0, 1, 1, 0], shape: [1, 1, 2, 2] };
 * console.log(terminalPicture(image, { protocol: "blocks", columns: 80, rows: 1 })); // four squares
 * ```
 */
export function terminalPicture(image: PlotArray, options: TerminalPictureOptions): string {
  const { protocol, columns, rows, vrange = [0, 1] } = options;
  if (!(Number.isInteger(columns) && columns > 0 && Number.isInteger(rows) && rows > 0)) {
    throw new PlotValueError(
      `columns and rows must be whole numbers above 0, but got ${columns} and ${rows}.`,
    );
  }
  const [plane] = collectPlanes([image], { batchIdx: 0, asRgb: shapeOf(image)[1] >= 3 });
  const paint = (size: { width: number; height: number }): Pixels =>
    mapPixels(resample(plane, size.width, size.height), [...vrange] as Range, colorTable("gray"));
  const cells = fit(plane, { width: columns, height: 2 * rows });
  switch (protocol) {
    case "kitty": {
      const pixels = mapPixels(plane, [...vrange] as Range, colorTable("gray"));
      return overFreeLines(
        kittyPicture(pixels, cells.width, Math.max(1, Math.round(cells.height / 2))),
        rows,
      );
    }
    case "sixel": {
      const place = { width: columns * sixelCell.width, height: rows * sixelCell.height };
      return overFreeLines(sixelPicture(paint(fit(plane, place))), rows);
    }
    case "blocks":
    case "blocks256": {
      const lines = blockLines(paint(cells), protocol === "blocks" ? trueColor : paletteColor);
      return Array.from({ length: rows }, (_, i) => `\x1b[2K${lines[i] ?? ""}\n`).join("");
    }
    default:
      throw new PlotValueError(
        `protocol must be "kitty", "sixel", "blocks" or "blocks256", but got "${protocol}".`,
      );
  }
}
