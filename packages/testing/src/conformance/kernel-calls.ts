import { kernelNames as K } from "@plenoptic/tensor";
import { arrayOf, type NumberArray, spread, vector } from "./arrays.js";
import { bandCalls } from "./band-calls.js";
import { convolutions, convolve, plainConvolution } from "./ops/convolutions.js";
import { fourierShapes } from "./ops/fourier.js";
import { filterings, padModes, pads } from "./ops/images.js";
import { adamInputs, adamWays, sgdWays, twoLoopsInputs, twoLoopsWays } from "./ops/optimizer-steps.js";
import { maxPoolKernels, poolCall, resampleCalls } from "./ops/pooling.js";
import type { KernelCall } from "./types.js";

const outputShape = ([b, c, h, w]: readonly number[], [top, bottom, left, right]: readonly number[]) => [
  b,
  c,
  h + top + bottom,
  w + left + right,
];

const padCalls: readonly KernelCall[] = padModes.flatMap((mode) =>
  pads.flatMap(({ shape, padding }): KernelCall[] => {
    const title = `${mode} of [${shape.join(", ")}] by [${padding.join(", ")}]`;
    const dy = spread(outputShape(shape, padding), -1, 2);
    return [
      { kernel: K.Pad2d, title, inputs: { x: spread(shape, -1, 2) }, attrs: { padding, mode, value: 0.25 } },
      { kernel: K.Pad2dAdjoint, title, inputs: { dy }, attrs: { padding, mode, inputShape: shape } },
    ];
  }),
);

// The largest filter is left out: as a composition it takes a software GPU ten seconds.
const moderate = filterings.filter(({ filters: [{ terms }] }) => terms[0].vertical.length < 20);

const filterCalls: readonly KernelCall[] = moderate.flatMap(({ title: name, shape, filters, padding }) =>
  padModes.flatMap((mode): KernelCall[] => {
    const { vertical, horizontal } = filters[0].terms[0];
    const [b, , h, w] = outputShape(shape, padding);
    const dy = spread([b, filters.length, h - vertical.length + 1, w - horizontal.length + 1], -1, 2);
    const attrs = { filters, padding, mode, inputShape: shape };
    const title = `${name}, ${mode}`;
    return [
      { kernel: K.SeparableFilter, title, inputs: { x: spread(shape, -1, 2) }, attrs },
      { kernel: K.SeparableFilterAdjoint, title, inputs: { dy }, attrs },
    ];
  }),
);

const convCalls: readonly KernelCall[] = convolutions.flatMap(
  ({ title, image, filters, options = {} }): KernelCall[] => {
    const { stride, padding, dilation, groups } = { ...plainConvolution, ...options };
    const attrs = { stride, padding, dilation, groups };
    const [x, weight] = [spread(image, -1, 2), spread(filters, -1, 2, 3)];
    const dy = spread(convolve(x, weight, options).shape, -1, 2, 5);
    const [inputSize, kernelSize] = [image.slice(2), filters.slice(2)];
    return [
      { kernel: K.Conv2d, title, inputs: { x, weight }, attrs },
      { kernel: K.Conv2dInputGradient, title, inputs: { dy, weight }, attrs: { ...attrs, inputSize } },
      { kernel: K.Conv2dWeightGradient, title, inputs: { x, dy }, attrs: { ...attrs, kernelSize } },
    ];
  },
);

const fourierCalls: readonly KernelCall[] = fourierShapes.flatMap((shape): KernelCall[] => {
  const width = shape.at(-1) as number;
  const half = [...shape.slice(0, -1), Math.floor(width / 2) + 1];
  const title = `of [${shape.join(", ")}]`;
  const pair = (s: readonly number[]) => ({ real: spread(s, -1, 2, 4), imag: spread(s, -1, 2, 8) });
  return [
    { kernel: K.Fft2d, title, inputs: pair(shape), attrs: { inverse: false, scale: 1 } },
    {
      kernel: K.Fft2d,
      title: `${title}, inverse`,
      inputs: pair(shape),
      attrs: { inverse: true, scale: 0.25 },
    },
    { kernel: K.Rfft2d, title, inputs: { x: spread(shape, -1, 2) }, attrs: { width, scale: 0.5 } },
    { kernel: K.Rfft2dAdjoint, title, inputs: pair(half), attrs: { width, scale: 0.125 } },
    { kernel: K.Irfft2d, title, inputs: pair(half), attrs: { width, scale: 0.125 } },
    { kernel: K.Irfft2dAdjoint, title, inputs: { x: spread(shape, -1, 2) }, attrs: { width, scale: 0.5 } },
  ];
});

