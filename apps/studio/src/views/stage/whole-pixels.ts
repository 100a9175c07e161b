import type { Size } from "../../square.js";

/** One pixel of a picture is at most so large, in CSS pixels, before somebody zooms: larger ones are only squares. */
const largest = 8;

/** Less of a column than this looks lost in it, unless it is large all the same. */
const leastPart = 0.6;
const leastSide = 200;

/** Captions and buttons need so much of a column. */
const leastColumn = 140;

/** The part of the window's height that a picture may take. */
export const partOfHeight = 0.8;

/**
 * How large one pixel of a picture is shown, in CSS pixels, so that it is a whole number of pixels of the screen; a picture
 * that does not fit so is made smaller, by whatever it takes.
 *
 * @param room - in CSS pixels
 * @param density - pixels of the screen in a CSS pixel, which need not be whole
 */
export function pixelSize(picture: Size, room: Size, density: number): number {
  const fit = Math.min(room.width / picture.width, room.height / picture.height);
  // Rounding of sizes and densities must not cost a pixel.
  const onScreen = Math.floor(fit * density + 1e-3);
  if (onScreen < 1) return fit;
  return Math.min(onScreen, Math.max(1, Math.floor(largest * density))) / density;
}

/** A pixel of `size`, so many times as large, which is a whole number of pixels of the screen. */
export const zoomed = (size: number, zoom: number, density: number): number =>
  zoom === 1 ? size : Math.max(1, Math.round(size * zoom * density)) / density;

/** Whether pixels of this size are not made smaller than those of the screen. */
export const isWhole = (size: number, density: number): boolean => size * density > 1 - 1e-3;

/**
 * In how many columns three pictures of a size are shown best: as many as leave their pixels whole, and large enough.
 *
 * @returns their number, and the size of a pixel
 */
export function arrange(
  picture: Size,
  { width, height }: Size,
  gap: number,
  density: number,
): { columns: number; pixel: number } {
  const inColumns = (columns: number) => {
    const room = { width: (width - gap * (columns - 1)) / columns, height };
    const pixel = pixelSize(picture, room, density);
    const shown = pixel * picture.width;
    const isWide = columns === 1 || room.width >= leastColumn;
    const isGood =
      isWide && isWhole(pixel, density) && (shown >= leastPart * room.width || shown >= leastSide);
    return { columns, pixel, isGood };
  };
  const all = [3, 2, 1].map(inColumns);
  const usual = width >= 640 ? 0 : width >= 480 ? 1 : 2;
  const { columns, pixel } = all.find(({ isGood }) => isGood) ?? all[usual];
  return { columns, pixel };
}
