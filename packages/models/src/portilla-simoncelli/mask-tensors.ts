import { activeDevice, ones, type Tensor, tensor } from "@plenoptic/tensor";
import type { Plane, SpectralMasks } from "./spectral-masks.js";

/** The masks of a level in steps. */
export interface SteppedTensors {
  /** `[1 or 2, h, v]`. */
  readonly own: Tensor;
  readonly lowpasses: readonly Tensor[];
  readonly lowpass0: Tensor;
}

/** {@link SpectralMasks} on a device. */
export interface MaskTensors {
  readonly highpass: Tensor;
  readonly bands: readonly Tensor[];
  /** Ones that keep half of the frequencies, from one scale to the next and to the lowpass residual. */
  readonly crops: readonly Tensor[];
  /** In float32: one mask for each image. */
  readonly images: readonly Tensor[];
  /** In float64: levels in steps. */
  readonly stepped: readonly SteppedTensors[];
  readonly oddSize: Tensor | undefined;
}

const planeTensor = ({ height, width, values }: Plane) => tensor(values, [height, width]);

function planesTensor(planes: readonly Plane[]): Tensor {
  const [{ height, width }] = planes;
  const values = new Float64Array(planes.length * height * width);
  planes.forEach((plane, i) => {
    values.set(plane.values, i * height * width);
  });
  return tensor(values, [planes.length, height, width]);
}

/** The masks as tensors on the active device. */
export function maskTensors({ highpass, bands, images, stepped, oddSize }: SpectralMasks): MaskTensors {
  const isDouble = activeDevice().dtype === "float64";
  return {
    highpass: planeTensor(highpass),
    bands: bands.map(planesTensor),
    crops: images.slice(1).map(({ height, width }) => ones([height, width])),
    images: isDouble ? [] : images.map(planeTensor),
    stepped: isDouble
      ? stepped.map(({ own, lowpasses, lowpass0 }) => ({
          own: planesTensor(own),
          lowpasses: lowpasses.map(planeTensor),
          lowpass0: planeTensor(lowpass0),
        }))
      : [],
    oddSize: isDouble && oddSize ? planeTensor(oddSize) : undefined,
  };
}
