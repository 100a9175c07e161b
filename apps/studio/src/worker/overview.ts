import type { Pixels } from "@plenoptic/data";
import type { Raster } from "../protocol.js";
import type { Region } from "../square.js";

/** A part of a decoded picture, in grey (its luminance) or in colour. */
export function pixelsToRaster(
  pixels: Pixels,
  { left, top, width, height }: Region,
  isColor: boolean,
): Raster {
  const rgba = new Uint8ClampedArray(4 * width * height);
  const put = painter(pixels, isColor);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) put(rgba, y * width + x, (top + y) * pixels.width + left + x);
  }
  return { width, height, rgba };
}

/** Colour `channel` of a pixel in [0, 1], over white where it is transparent. */
function colorAt({ channels, maxValue, data }: Pixels, pixel: number, channel: number): number {
  const colors = channels < 3 ? 1 : 3;
  const value = data[pixel * channels + Math.min(channel, colors - 1)] / maxValue;
  if (channels !== 2 && channels !== 4) return value;
  const alpha = data[pixel * channels + channels - 1] / maxValue;
  return alpha * value + 1 - alpha;
}

/** Writes a pixel of the picture, over white, to a place of a raster. */
function painter(pixels: Pixels, isColor: boolean) {
  const isGrey = pixels.channels < 3;
  return (rgba: Uint8ClampedArray, to: number, from: number) => {
    const red = 255 * colorAt(pixels, from, 0);
    const green = isGrey ? red : 255 * colorAt(pixels, from, 1);
    const blue = isGrey ? red : 255 * colorAt(pixels, from, 2);
    const grey = isGrey ? red : 0.2125 * red + 0.7154 * green + 0.0721 * blue;
    rgba[4 * to] = isColor ? red : grey;
    rgba[4 * to + 1] = isColor ? green : grey;
    rgba[4 * to + 2] = isColor ? blue : grey;
    rgba[4 * to + 3] = 255;
  };
}

const overviewSide = 512;
const samplesAcross = 4;

const overviews = new WeakMap<Pixels, { readonly isColor: boolean; readonly raster: Raster }>();

/** All of a picture with at most 512 pixels a side, each the mean of some of what it covers. Made once. */
export function overviewOf(pixels: Pixels, isColor: boolean): Raster {
  const known = overviews.get(pixels);
  if (known?.isColor === isColor) return known.raster;
  const raster = drawOverview(pixels, isColor);
  overviews.set(pixels, { isColor, raster });
  return raster;
}

function drawOverview(pixels: Pixels, isColor: boolean): Raster {
  const scale = Math.max(1, Math.max(pixels.width, pixels.height) / overviewSide);
  const width = Math.max(1, Math.round(pixels.width / scale));
  const height = Math.max(1, Math.round(pixels.height / scale));
  if (scale === 1) return pixelsToRaster(pixels, { left: 0, top: 0, width, height }, isColor);
  const put = painter(pixels, isColor);
  const samples = new Uint8ClampedArray(4 * samplesAcross ** 2);
  const rgba = new Uint8ClampedArray(4 * width * height);
  const at = (i: number, k: number, count: number, of: number) =>
    Math.min(of - 1, Math.floor(((i + (k + 0.5) / samplesAcross) * of) / count));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let k = 0; k < samplesAcross ** 2; k++) {
        const row = at(y, Math.floor(k / samplesAcross), height, pixels.height);
        put(samples, k, row * pixels.width + at(x, k % samplesAcross, width, pixels.width));
      }
      for (let c = 0; c < 4; c++) rgba[4 * (y * width + x) + c] = meanOf(samples, c);
    }
  }
  return { width, height, rgba };
}

function meanOf(rgba: Uint8ClampedArray, channel: number): number {
  let sum = 0;
  for (let i = channel; i < rgba.length; i += 4) sum += rgba[i];
  return (4 * sum) / rgba.length;
}
