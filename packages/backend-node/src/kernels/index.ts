import { fft2d, rfft2d, rfft2dAdjoint } from "./fft2d.js";
import { registerNodeKernel } from "./kernel.js";
import { pad2d, pad2dAdjoint } from "./pad2d.js";
import { separableFilter, separableFilterAdjoint } from "./separable-filter.js";
import { sumSquares } from "./sum-squares.js";

/** Registers what TensorFlow does better than the compositions of our ops. */
export function registerKernels(): void {
  registerNodeKernel(fft2d);
  registerNodeKernel(rfft2d);
  registerNodeKernel(rfft2dAdjoint);
  registerNodeKernel(pad2d);
  registerNodeKernel(pad2dAdjoint);
  registerNodeKernel(separableFilter);
  registerNodeKernel(separableFilterAdjoint);
  registerNodeKernel(sumSquares);
}
