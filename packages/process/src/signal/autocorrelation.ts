import {
  add,
  concat,
  div,
  invalidArgument,
  irfft2,
  rfft2,
  slice,
  square,
  type Tensor,
  tidy,
  zerosLike,
} from "@plenoptic/tensor";
import { pictureSize } from "../complex.js";

/** Options of {@link autocorrelation}. */
export interface AutocorrelationOptions {
  /**
   * For an odd width W, "exact" (default) gives all W columns; "plenoptic" gives the W - 1 columns that the Python
   * library computes, which leaves the width out of its inverse transform. Models that must agree with it need these.
   */
  oddWidth?: "exact" | "plenoptic";
}

/** Position 0 to position ⌊n / 2⌋ of an axis. */
function centerOrigin(x: Tensor, axis: number): Tensor {
  const extent = x.shape[axis];
  const before = Math.floor(extent / 2);
  if (before === 0) return x;
  const part = (from: number, count: number) =>
    slice(
      x,
      x.shape.map((_, i) => (i === axis ? from : 0)),
      x.shape.map((n, i) => (i === axis ? count : n)),
    );
  return concat([part(extent - before, before), part(0, extent - before)], axis);
}

/**
 * The circular autocorrelation over the last two axes:
 * a[⌊H/2⌋ + i, ⌊W/2⌋ + j] = (1 / HW) Σ_{y, x} x[y, x] · x[(y + i) mod H, (x + j) mod W].
 * It is the inverse Fourier transform of the power spectrum (Wiener–Khinchin). The zero shift lies at `[⌊H/2⌋, ⌊W/2⌋]` and
 * holds the mean square, which is the largest value; {@link centerCrop} takes the shifts around it.
 *
 * @param x - real, `[…, H, W]`
 * @param options - by name, see {@link AutocorrelationOptions}
 * @returns the same shape
 * @throws {@link ShapeError} when there are fewer than two axes; {@link ValidationError} for an unknown `oddWidth`
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { autocorrelation } from "@plenoptic/process";
 * import { readSync, tensor } from "@plenoptic/tensor";
 * console.log(readSync(autocorrelation(tensor([[1, 2, 0, 0]])))); // 0, 0.5, 1.25, 0.5
 * ```
 */
export function autocorrelation(x: Tensor, { oddWidth = "exact" }: AutocorrelationOptions = {}): Tensor {
  const [height, width] = pictureSize("autocorrelation", x.shape);
  if (oddWidth !== "exact" && oddWidth !== "plenoptic") {
    throw invalidArgument("oddWidth", oddWidth, '"exact" or "plenoptic"');
  }
  return tidy(() => {
    const { real, imag } = rfft2(x);
    const power = add(square(real), square(imag));
    const outWidth = oddWidth === "exact" ? width : width - (width % 2);
    const shifts = irfft2({ real: power, imag: zerosLike(power) }, outWidth);
    return div(centerOrigin(centerOrigin(shifts, x.rank - 2), x.rank - 1), height * width);
  });
}
