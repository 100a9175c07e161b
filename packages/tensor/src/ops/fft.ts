import type { NamedAttrMap, NamedTensorMap } from "@tensorflow/tfjs-core";
import { deviceOf, withDevice } from "../backend.js";
import { tensor } from "../create.js";
import { invalidArgument, ShapeError } from "../errors.js";
import {
  Fft2d,
  type Fft2dAttrs,
  Irfft2d,
  Irfft2dAdjoint,
  type Irfft2dAttrs,
  Rfft2d,
  Rfft2dAdjoint,
  type Rfft2dAdjointAttrs,
  type Rfft2dAttrs,
} from "../kernel-names.js";
import { declareOp } from "../op.js";
import { run } from "../run.js";
import type { Tensor } from "../tensor-type.js";
import { columnCounts } from "./bands/frequencies.js";
import { mul } from "./binary.js";
import { sameShape } from "./broadcast.js";
import { dft2d, halfDft2d, halfDft2dAdjoint } from "./dft-by-matrices.js";

/** A complex array: two real tensors of one shape. */
export interface ComplexPair {
  real: Tensor;
  imag: Tensor;
}

const show = (shape: readonly number[]) => `[${shape.join(", ")}]`;

function checkImage(name: string, shape: readonly number[]): void {
  if (shape.length < 2 || shape.slice(-2).some((extent) => extent === 0)) {
    throw new ShapeError(
      `${name}() needs at least two axes, […, height, width], neither of them empty, but got ${show(shape)}.`,
    );
  }
}

function checkPair(name: string, { real, imag }: ComplexPair): void {
  if (!sameShape(real.shape, imag.shape)) {
    throw new ShapeError(
      `${name}() needs real and imaginary parts of one shape, but got ${show(real.shape)} and ${show(imag.shape)}.`,
    );
  }
  checkImage(name, real.shape);
}

function fullTransform({ real, imag }: ComplexPair, attrs: Fft2dAttrs): ComplexPair {
  const [re, im] = run<Tensor[]>(Fft2d, { real, imag }, attrs);
  return { real: re, imag: im };
}

/**
 * The discrete Fourier transform over the last two axes,
 * Z[u, v] = Σ_{y, x} z[y, x] · exp(-2πi (u y / H + v x / W)), as `numpy.fft.fft2` and `torch.fft.fft2` have it.
 * Any sizes are allowed; products of small primes are fastest.
 *
 * @param z - real and imaginary parts, `[…, H, W]`
 * @returns the same shape; the zero frequency is at `[0, 0]`
 * @throws {@link ShapeError} when the parts differ in shape or have fewer than two axes
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { fft2, readSync, tensor, zeros } from "@plenoptic/tensor";
 * const { real } = fft2({ real: tensor([[1, 2], [3, 4]]), imag: zeros([2, 2]) });
 * console.log(readSync(real)); // 10 -2 -4 0
 * ```
 */
export function fft2(z: ComplexPair): ComplexPair {
  checkPair("fft2", z);
  return fullTransform(z, { inverse: false, scale: 1 });
}

/**
 * The inverse of {@link fft2}: z[y, x] = (1 / HW) Σ_{u, v} Z[u, v] · exp(2πi (u y / H + v x / W)).
 *
 * @param z - real and imaginary parts of the spectrum, `[…, H, W]`
 * @returns the same shape
 * @throws {@link ShapeError} when the parts differ in shape or have fewer than two axes
 */
export function ifft2(z: ComplexPair): ComplexPair {
  checkPair("ifft2", z);
  const [height, width] = z.real.shape.slice(-2);
  return fullTransform(z, { inverse: true, scale: 1 / (height * width) });
}

/**
 * The Fourier transform of a real array over its last two axes: columns 0 … ⌊W/2⌋ of {@link fft2}, at half
 * the cost. The others are their conjugates: Z[-u, -v] = conj Z[u, v].
 *
 * @param x - real, `[…, H, W]`
 * @returns real and imaginary parts, `[…, H, ⌊W/2⌋ + 1]`
 * @throws {@link ShapeError} when `x` has fewer than two axes
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { irfft2, readSync, rfft2, tensor } from "@plenoptic/tensor";
 * const spectrum = rfft2(tensor([[1, 2, 3], [4, 5, 6]]));
 * console.log(spectrum.real.shape, readSync(irfft2(spectrum, 3))); // [2, 2] and 1 2 3 4 5 6
 * ```
 */
