import type { Pixels } from "@plenoptic/data";

/** How much of each source pixel goes into a target pixel, along one axis. */
function overlaps(from: number, to: number): { first: number; weights: number[] }[] {
  const scale = from / to;
  return Array.from({ length: to }, (_, i) => {
    const [begin, end] = [i * scale, (i + 1) * scale];
    const first = Math.floor(begin);
    const last = Math.min(from, Math.ceil(end - 1e-9));
    const weights = Array.from(
      { length: last - first },
      (_, k) => (Math.min(end, first + k + 1) - Math.max(begin, first + k)) / scale,
    );
    return { first, weights };
  });
}

/** Colour `channel` of a pixel in [0, 1], over white where it is transparent. */
export function colorAt({ channels, maxValue, data }: Pixels, pixel: number, channel: number): number {
  const colors = channels < 3 ? 1 : 3;
  const value = data[pixel * channels + Math.min(channel, colors - 1)] / maxValue;
  if (channels !== 2 && channels !== 4) return value;
  const alpha = data[pixel * channels + channels - 1] / maxValue;
  return alpha * value + 1 - alpha;
}

/**
 * A picture whose shorter side has so many pixels, each the mean of what it covers; the same on every machine.
 *
 * @returns planes of red, green and blue (or one of grey), and the shape `[1, channels, height, width]`
 */
export function reducePixels(
  pixels: Pixels,
  shorterSide: number,
): { values: Float32Array; shape: [1, number, number, number] } {
  const scale = shorterSide / Math.min(pixels.width, pixels.height);
  const width = Math.max(1, Math.round(pixels.width * scale));
  const height = Math.max(1, Math.round(pixels.height * scale));
  const channels = pixels.channels < 3 ? 1 : 3;
  const values = new Float32Array(channels * width * height);
  const [columns, rows] = [overlaps(pixels.width, width), overlaps(pixels.height, height)];
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        let sum = 0;
        rows[y].weights.forEach((wy, dy) => {
          const row = (rows[y].first + dy) * pixels.width;
          columns[x].weights.forEach((wx, dx) => {
            sum += wy * wx * colorAt(pixels, row + columns[x].first + dx, c);
          });
        });
        values[(c * height + y) * width + x] = sum;
      }
    }
  }
  return { values, shape: [1, channels, height, width] };
}
