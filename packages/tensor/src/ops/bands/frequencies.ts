/** The frequencies of `n` samples in the order of a Fourier transform: 0 … ⌈n/2⌉ - 1, then -⌊n/2⌋ … -1. */
export function frequenciesOf(n: number): number[] {
  return Array.from({ length: n }, (_, k) => (k < Math.ceil(n / 2) ? k : k - n));
}

/** Where a frequency lies among `n` samples. */
export const placeOf = (frequency: number, n: number): number => (frequency < 0 ? frequency + n : frequency);

/** How often each column of a half spectrum occurs in the whole one: 1 where a column is its own mirror image, else 2. */
export function columnCounts(width: number): number[] {
  return Array.from({ length: Math.floor(width / 2) + 1 }, (_, v) => (v === 0 || 2 * v === width ? 1 : 2));
}
