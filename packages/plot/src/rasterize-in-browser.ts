import { PlotError } from "./errors.js";
import { bold, regular } from "./font-data.js";

const face = (data: string, weight: number): string =>
  `@font-face{font-family:Inter;font-weight:${weight};src:url(data:font/ttf;base64,${data})}`;

/** An SVG as PNG by the browser's own means. A picture sees no fonts of the page, so that ours goes into it. */
export async function rasterizeInBrowser(svg: string, scale: number): Promise<Uint8Array> {
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
    const context = canvas.getContext("2d");
    if (!context) throw new PlotError("state", "This browser gives no 2-D canvas; use toSVG() instead.");
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
    if (!blob)
      throw new PlotError("state", "The browser could not encode the picture; choose a smaller scale.");
    return new Uint8Array(await blob.arrayBuffer());
  } finally {
    URL.revokeObjectURL(url);
  }
}
