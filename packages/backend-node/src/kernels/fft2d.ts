import { kernelNames, mul, pad2d, reshape, type Tensor } from "@plenoptic/tensor";
import { execute, int32Tensor, typeAttr } from "../tensorflow.js";
import type { NodeKernel } from "./kernel.js";

const complexAttr = (name: string) => typeAttr(name, "complex64");

// A complex tensor exists only inside these kernels: tfjs's operations on them are not to be trusted.
function join(real: Tensor, imag: Tensor): Tensor {
  return execute("Complex", [typeAttr("T"), complexAttr("Tout")], [real, imag]);
}

function part(name: "Real" | "Imag", z: Tensor): Tensor {
  return execute(name, [complexAttr("T"), typeAttr("Tout")], [z]);
}

const scaled = (x: Tensor, scale: number): Tensor => (scale === 1 ? x : mul(x, scale));

/** TensorFlow divides an inverse transform by the number of values. */
function transform(z: Tensor, inverse: boolean): Tensor {
  return execute(inverse ? "IFFT2D" : "FFT2D", [complexAttr("Tcomplex")], [z]);
}

const valuesIn = (shape: readonly number[]): number => shape[shape.length - 2] * shape[shape.length - 1];

export const fft2d: NodeKernel<kernelNames.Fft2dAttrs> = {
  name: kernelNames.Fft2d,
  run: ({ real, imag }, { inverse, scale }) => {
    const z = transform(join(real, imag), inverse);
    const factor = inverse ? scale * valuesIn(real.shape) : scale;
    return [scaled(part("Real", z), factor), scaled(part("Imag", z), factor)];
  },
};

export const rfft2d: NodeKernel<kernelNames.Rfft2dAttrs> = {
  name: kernelNames.Rfft2d,
  run: ({ x }, { scale }) => {
    const size = int32Tensor(x.shape.slice(-2), [2]);
    const z = execute("RFFT2D", [typeAttr("Treal"), complexAttr("Tcomplex")], [x, size]);
    return [scaled(part("Real", z), scale), scaled(part("Imag", z), scale)];
  },
};

/** A half spectrum with zeros in the columns it lacks. */
function withZeroColumns(z: Tensor, width: number): Tensor {
  const [height, half] = z.shape.slice(-2);
  const planes = reshape(z, [1, -1, height, half]);
  return reshape(pad2d(planes, [0, 0, 0, width - half]), [...z.shape.slice(0, -1), width]);
}

/**
 * The real part of the inverse transform of the half spectrum alone. TensorFlow's IRFFT2D would be half the work, but
 * is meant for spectra of real pictures only; a gradient is none, and what CUDA's does with one is left open.
 */
export const rfft2dAdjoint: NodeKernel<kernelNames.Rfft2dAdjointAttrs> = {
  name: kernelNames.Rfft2dAdjoint,
  run: ({ real, imag }, { width, scale }) => {
    const z = transform(join(withZeroColumns(real, width), withZeroColumns(imag, width)), true);
    return scaled(part("Real", z), scale * real.shape[real.rank - 2] * width);
  },
};
