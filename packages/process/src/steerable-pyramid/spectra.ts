import {
  add,
  type ComplexPair,
  concat,
  mul,
  neg,
  pad,
  rfft2,
  slice,
  sum,
  type Tensor,
} from "@plenoptic/tensor";

/** Masks of a device: `[count, height, columns]`, to be multiplied by i where `imaginary`. */
export interface MaskTensor {
  readonly imaginary: boolean;
  readonly mask: Tensor;
}

/** mask · z, or i · mask · z. */
function times({ real, imag }: ComplexPair, { imaginary, mask }: MaskTensor): ComplexPair {
  return imaginary
    ? { real: mul(neg(imag), mask), imag: mul(real, mask) }
    : { real: mul(real, mask), imag: mul(imag, mask) };
}

/** Half spectra of bands `[B, C, count, h, w]`, masked and summed over the bands. */
export function summedSpectra(bands: Tensor, mask: MaskTensor): ComplexPair {
  const { real, imag } = times(rfft2(bands), mask);
  return { real: sum(real, 2), imag: sum(imag, 2) };
}

/** A single masked spectrum: `[B, C, h, columns]`. */
export function maskedSpectrum(residual: Tensor, mask: MaskTensor): ComplexPair {
  return times(rfft2(residual), mask);
}

export function addSpectra(a: ComplexPair | undefined, b: ComplexPair): ComplexPair {
  return a ? { real: add(a.real, b.real), imag: add(a.imag, b.imag) } : b;
}

/** Rows with frequencies from 0 on, and those with negative ones. */
const rowsOf = (height: number) => [Math.ceil(height / 2), Math.floor(height / 2)] as const;

function embedPart(x: Tensor, height: number, columns: number): Tensor {
  const [B, C, rows, own] = x.shape;
  if (rows === height && own === columns) return x;
  const right = [0, columns - own] as const;
  if (rows === height) return pad(x, [[0, 0], [0, 0], [0, 0], right]);
  const [positive, negative] = rowsOf(rows);
  const top = slice(x, [0, 0, 0, 0], [B, C, positive, own]);
  const padded = pad(top, [[0, 0], [0, 0], [0, height - rows], right]);
  if (negative === 0) return padded;
  const bottom = pad(slice(x, [0, 0, positive, 0], [B, C, negative, own]), [[0, 0], [0, 0], [0, 0], right]);
  return concat([padded, bottom], 2);
}

/** A half spectrum as that of a larger image, with zeros at the frequencies it lacks. */
export function embedSpectrum({ real, imag }: ComplexPair, height: number, width: number): ComplexPair {
  const columns = Math.floor(width / 2) + 1;
  return { real: embedPart(real, height, columns), imag: embedPart(imag, height, columns) };
}
