import { initWasm, Resvg } from "@resvg/resvg-wasm";
import { fromBase64 } from "./base64.js";
import { bold, regular } from "./font-data.js";
import { pixelatedStyle } from "./picture.js";
import type { Rasterizer } from "./raster.js";

/** Starts resvg with the shipped font, which is the only one it ever sees. */
export async function loadResvg(): Promise<Rasterizer> {
  // Not at the top: a bundle for pages that is in one file would ask the browser for them.
  const { readFile } = await import("node:fs/promises");
  const { createRequire } = await import("node:module");
  await initWasm(await readFile(createRequire(import.meta.url).resolve("@resvg/resvg-wasm/index_bg.wasm")));
  const fontBuffers = [regular, bold].map(fromBase64);
  const font = { fontBuffers, loadSystemFonts: false, defaultFontFamily: "Inter", sansSerifFamily: "Inter" };
  type Image = ReturnType<InstanceType<typeof Resvg>["render"]>;
  const draw = <T>(svg: string, scale: number, use: (image: Image) => T): T => {
    // It knows the attribute of SVG 1.1, which stands beside, and would take the newer style for no wish at all.
    const source = svg.replaceAll(pixelatedStyle, "");
    const resvg = new Resvg(source, { font, fitTo: { mode: "zoom", value: scale } });
    const image = resvg.render();
    try {
      return use(image);
    } finally {
      image.free();
      resvg.free();
    }
  };
  return {
    toPNG: async (svg, scale) => draw(svg, scale, (image) => image.asPng()),
    toPixels: async (svg, scale) =>
      draw(svg, scale, ({ width, height, pixels }) => ({ width, height, data: pixels })),
  };
}
