import { PlotStateError } from "./errors.js";
import { bold, regular } from "./font-data.js";
import type { Rasterizer } from "./raster.js";

const face = (data: string, weight: number): string =>
  `@font-face{font-family:Inter;font-weight:${weight};src:url(data:font/ttf;base64,${data})}`;

/** Draws an SVG on a canvas. A picture sees no fonts of the page, so that ours goes into it. */
export async function drawOnCanvas(svg: string, scale: number): Promise<HTMLCanvasElement> {
  const style = `<style>${face(regular, 400)}${face(bold, 600)}</style>`;
  const withFont = svg.replace("</desc>", `</desc>${style}`);
  const url = URL.createObjectURL(new Blob([withFont], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(image.naturalWidth * scale);
    canvas.height = Math.round(image.naturalHeight * scale);
    contextOf(canvas).drawImage(image, 0, 0, canvas.width, canvas.height);
    return canvas;
  } finally {
    URL.revokeObjectURL(url);
  }
}

function contextOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) throw new PlotStateError("This browser gives no 2-D canvas; use toSVG() instead.");
  return context;
}

async function toPNG(svg: string, scale: number): Promise<Uint8Array> {
  const canvas = await drawOnCanvas(svg, scale);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  if (!blob) {
    throw new PlotStateError("The browser could not encode the picture; choose a smaller scale.");
  }
  return new Uint8Array(await blob.arrayBuffer());
}

export const inBrowser: Rasterizer = {
  toPNG,
  async toPixels(svg, scale) {
    const canvas = await drawOnCanvas(svg, scale);
    const { width, height } = canvas;
    const { data } = contextOf(canvas).getImageData(0, 0, width, height);
    return { width, height, data: new Uint8Array(data.buffer) };
  },
};
