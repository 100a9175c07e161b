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
import type { HalfMasks, PyramidMasks } from "./half-masks.js";
import type { MaskTensor } from "./spectra.js";

/** Masks of one direction on one device. */
export interface MaskTensors {
  readonly highpass: MaskTensor;
  readonly bands: readonly { readonly real: MaskTensor; readonly imag?: MaskTensor }[];
  readonly lowpass: MaskTensor;
}

function upload({ imaginary, count, height, columns, values }: HalfMasks, flat = false): MaskTensor {
  const shape = flat ? [height, columns] : [count, height, columns];
  return { imaginary, mask: keep(tensor(values, shape)) };
}

function uploadAll({ highpass, bands, lowpass }: PyramidMasks): MaskTensors {
  return {
    highpass: upload(highpass, true),
    bands: bands.map(({ real, imag }) => ({ real: upload(real), imag: imag && upload(imag) })),
    lowpass: upload(lowpass, true),
  };
}

const keyOf = ({ device, dtype }: Device) => `${device} ${dtype}`;

/** The masks of one direction: numbers made at the first use, tensors of them at the first use on each device. */
export class DeviceMasks {
  private numbers: PyramidMasks | undefined;
  private readonly onDevice = new Map<string, MaskTensors>();

  constructor(private readonly make: () => PyramidMasks) {}

  get masks(): PyramidMasks {
    this.numbers ??= this.make();
    return this.numbers;
  }

  /** Runs `fn` with the masks on the device of `like`, and frees what it leaves but for its result. */
  with<T>(like: Tensor, fn: (tensors: MaskTensors) => T): T {
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

  private tensorsOn(device: Device): MaskTensors {
    const key = keyOf(device);
    const tensors = this.onDevice.get(key) ?? withDevice(device, () => uploadAll(this.masks));
    this.onDevice.set(key, tensors);
    return tensors;
  }
}
