import {
  type ComplexPair,
  concat,
  expandDims,
  reshape,
  ShapeError,
  slice,
  stack,
  type Tensor,
  tidy,
  ValidationError,
  zerosLike,
} from "@plenoptic/tensor";
import { isComplex } from "../complex.js";
import type { PyramidCoefficients, PyramidScale } from "./types.js";

/** What `convertTensorToPyr` needs to know, as `convertPyrToTensor` gives it. */
export interface PyramidInfo {
  /** Channels of the images. */
  readonly numChannels: number;
  readonly keys: readonly PyramidScale[];
  /** For each key the number of orientations; undefined for residuals. */
  readonly orientations: readonly (number | undefined)[];
  /** Whether real and imaginary parts are channels of their own, one after the other for each band. */
  readonly splitComplex: boolean;
}

/** `[B, C, n, h, w]`, whatever the scale. */
const withBands = (x: Tensor): Tensor => (x.rank === 4 ? expandDims(x, 2) : x);

/** Real and imaginary parts by turns: `[B, C, 2n, h, w]`. */
function interleave({ real, imag }: ComplexPair): Tensor {
  const [B, C, n, h, w] = real.shape;
  return reshape(stack([real, imag], 3), [B, C, 2 * n, h, w]);
}

function checkSizes(coefficients: PyramidCoefficients): void {
  const sizes = [...coefficients.values()].map((found) =>
    (isComplex(found) ? found.real : found).shape.slice(-2).join(" × "),
  );
  if (sizes.length === 0) throw new ShapeError("There are no coefficients to make a tensor of.");
  if (sizes.some((size) => size !== sizes[0])) {
    throw new ShapeError(
      `feature maps could not be concatenated into tensor: their sizes are ${[...new Set(sizes)].join(", ")}. Check that you ` +
        "are using coefficients that are not downsampled across scales: make the pyramid with downsample: false.",
    );
  }
}

/** All bands as `[B, C·n, h, w]`. */
function joined(parts: readonly Tensor[]): Tensor {
  const all = concat(parts.map(withBands), 2);
  const [B, C, n, h, w] = all.shape;
  return reshape(all, [B, C * n, h, w]);
}

/** Coefficients of one size as the channels of a tensor. */
export function toTensor(
  coefficients: PyramidCoefficients,
  splitComplex: boolean,
): { tensor: Tensor | ComplexPair; info: PyramidInfo } {
  checkSizes(coefficients);
  const keys = [...coefficients.keys()];
  const values = [...coefficients.values()];
  const pairs = values.filter(isComplex);
  const hasBands = keys.some((key) => typeof key === "number");
  if (splitComplex && hasBands && pairs.length === 0) {
    throw new ValidationError(
      "splitComplex is true but coefficient tensors are real-valued! Either set splitComplex: false or regenerate the " +
        "coefficients with a complex pyramid.",
      { argument: "splitComplex", value: splitComplex },
    );
  }
  const first = values.map((found) => (isComplex(found) ? found.real : found));
  const info: PyramidInfo = {
    numChannels: first[0].shape[1],
    keys,
    orientations: first.map(({ rank, shape }) => (rank === 5 ? shape[2] : undefined)),
    splitComplex: splitComplex && hasBands,
  };
  const tensor = tidy((): Tensor | ComplexPair => {
    if (info.splitComplex)
      return joined(values.map((found) => (isComplex(found) ? interleave(found) : found)));
    if (pairs.length === 0) return joined(first);
    const second = values.map((found) => (isComplex(found) ? found.imag : zerosLike(found)));
    return { real: joined(first), imag: joined(second) };
  });
  return { tensor, info };
}

/** The blocks of `[B, C·n, h, w]` that belong to the keys, `[B, C, k, h, w]`, or `[B, C, h, w]` for residuals. */
function split(x: Tensor, { numChannels, orientations }: PyramidInfo, partsOfBands: number): Tensor[] {
  const counts = orientations.map((count) => (count === undefined ? 1 : count * partsOfBands));
  const total = counts.reduce((sum, count) => sum + count, 0);
  const [B, channels, h, w] = x.shape;
  if (x.rank !== 4 || channels !== numChannels * total) {
    throw new ShapeError(
      `The tensor must have the shape [B, ${numChannels * total}, height, width], but got [${x.shape.join(", ")}].`,
    );
  }
  const apart = reshape(x, [B, numChannels, total, h, w]);
  let start = 0;
  return counts.map((count, k) => {
    const block = slice(apart, [0, 0, start, 0, 0], [B, numChannels, count, h, w]);
    start += count;
    return orientations[k] === undefined ? reshape(block, [B, numChannels, h, w]) : block;
  });
}

/** The inverse of {@link interleave}. */
function separate(block: Tensor): ComplexPair {
  const [B, C, n, h, w] = block.shape;
  const apart = reshape(block, [B, C, n / 2, 2, h, w]);
  const part = (k: number) =>
    reshape(slice(apart, [0, 0, 0, k, 0, 0], [B, C, n / 2, 1, h, w]), [B, C, n / 2, h, w]);
  return { real: part(0), imag: part(1) };
}

/** The inverse of {@link toTensor}. */
export function fromTensor(tensor: Tensor | ComplexPair, info: PyramidInfo): PyramidCoefficients {
  const { keys, orientations, splitComplex } = info;
  const isBand = (k: number) => orientations[k] !== undefined;
  return tidy(() => {
    let found: (Tensor | ComplexPair)[];
    if (isComplex(tensor)) {
      const [real, imag] = [split(tensor.real, info, 1), split(tensor.imag, info, 1)];
      found = real.map((part, k) => (isBand(k) ? { real: part, imag: imag[k] } : part));
    } else {
      const blocks = split(tensor, info, splitComplex ? 2 : 1);
      found = blocks.map((block, k) => (splitComplex && isBand(k) ? separate(block) : block));
    }
    return new Map(keys.map((key, k) => [key, found[k]]));
  });
}
