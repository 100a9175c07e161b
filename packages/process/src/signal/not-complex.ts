import { DTypeError } from "@plenoptic/tensor";

/** What is thrown when a real tensor came where a complex one is needed. */
export function notComplex(name: string): DTypeError {
  return new DTypeError(
    `${name}() needs a complex tensor, { real, imag }, but got a real one. Give it an imaginary part: { real: x, imag: zerosLike(x) }.`,
  );
}
