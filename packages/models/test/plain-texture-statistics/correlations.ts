import { autocorrelation, centerCrop } from "@plenoptic/process";
import {
  div,
  expandDims,
  matMul,
  mul,
  reshape,
  sqrt,
  stack,
  sum,
  type Tensor,
  tidy,
  transpose,
} from "@plenoptic/tensor";

/** Autocorrelations of one list of images, and the variances that they were divided by. */
export interface Autocorrelations {
  /** `[B, C, w, w, …, S]` for S images `[B, C, …, h, w]` of any sizes. */
  readonly correlations: Tensor;
  /** `[B, C, …, S]`. */
  readonly variances: Tensor;
}

/** `[B, C, a, b, …]` from `[B, C, …, a, b]`. */
function shiftsInFront(x: Tensor): Tensor {
  const between = Array.from({ length: x.rank - 4 }, (_, i) => i + 2);
  return transpose(x, [0, 1, x.rank - 2, x.rank - 1, ...between]);
}

/**
 * Circular autocorrelations of images of mean 0, for shifts up to half of `width`, each divided by the variance: the value
 * where nothing is shifted.
 *
 * @param images - one for each scale, `[B, C, …, h, w]`
 * @param width - width of the window of shifts
 */
export function autocorrelations(images: readonly Tensor[], width: number): Autocorrelations {
  return tidy(() => {
    // The lowpass residual may be of odd width: there the published numbers come from a transform of one column less.
    const covariances = images.map((image) =>
      centerCrop(autocorrelation(image, { oddWidth: "plenoptic" }), width),
    );
    const variances = covariances.map((window) => centerCrop(window, 1));
    return {
      correlations: stack(
        covariances.map((window, i) => shiftsInFront(div(window, variances[i]))),
        -1,
      ),
      variances: stack(
        variances.map((one) => reshape(one, one.shape.slice(0, -2))),
        -1,
      ),
    };
  });
}

/** Bands `[B, C, O, h, w]` as `[B, C, O, h w]`. */
const flat = (bands: Tensor): Tensor => {
  const [batch, channels, count, height, width] = bands.shape;
  return reshape(bands, [batch, channels, count, height * width]);
};

/** Mean squares of bands: `[B, C, O]`. */
export function meanSquares(bands: Tensor): Tensor {
  return tidy(() => {
    const x = flat(bands);
    return div(sum(mul(x, x), -1), x.shape[3]);
  });
}

/**
 * Correlations of all pairs of bands of mean 0: ⟨a b⟩ / √(⟨a²⟩ ⟨b²⟩).
 *
 * @param a - `[B, C, O, h, w]`
 * @param b - `[B, C, P, h, w]`
 * @param variances - of `a`, `[B, C, O]`, and of `b`, `[B, C, P]`
 * @returns `[B, C, O, P]`
 */
export function crossCorrelations(a: Tensor, b: Tensor, variances: readonly [a: Tensor, b: Tensor]): Tensor {
  return tidy(() => {
    const [x, y] = [flat(a), flat(b)];
    const covariances = div(matMul(x, transpose(y, [0, 1, 3, 2])), x.shape[3]);
    const products = mul(expandDims(variances[0], 3), expandDims(variances[1], 2));
    return div(covariances, sqrt(products));
  });
}
