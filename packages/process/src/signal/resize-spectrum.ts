import {
  add,
  concat,
  deviceOf,
  gather,
  mul,
  pad,
  slice,
  type Tensor,
  tensor,
  withDevice,
} from "@plenoptic/tensor";

// Spectra here have three axes, [pictures, rows, columns], in the order of the Fourier transform: the frequencies 0 … ⌈n/2⌉ - 1, then
// -⌊n/2⌋ … -1. The line of the lowest frequency, -⌊n/2⌋, is called low; for even n it is the Nyquist frequency, which
// stands for +n/2 as well. In the larger of two spectra the line of frequency ⌈n/2⌉ is its partner. These
// functions are linear with real coefficients: they serve for real and imaginary parts one by one.

/** Axis of rows or columns. */
export type SpectrumAxis = 1 | 2;

/** Consecutive lines of a spectrum. */
export function lines(x: Tensor, axis: SpectrumAxis, from: number, count: number): Tensor {
  const begin = [0, 0, 0];
  const size = [...x.shape];
  begin[axis] = from;
  size[axis] = count;
  return slice(x, begin, size);
}

/**
 * By how many lines the reference moves all frequencies up: its rounding of the place of the block of `small` lines in the middle
 * of `large` ones is one off where an even number of lines meets the centre of an odd one, and the other way round.
 */
function misplacement(small: number, large: number): 0 | 1 {
  const start = Math.ceil((large - small) / 2);
  return (start - Math.floor(large / 2) + Math.floor(small / 2)) as 0 | 1;
}

/** Index of the low line of n. */
const lowIndex = (n: number) => (n === 1 ? 0 : Math.ceil(n / 2));

/**
 * From where along a low line its partner takes its values: the reference turns the other frequencies of the line
 * round, k to ⌈n/2⌉ - ⌊n/2⌋ - k, which for even n is the mirror image -k. The low frequency keeps its place.
 */
function turned(n: number): number[] {
  return Array.from({ length: n }, (_, k) => ((n % 2) - k + n) % n);
}

/** As {@link turned}, for n lines into which the partner of the low one has been put. */
function turnedWithPartner(n: number): number[] {
  const partner = Math.ceil(n / 2);
  const placeOf = (index: number) => (index < partner ? index : index + 1);
  const order = turned(n).map(placeOf);
  return [...order.slice(0, partner), partner, ...order.slice(partner)];
}

/** Pieces of a spectrum behind each other; those without lines are left out. */
function join(pieces: Tensor[], axis: SpectrumAxis): Tensor {
  return concat(
    pieces.filter((piece) => piece.shape[axis] > 0),
    axis,
  );
}

/** Puts the partner of the low line in, which takes its values from the low line in the given order. */
function withPartner(x: Tensor, axis: SpectrumAxis, order: number[]): Tensor {
  const n = x.shape[axis];
  const at = Math.ceil(n / 2);
  const partner = gather(lines(x, axis, lowIndex(n), 1), order, axis === 1 ? 2 : 1);
  return join([lines(x, axis, 0, at), partner, lines(x, axis, at, n - at)], axis);
}

/** Factors for n lines and the low one's partner: those two share what there is. */
function sharedWeights(n: number, factor: number): number[] {
  const weights = Array<number>(n + 1).fill(factor);
  weights[Math.ceil(n / 2)] = factor / 2;
  weights[n === 1 ? 0 : Math.ceil(n / 2) + 1] = factor / 2;
  return weights;
}

/** Zeros for the frequencies that `small` lines, with a partner, lack of `large` ones. */
function fillUp(x: Tensor, axis: SpectrumAxis, small: number, large: number): Tensor {
  const split = Math.ceil(small / 2) + 1;
  const moved = misplacement(small, large);
  const front = lines(x, axis, 0, split);
  const back = lines(x, axis, split, small + 1 - split - moved);
  const padding: [number, number][] = [
    [0, 0],
    [0, 0],
    [0, 0],
  ];
  padding[axis] = [0, large - small - 1];
  return join([lines(x, axis, small + 1 - moved, moved), pad(front, padding), back], axis);
}

/** Part of a spectrum, times `factor` along each axis, amid zeros as a part of a larger spectrum. */
export function enlargeSpectrum(
  x: Tensor,
  [height, width]: readonly [number, number],
  factor: number,
): Tensor {
  const [, h, w] = x.shape;
  const tall = withPartner(x, 1, turned(w));
  const whole = withPartner(tall, 2, turnedWithPartner(h));
  const weighted = mul(whole, weightsOf(x, sharedWeights(h, factor), sharedWeights(w, factor)));
  return fillUp(fillUp(weighted, 2, w, width), 1, h, height);
}

/** A product of factors for rows and for columns. */
export function weightsOf(like: Tensor, rows: readonly number[], columns: readonly number[]): Tensor {
  return withDevice(deviceOf(like), () =>
    mul(tensor(rows, [1, rows.length, 1]), tensor(columns, [1, 1, columns.length])),
  );
}

/** The `small` lines of lowest frequency; the low one is averaged with its partner. */
export function reduceLines(x: Tensor, axis: SpectrumAxis, small: number): Tensor {
  const large = x.shape[axis];
  const moved = misplacement(small, large);
  const [above, below] = [Math.ceil(small / 2), Math.floor(small / 2)];
  const low = lines(x, axis, (large - below + moved) % large, 1);
  const partner = lines(x, axis, above + moved, 1);
  const shared = mul(add(low, partner), 0.5);
  if (small === 1) return shared;
  const wrapped = Math.min(moved, below - 1);
  const pieces = [
    lines(x, axis, moved, above),
    shared,
    lines(x, axis, large - below + 1 + moved, below - 1 - wrapped),
    lines(x, axis, 0, wrapped),
  ];
  return join(pieces, axis);
}
