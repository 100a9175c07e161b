import { fromBase64 } from "./base64.js";
import { PlotValueError } from "./errors.js";
import { bold, regular } from "./font-data.js";
import { pixelatedStyle } from "./picture.js";

const inNode = typeof process !== "undefined" && Boolean(process.versions?.node);

type Renderer = (svg: string, scale: number) => Uint8Array;
let renderer: Promise<Renderer> | undefined;

async function loadRenderer(): Promise<Renderer> {
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
      return image.asPng();
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
