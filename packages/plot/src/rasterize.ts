import { encode } from "fast-png";
import { PlotValueError } from "./errors.js";
import type { Rasterizer } from "./raster.js";

const inNode = typeof process !== "undefined" && Boolean(process.versions?.node);

let loaded: Promise<Rasterizer> | undefined;

/** By resvg in Node, which needs no browser; in a browser by its own canvas. */
export function loadRasterizer(): Promise<Rasterizer> {
  loaded ??= inNode
    ? import("./rasterize-in-node.js").then(({ loadResvg }) => loadResvg())
    : import("./rasterize-in-browser.js").then(({ inBrowser }) => inBrowser);
  return loaded;
}

export function checkScale(scale: number): void {
  if (!(scale > 0 && scale <= 16)) {
    throw new PlotValueError(`scale must be a number above 0 and not above 16, but got ${scale}.`);
  }
}

/** Bytes from which another way of packing is tried, which takes several times as long. */
const largePng = 200_000;

/** An SVG as PNG. */
export async function rasterize(svg: string, scale: number): Promise<Uint8Array> {
  checkScale(scale);
  const rasterizer = await loadRasterizer();
  const png = await rasterizer.toPNG(svg, scale);
  if (!inNode || png.length <= largePng) return png;
  // Noise under a colour map has few colours. Written pixel by pixel without a filter, four bytes each, they repeat in a
  // way that deflate finds, which after the renderer's filters they do not.
  const other = encode({ ...(await rasterizer.toPixels(svg, scale)), channels: 4, depth: 8 });
  return other.length < png.length ? other : png;
}
