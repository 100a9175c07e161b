import { type Tensor, tensor } from "@plenoptic/tensor";
import type { AnalysisMasks, SynthesisMasks } from "./composed-masks.js";
import type { HalfMasks, NumberArray } from "./half-masks.js";
import type { MaskTensor } from "./spectra.js";

/** {@link AnalysisMasks} on a device. */
export interface AnalysisTensors {
  /** `[height, columns]` */
  readonly highpass: Tensor;
  readonly bands: readonly Tensor[];
  readonly lowpass: Tensor;
}

/** {@link SynthesisMasks} on a device. */
export interface SynthesisTensors {
  readonly highpass: MaskTensor;
  readonly bands: readonly { readonly real: MaskTensor; readonly imag?: MaskTensor }[];
  readonly lowpass: MaskTensor;
}

const upload = ({ shape, values }: NumberArray): Tensor => tensor(values, shape);

/** A single mask, without an axis for the number of masks. */
const uploadOne = ({ shape, values }: HalfMasks): Tensor => upload({ shape: shape.slice(1), values });

export function uploadAnalysis({ highpass, bands, lowpass }: AnalysisMasks): AnalysisTensors {
  return { highpass: uploadOne(highpass), bands: bands.map(upload), lowpass: uploadOne(lowpass) };
}

export function uploadSynthesis({ highpass, bands, lowpass }: SynthesisMasks): SynthesisTensors {
  const turned = (masks: HalfMasks): MaskTensor => ({ imaginary: masks.imaginary, mask: upload(masks) });
  const residual = (masks: HalfMasks): MaskTensor => ({ imaginary: false, mask: uploadOne(masks) });
  return {
    highpass: residual(highpass),
    bands: bands.map(({ real, imag }) => ({ real: turned(real), imag: imag && turned(imag) })),
    lowpass: residual(lowpass),
  };
}
