import * as T from "@plenoptic/tensor";
import { arrayOf, at, type NumberArray, spread } from "../arrays.js";
import type { KernelCall, OpCase } from "../types.js";

type Pair = readonly [number, number];

/** Windows of an image with all options written out, and the size of the result. */
interface Pooling {
  readonly title: string;
  readonly image: readonly number[];
  readonly kernelSize: Pair;
  readonly stride: Pair;
  readonly padding: T.Padding;
  readonly dilation: Pair;
  readonly size: Pair;
  readonly ceilMode?: boolean;
  readonly differentiate?: boolean;
}

const plain = { padding: [0, 0, 0, 0], dilation: [1, 1] } as const;

const poolings: readonly Pooling[] = [
  {
    ...plain,
    title: "2×2",
    image: [2, 3, 6, 4],
    kernelSize: [2, 2],
    stride: [2, 2],
    size: [3, 2],
    differentiate: true,
  },
  {
    ...plain,
    title: "overlapping",
    image: [1, 2, 6, 7],
    kernelSize: [3, 2],
    stride: [1, 1],
    size: [4, 6],
    differentiate: true,
  },
  { ...plain, title: "with gaps", image: [1, 1, 9, 8], kernelSize: [2, 3], stride: [3, 4], size: [3, 2] },
  {
    ...plain,
    title: "a row left over",
    image: [1, 2, 7, 37],
    kernelSize: [2, 2],
    stride: [2, 2],
    size: [3, 18],
  },
  {
    ...plain,
    title: "a row left over, rounded up",
    image: [1, 2, 7, 5],
    kernelSize: [2, 2],
    stride: [2, 2],
    size: [4, 3],
    ceilMode: true,
    differentiate: true,
  },
  {
    ...plain,
    title: "padded",
    image: [1, 2, 6, 5],
    kernelSize: [3, 4],
    stride: [2, 2],
    padding: [1, 1, 2, 2],
    size: [3, 3],
    differentiate: true,
  },
  {
    ...plain,
    title: "padded unequally, rounded up",
    image: [2, 1, 7, 6],
    kernelSize: [4, 3],
    stride: [3, 2],
    padding: [2, 0, 1, 1],
    size: [3, 4],
    ceilMode: true,
  },
];

const dilated: readonly Pooling[] = [
  {
    title: "dilated",
    image: [1, 2, 9, 10],
    kernelSize: [3, 2],
    stride: [1, 3],
    padding: [2, 1, 0, 1],
    dilation: [2, 3],
    size: [8, 3],
    differentiate: true,
  },
];

/** The pixels of a window: those inside, and how many are inside the padding. */
function windowOf({ image, kernelSize, stride, padding, dilation }: Pooling, i: number, j: number) {
  const pixels: [number, number][] = [];
  let counted = 0;
  arrayOf(kernelSize, ([u, v]) => {
    const row = i * stride[0] - padding[0] + u * dilation[0];
    const column = j * stride[1] - padding[2] + v * dilation[1];
    if (row < image[2] + padding[1] && column < image[3] + padding[3]) counted++;
    if (row >= 0 && row < image[2] && column >= 0 && column < image[3]) pixels.push([row, column]);
    return 0;
  });
  return { pixels, counted };
}

function pooled(
  pooling: Pooling,
  value: (b: number, c: number, window: ReturnType<typeof windowOf>) => number,
) {
  const { image, size } = pooling;
  return arrayOf([image[0], image[1], ...size], ([b, c, i, j]) => value(b, c, windowOf(pooling, i, j)));
}

const largest = (x: NumberArray, pooling: Pooling) =>
  pooled(pooling, (b, c, { pixels }) => Math.max(...pixels.map(([i, j]) => at(x, [b, c, i, j]))));

