import type { Raster } from "../protocol.js";
import type { Size } from "../square.js";

/** How the pictures are looked at. */
export interface Viewing {
  /** Pixels of the screen for each pixel of a picture, along each side: a whole number. */
  readonly enlarged: number;
  readonly distanceCm: number;
  /** How wide a bank card is in CSS pixels, which says how large the screen is. */
  readonly cardPixels: number;
  /** Degrees from the cross to the middle of a picture. */
  readonly eccentricity: number;
  /** For how long each picture of a trial is shown. */
  readonly durationMs: number;
  readonly gapMs: number;
  readonly gap: "blank" | "mask";
}

/** Width of a bank card, ISO/IEC 7810 ID-1, in centimetres: everybody has one to hold against the screen. */
const cardCm = 8.56;

/** As CSS would have it: 96 pixels in an inch. */
const usualCardPixels = Math.round((cardCm / 2.54) * 96);

/** Pictures beside each other fit into a window, in whole pixels of the screen, at most twice as large as CSS pixels. */
export function usualViewing(picture: Size, window: Size, density: number): Viewing {
  const fit = Math.min((0.42 * window.width) / picture.width, (0.55 * window.height) / picture.height, 2);
  return {
    enlarged: Math.max(1, Math.floor(fit * density + 1e-3)),
    distanceCm: 57,
    cardPixels: usualCardPixels,
    eccentricity: 0,
    durationMs: 500,
    gapMs: 500,
    gap: "blank",
  };
}

/** Degrees of visual angle of something so large, from so far, in the same unit. */
export const visualAngle = (size: number, distance: number): number =>
  (2 * Math.atan(size / 2 / distance) * 180) / Math.PI;

/** CSS pixels from the cross to what is so many degrees beside it. */
export const pixelsTo = (degrees: number, { distanceCm, cardPixels }: Viewing): number =>
  (distanceCm * Math.tan((degrees * Math.PI) / 180) * cardPixels) / cardCm;

/** How many degrees so many CSS pixels are wide, in the middle of the screen. */
export const degreesOf = (pixels: number, { distanceCm, cardPixels }: Viewing): number =>
  visualAngle((pixels / cardPixels) * cardCm, distanceCm);

/** The mean shade of a picture, from 0 to 255: what is around pictures should not stand out from them. */
export function meanShade({ rgba }: Raster): number {
  let sum = 0;
  for (let i = 0; i < rgba.length; i += 4)
    sum += 0.2125 * rgba[i] + 0.7154 * rgba[i + 1] + 0.0721 * rgba[i + 2];
  return Math.round((4 * sum) / rgba.length);
}

const piece = 8;

/** Pieces of both pictures in random order, which hide what was seen before, and are neither. */
export function scrambled(one: Raster, other: Raster, random: () => number): Raster {
  const { width, height } = one;
  const rgba = new Uint8ClampedArray(one.rgba.length);
  const [across, down] = [Math.ceil(width / piece), Math.ceil(height / piece)];
  for (let i = 0; i < across * down; i++) {
    const from = random() < 0.5 ? one : other;
    const [left, top] = [random() * (width - piece), random() * (height - piece)].map((x) =>
      Math.max(0, Math.floor(x)),
    );
    const [x, y] = [piece * (i % across), piece * Math.floor(i / across)];
    for (let row = 0; row < Math.min(piece, height - y); row++) {
      const at = 4 * ((top + row) * width + left);
      const count = 4 * Math.min(piece, width - x);
      rgba.set(from.rgba.subarray(at, at + count), 4 * ((y + row) * width + x));
    }
  }
  return { width, height, rgba };
}
