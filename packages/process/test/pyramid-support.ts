import { add, type ComplexPair, mul, sum, type Tensor, tensor } from "@plenoptic/tensor";
import { collectWarnings, spreadNumbers } from "@plenoptic/testing";
import type { PyramidCoefficients } from "../src/index.js";

/** The real part, and the imaginary one where there is one. */
export const partsOf = (found: Tensor | ComplexPair): Tensor[] =>
  "imag" in found ? [found.real, found.imag] : [found];
export const allParts = (coefficients: PyramidCoefficients) => [...coefficients.values()].flatMap(partsOf);
/** An image of fixed numbers. */
export const image = (...shape: number[]) =>
  tensor(
    spreadNumbers(
      shape.reduce((a, b) => a * b),
      -1,
      1,
      11,
    ),
    shape,
  );

/** Sum of the products of all coefficients with weights that depend on the place alone. */
export function contracted(coefficients: PyramidCoefficients): Tensor {
  return allParts(coefficients)
    .map((part) => sum(mul(part, tensor(spreadNumbers(part.size, -1, 1, 5), part.shape))))
    .reduce((a, b) => add(a, b));
}

/** What `make` makes; its warnings are not printed. */
export function withoutWarnings<T>(make: () => T): T {
  let made: T | undefined;
  void collectWarnings(() => {
    made = make();
  });
  return made as T;
}
