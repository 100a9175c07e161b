import { kernelNames } from "@plenoptic/tensor";
import type { CpuBackend } from "../backend.js";
import { type FftPlan, fftPlanFor } from "./fft-plan.js";
import { expectFloats, type Kernel, sizeOf } from "./kernel.js";

/** Bytes of a pair of vectors. */
const pairBytes = 32;

/** What the buffer of a block of columns may take of the second-level cache. */
const bufferBytes = 2 ** 19;

/** Addresses of a real and an imaginary part. */
export type Parts = readonly [real: number, imag: number];

export const swapped = ([real, imag]: Parts): Parts => [imag, real];

/** Runs `fn` with a buffer and work space for elements of `width` pairs of vectors. */
function withBuffers(
  plan: FftPlan,
  width: number,
  backend: CpuBackend,
  fn: (buffer: number, work: number) => void,
): void {
  const buffer = backend.allocator.allocate((plan.length + 4) * width * pairBytes);
  // Beside the scratch of the passes, four real rows.
  const rows = 4 * (plan.length * backend.floatBytes + 32);
  const work = backend.allocator.allocate((plan.scratch + 2) * width * pairBytes + rows);
  fn(buffer, work);
  backend.allocator.release(work);
  backend.allocator.release(buffer);
}

export interface Planes {
  readonly planes: number;
  readonly height: number;
  readonly width: number;
}

export function planesOf(shape: readonly number[]): Planes {
  const [height, width] = shape.slice(-2);
  return { planes: sizeOf(shape.slice(0, -2)), height, width };
}

/**
 * Vectors of neighbouring columns to transform together. Wide blocks use all of the lines and pages of memory that they touch;
 * but a whole line is always used.
 */
function columnVectors(height: number): number {
  let vectors = 16;
  while (vectors > 4 && vectors * height * pairBytes > bufferBytes) vectors /= 2;
  return vectors;
}

/** Transforms all columns of planes, or `count` of them from `first` on. */
export function transformColumns(
  { planes, height, width }: Planes,
  from: Parts,
  to: Parts,
  backend: CpuBackend,
  { first, count }: { first: number; count: number } = { first: 0, count: width },
): void {
  if (height === 1 && from[0] === to[0]) return;
  const plan = fftPlanFor(height, backend);
  const lanes = 16 / backend.floatBytes;
  const vectors = Math.min(columnVectors(height), Math.ceil(count / lanes));
  withBuffers(plan, vectors, backend, (buffer, work) => {
    const together = vectors * lanes;
    const size = [planes, width, first, count, together];
    backend.fn("fftColumns")(plan.address, ...from, ...to, ...size, buffer, work);
  });
}

/** Transforms rows of `width` complex numbers; for the inverse, both pairs come swapped. */
export function transformRows(
  { rows, width, scale }: { rows: number; width: number; scale: number },
  from: Parts,
  to: Parts,
  backend: CpuBackend,
): void {
  const plan = fftPlanFor(width, backend);
  withBuffers(plan, 1, backend, (buffer, work) => {
    backend.fn("fftRows")(plan.address, ...from, ...to, rows, scale, buffer, work);
  });
}

/** tfjs's own kernels: complex tensors, transformed along the last axis, the inverse divided by its extent. */
function overLastAxis(name: string, inverse: boolean): Kernel {
  return {
    name,
    run: ({ input }, backend) => {
      const width = input.shape.at(-1) ?? 1;
      const rows = width === 0 ? 0 : sizeOf(input.shape) / width;
      const parts = [backend.output(input.shape), backend.output(input.shape)];
      const order = (pair: Parts) => (inverse ? swapped(pair) : pair);
      const { real, imag } = backend.partsOf(input);
      const from = order([backend.address(real), backend.address(imag)]);
      const to = order([backend.address(parts[0]), backend.address(parts[1])]);
      if (rows > 0) transformRows({ rows, width, scale: inverse ? 1 / width : 1 }, from, to, backend);
      return backend.complex({ real: parts[0], imag: parts[1] });
    },
  };
}

