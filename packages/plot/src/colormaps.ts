import { PlotValueError } from "./errors.js";

/** Red, green and blue, 0 to 255. */
export type Rgb = readonly [number, number, number];

/** The names of built-in colour maps. All but grey are perceptually even and safe for the colour-blind. */
export type ColormapName = "gray" | "RdBu_r" | "viridis" | "twilight";

/** A built-in map, colours as hexadecimal numbers (`"#053061"`) at equal distances, or a function of [0, 1]. */
export type Colormap = ColormapName | readonly string[] | ((t: number) => Rgb);

// Anchors at equal distances; between them the maps are taken as straight (within 3 of 255 levels of matplotlib's).
const anchors: Record<ColormapName, string> = {
  gray: "000000 ffffff",
  // Colors from www.ColorBrewer.org by Cynthia A. Brewer, Geography, Pennsylvania State University.
  RdBu_r: "053061 2166ac 4393c3 92c5de d1e5f0 f7f7f7 fddbc7 f4a582 d6604d b2182b 67001f",
  // S. van der Walt and N. Smith, 2015 (CC0).
  viridis:
    "440154 470d60 48186a 482374 472d7b 453781 424086 3e4989 3b528b 375b8d 33638d 2f6b8e 2c728e 297a8e 26828e 23898e 21918c 1f988b 1fa088 22a785 28ae80 32b67a 3fbc73 4ec36b 5ec962 70cf57 84d44b 98d83e addc30 c2df23 d8e219 ece51b fde725",
  // Cyclic, for phases: B. Ranchev, 2017 (CC0).
  twilight:
    "e2d9e2 d1d5da b3c6ce 95b5c7 7ba1c2 6b8cbf 6276ba 5f5eb3 5e43a5 592a8f 4e186f 3d114d 2f1436 3f123d 581647 741e4f 8e2c50 a24050 b25652 be6f5b c6896c cca389 d4bcac ddd0ce e2d9e2",
};

const levels = 256;

function parseColor(color: string): Rgb {
  const hex = color.replace(/^#/, "");
  if (!/^[0-9a-f]{6}$/i.test(hex)) {
    throw new PlotValueError(`A colour of cmap must be written as "#rrggbb", but got "${color}".`);
  }
  return [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as unknown as Rgb;
}

function interpolate(colors: readonly Rgb[], t: number): Rgb {
  const position = t * (colors.length - 1);
  const below = Math.min(Math.floor(position), Math.max(0, colors.length - 2));
  const above = colors[Math.min(below + 1, colors.length - 1)];
  return colors[below].map((value, i) => value + (above[i] - value) * (position - below)) as unknown as Rgb;
}

/** A table of 256 colours, three bytes each. */
export function colorTable(cmap: Colormap): Uint8Array {
  let at: (t: number) => Rgb;
  if (typeof cmap === "function") at = cmap;
  else {
    const names = typeof cmap === "string" ? anchors[cmap]?.split(" ") : cmap;
    if (!names?.length) {
      throw new PlotValueError(
        `cmap must be one of ${Object.keys(anchors).join(", ")}, a list of colours or a function, but got ${cmap}.`,
      );
    }
    const colors = names.map(parseColor);
    at = (t) => interpolate(colors, t);
  }
  const table = new Uint8Array(3 * levels);
  for (let i = 0; i < levels; i++) table.set(at(i / (levels - 1)).map(Math.round), 3 * i);
  return table;
}
