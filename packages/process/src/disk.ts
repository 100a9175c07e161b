import { invalidArgument } from "@plenoptic/tensor";

/**
 * The values of a disk, row by row: 1 inside `innerRadius`, 0 outside `outerRadius`, and between them half a
 * cosine, (1 + cos π t) / 2 with t from 0 to 1. Rounded to float32, as the reference's mask is.
 *
 * @param size - side of the square, or [height, width]
 * @param outerRadius - pixels; half of the smaller side less ½ when left out
 * @param innerRadius - pixels; half of the outer radius when left out
 */
export function diskValues(
  size: number | readonly [height: number, width: number],
  outerRadius?: number,
  innerRadius?: number,
): { values: Float32Array; shape: [number, number] } {
  const [height, width] = typeof size === "number" ? [size, size] : size;
  if (![height, width].every((n) => Number.isInteger(n) && n > 0)) {
    throw invalidArgument("size", size, "a whole number above 0 or [height, width]");
  }
  const outer = outerRadius ?? (Math.min(height, width) - 1) / 2;
  const inner = innerRadius ?? outer / 2;
  const values = Float32Array.from({ length: height * width }, (_, at) => {
    const [i, j] = [Math.floor(at / width), at % width];
    const r = Math.sqrt((i - (height - 1) / 2) ** 2 + (j - (width - 1) / 2) ** 2);
    if (r > outer) return 0;
    return r < inner || inner === outer ? 1 : (1 + Math.cos((Math.PI * (r - inner)) / (outer - inner))) / 2;
  });
  return { values, shape: [height, width] };
}
