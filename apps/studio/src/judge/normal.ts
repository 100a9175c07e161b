/** Cumulative standard normal distribution, to 1e-7 (Abramowitz & Stegun 1964, 26.2.17). */
export function normalCdf(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x));
  const terms = [0.31938153, -0.356563782, 1.781477937, -1.821255978, 1.330274429];
  const sum = terms.reduceRight((rest, term) => t * (term + rest), 0);
  const tail = (sum * Math.exp(-(x ** 2) / 2)) / Math.sqrt(2 * Math.PI);
  return x < 0 ? tail : 1 - tail;
}

/** Where a rising function takes a value, between two places. */
export function inverse(rising: (x: number) => number, value: number, low: number, high: number): number {
  let [from, to] = [low, high];
  for (let i = 0; i < 60; i++) {
    const middle = (from + to) / 2;
    if (rising(middle) < value) from = middle;
    else to = middle;
  }
  return (from + to) / 2;
}

/** The inverse of {@link normalCdf}, z. */
export const normalQuantile = (part: number): number => inverse(normalCdf, part, -8, 8);
