import { type ComplexPair, concat, slice, type Tensor, tensor } from "@plenoptic/tensor";
import { spreadNumbers } from "@plenoptic/testing";
import fc from "fast-check";

/** Numbers between -1 and 1 in no order, and their shape. */
export const numbers = (shape: number[], seed = 1) => ({
  values: spreadNumbers(
    shape.reduce((a, b) => a * b, 1),
    -1,
    1,
    seed,
  ),
  shape,
});

export const random = (shape: number[], seed = 1): Tensor => tensor(numbers(shape, seed).values, shape);

/** Even numbers from 2 on. */
export const even = (most: number) => fc.integer({ min: 1, max: most / 2 }).map((n) => 2 * n);

/** A function of a complex tensor as one of a real tensor of twice the rows, for what works on real tensors alone. */
export function onStacked(f: (z: ComplexPair) => ComplexPair): (x: Tensor) => Tensor {
  return (x) => {
    const [rows, ...rest] = x.shape;
    const half = (from: number) => slice(x, [from], [rows / 2, ...rest]);
    const { real, imag } = f({ real: half(0), imag: half(rows / 2) });
    return concat([real, imag]);
  };
}
