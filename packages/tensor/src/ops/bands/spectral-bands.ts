import type { NamedAttrMap, NamedTensorMap } from "@tensorflow/tfjs-core";
import { invalidArgument, ShapeError } from "../../errors.js";
import { Fft2d, SpectralBands, SpectralBandsAdjoint, type SpectralBandsAttrs } from "../../kernel-names.js";
import { declareOp } from "../../op.js";
import { run } from "../../run.js";
import type { Tensor } from "../../tensor-type.js";
import { add, mul, sub } from "../binary.js";
import { sameShape } from "../broadcast.js";
import type { ComplexPair } from "../fft.js";
import { gather, scatterAdd } from "../gather.js";
import { sum } from "../reduce.js";
import { concat, expandDims, slice } from "../shape.js";
import { neg } from "../unary.js";
import { frequenciesOf, placeOf } from "./frequencies.js";

/** Options of {@link spectralBands}. */
export interface SpectralBandsOptions {
  /** Width W of the image whose half spectrum it is, which the half spectrum leaves open. */
  readonly width: number;
  /** Height and width of the bands: at least those of the masks. Larger ones interpolate. */
  readonly size: readonly [height: number, width: number];
  /** The power of i by which the bands are multiplied: 0, 1, 2 or 3. Default 0. */
  readonly turns?: number;
}

const show = (shape: readonly number[]) => `[${shape.join(", ")}]`;

function checkBands({ real, imag }: ComplexPair, masks: Tensor, options: SpectralBandsOptions): void {
  const { width, size, turns = 0 } = options;
  const [height, columns] = real.shape.slice(-2);
  if (real.rank < 2 || !sameShape(real.shape, imag.shape) || columns !== Math.floor(width / 2) + 1) {
    throw new ShapeError(
      `spectralBands() needs the half spectrum of an image ${width} wide, two parts […, H, ${Math.floor(width / 2) + 1}],` +
        ` but got ${show(real.shape)} and ${show(imag.shape)}.`,
    );
  }
  const [h, w] = masks.shape.slice(-2);
  if (masks.rank !== 3 || h > height || w > width) {
    throw new ShapeError(
      `spectralBands() needs masks [bands, h, w] no larger than the image, ${show([height, width])}, but got ${show(masks.shape)}.`,
    );
  }
  if (!(size[0] >= h && size[1] >= w)) {
    throw invalidArgument("size", size, `at least the size of the masks, ${show([h, w])}`);
  }
  if (![0, 1, 2, 3].includes(turns)) throw invalidArgument("turns", turns, "0, 1, 2 or 3");
}

/**
 * Band-pass filters in the Fourier domain: each mask weights part of the spectrum of a real image, and the inverse transform gives a
 * complex band, z_o[y] = (iᵗ / hw) Σ_k m_o[k] · X[k] · exp(2πi (k₁ y₁ / h + k₂ y₂ / w)). A mask smaller than the spectrum leaves the
 * high frequencies out, so that the band needs fewer samples.
 *
 * @param spectrum - of a real image `[…, H, W]`, as `rfft2` gives it: `[…, H, ⌊W/2⌋ + 1]`
 * @param masks - `[O, mh, mw]`, whole planes with frequency 0 at `[0, 0]`, mh ≤ H and mw ≤ W. Nothing is differentiated by them.
 * @param options - by name
 * @returns bands `[…, O, h, w]`
 * @throws {@link ShapeError} when the parts differ, or the masks do not fit; {@link ValidationError} for sizes that are too small
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { ones, readSync, rfft2, spectralBands, tensor } from "@plenoptic/tensor";
 * const image = tensor([[1, 2], [3, 4]]);
 * const { real } = spectralBands(rfft2(image), ones([1, 2, 2]), { width: 2, size: [2, 2] });
 * console.log(readSync(real)); // 1 2 3 4: this mask lets all pass
 * ```
 */
export function spectralBands(
  spectrum: ComplexPair,
  masks: Tensor,
  options: SpectralBandsOptions,
): ComplexPair {
  checkBands(spectrum, masks, options);
  const { width, size, turns = 0 } = options;
  const image = [spectrum.real.shape[spectrum.real.rank - 2], width] as const;
  const attrs: SpectralBandsAttrs = { image, size, turns, scale: 1 / (size[0] * size[1]) };
  const [real, imag] = run<Tensor[]>(SpectralBands, { ...spectrum, masks }, attrs);
  return { real, imag };
}