const average = (x: NumberArray, pooling: Pooling, divisor: (counted: number, inside: number) => number) =>
  pooled(pooling, (b, c, { pixels, counted }) => {
    const sum = pixels.reduce((total, [i, j]) => total + at(x, [b, c, i, j]), 0);
    return sum / divisor(counted, pixels.length);
  });

const inputOf = ({ image }: Pooling) => spread(image, -1, 2);
const derivatives = ({ differentiate }: Pooling) => (differentiate ? [0] : []);

const maxima: readonly OpCase[] = [...poolings, ...dilated].map((pooling) => ({
  ops: ["maxPool2d"],
  title: pooling.title,
  inputs: [inputOf(pooling)],
  apply: (x) => T.maxPool2d(x, pooling.kernelSize, pooling),
  oracle: (x) => largest(x, pooling),
  differentiate: derivatives(pooling),
  exact: true,
}));

const averages: readonly OpCase[] = poolings.flatMap((pooling): OpCase[] => {
  const { title, kernelSize } = pooling;
  const common = { ops: ["avgPool2d"], inputs: [inputOf(pooling)], differentiate: derivatives(pooling) };
  return [
    {
      ...common,
      title,
      apply: (x) => T.avgPool2d(x, kernelSize, pooling),
      oracle: (x) => average(x, pooling, (counted) => counted),
    },
    {
      ...common,
      title: `${title}, of pixels inside`,
      apply: (x) => T.avgPool2d(x, kernelSize, { ...pooling, countIncludePad: false }),
      oracle: (x) => average(x, pooling, (_, inside) => inside),
    },
    {
      ...common,
      title: `${title}, divided by 3`,
      apply: (x) => T.avgPool2d(x, kernelSize, { ...pooling, divisorOverride: 3 }),
      oracle: (x) => average(x, pooling, () => 3),
    },
  ];
});

/** What stands between the pixels of an axis at coordinate u, as weights of its pixels. */
type Weights = (i: number, from: number, to: number) => readonly (readonly [index: number, weight: number])[];

const bilinear: Weights = (i, from, to) => {
  const u = Math.min(from - 1, Math.max(0, ((i + 0.5) * from) / to - 0.5));
  return Array.from({ length: from }, (_, k) => [k, Math.max(0, 1 - Math.abs(u - k))] as const);
};
const aligned: Weights = (i, from, to) => {
  const u = to > 1 ? (i * (from - 1)) / (to - 1) : 0;
  return Array.from({ length: from }, (_, k) => [k, Math.max(0, 1 - Math.abs(u - k))] as const);
};
const nearest: Weights = (i, from, to) => [[Math.floor((i * from) / to), 1]];

function resized(x: NumberArray, size: Pair, weights: Weights): NumberArray {
  const [batch, channels, height, width] = x.shape;
  return arrayOf([batch, channels, ...size], ([b, c, i, j]) => {
    let sum = 0;
    for (const [row, p] of weights(i, height, size[0])) {
      for (const [column, q] of weights(j, width, size[1])) sum += p * q * at(x, [b, c, row, column]);
    }
    return sum;
  });
}

const sizes: readonly (readonly [string, readonly number[], Pair])[] = [
  ["larger", [2, 2, 4, 5], [7, 11]],
  ["smaller", [1, 2, 9, 10], [4, 3]],
  ["higher and narrower", [1, 1, 3, 37], [8, 5]],
  ["as large", [1, 2, 3, 4], [3, 4]],
  ["one pixel", [1, 2, 5, 4], [1, 1]],
  ["from one pixel", [1, 2, 1, 1], [2, 3]],
];

const resizes: readonly OpCase[] = sizes.flatMap(([title, shape, size]): OpCase[] => {
  const common = { inputs: [spread(shape, -1, 2)], differentiate: [0] };
  return [
    {
      ...common,
      ops: ["resizeBilinear"],
      title,
      apply: (x) => T.resizeBilinear(x, size),
      oracle: (x) => resized(x, size, bilinear),
    },
    {
      ...common,
      ops: ["resizeBilinear"],
      title: `${title}, corners aligned`,
      apply: (x) => T.resizeBilinear(x, size, { alignCorners: true }),
      oracle: (x) => resized(x, size, aligned),
    },
    {
      ...common,
      ops: ["resizeNearest"],
      title,
      apply: (x) => T.resizeNearest(x, size),
      oracle: (x) => resized(x, size, nearest),
    },
  ];
});

