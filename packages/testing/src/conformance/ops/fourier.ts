import * as T from "@plenoptic/tensor";
import { arrayOf, at, type NumberArray, spread } from "../arrays.js";
import type { OpCase } from "../types.js";

/** Real and imaginary parts of Σ_{y,x} z[y, x] · exp(sign · 2πi (u y / H + v x / W)) · scale, by definition. */
function transform(real: NumberArray, imag: NumberArray | undefined, sign: 1 | -1, scale = 1): NumberArray[] {
  const [height, width] = real.shape.slice(-2);
  const sums = (part: 0 | 1) =>
    arrayOf(real.shape, (index) => {
      const [lead, [u, v]] = [index.slice(0, -2), index.slice(-2)];
      let sum = 0;
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          // Whole turns are taken off first, so that the angle is small and exact.
          const turns = ((u * y) % height) / height + ((v * x) % width) / width;
          const [c, s] = [Math.cos(2 * Math.PI * turns), sign * Math.sin(2 * Math.PI * turns)];
          const [re, im] = [at(real, [...lead, y, x]), imag ? at(imag, [...lead, y, x]) : 0];
          sum += part === 0 ? re * c - im * s : re * s + im * c;
        }
      }
      return sum * scale;
    });
  return [sums(0), sums(1)];
}

const halfOf = (x: NumberArray): NumberArray => {
  const shape = [...x.shape.slice(0, -1), Math.floor((x.shape.at(-1) as number) / 2) + 1];
  return arrayOf(shape, (index) => at(x, index));
};

/** The whole spectrum whose left half is given: Z[-u, -v] = conj Z[u, v]; what no real array can have is dropped. */
function wholeOf(half: NumberArray, width: number, sign: 1 | -1): NumberArray {
  const [height] = half.shape.slice(-2);
  return arrayOf([...half.shape.slice(0, -1), width], (index) => {
    const [lead, [u, v]] = [index.slice(0, -2), index.slice(-2)];
    const here = () => at(half, [...lead, u, v]);
    const mirrored = () => sign * at(half, [...lead, (height - u) % height, (width - v) % width]);
    if (v === 0 || 2 * v === width) return (here() + mirrored()) / 2;
    return 2 * v < width ? here() : mirrored();
  });
}

const pair = ({ real, imag }: T.ComplexPair): T.Tensor[] => [real, imag];

/** Powers of two, small primes, a large prime, single rows and columns, odd and even widths. */
export const fourierShapes: readonly (readonly number[])[] = [
  [4, 6],
  [2, 3, 5],
  [1, 8],
  [9, 1],
  [16, 16],
  [17, 10],
  [2, 1, 12, 15],
];
const differentiable = 2;

export const fourierCases: readonly OpCase[] = fourierShapes.flatMap((shape, i) => {
  const width = shape.at(-1) as number;
  const title = `of [${shape.join(", ")}]`;
  const scale = 1 / (width * (shape.at(-2) as number));
  const halfShape = [...shape.slice(0, -1), Math.floor(width / 2) + 1];
  const parts = (s: readonly number[]) => [spread(s, -1, 2, 4), spread(s, -1, 2, 8)];
  const both = i < differentiable ? [0, 1] : [];
  return [
    {
      ops: ["fft2"],
      title,
      inputs: parts(shape),
      apply: (real, imag) => pair(T.fft2({ real, imag })),
      oracle: (real, imag) => transform(real, imag, -1),
      differentiate: both,
    },
    {
      ops: ["ifft2"],
      title,
      inputs: parts(shape),
      apply: (real, imag) => pair(T.ifft2({ real, imag })),
      oracle: (real, imag) => transform(real, imag, 1, scale),
      differentiate: both,
    },
    {
      ops: ["rfft2"],
      title,
      inputs: [spread(shape, -1, 2)],
      apply: (x) => pair(T.rfft2(x)),
      oracle: (x) => transform(x, undefined, -1).map(halfOf),
      differentiate: both.slice(0, 1),
    },
    {
      ops: ["irfft2"],
      title,
      inputs: parts(halfShape),
      apply: (real, imag) => T.irfft2({ real, imag }, width),
      oracle: (real, imag) => transform(wholeOf(real, width, 1), wholeOf(imag, width, -1), 1, scale)[0],
      differentiate: both,
    },
  ];
});
