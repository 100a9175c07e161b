// ln 2 in two parts, the first short enough that a whole multiple of it is exact (Cody & Waite, 1980).
const ln2High = 0.6931471803691238;
const ln2Low = 1.9082149292705877e-10;

/** 2^k for whole k from -1022 on, and beyond it in two steps, so that denormal results are rounded once. */
function scaleByPowerOfTwo(x: number, k: number): number {
  return k >= -1000 ? x * 2 ** k : x * 2 ** (k + 1000) * 2 ** -1000;
}

/**
 * eˣ for x ≤ 700 with + - * / alone, to 1 unit in the last place: Math.exp may differ between engines in the last
 * bit, and then so would filters, and a metamer made from the same seed.
 */
export function exp(x: number): number {
  if (x < -746) return 0;
  const k = Math.round(x / Math.LN2);
  const r = x - k * ln2High - k * ln2Low;
  // Taylor's series of e^r - 1 for |r| ≤ ½ ln 2, from the smallest term on.
  let tail = 0;
  for (let n = 14; n >= 2; n--) tail = (tail + 1) * (r / n);
  return scaleByPowerOfTwo(1 + (r + r * tail), k);
}