/** (re + i im) · iᵗ */
function turned([re, im]: readonly Tensor[], turns: number): Tensor[] {
  if (turns === 0) return [re, im];
  if (turns === 1) return [neg(im), re];
  return turns === 2 ? [neg(re), neg(im)] : [im, neg(re)];
}

/** What indices the parts of a mask's plane have in the half spectrum. */
function placesFor(masks: Tensor, [height]: readonly number[]) {
  const [h, w] = masks.shape.slice(-2);
  const rows = frequenciesOf(h);
  const columns = frequenciesOf(w);
  return {
    rows: rows.map((f) => placeOf(f, height)),
    mirroredRows: rows.map((f) => placeOf(f === 0 ? 0 : -f, height) % height),
    columns: columns.filter((f) => f >= 0),
    mirroredColumns: columns.filter((f) => f < 0).map((f) => -f),
  };
}

/** `x` […, h, w] spread to a larger plane with zeros at the frequencies that it lacks. */
function spreadTo(x: Tensor, size: readonly number[]): Tensor {
  return [-2, -1].reduce((y, axis, i) => {
    const n = x.shape[x.rank + axis];
    if (n === size[i]) return y;
    const at = frequenciesOf(n).map((f) => placeOf(f, size[i]));
    return scatterAdd(y, at, y.rank + axis, size[i]);
  }, x);
}

function composeBands({ real, imag, masks }: NamedTensorMap, rawAttrs: NamedAttrMap): Tensor[] {
  const { image, size, turns, scale } = rawAttrs as unknown as SpectralBandsAttrs;
  const places = placesFor(masks, image);
  const pick = (x: Tensor, rows: number[], columns: number[]) => gather(gather(x, rows, -2), columns, -1);
  const whole = [real, imag].map((x, part) => {
    const right = pick(x, places.rows, places.columns);
    if (places.mirroredColumns.length === 0) return right;
    const left = pick(x, places.mirroredRows, places.mirroredColumns);
    return concat([right, part === 0 ? left : neg(left)], -1);
  });
  const bands = whole.map((x) => spreadTo(mul(expandDims(x, x.rank - 2), masks), size));
  const [re, im] = turned(bands, turns);
  return run<Tensor[]>(Fft2d, { real: re, imag: im }, { inverse: true, scale });
}

function composeAdjoint({ real, imag, masks }: NamedTensorMap, rawAttrs: NamedAttrMap): Tensor[] {
  const { image, size, turns, scale } = rawAttrs as unknown as SpectralBandsAttrs;
  const [h, w] = masks.shape.slice(-2);
  const places = placesFor(masks, image);
  const gathered = run<Tensor[]>(Fft2d, { real, imag }, { inverse: false, scale }).map((x) => {
    const rows = frequenciesOf(h).map((f) => placeOf(f, size[0]));
    const columns = frequenciesOf(w).map((f) => placeOf(f, size[1]));
    return sum(mul(gather(gather(x, rows, -2), columns, -1), masks), -3);
  });
  const [re, im] = turned(gathered, (4 - turns) % 4);
  const right = places.columns.length;
  const put = (x: Tensor, rows: number[], columns: number[]) => {
    const half = Math.floor(image[1] / 2) + 1;
    return scatterAdd(scatterAdd(x, columns, x.rank - 1, half), rows, x.rank - 2, image[0]);
  };
  const part = (x: Tensor, from: number, count: number) =>
    slice(x, [...Array<number>(x.rank - 1).fill(0), from], [...Array<number>(x.rank - 1).fill(-1), count]);
  return [re, im].map((x, index) => {
    const direct = put(part(x, 0, right), places.rows, places.columns);
    if (right === w) return direct;
    const mirrored = put(part(x, right, w - right), places.mirroredRows, places.mirroredColumns);
    return index === 0 ? add(direct, mirrored) : sub(direct, mirrored);
  });
}

declareOp({
  kernelName: SpectralBands,
  compose: composeBands,
  inputsToSave: ["masks"],
  gradient: (dy, [masks], attrs) => {
    const [dReal, dImag] = dy as unknown as Tensor[];
    const [real, imag] = run<Tensor[]>(SpectralBandsAdjoint, { real: dReal, imag: dImag, masks }, attrs);
    return { real: () => real, imag: () => imag };
  },
});

declareOp({
  kernelName: SpectralBandsAdjoint,
  compose: composeAdjoint,
  inputsToSave: ["masks"],
  gradient: (dy, [masks], attrs) => {
    const [dReal, dImag] = dy as unknown as Tensor[];
    const [real, imag] = run<Tensor[]>(SpectralBands, { real: dReal, imag: dImag, masks }, attrs);
    return { real: () => real, imag: () => imag };
  },
});
