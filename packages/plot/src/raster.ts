/** Pixels, four bytes each: red, green, blue, opacity. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Draws SVG. */
export interface Rasterizer {
  toPNG(svg: string, scale: number): Promise<Uint8Array>;
  toPixels(svg: string, scale: number): Promise<Raster>;
}
