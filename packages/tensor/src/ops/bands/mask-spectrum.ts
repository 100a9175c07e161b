import type { NamedAttrMap, NamedTensorMap } from "@tensorflow/tfjs-core";
import { ShapeError } from "../../errors.js";
import { MaskSpectrum, MaskSpectrumAdjoint, type MaskSpectrumAttrs } from "../../kernel-names.js";
import { declareOp } from "../../op.js";
import { run } from "../../run.js";
import type { Tensor } from "../../tensor-type.js";
import { mul } from "../binary.js";
import { sameShape } from "../broadcast.js";
import type { ComplexPair } from "../fft.js";
import { gather, scatterAdd } from "../gather.js";
import { pad, slice } from "../shape.js";
import { frequenciesOf, placeOf } from "./frequencies.js";

/**
 * Weights part of a half spectrum: a filter with a real, symmetric transfer function, and at the same time, when the mask is smaller
 * than the spectrum, what an inverse transform to fewer samples needs.
 *
 * @param spectrum - of a real image, as `rfft2` gives it: `[…, H, ⌊W/2⌋ + 1]`
 * @param mask - `[h, v]`, h ≤ H and v ≤ ⌊W/2⌋ + 1: for frequencies 0 … ⌈h/2⌉ - 1, -⌊h/2⌋ … -1 down and 0 … v - 1 across.
 *   Nothing is differentiated by it.
 * @returns `[…, h, v]`
 * @throws {@link ShapeError} when the parts differ, or the mask is larger than they are
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { irfft2, maskSpectrum, readSync, rfft2, tensor } from "@plenoptic/tensor";
 * const image = tensor([[1, 2], [3, 4]]);
 * const lowest = maskSpectrum(rfft2(image), tensor([[1]]));
 * console.log(readSync(irfft2(lowest, 1))); // 10: the sum of the image
 * ```
 */
export function maskSpectrum(spectrum: ComplexPair, mask: Tensor): ComplexPair {
  const { real, imag } = spectrum;
  const [height, columns] = real.shape.slice(-2);
  const fits = mask.rank === 2 && mask.shape[0] <= height && mask.shape[1] <= columns;
  if (real.rank < 2 || !sameShape(real.shape, imag.shape) || !fits) {
    const shapes = [real, imag, mask].map(({ shape }) => `[${shape.join(", ")}]`);
    throw new ShapeError(
      `maskSpectrum() needs two parts of one shape […, H, columns] and a mask [h, v] no larger, but got ${shapes.join(", ")}.`,
    );
  }
  const attrs: MaskSpectrumAttrs = { height, columns };
  const [re, im] = run<Tensor[]>(MaskSpectrum, { real, imag, mask }, attrs);
  return { real: re, imag: im };
}

const rowsFor = (mask: Tensor, height: number) =>
  frequenciesOf((mask.shape as number[])[0]).map((f) => placeOf(f, height));

declareOp({
  kernelName: MaskSpectrum,
  compose: ({ real, imag, mask }: NamedTensorMap, rawAttrs: NamedAttrMap) => {
    const { height } = rawAttrs as unknown as MaskSpectrumAttrs;
    const [, columns] = mask.shape as [number, number];
    return [real, imag].map((x) => {
      const rows = gather(x, rowsFor(mask, height), -2);
      const begin = Array<number>(x.rank).fill(0);
      return mul(slice(rows, begin, [...rows.shape.slice(0, -1), columns]), mask);
    });
  },
  inputsToSave: ["mask"],
  gradient: (dy, [mask], attrs) => {
    const [dReal, dImag] = dy as unknown as Tensor[];
    const [real, imag] = run<Tensor[]>(MaskSpectrumAdjoint, { real: dReal, imag: dImag, mask }, attrs);
    return { real: () => real, imag: () => imag };
  },
});

declareOp({
  kernelName: MaskSpectrumAdjoint,
  compose: ({ real, imag, mask }: NamedTensorMap, rawAttrs: NamedAttrMap) => {
    const { height, columns } = rawAttrs as unknown as MaskSpectrumAttrs;
    return [real, imag].map((x) => {
      const none = Array.from({ length: x.rank - 1 }, (): [number, number] => [0, 0]);
      const wide = pad(mul(x, mask), [...none, [0, columns - (x.shape.at(-1) as number)]]);
      return scatterAdd(wide, rowsFor(mask, height), x.rank - 2, height);
    });
  },
  inputsToSave: ["mask"],
  gradient: (dy, [mask], attrs) => {
    const [dReal, dImag] = dy as unknown as Tensor[];
    const [real, imag] = run<Tensor[]>(MaskSpectrum, { real: dReal, imag: dImag, mask }, attrs);
    return { real: () => real, imag: () => imag };
  },
});
