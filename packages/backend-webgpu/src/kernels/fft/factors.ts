/** Lengths that one stage can be; 4 before 2, because it needs half the stages. */
const radices = [4, 2, 3, 5, 7, 11, 13] as const;

/** The stages of a transform of `n` points, or undefined when `n` has a prime factor above 13. */
export function stagesOf(n: number): number[] | undefined {
  const stages: number[] = [];
  let rest = n;
  for (const radix of radices) {
    while (rest % radix === 0) {
      stages.push(radix);
      rest /= radix;
    }
  }
  return rest === 1 ? stages : undefined;
}

/**
 * Two factors of `n`, neither above `most` and as equal as can be, each a product of small primes; undefined when there
 * are none.
 */
export function splitInTwo(n: number, most: number): [number, number] | undefined {
  for (let a = Math.floor(Math.sqrt(n)); a >= n / most; a--) {
    if (n % a === 0 && stagesOf(a) && stagesOf(n / a)) return [a, n / a];
  }
  return undefined;
}

/** The smallest power of two not below `n`. */
export const powerOfTwoFrom = (n: number): number => 2 ** Math.ceil(Math.log2(n));
