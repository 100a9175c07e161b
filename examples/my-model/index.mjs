import { gaussianFilters, sameFilter } from "@plenoptic/process";
import { add, concat, invalidArgument, sqrt, square, sub } from "@plenoptic/tensor";

/**
 * What a coarse look keeps of a picture: in a Gaussian window around each pixel, the mean m of the luminance and its
 * standard deviation, √(Σ w (x - m)² + ε). The metamer has the same light and the same contrast everywhere, and other
 * details.
 */
export class MyModel {
  /** Saved with a metamer, so that it cannot be continued with another model by mistake. */
  name = "MyModel";

  /**
   * @param {{ std?: number }} options - `std`: standard deviation of the window, in pixels; default 4
   */
  constructor({ std = 4 } = {}) {
    if (!(std > 0)) throw invalidArgument("std", std, "a number above 0");
    const size = 2 * Math.ceil(3 * std) + 1;
    // Filters are made once: the backend keeps what it derives from the same object.
    this.filters = gaussianFilters([size, size], [std]);
  }

  /**
   * @param {import("@plenoptic/tensor").Tensor} x - image `[B, 1, H, W]`
   * @returns {import("@plenoptic/tensor").Tensor} mean and contrast, `[B, 2, H, W]`
   */
  forward(x) {
    const mean = sameFilter(x, this.filters);
    const variance = sameFilter(square(sub(x, mean)), this.filters);
    // √ has no slope at 0: the little that is added keeps the gradient finite where the picture is flat.
    return concat([mean, sqrt(add(variance, 1e-4))], 1);
  }
}
