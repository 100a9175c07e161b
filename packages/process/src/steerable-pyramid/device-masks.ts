import {
  type Device,
  DeviceLostError,
  deviceOf,
  dispose,
  keep,
  type Tensor,
  tensor,
  tidy,
  withDevice,
} from "@plenoptic/tensor";
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

const upload = ({ shape, values }: NumberArray): Tensor => keep(tensor(values, shape));

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

const keyOf = ({ device, dtype }: Device) => `${device} ${dtype}`;

/** Masks of one direction: numbers made at the first use, tensors of them at the first use on each device. */
export class DeviceMasks<Numbers, Tensors> {
  private numbers: Numbers | undefined;
  private readonly onDevice = new Map<string, Tensors>();

  constructor(
    private readonly make: () => Numbers,
    private readonly upload: (numbers: Numbers) => Tensors,
  ) {}

  /** Runs `fn` with the masks on the device of `like`, and frees what it leaves but for its result. */
  with<T>(like: Tensor, fn: (tensors: Tensors) => T): T {
    const device = deviceOf(like);
    const work = () => tidy(() => fn(this.tensorsOn(device)));
    const hadThem = this.onDevice.has(keyOf(device));
    try {
      return work();
    } catch (error) {
      // A device that was lost and started again lacks what was put there before: once more, with new tensors.
      if (!(error instanceof DeviceLostError) || !hadThem) throw error;
      dispose(this.onDevice.get(keyOf(device)));
      this.onDevice.delete(keyOf(device));
      return work();
    }
  }

  dispose(): void {
    for (const tensors of this.onDevice.values()) dispose(tensors);
    this.onDevice.clear();
  }

  private tensorsOn(device: Device): Tensors {
    const key = keyOf(device);
    const known = this.onDevice.get(key);
    if (known) return known;
    this.numbers ??= this.make();
    const { numbers } = this;
    const tensors = withDevice(device, () => this.upload(numbers));
    this.onDevice.set(key, tensors);
    return tensors;
  }
}
