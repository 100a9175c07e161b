import type { Pixels } from "./pixels.js";

/** Levels of each colour: 6 × 6 × 6 colours, or 64 greys. */
const colorLevels = 6;
const grayLevels = 64;

interface Indexed {
  readonly index: Uint8Array;
  /** Red, green and blue in percent, as sixels have them. */
  readonly palette: readonly (readonly [number, number, number])[];
}

function indexed({ data, width, height, channels }: Pixels): Indexed {
  const count = width * height;
  const index = new Uint8Array(count);
  const level = (value: number, levels: number): number => Math.round((value / 255) * (levels - 1));
  const percent = (i: number, levels: number): number => Math.round((100 * i) / (levels - 1));
  if (channels < 3) {
    for (let i = 0; i < count; i++) index[i] = level(data[channels * i], grayLevels);
    const palette = Array.from({ length: grayLevels }, (_, i) => {
      const value = percent(i, grayLevels);
      return [value, value, value] as const;
    });
    return { index, palette };
  }
  for (let i = 0; i < count; i++) {
    const [r, g, b] = [0, 1, 2].map((c) => level(data[channels * i + c], colorLevels));
    index[i] = (r * colorLevels + g) * colorLevels + b;
  }
  const palette = Array.from({ length: colorLevels ** 3 }, (_, i) => {
    const parts = [
      Math.floor(i / colorLevels ** 2),
      Math.floor(i / colorLevels) % colorLevels,
      i % colorLevels,
    ];
    return parts.map((part) => percent(part, colorLevels)) as unknown as readonly [number, number, number];
  });
  return { index, palette };
}

/** Runs of four or more of a character in the short form. */
function packed(characters: string): string {
  return characters.replace(/(.)\1{3,}/g, (run, character: string) => `!${run.length}${character}`);
}

/** One band of six rows: for each colour in it the pixels that have it, as bits from above. */
function band(index: Uint8Array, width: number, height: number, top: number): string {
  const colors = new Map<number, Uint8Array>();
  for (let row = 0; row < Math.min(6, height - top); row++) {
    for (let x = 0; x < width; x++) {
      const color = index[(top + row) * width + x];
      const bits = colors.get(color) ?? new Uint8Array(width);
      bits[x] |= 1 << row;
      colors.set(color, bits);
    }
  }
  return [...colors]
    .map(([color, bits]) => `#${color}${packed(String.fromCharCode(...bits.map((bit) => bit + 63)))}`)
    .join("$");
}

/** A picture in DEC's sixel graphics (VT330/VT340 Programmer Reference Manual, volume 2, chapter 14). */
export function sixelPicture(pixels: Pixels): string {
  const { width, height } = pixels;
  const { index, palette } = indexed(pixels);
  const colors = palette.map(([r, g, b], i) => `#${i};2;${r};${g};${b}`).join("");
  const bands: string[] = [];
  for (let top = 0; top < height; top += 6) bands.push(band(index, width, height, top));
  return `\x1bP0;1;0q"1;1;${width};${height}${colors}${bands.join("-")}\x1b\\`;
}
