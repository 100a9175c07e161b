import { type KernelSize, kernelShape } from "@plenoptic/process";
import { type PadMode, uniformNumbers, ValidationError, warn } from "@plenoptic/tensor";
import type { Activation } from "./model.js";

/** Options that the models of Berardino et al. (2017) share. */
export interface FrontEndOptions {
  /** Factor of the difference of Gaussians, at least 1. Default 1.25. */
  amplitudeRatio?: number;
  /** How the image goes on beyond its border. Default "reflect". */
  padMode?: PadMode;
  /** Use the parameters fitted to human data by Berardino et al. (2017); kernelSize must be 31. Default false. */
  pretrained?: boolean;
  /** The pointwise nonlinearity at the end. Default softplus. */
  activation?: Activation;
  /** Accepted for the reference's sake: filters are always made once and kept. */
  cacheFilt?: boolean;
}

/** Options of the models with one channel. */
export interface OneChannelOptions extends FrontEndOptions {
  /** On-centre (true, default) or off-centre. */
  onCenter?: boolean;
}

/** The names in {@link FrontEndOptions}. */
export const frontEndNames = ["amplitudeRatio", "padMode", "pretrained", "activation", "cacheFilt"] as const;
/** The names in {@link OneChannelOptions}. */
export const oneChannelNames = ["onCenter", ...frontEndNames] as const;

/** Throws or warns where `pretrained` does not go with the other options. */
export function checkPretrained(
  kernelSize: KernelSize,
  { pretrained = false, onCenter = true, amplitudeRatio = 1.25 }: OneChannelOptions,
): void {
  if (!pretrained) return;
  const [height, width] = kernelShape(kernelSize);
  if (height !== 31 || width !== 31) {
    throw new ValidationError(
      `The pretrained model has kernel_size (31, 31), but kernelSize is ${height} × ${width}. Pass 31, or pretrained: false.`,
      { argument: "kernelSize", value: kernelSize },
    );
  }
  if (!onCenter)
    warn("model", "pretrained model had on_center=True, so onCenter: false might not make sense");
  if (amplitudeRatio !== 1.25)
    warn("model", `pretrained model has amplitudeRatio 1.25; ${amplitudeRatio} is not used`);
}

/**
 * Scalars that are to be fitted start at random, uniform in [0, 10), from the library's generator. Pretrained models
 * draw theirs too and drop them, as the reference's do: the same statements leave the generator where it leaves it.
 */
export function randomScalars(count: number): number[] {
  return Array.from(uniformNumbers(count, "float32"), (u) => Math.fround(u * 10));
}
