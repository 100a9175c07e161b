import {
  type ComplexPair,
  concat,
  fft2,
  ifft2,
  invalidArgument,
  irfft2,
  mul,
  pad,
  reshape,
  rfft2,
  ShapeError,
  type Tensor,
  tidy,
  zerosLike,
} from "@plenoptic/tensor";
import { isComplex, mapParts, pictureSize, type RealOrComplex, shapeOf } from "../complex.js";
import { enlargeSpectrum, lines, reduceLines, weightsOf } from "./resize-spectrum.js";

type Size = readonly [height: number, width: number];

const isEven = (...sizes: Size[]) => sizes.flat().every((n) => n % 2 === 0);

/** Checks the factor and gives the size after resizing. */
function resizedSize(name: string, size: Size, factor: number, resize: (extent: number) => number): Size {
  if (!(factor > 1)) throw invalidArgument("factor", factor, "strictly greater than 1");
  const resized = size.map(resize) as [number, number];
  resized.forEach((extent, axis) => {
    const side = ["height", "width"][axis];
    if (!Number.isInteger(extent)) {
      throw invalidArgument(
        "factor",
        factor,
        `such that the new size is whole, but ${name}() would turn the ${side} ${size[axis]} into ${extent}`,
      );
    }
    // The line of the smaller spectrum's Nyquist frequency has a partner in the larger one, for which there must be room.
    if (Math.abs(extent - size[axis]) < 2) {
      throw new ShapeError(
        `${name}() must change height and width by at least 2 samples, but the ${side} would go from ${size[axis]} to ${extent}. Use a larger factor or a larger picture.`,
      );
    }
  });
  return resized;
}

/** Pictures behind each other, `[N, H, W]`, through `f`, and the leading axes back. */
function overPictures(x: RealOrComplex, f: (pictures: RealOrComplex) => RealOrComplex): RealOrComplex {
  const shape = shapeOf(x);
  return tidy(() => {
    const resized = f(mapParts(x, (part) => reshape(part, [-1, ...shape.slice(-2)])));
    return mapParts(resized, (part) => reshape(part, [...shape.slice(0, -2), ...part.shape.slice(-2)]));
  });
}

/** Through the whole spectrum, part by part; of a real picture the real part of the result. */
function overSpectrum(x: RealOrComplex, f: (part: Tensor) => Tensor): RealOrComplex {
  const spectrum = fft2(isComplex(x) ? x : { real: x, imag: zerosLike(x) });
  const result = ifft2({ real: f(spectrum.real), imag: f(spectrum.imag) });
  return isComplex(x) ? result : result.real;
}

/**
 * Real pictures of even sizes, by half spectra. The real part of the result takes of the lines at the old Nyquist frequencies,
 * which lie half at the positive and half at the negative frequency, the real part alone.
 */
function expandReal(x: Tensor, [height, width]: Size, factor: number): Tensor {
  const [, h, w] = x.shape;
  const half = w / 2 + 1;
  const spectrum = rfft2(x);
  const weights = (nyquist: number) => {
    const rows = Array.from({ length: h }, (_, u) => factor * (2 * u === h ? nyquist : 1));
    const columns = Array.from({ length: half }, (_, v) => factor * (2 * v === w ? nyquist : 1));
    return weightsOf(x, rows, columns);
  };
  const enlarge = (part: Tensor, nyquist: number) => {
    const weighted = mul(part, weights(nyquist));
    const right: [number, number] = [0, width / 2 + 1 - half];
    const above = pad(lines(weighted, 1, 0, h / 2 + 1), [[0, 0], [0, height - h - 1], right]);
    return concat([above, pad(lines(weighted, 1, h / 2, h / 2), [[0, 0], [0, 0], right])], 1);
  };
  return irfft2({ real: enlarge(spectrum.real, 0.5), imag: enlarge(spectrum.imag, 0) }, width);
}