const fft2d: Kernel = {
  name: kernelNames.Fft2d,
  run: ({ real, imag }, backend, rawAttrs) => {
    expectFloats("Fft2d", real, imag);
    const { inverse, scale } = rawAttrs as unknown as kernelNames.Fft2dAttrs;
    const size = planesOf(real.shape);
    const outputs = [backend.output(real.shape), backend.output(real.shape)];
    // The inverse is the forward transform with real and imaginary parts exchanged on both sides.
    const order = (parts: Parts) => (inverse ? swapped(parts) : parts);
    const from = order([backend.address(real), backend.address(imag)]);
    const to = order([backend.address(outputs[0]), backend.address(outputs[1])]);
    transformRows({ rows: size.planes * size.height, width: size.width, scale }, from, to, backend);
    transformColumns(size, to, to, backend);
    return outputs;
  },
};

/** Columns of the half spectrum of a row. */
export const halfOf = (width: number): number => Math.floor(width / 2) + 1;

/** From real planes to half spectra, by address; `weight` counts the columns that are not their own mirror images. */
export function transformReal(
  { planes, height, width }: Planes,
  { scale, weight }: { scale: number; weight: 1 | 2 },
  from: number,
  to: Parts,
  backend: CpuBackend,
): void {
  const plan = fftPlanFor(width, backend);
  withBuffers(plan, 1, backend, (buffer, work) => {
    const rows = planes * height;
    backend.fn("fftRealRows")(plan.address, from, ...to, rows, scale, weight, buffer, work);
  });
  transformColumns({ planes, height, width: halfOf(width) }, to, to, backend);
}

/** The transpose of {@link transformReal}: with weight 2 and the scale 1 / (height · width) its inverse. */
export function transformRealAdjoint(
  { planes, height, width }: Planes,
  { scale, weight }: { scale: number; weight: 1 | 2 },
  from: Parts,
  to: number,
  backend: CpuBackend,
): void {
  const half = { planes, height, width: halfOf(width) };
  const bytes = planes * height * half.width * backend.floatBytes;
  const between: Parts = [backend.allocator.allocate(bytes), backend.allocator.allocate(bytes)];
  transformColumns(half, swapped(from), swapped(between), backend);
  const plan = fftPlanFor(width, backend);
  withBuffers(plan, 1, backend, (buffer, work) => {
    const rows = planes * height;
    backend.fn("fftRealRowsAdjoint")(plan.address, ...between, to, rows, scale, weight, buffer, work);
  });
  for (const block of between) backend.allocator.release(block);
}

function forwardReal(name: string, weight: 1 | 2): Kernel {
  return {
    name,
    run: ({ x }, backend, rawAttrs) => {
      expectFloats(name, x);
      const { scale } = rawAttrs as unknown as kernelNames.Rfft2dAttrs;
      const size = planesOf(x.shape);
      const shape = [...x.shape.slice(0, -1), halfOf(size.width)];
      const outputs = [backend.output(shape), backend.output(shape)];
      const to: Parts = [backend.address(outputs[0]), backend.address(outputs[1])];
      transformReal(size, { scale, weight }, backend.address(x), to, backend);
      return outputs;
    },
  };
}

/** The transposes of those. */
function backwardReal(name: string, weight: 1 | 2): Kernel {
  return {
    name,
    run: ({ real, imag }, backend, rawAttrs) => {
      expectFloats(name, real, imag);
      const { width, scale } = rawAttrs as unknown as kernelNames.Rfft2dAdjointAttrs;
      const size = { ...planesOf(real.shape), width };
      const y = backend.output([...real.shape.slice(0, -1), width]);
      const from: Parts = [backend.address(real), backend.address(imag)];
      transformRealAdjoint(size, { scale, weight }, from, backend.address(y), backend);
      return y;
    },
  };
}

export const fftKernels: Kernel[] = [
  fft2d,
  forwardReal(kernelNames.Rfft2d, 1),
  backwardReal(kernelNames.Rfft2dAdjoint, 1),
  backwardReal(kernelNames.Irfft2d, 2),
  forwardReal(kernelNames.Irfft2dAdjoint, 2),
  overLastAxis("FFT", false),
  overLastAxis("IFFT", true),
];
