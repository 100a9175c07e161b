import type { Plane } from "./frequency-grid.js";

/** Numbers for a tensor. */
export interface NumberArray {
  readonly shape: readonly number[];
  readonly values: Float64Array;
}

/** Real masks on half a spectrum, `[…, height, ⌊width/2⌋ + 1]`, which are multiplied by i where `imaginary`. */
export interface HalfMasks extends NumberArray {
  readonly imaginary: boolean;
}

/**
 * What makes real images of real ones, as masks on half a spectrum.
 *
 * The real part of the inverse transform of M·Z, with Z the spectrum of a real image, is the inverse transform of H·Z, with
 * H(f) = ½ (M(f) + conj M(-f)), of which half of the columns say all: no transform need be complex. With M a real plane times a
 * power of i, H is the even part of the plane, or its odd part where the power is imaginary.
 *
 * @param planes - of one size
 * @param quarterTurns - the power of i
 * @param scale - another factor
 * @returns `[planes, height, columns]`
 */
export function halfMasks(planes: readonly Plane[], quarterTurns: number, scale: number): HalfMasks {
  const { height, width } = planes[0];
  const columns = Math.floor(width / 2) + 1;
  const turns = ((quarterTurns % 4) + 4) % 4;
  const imaginary = turns % 2 === 1;
  const half = (turns < 2 ? scale : -scale) / 2;
  const values = new Float64Array(planes.length * height * columns);
  let at = 0;
  for (const { values: plane } of planes) {
    for (let row = 0; row < height; row++) {
      const mirrorRow = (height - row) % height;
      for (let column = 0; column < columns; column++) {
        const here = plane[row * width + column];
        const mirror = plane[mirrorRow * width + ((width - column) % width)];
        values[at++] = half * (imaginary ? here - mirror : here + mirror);
      }
    }
  }
  return { imaginary, shape: [planes.length, height, columns], values };
}

/** Masks that only rounding keeps from being 0: no transform need be done for them. */
export function isZero({ values }: HalfMasks): boolean {
  return values.every((value) => Math.abs(value) < 1e-12);
}
