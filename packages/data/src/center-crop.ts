import { invalidArgument, ShapeError, slice, type Tensor } from "@plenoptic/tensor";

/**
 * The middle of an image.
 *
 * @param image - `[…, H, W]`
 * @param size - side of the square, or [height, width]
 * @throws {@link ShapeError} when the image is smaller
 */
export function centerCrop(image: Tensor, size: number | readonly [height: number, width: number]): Tensor {
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
  const lead = image.shape.slice(0, -2);
  const begin = [...lead.map(() => 0), Math.floor((h - height) / 2), Math.floor((w - width) / 2)];
  return slice(image, begin, [...lead, height, width]);
}