export function rfft2(x: Tensor): ComplexPair {
  checkImage("rfft2", x.shape);
  const attrs: Rfft2dAttrs = { width: x.shape[x.rank - 1], scale: 1 };
  const [real, imag] = run<Tensor[]>(Rfft2d, { x }, attrs);
  return { real, imag };
}

/**
 * The inverse of {@link rfft2}. Of the columns that are their own mirror images (0 and, for even widths, W/2) what
 * no real array can have is ignored, as in `torch.fft.irfft2`.
 *
 * @param z - half spectrum, `[…, H, ⌊width/2⌋ + 1]`
 * @param width - width W of the result, which the half spectrum leaves open: 2n - 2 or 2n - 1 for n columns
 * @returns real, `[…, H, W]`
 * @throws {@link ShapeError} when the parts differ in shape, or do not have ⌊width/2⌋ + 1 columns
 */
export function irfft2(z: ComplexPair, width: number): Tensor {
  checkPair("irfft2", z);
  if (!Number.isInteger(width) || width < 1) throw invalidArgument("width", width, "a whole number above 0");
  const [height, half] = z.real.shape.slice(-2);
  if (half !== Math.floor(width / 2) + 1) {
    throw new ShapeError(
      `irfft2() to width ${width} needs a half spectrum of ${Math.floor(width / 2) + 1} columns, but got ${show(z.real.shape)}.` +
        ` ${half} columns belong to the widths ${Math.max(1, 2 * half - 2)} and ${2 * half - 1}.`,
    );
  }
  const attrs: Irfft2dAttrs = { width, scale: 1 / (height * width) };
  return run(Irfft2d, { real: z.real, imag: z.imag }, attrs);
}

/** {@link columnCounts} on the device of `like`. */
const countsFor = (like: Tensor, width: number): Tensor =>
  withDevice(deviceOf(like), () => tensor(columnCounts(width)));

/** What tfjs hands to the gradient of an op with several outputs: a list, with zeros for outputs that nothing used. */
const listOf = (dy: Tensor) => dy as unknown as Tensor[];

declareOp({
  kernelName: Fft2d,
  compose: ({ real, imag }: NamedTensorMap, attrs: NamedAttrMap) => {
    const { inverse, scale } = attrs as unknown as Fft2dAttrs;
    return dft2d(real, imag, inverse, scale);
  },
  gradient: (dy, _, attrs) => {
    const { inverse, scale } = attrs as unknown as Fft2dAttrs;
    const [real, imag] = listOf(dy);
    // Here and below, once for both inputs: tfjs would free what one of the functions left for the other.
    const back = fullTransform({ real, imag }, { inverse: !inverse, scale });
    return { real: () => back.real, imag: () => back.imag };
  },
});

declareOp({
  kernelName: Rfft2d,
  compose: ({ x }: NamedTensorMap, attrs: NamedAttrMap) => halfDft2d(x, attrs.scale as number),
  gradient: (dy, _, attrs) => {
    const [real, imag] = listOf(dy);
    return { x: () => run(Rfft2dAdjoint, { real, imag }, attrs) };
  },
});

declareOp({
  kernelName: Rfft2dAdjoint,
  compose: ({ real, imag }: NamedTensorMap, attrs: NamedAttrMap) => {
    const { width, scale } = attrs as unknown as Rfft2dAdjointAttrs;
    return halfDft2dAdjoint(real, imag, width, scale);
  },
  gradient: (dy, _, attrs) => {
    const [real, imag] = run<Tensor[]>(Rfft2d, { x: dy }, attrs);
    return { real: () => real, imag: () => imag };
  },
});

declareOp({
  kernelName: Irfft2d,
  compose: ({ real, imag }: NamedTensorMap, attrs: NamedAttrMap) => {
    const counts = countsFor(real, attrs.width as number);
    return run(Rfft2dAdjoint, { real: mul(real, counts), imag: mul(imag, counts) }, attrs);
  },
  gradient: (dy, _, attrs) => {
    const [real, imag] = run<Tensor[]>(Irfft2dAdjoint, { x: dy }, attrs);
    return { real: () => real, imag: () => imag };
  },
});

declareOp({
  kernelName: Irfft2dAdjoint,
  compose: ({ x }: NamedTensorMap, attrs: NamedAttrMap) => {
    const counts = countsFor(x, attrs.width as number);
    return run<Tensor[]>(Rfft2d, { x }, attrs).map((part) => mul(part, counts));
  },
  gradient: (dy, _, attrs) => {
    const [real, imag] = listOf(dy);
    return { x: () => run(Irfft2d, { real, imag }, attrs) };
  },
});
