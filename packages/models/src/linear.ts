import { checkPadMode, type KernelSize, kernelShape, samePadding } from "@plenoptic/process";
import {
  conv2d,
  deviceOf,
  invalidArgument,
  type PadMode,
  ShapeError,
  type Tensor,
  tensor,
  tidy,
  uniformNumbers,
  withDevice,
} from "@plenoptic/tensor";
import { referenceFilters } from "./linear-filters.js";
import { BuiltInModel, checkOptionNames, describeModel, expectOneChannel } from "./model.js";

/** Options of {@link Linear}. */
export interface LinearOptions {
  /** Height and width of the filters. Default 3. */
  kernelSize?: KernelSize;
  /** How the image goes on beyond its border. Default "circular". */
  padMode?: PadMode;
  /**
   * True (default): a Gaussian low-pass and the reference's difference of two Gaussians. False: random numbers from the library's
   * generator, uniform in ±1/√(height · width), the bits with which PyTorch starts a convolution.
   */
  defaultFilters?: boolean;
  /** Filters of your own, `[K, 1, height, width]`, row by row; then `kernelSize` and `defaultFilters` are not used. */
  weight?: { values: ArrayLike<number>; shape: readonly number[] };
}

const optionNames = ["kernelSize", "padMode", "defaultFilters", "weight"] as const;

type Weight = { values: ArrayLike<number>; shape: readonly number[] };

function defaultWeight(kernelSize: KernelSize): Weight {
  return { values: referenceFilters(kernelSize), shape: [2, 1, ...kernelShape(kernelSize)] };
}

/** Uniform in ±bound, each step rounded as PyTorch's `uniform_` does (Kaiming He's rule with a = √5). */
function randomWeight(kernelSize: KernelSize): Weight {
  const [height, width] = kernelShape(kernelSize);
  const bound = Math.fround(1 / Math.sqrt(height * width));
  const drawn = uniformNumbers(2 * height * width, "float32");
  return { values: Float32Array.from(drawn, (u) => u * (2 * bound) - bound), shape: [2, 1, height, width] };
}

/** Filters that came from outside, copied. */
function ownWeight({ values, shape }: Weight): Weight {
  if (shape.length !== 4 || shape[1] !== 1 || !shape.every((n) => Number.isInteger(n) && n > 0)) {
    throw new ShapeError(
      `weight must have shape [filters, 1, height, width], but got [${shape.join(", ")}].`,
    );
  }
  const size = shape.reduce((a, b) => a * b, 1);
  if (values.length !== size) throw invalidArgument("weight", `${values.length} values`, `${size} values`);
  return { values: Float64Array.from(values), shape: [...shape] };
}

/**
 * Two linear filters: a Gaussian of variance 3, and the difference of a Gaussian of variance 1 and the first.
 *
 * The reference divides the difference by its sum, which is 0 but for rounding in float32: the second filter is some
 * 10⁶ times the first, its sign depends on the kernel size, and so it is here, tap by tap. To have the plain difference, give it
 * as `weight`.
 *
 * @throws {@link NumericalError} for the kernel sizes at which that sum is exactly 0 (1 × 1, 2 × 2 and some oblong ones);
 *   {@link ValidationError} for a size that is not positive
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
export class Linear extends BuiltInModel {
  /** The names of the options, for programs that offer them. */
  static readonly optionNames: readonly string[] = optionNames;
  readonly name = "Linear";
  readonly padMode: PadMode;
  readonly kernelSize: readonly [height: number, width: number];
  private readonly weight: Weight;

  constructor(options: LinearOptions = {}) {
    super();
    checkOptionNames("Linear", options, optionNames);
    const { kernelSize = 3, padMode = "circular", defaultFilters = true, weight } = options;
    this.padMode = checkPadMode(padMode);
    if (weight) {
      this.weight = ownWeight(weight);
    } else {
      // Drawn in either case, as the reference does: what is drawn afterwards is then the same.
      const drawn = randomWeight(kernelSize);
      this.weight = defaultFilters ? defaultWeight(kernelSize) : drawn;
    }
    const [, , height, width] = this.weight.shape;
    this.kernelSize = [height, width];
  }

  /** The filters `[K, 1, height, width]`, on the active device; a new tensor each time. */
  get filt(): Tensor {
    return tensor(Float64Array.from(this.weight.values), this.weight.shape);
  }

  parameters(): { weight: readonly number[] } {
    return { weight: Array.from(this.weight.values) };
  }

  forward(x: Tensor): Tensor {
    expectOneChannel("Linear", x);
    return withDevice(deviceOf(x), () =>
      tidy(() => conv2d(samePadding(x, this.kernelSize, { padMode: this.padMode }), this.filt)),
    );
  }

  override toString(): string {
    return describeModel(this.name, { kernelSize: this.kernelSize, padMode: this.padMode });
  }
}
