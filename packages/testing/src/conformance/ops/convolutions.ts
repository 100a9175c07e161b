import * as T from "@plenoptic/tensor";
import { arrayOf, at, type NumberArray, sizeOf, spread } from "../arrays.js";
import type { OpCase } from "../types.js";

/** Options of a convolution, all written out. */
interface ConvolutionWays {
  readonly stride: readonly [number, number];
  readonly padding: T.Padding;
  readonly dilation: readonly [number, number];
  readonly groups: number;
}

export const plainConvolution: ConvolutionWays = {
  stride: [1, 1],
  padding: [0, 0, 0, 0],
  dilation: [1, 1],
  groups: 1,
};

/** Calls `visit` with every place of y, x and the weights that a convolution brings together. */
function eachTerm(
  x: readonly number[],
  weight: readonly number[],
  y: readonly number[],
  { stride, padding: [top, , left], dilation, groups }: ConvolutionWays,
  visit: (y: number[], x: number[], w: number[]) => void,
): void {
  arrayOf(y, ([b, k, i, j]) => {
    const first = Math.floor(k / (weight[0] / groups)) * weight[1];
    arrayOf(weight.slice(1), ([c, u, v]) => {
      const row = i * stride[0] + u * dilation[0] - top;
      const column = j * stride[1] + v * dilation[1] - left;
      if (row >= 0 && row < x[2] && column >= 0 && column < x[3])
        visit([b, k, i, j], [b, first + c, row, column], [k, c, u, v]);
      return 0;
    });
    return 0;
  });
}

/** The sum of products of the values of two arrays, at the places where a third's value belongs. */
function gather(shape: readonly number[], fill: (add: (index: number[], value: number) => void) => void) {
  const values = new Float64Array(sizeOf(shape));
  fill((index, value) => {
    values[index.reduce((position, k, axis) => position * shape[axis] + k, 0)] += value;
  });
  return { shape: [...shape], values };
}

function outputShape(x: readonly number[], weight: readonly number[], ways: ConvolutionWays): number[] {
  const extents = [0, 1].map((d) => {
    const padded = x[2 + d] + ways.padding[2 * d] + ways.padding[2 * d + 1];
    const places = padded - (weight[2 + d] - 1) * ways.dilation[d];
    return Math.ceil(places / ways.stride[d]);
  });
  return [x[0], weight[0], ...extents];
}

/** The convolution of an image with filters, by its definition. */
export function convolve(
  x: NumberArray,
  weight: NumberArray,
  options: Partial<ConvolutionWays> = {},
): NumberArray {
  const ways = { ...plainConvolution, ...options };
  const shape = outputShape(x.shape, weight.shape, ways);
  return gather(shape, (add) =>
    eachTerm(x.shape, weight.shape, shape, ways, (p, q, w) => add(p, at(x, q) * at(weight, w))),
  );
}

/** The transpose of {@link convolve}: x adds up in an image of `shape`. */
function convolveTransposed(
  x: NumberArray,
  weight: NumberArray,
  shape: readonly number[],
  options: Partial<ConvolutionWays>,
): NumberArray {
  const ways = { ...plainConvolution, ...options };
  return gather(shape, (add) =>
    eachTerm(shape, weight.shape, x.shape, ways, (p, q, w) => add(q, at(x, p) * at(weight, w))),
  );
}

interface Convolution {
  readonly title: string;
  readonly image: readonly number[];
  readonly filters: readonly number[];
  readonly options?: Partial<ConvolutionWays>;
  readonly differentiate?: boolean;
}

function convolution(
  image: readonly number[],
  filters: readonly number[],
  options: Partial<ConvolutionWays> = {},
  differentiate = false,
): Convolution {
  const named = Object.entries(options).map(([name, value]) => `${name} ${value}`);
  const title = [`of [${image.join(", ")}] by [${filters.join(", ")}]`, ...named].join(", ");
  return { title, image, filters, options, differentiate };
}

/** Few and many channels, tiles that are full and such that are not, each option alone and with others. */
export const convolutions: readonly Convolution[] = [
  convolution([1, 1, 5, 6], [1, 1, 3, 2], {}, true),
  convolution([2, 2, 5, 4], [3, 2, 2, 3], {}, true),
  convolution([2, 3, 4, 5], [4, 3, 1, 1]),
  convolution([1, 2, 5, 4], [1, 2, 5, 4]),
  convolution([1, 1, 33, 37], [2, 1, 30, 31]),
  convolution([1, 5, 17, 19], [9, 5, 3, 3]),
  convolution([2, 3, 9, 11], [12, 3, 3, 3], { padding: [1, 1, 1, 1] }),
  convolution([1, 2, 6, 5], [5, 2, 3, 2], { padding: [2, 0, 1, 3] }, true),
  convolution([1, 2, 7, 6], [5, 2, 3, 3], { stride: [2, 2] }, true),
  convolution([1, 2, 7, 8], [2, 2, 2, 3], { stride: [2, 3], padding: [1, 0, 0, 2] }, true),
  convolution([2, 3, 11, 13], [6, 3, 3, 3], { stride: [2, 2], padding: [1, 1, 1, 1] }),
  convolution([1, 2, 7, 7], [5, 2, 1, 1], { stride: [3, 3] }),
  convolution([1, 2, 8, 9], [4, 2, 2, 3], { dilation: [3, 2] }, true),
  convolution([1, 2, 9, 8], [2, 2, 3, 2], { dilation: [2, 3], stride: [3, 2], padding: [2, 1, 3, 0] }, true),
  convolution([1, 2, 9, 9], [4, 2, 3, 3], { dilation: [2, 2], stride: [2, 2], padding: [2, 2, 2, 2] }),
  convolution([1, 4, 5, 5], [6, 2, 3, 3], { groups: 2 }, true),
  convolution([1, 8, 6, 5], [8, 4, 3, 2], { groups: 2, stride: [2, 1], padding: [1, 1, 1, 0] }),
  convolution([1, 3, 6, 7], [3, 1, 5, 4], { groups: 3 }, true),
  convolution([2, 5, 6, 7], [10, 1, 3, 3], { groups: 5, stride: [2, 2], padding: [1, 1, 1, 1] }, true),
  convolution([1, 3, 9, 40], [3, 1, 3, 3], { groups: 3, stride: [2, 3], dilation: [1, 2] }),
];

