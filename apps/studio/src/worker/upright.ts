import type { Pixels } from "@plenoptic/data";

/** Where a pixel of the upright picture comes from, in one of width and height as stored, by EXIF's number. */
type Source = (x: number, y: number, width: number, height: number) => readonly [x: number, y: number];

const sources: Readonly<Record<number, Source>> = {
  2: (x, y, width) => [width - 1 - x, y],
  3: (x, y, width, height) => [width - 1 - x, height - 1 - y],
  4: (x, y, _, height) => [x, height - 1 - y],
  5: (x, y) => [y, x],
  6: (x, y, _, height) => [y, height - 1 - x],
  7: (x, y, width, height) => [width - 1 - y, height - 1 - x],
  8: (x, y, width) => [width - 1 - y, x],
};

/** A picture as it was seen, of one whose camera was turned. */
export function upright(pixels: Pixels, orientation: number): Pixels {
  const source = sources[orientation];
  if (!source) return pixels;
  const { width, height, channels, maxValue, data } = pixels;
  const [toWidth, toHeight] = orientation > 4 ? [height, width] : [width, height];
  const turned = new Uint8Array(width * height * channels);
  for (let y = 0; y < toHeight; y++) {
    for (let x = 0; x < toWidth; x++) {
      const [fromX, fromY] = source(x, y, width, height);
      const [to, from] = [(y * toWidth + x) * channels, (fromY * width + fromX) * channels];
      for (let c = 0; c < channels; c++) turned[to + c] = data[from + c];
    }
  }
  return { width: toWidth, height: toHeight, channels, maxValue, data: turned };
}
