/** One number for all channels, or a list with one for each. */
export type OneOrMany = number | readonly number[];

/** The numbers as a list, rounded to float32: the precision in which the reference keeps parameters. */
export function fixedNumbers(value: OneOrMany): number[] {
  return (typeof value === "number" ? [value] : [...value]).map(Math.fround);
}