const convolutionCases: readonly OpCase[] = convolutions.map(
  ({ title, image, filters, options, differentiate }) => ({
    ops: ["conv2d"],
    title,
    inputs: [spread(image, -1, 2), spread(filters, -1, 2, 3)],
    apply: (x, w) => T.conv2d(x, w, options),
    oracle: (x, w) => convolve(x, w, options),
    differentiate: differentiate ? [0, 1] : [],
  }),
);

/** Convolution with the shorter ways to say an option, and with a bias. */
const otherWays: readonly OpCase[] = [
  {
    ops: ["conv2d"],
    title: "with a bias, padded to the same size",
    inputs: [spread([1, 2, 5, 6], -1, 2), spread([3, 2, 4, 3], -1, 2, 3), spread([3], -1, 1, 5)],
    apply: (x, weight, bias) => T.conv2d(x, weight, { bias, padding: "same", dilation: [1, 2] }),
    oracle: (x, weight, bias) => {
      const y = convolve(x, weight, { padding: [1, 2, 2, 2], dilation: [1, 2] });
      return arrayOf(y.shape, (index) => at(y, index) + at(bias, [index[1]]));
    },
    differentiate: [0, 1, 2],
  },
  {
    ops: ["depthwiseConv2d"],
    title: "with two filters a channel, one number for both axes",
    inputs: [spread([2, 3, 7, 6], -1, 2), spread([6, 1, 3, 3], -1, 2, 3)],
    apply: (x, weight) => T.depthwiseConv2d(x, weight, { stride: 2, padding: 1 }),
    oracle: (x, weight) => convolve(x, weight, { stride: [2, 2], padding: [1, 1, 1, 1], groups: 3 }),
    differentiate: [0, 1],
  },
];

/** The shapes of x, the filters and the result. */
type Shapes = readonly [x: readonly number[], weight: readonly number[], y: readonly number[]];

function transposed(
  title: string,
  [x, weight, y]: Shapes,
  ways: Partial<ConvolutionWays>,
  options: T.ConvTranspose2dOptions,
  differentiate = false,
): OpCase {
  return {
    ops: ["convTranspose2d"],
    title,
    inputs: [spread(x, -1, 2), spread(weight, -1, 2, 3)],
    apply: (a, w) => T.convTranspose2d(a, w, options),
    oracle: (a, w) => convolveTransposed(a, w, y, ways),
    differentiate: differentiate ? [0, 1] : [],
  };
}

const transposedCases: readonly OpCase[] = [
  transposed(
    "by itself",
    [
      [2, 3, 4, 5],
      [3, 2, 3, 2],
      [2, 2, 6, 6],
    ],
    {},
    {},
    true,
  ),
  transposed(
    "with a stride",
    [
      [1, 4, 3, 4],
      [4, 5, 3, 3],
      [1, 5, 6, 8],
    ],
    { stride: [2, 2], padding: [1, 1, 1, 1] },
    { stride: 2, padding: 1, outputPadding: 1 },
    true,
  ),
  transposed(
    "in groups, with every option",
    [
      [1, 4, 4, 3],
      [4, 3, 2, 3],
      [1, 6, 10, 10],
    ],
    { stride: [3, 2], padding: [1, 1, 0, 0], dilation: [2, 2], groups: 2 },
    { stride: [3, 2], padding: [1, 0], dilation: 2, groups: 2, outputPadding: [0, 1] },
    true,
  ),
  {
    ops: ["convTranspose2d"],
    title: "with a bias",
    inputs: [spread([1, 2, 3, 3], -1, 2), spread([2, 3, 2, 2], -1, 2, 3), spread([3], -1, 1, 5)],
    apply: (x, weight, bias) => T.convTranspose2d(x, weight, { bias }),
    oracle: (x, weight, bias) => {
      const y = convolveTransposed(x, weight, [1, 3, 4, 4], {});
      return arrayOf(y.shape, (index) => at(y, index) + at(bias, [index[1]]));
    },
  },
];

export const convolutionOpCases: readonly OpCase[] = [...convolutionCases, ...otherWays, ...transposedCases];
