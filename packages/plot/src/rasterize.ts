import type * as Renderer from "@resvg/resvg-wasm";
import { encode } from "fast-png";
import { fromBase64 } from "./base64.js";
import { PlotValueError } from "./errors.js";
import { bold, regular } from "./font-data.js";
import { pixelatedStyle } from "./picture.js";

const inNode = typeof process !== "undefined" && Boolean(process.versions?.node);

type Render = (svg: string, scale: number) => Uint8Array;
let renderer: Promise<Render> | undefined;

/** Bytes from which another way of packing is tried, which takes several times as long. */
const largePng = 200_000;

/**
 * Noise under a colour map has few colours. Written pixel by pixel without a filter, four bytes each, they repeat in a way
 * that deflate finds, which after the renderer's filters they do not.
 */
function smallerPng(
  png: Uint8Array,
  { width, height, pixels }: ReturnType<InstanceType<typeof Renderer.Resvg>["render"]>,
): Uint8Array {
  const other = encode({ width, height, channels: 4, depth: 8, data: pixels });
  return other.length < png.length ? other : png;
}

async function loadRenderer(): Promise<Render> {
  const { initWasm, Resvg } = await import("@resvg/resvg-wasm");
  const { readFile } = await import("node:fs/promises");
  const { createRequire } = await import("node:module");
  await initWasm(await readFile(createRequire(import.meta.url).resolve("@resvg/resvg-wasm/index_bg.wasm")));
  const fontBuffers = [regular, bold].map(fromBase64);
  const font = { fontBuffers, loadSystemFonts: false, defaultFontFamily: "Inter", sansSerifFamily: "Inter" };
  return (svg, scale) => {
    // It knows the attribute of SVG 1.1, which stands beside, and would take the newer style for no wish at all.
    const resvg = new Resvg(svg.replaceAll(pixelatedStyle, ""), {
      font,
      fitTo: { mode: "zoom", value: scale },
    });
    const image = resvg.render();
    try {
      const png = image.asPng();
      return png.length > largePng ? smallerPng(png, image) : png;
    } finally {
      image.free();
      resvg.free();
    }
  };
}

/** An SVG as PNG: in Node by resvg, which needs no browser. */
export async function rasterize(svg: string, scale: number): Promise<Uint8Array> {
  if (!(scale > 0 && scale <= 16)) {
    throw new PlotValueError(`scale must be a number above 0 and not above 16, but got ${scale}.`);
  }
  if (!inNode) return (await import("./rasterize-in-browser.js")).rasterizeInBrowser(svg, scale);
  renderer ??= loadRenderer();
  return (await renderer)(svg, scale);
}
