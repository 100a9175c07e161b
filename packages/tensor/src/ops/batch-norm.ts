import { ShapeError } from "../errors.js";
import { tidy } from "../memory.js";
import type { Tensor } from "../tensor-type.js";
import { add, mul, sub } from "./binary.js";
import { mean, variance } from "./reduce.js";
import { reshape } from "./shape.js";
import { rsqrt } from "./unary.js";

export interface BatchNormOptions {
  /** A factor for each channel, γ. */
  readonly weight?: Tensor;
  /** A number added to each channel, β. */
  readonly bias?: Tensor;
  /** Whether mean and variance are those of x itself, over batch and pixels; default false. */
  readonly training?: boolean;
  /** Added to the variance; default 1e-5. */
  readonly eps?: number;
}

/**
 * Batch normalization (Ioffe and Szegedy, 2015), as in PyTorch: γ (x - mean) / √(variance + ε) + β in each channel.
 * Nothing is remembered: with `training` the mean and the (biased) variance of x are used, and the given ones are not
 * read and may be left out. It can be differentiated any number of times.
 *
 * @param x - `[B, C, …]`
 * @param runningMean - `[C]`
 * @param runningVar - `[C]`
 * @param options - by name, see {@link BatchNormOptions}
 * @returns a tensor of the shape of x
 * @throws {@link ShapeError} when a vector does not have a value for each channel
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { batchNorm, ones, readSync, tensor } from "@plenoptic/tensor";
 * const x = tensor([1, 2, 3, 4], [1, 2, 1, 2]);
 * console.log(readSync(batchNorm(x, tensor([1, 3]), ones([2]), { eps: 0 }))); // 0 1 0 1
 * ```
 */
export function batchNorm(
  x: Tensor,
  runningMean?: Tensor,
  runningVar?: Tensor,
  { weight, bias, training = false, eps = 1e-5 }: BatchNormOptions = {},
): Tensor {
  if (x.rank < 2)
    throw new ShapeError(`batchNorm() needs axes [batch, channel, …], but got [${x.shape.join(", ")}].`);
  const channels = x.shape[1];
  const perChannel = (v: Tensor | undefined, name: string): Tensor => {
    if (v?.rank !== 1 || v.shape[0] !== channels) {
      const got = v ? `[${v.shape.join(", ")}]` : "nothing";
      throw new ShapeError(
        `batchNorm() needs ${name} of shape [${channels}], one number a channel, but got ${got}.`,
      );
    }
    return reshape(v, [1, channels, ...Array<number>(x.rank - 2).fill(1)]);
  };
  return tidy(() => {
    const axes = x.shape.map((_, i) => i).filter((i) => i !== 1);
    const centre = training ? mean(x, axes, true) : perChannel(runningMean, "runningMean");
    const spread = training
      ? variance(x, axes, { correction: 0, keepDims: true })
      : perChannel(runningVar, "runningVar");
    const scale = rsqrt(add(spread, eps));
    const factor = weight ? mul(scale, perChannel(weight, "weight")) : scale;
    const y = mul(sub(x, centre), factor);
    return bias ? add(y, perChannel(bias, "bias")) : y;
  });
}
