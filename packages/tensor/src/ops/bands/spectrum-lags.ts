import type { NamedAttrMap, NamedTensorMap } from "@tensorflow/tfjs-core";
import { deviceOf, withDevice } from "../../backend.js";
import { tensor } from "../../create.js";
import { invalidArgument, ShapeError } from "../../errors.js";
import { gradientOf } from "../../gradients/composed-gradient.js";
import { SpectrumLags, type SpectrumLagsAttrs, SpectrumLagsGradient } from "../../kernel-names.js";
import { declareOp } from "../../op.js";
import { rootOfUnity } from "../../random/elementary.js";
import { run } from "../../run.js";
import type { Tensor } from "../../tensor-type.js";
import { add, mul, sub } from "../binary.js";
import { sameShape } from "../broadcast.js";
import type { ComplexPair } from "../fft.js";
import { matMul } from "../mat-mul.js";
import { square } from "../unary.js";
import { columnCounts } from "./frequencies.js";

/** Options of {@link spectrumLags}. */
export interface SpectrumLagsOptions {
  /** Width W of the image. */
  readonly width: number;
  /** Take the image's mean off first. Default false. */
  readonly demean?: boolean;
}

/**
 * The middle of the circular autocorrelation of a real image, from its spectrum:
 * a[d] = (1/N) Σ_y x[y] · x[y + d] = (1/N²) Σ_k |X[k]|² cos(2π k·d / size), for d from -⌊lags/2⌋ to ⌈lags/2⌉ - 1 along both axes.
 * The inverse transform is taken at those few places only.
 *
 * @param spectrum - of a real image `[…, H, W]`, as `rfft2` gives it: `[…, H, ⌊W/2⌋ + 1]`
 * @param lags - how many displacements along each axis: at most H and W
 * @param options - by name
 * @returns `[…, lags, lags]`; displacement 0 is at ⌊lags/2⌋
 * @throws {@link ShapeError} when the parts differ; {@link ValidationError} when there are not so many displacements
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { readSync, rfft2, spectrumLags, tensor } from "@plenoptic/tensor";
 * const image = tensor([[1, 2], [3, 4]]);
 * console.log(readSync(spectrumLags(rfft2(image), 1, { width: 2 }))[0]); // 7.5, the mean of the squares
 * ```
 */
export function spectrumLags(spectrum: ComplexPair, lags: number, options: SpectrumLagsOptions): Tensor {
  const { real, imag } = spectrum;
  const { width, demean = false } = options;
  const columns = Math.floor(width / 2) + 1;
  if (real.rank < 2 || !sameShape(real.shape, imag.shape) || real.shape[real.rank - 1] !== columns) {
    throw new ShapeError(
      `spectrumLags() needs the half spectrum of an image ${width} wide, two parts […, H, ${columns}],` +
        ` but got [${real.shape.join(", ")}] and [${imag.shape.join(", ")}].`,
    );
  }
  const most = Math.min(real.shape[real.rank - 2], width);
  if (!Number.isInteger(lags) || lags < 1 || lags > most) {
    throw invalidArgument("lags", lags, `a whole number from 1 to the smaller side of the image, ${most}`);
  }
  const attrs: SpectrumLagsAttrs = { width, lags, demean };
  return run(SpectrumLags, { real, imag }, attrs);
}

interface Waves {
  /** `[lags, H]` */
  readonly rows: readonly [cos: Tensor, sin: Tensor];
  /** `[lags, columns]` */
  readonly columns: readonly [cos: Tensor, sin: Tensor];
  /** How much each frequency counts, `[H, columns]`. */
  readonly weights: Tensor;
}

function wavesFor(like: Tensor, { width, lags, demean }: SpectrumLagsAttrs): Waves {
  const [height, columns] = like.shape.slice(-2);
  const first = -Math.floor(lags / 2);
  const table = (n: number, count: number, part: 0 | 1) => {
    const values: number[] = [];
    for (let d = first; d < first + lags; d++) {
      for (let k = 0; k < count; k++) values.push(rootOfUnity((((d * k) % n) + n) % n, n)[part]);
    }
    return tensor(values, [lags, count]);
  };
  const norm = (height * width) ** -2;
  const counts = columnCounts(width);
  const weights = Array.from({ length: height }, () => counts.map((count) => count * norm));
  if (demean) weights[0][0] = 0;
  return withDevice(deviceOf(like), () => ({
    rows: [table(height, height, 0), table(height, height, 1)],
    columns: [table(width, columns, 0), table(width, columns, 1)],
    weights: tensor(weights),
  }));
}

function composeLags({ real, imag }: NamedTensorMap, rawAttrs: NamedAttrMap): Tensor {
  const { rows, columns, weights } = wavesFor(real, rawAttrs as unknown as SpectrumLagsAttrs);
  const power = mul(add(square(real), square(imag)), weights);
  const [cos, sin] = [0, 1].map((i) => matMul(matMul(rows[i], power), columns[i], false, true));
  return sub(cos, sin);
}

function composeGradient({ real, imag, dy }: NamedTensorMap, rawAttrs: NamedAttrMap): Tensor[] {
  const { rows, columns, weights } = wavesFor(real, rawAttrs as unknown as SpectrumLagsAttrs);
  const [cos, sin] = [0, 1].map((i) => matMul(matMul(rows[i], dy, true), columns[i]));
  const factor = mul(mul(sub(cos, sin), weights), 2);
  return [mul(real, factor), mul(imag, factor)];
}

declareOp({
  kernelName: SpectrumLags,
  compose: composeLags,
  inputsToSave: ["real", "imag"],
  gradient: (dy, [real, imag], attrs) => {
    const [dReal, dImag] = run<Tensor[]>(SpectrumLagsGradient, { real, imag, dy }, attrs);
    return { real: () => dReal, imag: () => dImag };
  },
});

declareOp({
  kernelName: SpectrumLagsGradient,
  compose: composeGradient,
  inputsToSave: ["real", "imag", "dy"],
  gradient: (dys, saved, attrs) => {
    const again = (real: Tensor, imag: Tensor, dy: Tensor) => composeGradient({ real, imag, dy }, attrs);
    const [real, imag, dy] = gradientOf(again, saved, dys as unknown as Tensor[]);
    return { real: () => real, imag: () => imag, dy: () => dy };
  },
});