const scatterCalls: readonly KernelCall[] = (
  [
    // Shape of the slices, of the indices, axis, batch axes, extent.
    [[7], [7], 0, 0, 4],
    [[3, 5, 4], [5], 1, 0, 9],
    [[3, 2, 5, 4], [2, 5], 1, 0, 3],
    [[3, 4, 5], [3, 5], 2, 1, 6],
    [[2, 3, 5, 2], [2, 3, 5], 2, 2, 4],
  ] as const
).map(([shape, indices, axis, batchDims, extent]) => ({
  kernel: K.ScatterAdd,
  title: `of [${shape.join(", ")}] by [${indices.join(", ")}] along axis ${axis}, ${batchDims} batch axes`,
  inputs: {
    x: spread(shape, 0.5, 2),
    indices: arrayOf(indices, (index) => index.reduce((sum, i, a) => sum + (a + 2) * i, 1) % extent),
  },
  whole: ["indices"],
  attrs: { axis, batchDims, extent },
}));

const elementCalls: readonly KernelCall[] = [
  {
    kernel: "LogSoftmax",
    title: "of [5, 67]",
    inputs: { logits: spread([5, 67], -8, 8) },
    attrs: { axis: 1 },
  },
  { kernel: K.SoftplusSlope, title: "of [5, 67]", inputs: { x: spread([5, 67], -8, 8) }, attrs: {} },
  {
    kernel: K.SoftplusSlope,
    title: "around 20",
    inputs: { x: vector(19.5, 20, 20.5, 100, -100) },
    attrs: {},
  },
  ...[[], [7], [2, 3, 67, 41]].map((shape) => ({
    kernel: K.SumSquares,
    title: `of [${shape.join(", ")}]`,
    inputs: { x: spread(shape, 0.5, 2) },
    attrs: {},
  })),
];

const shape = [1, 1, 9, 37];

const adamCalls = Object.entries(adamWays).map(([title, attrs]): KernelCall => {
  const [param, grad, expAvg, expAvgSq, maxExpAvgSq] = adamInputs(shape);
  const inputs = { param, grad, expAvg, expAvgSq, ...(attrs.amsgrad ? { maxExpAvgSq } : {}) };
  return { kernel: K.AdamStep, title, inputs, attrs };
});

const sgdCalls = Object.entries(sgdWays).flatMap(([title, attrs]): KernelCall[] => {
  const first: Record<string, NumberArray> = { param: spread(shape, 0, 1), grad: spread(shape, -1, 1, 2) };
  const call = (name: string, inputs: Record<string, NumberArray>) => ({
    kernel: K.SgdStep,
    title: `${title}${name}`,
    inputs,
    attrs,
  });
  const later = { ...first, momentumBuffer: spread(shape, -1, 1, 3) };
  return attrs.momentum === 0 ? [call("", first)] : [call(", first step", first), call(", later", later)];
});

const twoLoopsCalls = twoLoopsWays.map(({ count, attrs }): KernelCall => {
  const listed = twoLoopsInputs(count, [1003]).map((x, i) => [String(i), x]);
  // Among so many numbers products are larger.
  const small = { ...attrs, ro: attrs.ro.map((rho) => rho / 100) };
  return { kernel: K.TwoLoops, title: `of ${count} pairs`, inputs: Object.fromEntries(listed), attrs: small };
});

const poolCalls: readonly KernelCall[] = maxPoolKernels.flatMap((pooling) =>
  poolCall({ pool: K.MaxPool2d, take: K.MaxPool2dTake, gradient: K.MaxPool2dGradient }, pooling),
);

/** Every kernel of ours with the attributes it is tried with. A new kernel gets its calls here. */
export const kernelCalls: readonly KernelCall[] = [
  ...padCalls,
  ...filterCalls,
  ...convCalls,
  ...poolCalls,
  ...resampleCalls({ resample: K.Resample2d, adjoint: K.Resample2dAdjoint }),
  ...fourierCalls,
  ...bandCalls,
  ...scatterCalls,
  ...elementCalls,
  ...adamCalls,
  ...sgdCalls,
  ...twoLoopsCalls,
];
