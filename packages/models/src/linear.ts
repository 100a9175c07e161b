import { filterTensor, gaussianTerm, type KernelSize, kernelShape, samePadding } from "@plenoptic/process";
import {
  conv2d,
  deviceOf,
  type PadMode,
  readSync,
  ShapeError,
  type Tensor,
  tensor,
  tidy,
  uniformNumbers,
  withDevice,
} from "@plenoptic/tensor";
import { describeModel, expectOneChannel, type Model } from "./model.js";

/** Options of {@link Linear}. */
export interface LinearOptions {
  /** Height and width of the filters. Default 3. */
  kernelSize?: KernelSize;
  /** How the image goes on beyond its border. Default "circular". */
  padMode?: PadMode;
  /**
   * True (default): a Gaussian low-pass and the difference of two Gaussians. False: random numbers from the library's
   * generator, uniform in ±1/√(height · width), as PyTorch starts a convolution.
   */
  defaultFilters?: boolean;
  /** Filters of your own, `[K, 1, height, width]`, row by row; then `kernelSize` and `defaultFilters` are not used. */
  weight?: { values: ArrayLike<number>; shape: readonly number[] };
}

type Weight = { values: ArrayLike<number>; shape: readonly number[] };

/** Gaussians of variance 3 and 1; PyTorch keeps a filter's taps in float32. */
function defaultWeight(kernelSize: KernelSize): Weight {
  const wide = gaussianTerm(kernelSize, Math.fround(Math.sqrt(3)));
  const narrow = gaussianTerm(kernelSize, 1);
  const minus = { ...wide, vertical: Array.from(wide.vertical, (tap) => -tap) };
  return tidy(() => {
    const filters = filterTensor([
      { channel: 0, terms: [wide] },
      { channel: 0, terms: [narrow, minus] },
    ]);
    return { values: Float32Array.from(readSync(filters)), shape: [...filters.shape] };
  });
}

function randomWeight(kernelSize: KernelSize): Weight {
  const [height, width] = kernelShape(kernelSize);
  const bound = 1 / Math.sqrt(height * width);
  const values = uniformNumbers(2 * height * width, "float32").map((u) => (2 * u - 1) * bound);
  return { values, shape: [2, 1, height, width] };
}

/**
 * Two linear filters: a Gaussian of variance 3, and a Gaussian of variance 1 less the first (band-pass, sum 0).
 *
 * @throws {@link ShapeError} for an image that has not one channel, or a weight that is not `[K, 1, height, width]`
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { Linear } from "@plenoptic/models";
 * import { ones } from "@plenoptic/tensor";
 * console.log(new Linear({ kernelSize: 7 }).forward(ones([1, 1, 16, 16])).shape); // [1, 2, 16, 16]
 * ```
 */
export class Linear implements Model {
  readonly name = "Linear";
  readonly padMode: PadMode;
  readonly kernelSize: readonly [height: number, width: number];
  private readonly weight: Weight;

  constructor({ kernelSize = 3, padMode = "circular", defaultFilters = true, weight }: LinearOptions = {}) {
    this.padMode = padMode;
    this.weight = weight ?? (defaultFilters ? defaultWeight(kernelSize) : randomWeight(kernelSize));
    const { shape } = this.weight;
    if (shape.length !== 4 || shape[1] !== 1) {
      throw new ShapeError(
        `weight must have shape [filters, 1, height, width], but got [${shape.join(", ")}].`,
      );
    }
    this.kernelSize = [shape[2], shape[3]];
  }

  /** The filters `[K, 1, height, width]`, on the active device. */
  get filt(): Tensor {
    return tensor(Float64Array.from(this.weight.values), this.weight.shape);
  }

  forward(x: Tensor): Tensor {
    expectOneChannel("Linear", x);
    return withDevice(deviceOf(x), () =>
      tidy(() => conv2d(samePadding(x, this.kernelSize, { padMode: this.padMode }), this.filt)),
    );
  }

  toString(): string {
    return describeModel(this.name, { kernelSize: this.kernelSize, padMode: this.padMode });
  }
}
