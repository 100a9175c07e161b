import { kernelNames } from "@plenoptic/tensor";
import type { CpuBackend } from "../../backend.js";
import { expectFloats, type Inputs, type Kernel, sizeOf } from "../kernel.js";

/** Bytes of a row of work space: ROW of assembly/bands/rows.ts. */
const rowBytes = 512;

/** How many means there are: see BandProducts in the tensor package's kernel names. */
const meanCount = (bands: number, isCoarse: boolean) =>
  isCoarse ? bands * (6 + 4 * bands) : bands * (1 + bands);

function withWork(bytes: number, backend: CpuBackend, fn: (work: number) => void): void {
  const work = backend.allocator.allocate(bytes);
  fn(work);
  backend.allocator.release(work);
}

function forward(name: string): Kernel {
  return {
    name,
    run: ({ real, imag, coarseReal, coarseImag }, backend) => {
      const isCoarse = coarseReal !== undefined;
      expectFloats(name, real, imag, ...(isCoarse ? [coarseReal, coarseImag] : []));
      const [planes, bands] = real.shape;
      const magnitude = backend.output(real.shape);
      const means = backend.output([planes, meanCount(bands, isCoarse)]);
      withWork(9 * bands * rowBytes + 8 * meanCount(bands, isCoarse), backend, (work) => {
        const address = (x?: Inputs[string]) => (x ? backend.address(x) : 0);
        const from = [real, imag, coarseReal, coarseImag].map(address);
        const size = [planes, bands, sizeOf(real.shape.slice(2))];
        backend.fn("bandProducts")(...from, ...size, address(magnitude), address(means), work);
      });
      return [magnitude, means];
    },
  };
}

function backward(name: string): Kernel {
  return {
    name,
    run: ({ real, imag, coarseReal, coarseImag, dMagnitude, dMeans }, backend) => {
      const isCoarse = coarseReal !== undefined;
      expectFloats(name, real, imag, dMagnitude, dMeans, ...(isCoarse ? [coarseReal, coarseImag] : []));
      const [planes, bands] = real.shape;
      const outputs = Array.from({ length: isCoarse ? 4 : 2 }, () => backend.output(real.shape));
      const coefficients = 8 * bands * bands * backend.floatBytes;
      withWork((15 * bands + 1) * rowBytes + coefficients, backend, (work) => {
        const address = (x?: Inputs[string]) => (x ? backend.address(x) : 0);
        const from = [real, imag, coarseReal, coarseImag, dMagnitude, dMeans].map(address);
        const size = [planes, bands, sizeOf(real.shape.slice(2)), meanCount(bands, isCoarse)];
        const to = [outputs[0], outputs[1], outputs[2], outputs[3]].map(address);
        backend.fn("bandProductsGradient")(...from, ...size, ...to, work);
      });
      return outputs;
    },
  };
}

export const bandProductKernels: Kernel[] = [
  forward(kernelNames.BandMagnitudes),
  forward(kernelNames.BandProducts),
  backward(kernelNames.BandMagnitudesGradient),
  backward(kernelNames.BandProductsGradient),
];
