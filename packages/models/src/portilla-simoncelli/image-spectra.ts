import {
  add,
  type ComplexPair,
  concat,
  expandDims,
  maskSpectrum,
  mean,
  mul,
  pad,
  roundToFloat32,
  slice,
  stack,
  type Tensor,
  unstack,
} from "@plenoptic/tensor";
import type { MaskTensors, SteppedTensors } from "./mask-tensors.js";

/** Half spectra `[…, h, v]` amid zeros. */
function amidZeros(x: Tensor, height: number, columns: number): Tensor {
  const [h, v] = x.shape.slice(-2);
  const upper = Math.ceil(h / 2);
  const lead = x.shape.slice(0, -2);
  const none = lead.map((): [number, number] => [0, 0]);
  const above = slice(x, [], [...lead, upper, v]);
  const below = slice(x, [...lead.map(() => 0), upper], [...lead, h - upper, v]);
  return concat(
    [
      pad(above, [...none, [0, height - h], [0, columns - v]]),
      pad(below, [...none, [0, 0], [0, columns - v]]),
    ],
    -2,
  );
}

/** The part of a level in the spectrum of the image: `[2, P, h, v]`, real and imaginary parts first, from what the image has of its frequencies. */
function stepByStep(parts: Tensor, { own, lowpasses, lowpass0 }: SteppedTensors): Tensor {
  // Of k and of -k; the real part of the image has the mean of both.
  const both = lowpasses.reduce((z, mask) => roundToFloat32(mul(z, mask)), mul(expandDims(parts, 2), own));
  return mul(mean(both, 2), lowpass0);
}

/**
 * The spectra of the image as it is at each scale, and of the lowpass residual, from fine to coarse: half spectra `[P, h, v]` for
 * images of the size of the scale.
 *
 * @param spectra - of the image, as much of them as each scale has
 */
export function imageSpectra(
  spectra: readonly ComplexPair[],
  { images, stepped, oddSize }: MaskTensors,
): ComplexPair[] {
  if (stepped.length === 0) return images.map((mask, scale) => maskSpectrum(spectra[scale], mask));
  const sums: Tensor[] = [];
  for (let scale = stepped.length - 1; scale >= 0; scale--) {
    const { real, imag } = spectra[scale];
    const level = stepByStep(stack([real, imag]), stepped[scale]);
    const [height, columns] = level.shape.slice(-2);
    sums.unshift(sums.length === 0 ? level : add(level, amidZeros(sums[0], height, columns)));
  }
  if (oddSize) sums.push(mul(sums.pop() as Tensor, oddSize));
  return sums.map((both) => {
    const [real, imag] = unstack(both);
    return { real, imag };
  });
}