/** Real pictures of even sizes. The line at the new Nyquist frequency needs no partner: irfft2 takes its real part. */
function shrinkReal(x: Tensor, [height, width]: Size, factor: number): Tensor {
  const spectrum = rfft2(x);
  const reduce = (part: Tensor) =>
    mul(reduceLines(lines(part, 2, 0, width / 2 + 1), 1, height), 1 / factor ** 2);
  return irfft2({ real: reduce(spectrum.real), imag: reduce(spectrum.imag) }, width);
}

/**
 * Enlarges a signal by putting its Fourier coefficients amid zeros: between the old samples, whose values stay, it is interpolated by
 * trigonometric polynomials.
 *
 * Only what is at the Nyquist frequency, of changing sign from sample to sample along an axis, is treated otherwise: half of its
 * coefficients go to the positive frequency, and half, in the reverse order along the other axis, to the negative one. Of a real image
 * this leaves the part that is symmetric along the other axis. It is what the Python library computes; so is the result for odd sizes,
 * whose lowest frequency is treated as if it were a Nyquist frequency, and for an even size that becomes odd, whose spectrum is moved by one
 * frequency.
 *
 * @param x - `[…, H, W]`, real or complex
 * @param factor - above 1; `factor · H` and `factor · W` must be whole numbers
 * @returns `[…, factor · H, factor · W]`, real or complex as `x`
 * @throws {@link ValidationError} when the factor is 1 or less, or does not give whole sizes;
 *   {@link ShapeError} when fewer than two samples are added, or there are fewer than two axes
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { expand } from "@plenoptic/process";
 * import { ones } from "@plenoptic/tensor";
 * console.log(expand(ones([1, 1, 16, 24]), 2).shape); // [1, 1, 32, 48]
 * ```
 */
export function expand(x: Tensor, factor: number): Tensor;
export function expand(x: ComplexPair, factor: number): ComplexPair;
export function expand(x: RealOrComplex, factor: number): RealOrComplex;
export function expand(x: RealOrComplex, factor: number): RealOrComplex {
  const size = pictureSize("expand", shapeOf(x));
  const enlarged = resizedSize("expand", size, factor, (extent) => factor * extent);
  return overPictures(x, (pictures) =>
    !isComplex(pictures) && isEven(size, enlarged)
      ? expandReal(pictures, enlarged, factor)
      : overSpectrum(pictures, (part) => enlargeSpectrum(part, enlarged, factor)),
  );
}

/**
 * Shrinks a signal to its lowest frequencies; what is at higher ones is left out. Of the positive and the negative frequency of the new Nyquist
 * frequency the mean is taken. It undoes {@link expand}, but for what was at the Nyquist frequency.
 *
 * An odd size whose lowest frequency has no partner is treated in the same way, and an odd size that becomes even has its spectrum moved by
 * one frequency, as in the Python library.
 *
 * @param x - `[…, H, W]`, real or complex
 * @param factor - above 1; `H / factor` and `W / factor` must be whole numbers
 * @returns `[…, H / factor, W / factor]`, real or complex as `x`
 * @throws {@link ValidationError} when the factor is 1 or less, or does not give whole sizes;
 *   {@link ShapeError} when fewer than two samples are taken away, or there are fewer than two axes
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { shrink } from "@plenoptic/process";
 * import { readSync, tensor } from "@plenoptic/tensor";
 * const row = [1, 2, 3, 2];
 * console.log(readSync(shrink(tensor([row, row, row, row]), 2))); // 1.5 2.5 1.5 2.5
 * ```
 */
export function shrink(x: Tensor, factor: number): Tensor;
export function shrink(x: ComplexPair, factor: number): ComplexPair;
export function shrink(x: RealOrComplex, factor: number): RealOrComplex;
export function shrink(x: RealOrComplex, factor: number): RealOrComplex {
  const size = pictureSize("shrink", shapeOf(x));
  const reduced = resizedSize("shrink", size, factor, (extent) => extent / factor);
  return overPictures(x, (pictures) =>
    !isComplex(pictures) && isEven(size, reduced)
      ? shrinkReal(pictures, reduced, factor)
      : overSpectrum(pictures, (part) =>
          mul(reduceLines(reduceLines(part, 2, reduced[1]), 1, reduced[0]), 1 / factor ** 2),
        ),
  );
}