/** γ (x - mean) / √(variance + ε) + β. */
function normalized(x: NumberArray, eps: number, of: (c: number) => readonly number[]): NumberArray {
  return arrayOf(x.shape, (index) => {
    const [mean, variance, weight, bias] = of(index[1]);
    return (weight * (at(x, index) - mean)) / Math.sqrt(variance + eps) + bias;
  });
}

function momentsOf(x: NumberArray, channel: number): [number, number] {
  const values: number[] = [];
  arrayOf(x.shape, (index) => {
    if (index[1] === channel) values.push(at(x, index));
    return 0;
  });
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  return [mean, values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length];
}

const normalizations: readonly OpCase[] = [
  {
    ops: ["batchNorm"],
    title: "with given moments",
    inputs: [
      ...[spread([2, 3, 4, 5], -1, 2), spread([3], -1, 1, 2), spread([3], 0.5, 2, 3)],
      ...[spread([3], 0.5, 2, 4), spread([3], -1, 1, 5)],
    ],
    apply: (x, mean, variance, weight, bias) => T.batchNorm(x, mean, variance, { weight, bias }),
    oracle: (x, ...vectors) => normalized(x, 1e-5, (c) => vectors.map((v) => at(v, [c]))),
    differentiate: [0, 1, 2, 3, 4],
  },
  {
    ops: ["batchNorm"],
    title: "with the moments of the batch",
    inputs: [spread([3, 2, 5], -1, 2)],
    apply: (x) => T.batchNorm(x, undefined, undefined, { training: true, eps: 0.01 }),
    oracle: (x) => normalized(x, 0.01, (c) => [...momentsOf(x, c), 1, 0]),
    differentiate: [0],
  },
];

export const poolingCases: readonly OpCase[] = [...maxima, ...averages, ...resizes, ...normalizations];

/** The kernels behind the ops. */
export const maxPoolKernels: readonly Pooling[] = [...poolings, ...dilated];

export function poolCall(
  names: Record<"pool" | "take" | "gradient", string>,
  pooling: Pooling,
): KernelCall[] {
  const { title, image, size, kernelSize, stride, dilation, padding } = pooling;
  const attrs = { kernelSize, stride, dilation, padding, outputSize: size };
  const [x, g] = [inputOf(pooling), spread(image, -1, 1, 3)];
  const dy = spread([image[0], image[1], ...size], -1, 1, 4);
  return [
    { kernel: names.pool, title, inputs: { x }, attrs },
    { kernel: names.take, title, inputs: { g, x }, attrs },
    { kernel: names.gradient, title, inputs: { dy, x }, attrs },
  ];
}

/** Shapes and places for resampling: any will do. */
export function resampleCalls(names: Record<"resample" | "adjoint", string>): KernelCall[] {
  const places = (from: number, to: number) =>
    Array.from({ length: to }, (_, i) => {
      const first = (i * 7) % from;
      return { first, second: (first + 2) % from, weight: ((i * 5) % 4) / 4 };
    });
  return sizes.flatMap(([title, shape, size]): KernelCall[] => {
    const inputSize = shape.slice(2);
    const attrs = { rows: places(inputSize[0], size[0]), columns: places(inputSize[1], size[1]), inputSize };
    const dy = spread([...shape.slice(0, 2), ...size], -1, 2);
    return [
      { kernel: names.resample, title, inputs: { x: spread(shape, -1, 2) }, attrs },
      { kernel: names.adjoint, title, inputs: { dy }, attrs },
    ];
  });
}
