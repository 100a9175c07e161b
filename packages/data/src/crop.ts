import { invalidArgument, ShapeError, slice, type Tensor } from "@plenoptic/tensor";

type Size = number | readonly [height: number, width: number];

/** Where a part begins that is in the middle; of two such places the one that the reference takes. */
const middle = (whole: number, part: number) => Math.floor(whole / 2) - Math.floor(part / 2);

/** Height and width of a part of an image, once it is sure that it fits. */
function checkSize(image: Tensor, size: Size): readonly [height: number, width: number] {
  const [height, width] = typeof size === "number" ? [size, size] : size;
  if (![height, width].every((n) => Number.isInteger(n) && n > 0)) {
    throw invalidArgument("size", size, "a whole number above 0 or [height, width]");
  }
  const [h, w] = image.shape.slice(-2);
  if (height > h || width > w) {
    throw new ShapeError(
      `A crop of ${height}×${width} does not fit into a picture of ${h}×${w}. Choose a smaller one.`,
    );
  }
  return [height, width];
}

/**
 * A part of an image.
 *
 * @param image - `[…, H, W]`
 * @param size - side of the square, or [height, width]
 * @param origin - its first column and row, from 0; what is left out is chosen so that it is in the middle
 * @throws {@link ShapeError} when it reaches beyond the image
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { crop } from "@plenoptic/data";
 * import { linspace, reshape, readSync } from "@plenoptic/tensor";
 * const image = reshape(linspace(0, 15, 16), [1, 1, 4, 4]);
 * console.log(readSync(crop(image, 2, { left: 0 }))); // Float32Array [4, 5, 8, 9]
 * ```
 */
export function crop(
  image: Tensor,
  size: Size,
  { left, top }: { readonly left?: number; readonly top?: number } = {},
): Tensor {
  const [height, width] = checkSize(image, size);
  for (const [name, value] of Object.entries({ left, top })) {
    if (value !== undefined && !(Number.isInteger(value) && value >= 0))
      throw invalidArgument(name, value, "a whole number that is not negative");
  }
  const [h, w] = image.shape.slice(-2);
  const x = left ?? middle(w, width);
  const y = top ?? middle(h, height);
  if (x + width > w || y + height > h) {
    throw new ShapeError(
      `A crop of ${height}×${width} from row ${y} and column ${x} reaches beyond the picture of ${h}×${w}.`,
    );
  }
  const lead = image.shape.slice(0, -2);
  return slice(image, [...lead.map(() => 0), y, x], [...lead, height, width]);
}

/**
 * The middle of an image.
 *
 * @param image - `[…, H, W]`
 * @param size - side of the square, or [height, width]
 * @throws {@link ShapeError} when the image is smaller
 */
export const centerCrop = (image: Tensor, size: Size): Tensor => crop(image, size);
