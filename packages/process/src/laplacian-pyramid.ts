import { add, clone, invalidArgument, ShapeError, sub, type Tensor, tidy } from "@plenoptic/tensor";
import { blurDownsample, oddOf, upsampleBlur } from "./resampling/blur.js";

/** Options of {@link LaplacianPyramid}. */
export interface LaplacianPyramidOptions {
  /** Number of images that come out, at least 1. Default 5. */
  nScales?: number;
  /**
   * Whether the filter that goes down sums to 1, so that the mean brightness stays from scale to scale. If not (default), it sums to 2,
   * and the n-th image (from 0) is 2ⁿ times as large.
   */
  scaleFilter?: boolean;
}

/**
 * The Laplacian pyramid: an image as differences between it and its blurred version, scale by scale, and what is left at the coarsest. With
 * g₀ the image and g_{n+1} = {@link blurDownsample}(g_n), image n is g_n - {@link upsampleBlur}(g_{n+1}), the last one g itself. It holds
 * more numbers than the image, and `reconPyr` gives the image back, to rounding.
 *
 * Source: Burt & Adelson, "The Laplacian pyramid as a compact image code", IEEE Trans. Commun. 31, 1983.
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { LaplacianPyramid } from "@plenoptic/process";
 * import { rand } from "@plenoptic/tensor";
 * const pyramid = new LaplacianPyramid({ nScales: 3 });
 * const images = pyramid.forward(rand([1, 1, 64, 48]));
 * console.log(images.map((y) => y.shape.slice(2))); // [64, 48] [32, 24] [16, 12]
 * console.log(pyramid.reconPyr(images).shape); // [1, 1, 64, 48]
 * ```
 */
export class LaplacianPyramid {
  readonly nScales: number;
  readonly scaleFilter: boolean;

  /** @throws {@link ValidationError} when `nScales` is no whole number above 0 */
  constructor({ nScales = 5, scaleFilter = false }: LaplacianPyramidOptions = {}) {
    if (!Number.isInteger(nScales) || nScales < 1) {
      throw invalidArgument("nScales", nScales, "a whole number above 0");
    }
    this.nScales = nScales;
    this.scaleFilter = scaleFilter;
  }

  /**
   * The images of each scale.
   *
   * @param x - `[B, C, H, W]`
   * @returns `nScales` images, from fine to coarse, each half as large as the one before (rounded up)
   * @throws {@link ShapeError} when the image is not 4-D, or a scale is too small for the filter to be reflected (below 3 pixels)
   */
  forward(x: Tensor): Tensor[] {
    if (x.rank !== 4) {
      throw new ShapeError(
        `LaplacianPyramid needs an image [batch, channel, height, width], but got [${x.shape.join(", ")}].`,
      );
    }
    const { scaleFilter } = this;
    return tidy(() => {
      const images: Tensor[] = [];
      let blurred = x;
      for (let scale = 0; scale < this.nScales - 1; scale++) {
        const below = blurDownsample(blurred, { scaleFilter });
        images.push(sub(blurred, upsampleBlur(below, oddOf(blurred.shape), { scaleFilter })));
        blurred = below;
      }
      // Another handle where it is the image itself: what comes out may be freed.
      return [...images, this.nScales === 1 ? clone(x) : blurred];
    });
  }

  /**
   * The image whose pyramid this is.
   *
   * @param y - what {@link LaplacianPyramid.forward} gave
   * @returns `[B, C, H, W]`
   * @throws {@link ShapeError} when there are not `nScales` images, or their sizes do not fit together
   */
  reconPyr(y: readonly Tensor[]): Tensor {
    if (y.length !== this.nScales) {
      throw new ShapeError(`This LaplacianPyramid has ${this.nScales} scales, but got ${y.length} images.`);
    }
    const { scaleFilter } = this;
    return tidy(() => {
      const coarsest = y[this.nScales - 1];
      if (this.nScales === 1) return clone(coarsest);
      return y
        .slice(0, -1)
        .reduceRight(
          (x, image) => add(image, upsampleBlur(x, oddOf(image.shape), { scaleFilter })),
          coarsest,
        );
    });
  }
}
