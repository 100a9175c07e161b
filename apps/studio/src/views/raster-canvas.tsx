import { useLayoutEffect, useRef } from "preact/hooks";
import type { Raster } from "../protocol.js";
import type { Size } from "../square.js";

/** Draws a picture, one pixel for each of its own; how large it is shown is the style's affair, unless it is said here. */
export function RasterCanvas({ raster, label, size }: { raster: Raster; label: string; size?: Size }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const { current } = canvas;
    if (!current) return;
    const { width, height, rgba } = raster;
    // Setting a size clears the canvas, even to the same.
    if (current.width !== width) current.width = width;
    if (current.height !== height) current.height = height;
    current.getContext("2d")?.putImageData(new ImageData(rgba, width, height), 0, 0);
  }, [raster]);
  const style = size && { width: `${size.width}px`, height: `${size.height}px` };
  return <canvas ref={canvas} class="raster" role="img" aria-label={label} style={style} />;
}
