import * as T from "@plenoptic/tensor";
import { beforeAll, describe, expect, it } from "vitest";
import { reductionPasses } from "../src/kernels/reduce.js";
import { joinAxes } from "../src/kernels/strided-copy.js";
import { missing, numbers, relativeError, sizeOf, titled, webgpu, wide } from "./support.js";

const K = T.kernelNames;
type Values = readonly [shape: number[], values: ArrayLike<number>];
type Inputs = Record<string, Values>;

const tensors = (inputs: Inputs) =>
  Object.fromEntries(Object.entries(inputs).map(([name, [shape, v]]) => [name, T.tensor(v, shape)]));

async function valuesOf(device: T.Device, make: () => T.Tensor | T.Tensor[]): Promise<number[][]> {
  const list = [T.withDevice(device, () => T.tidy(make))].flat();
  const out: number[][] = [];
  for (const x of list) out.push(Array.from(await T.read(x)));
  T.dispose(list);
  return out;
}

/** Largest error over the results of a kernel on the GPU, against its composition in doubles on the host. */
async function errorOfKernel(kernel: string, inputs: Inputs, attrs: object): Promise<number> {
  const op = T.declaredOps().get(kernel);
  if (!op) throw new Error(`no op ${kernel}`);
  const before = T.memory();
  const actual = await valuesOf(webgpu, () => T.run<T.Tensor | T.Tensor[]>(kernel, tensors(inputs), attrs));
  const expected = await valuesOf(wide, () => op.compose(tensors(inputs), attrs as never));
  const after = T.memory();
  expect([after.numTensors, after.numDataIds]).toEqual([before.numTensors, before.numDataIds]);
  expect(actual.map((v) => v.length)).toEqual(expected.map((v) => v.length));
  return Math.max(...actual.map((v, i) => relativeError(v, expected[i])));
}

const spread = (shape: number[], low = -1, high = 1, seed = 1): Values => [
  shape,
  numbers(sizeOf(shape), low, high, seed),
];

describe("how axes are joined", () => {
  it("reduces runs of axes, the last first, and leaves out axes of one value", () => {
    expect(reductionPasses([2, 3, 4, 5], [1, 2])).toEqual([{ outer: 2, n: 12, inner: 5 }]);
    expect(reductionPasses([2, 1, 4, 5], [0, 3])).toEqual([
      { outer: 8, n: 5, inner: 1 },
      { outer: 1, n: 2, inner: 4 },
    ]);
    expect(reductionPasses([3, 1], [1])).toEqual([{ outer: 3, n: 1, inner: 1 }]);
  });

  it("copies neighbours of one stride as one axis", () => {
    const axes = [
      { extent: 2, stride: 12 },
      { extent: 3, stride: 4 },
      { extent: 1, stride: 99 },
      { extent: 4, stride: 1 },
    ];
    expect(joinAxes(axes)).toEqual([{ extent: 24, stride: 1 }]);
    expect(joinAxes([axes[0], { extent: 5, stride: 0 }, axes[3]])).toHaveLength(3);
  });
});

describe.skipIf(missing)(titled("kernels of WebGPU"), () => {
  beforeAll(async () => {
    await T.useBackend("cpu", { dtype: "float64" });
  });

  const modes = ["reflect", "circular", "replicate", "constant"] as const;
  const paddings = [
    [0, 0, 0, 0],
    [2, 5, 3, 1],
    [6, 6, 8, 8],
  ];
  it.each(modes)("Pad2d and its adjoint: %s", async (mode) => {
    for (const padding of paddings) {
      const [top, bottom, left, right] = padding;
      const inputShape = [2, 3, 7, 9];
      const padded = [2, 3, 7 + top + bottom, 9 + left + right];
      const attrs = { padding, mode, value: 0.25, inputShape };
      expect(await errorOfKernel(K.Pad2d, { x: spread(inputShape) }, attrs)).toBe(0);
      expect(await errorOfKernel(K.Pad2dAdjoint, { dy: spread(padded) }, attrs)).toBeLessThan(1e-6);
    }
  });

  const term = (kh: number, kw: number, seed: number): T.SeparableFilters[number]["terms"][number] => ({
    vertical: numbers(kh, -1, 1, seed),
    horizontal: numbers(kw, -1, 1, seed + 50),
  });
  // Two outputs of one channel, one of several terms, and a channel (1) that none reads.
  const several = [
    { channel: 0, terms: [term(5, 4, 1), term(5, 4, 2)] },
    { channel: 2, terms: [term(5, 4, 3)] },
    { channel: 0, terms: [term(5, 4, 4)] },
  ];
  const filterCases = [
    { title: "several terms", filters: several, shape: [2, 3, 40, 37], padding: [2, 2, 1, 2] },
    { title: "wide borders", filters: several, shape: [1, 3, 6, 7], padding: [5, 4, 6, 5] },
    // More taps than one load of a tile, and outputs beyond one tile.
    {
      title: "many taps",
      filters: [{ channel: 0, terms: [term(33, 66, 5)] }],
      shape: [1, 1, 34, 70],
      padding: [16, 16, 33, 65],
    },
    {
      title: "one tap",
      filters: [{ channel: 0, terms: [term(1, 1, 6)] }],
      shape: [1, 1, 3, 3],
      padding: [0, 0, 0, 0],
    },
  ];
  it.each(modes)("SeparableFilter and its adjoint: %s", async (mode) => {
    for (const { filters, shape, padding } of filterCases) {
      const { vertical, horizontal } = filters[0].terms[0];
      const out = [
        shape[0],
        filters.length,
        shape[2] + padding[0] + padding[1] - vertical.length + 1,
        shape[3] + padding[2] + padding[3] - horizontal.length + 1,
      ];
      const attrs = { filters, padding, mode, inputShape: shape };
      expect(await errorOfKernel(K.SeparableFilter, { x: spread(shape) }, attrs)).toBeLessThan(2e-6);
      expect(await errorOfKernel(K.SeparableFilterAdjoint, { dy: spread(out) }, attrs)).toBeLessThan(2e-6);
    }
  });

  it("serves one filter object for images of different numbers of channels", async () => {
    const filters = [{ channel: 0, terms: [term(3, 3, 7)] }];
    for (const channels of [1, 2, 1]) {
      const attrs = { filters, padding: [1, 1, 1, 1], mode: "reflect", inputShape: [1, channels, 8, 8] };
      expect(await errorOfKernel(K.SeparableFilterAdjoint, { dy: spread([1, 1, 8, 8]) }, attrs)).toBeLessThan(
        1e-6,
      );
    }
  });

  const plain = { stride: [1, 1], dilation: [1, 1], padding: [0, 0, 0, 0], groups: 1 };
  it.each([
    { title: "one channel, a large filter", image: [1, 1, 20, 37], filters: [1, 1, 9, 30], ...plain },
    { title: "more filters than a lane keeps", image: [2, 3, 7, 18], filters: [6, 3, 2, 3], ...plain },
    { title: "many channels: a matrix product", image: [1, 5, 6, 7], filters: [9, 5, 3, 3], ...plain },
    {
      title: "groups, strides, dilations and padding",
      image: [2, 4, 19, 23],
      filters: [6, 2, 3, 4],
      stride: [2, 3],
      dilation: [3, 2],
      padding: [2, 0, 1, 5],
      groups: 2,
    },
    { title: "more taps than a tile holds", image: [1, 1, 2, 300], filters: [1, 1, 1, 270], ...plain },
    {
      title: "a stride too wide for a tile",
      image: [1, 1, 3, 50],
      filters: [2, 1, 2, 3],
      ...plain,
      stride: [1, 18],
    },
  ])("Conv2d and its gradients: $title", async ({ image, filters, ...attrs }) => {
    const { stride, dilation, padding } = attrs;
    const size = [0, 1].map(
      (d) =>
        Math.floor(
          (image[2 + d] + padding[2 * d] + padding[2 * d + 1] - dilation[d] * (filters[2 + d] - 1) - 1) /
            stride[d],
        ) + 1,
    );
    const x = spread(image, -1, 1, 1);
    const weight = spread(filters, -1, 1, 2);
    const dy = spread([image[0], filters[0], ...size], -1, 1, 3);
    const inputSize = image.slice(2);
    const kernelSize = filters.slice(2);
    expect(await errorOfKernel(K.Conv2d, { x, weight }, attrs)).toBeLessThan(2e-6);
    expect(await errorOfKernel(K.Conv2dInputGradient, { dy, weight }, { ...attrs, inputSize })).toBeLessThan(
      2e-6,
    );
    expect(await errorOfKernel(K.Conv2dWeightGradient, { x, dy }, { ...attrs, kernelSize })).toBeLessThan(
      2e-6,
    );
  });

  it("SumSquares of one value, of few, and of more than one workgroup takes", async () => {
    for (const shape of [[], [7], [200], [3, 4097], [1, 1, 130, 140]]) {
      expect(await errorOfKernel(K.SumSquares, { x: spread(shape) }, {})).toBeLessThan(3e-7);
    }
  });

  it("SoftplusSlope over its whole range", async () => {
    const x = Float32Array.from({ length: 2000 }, (_, i) => (i - 1000) / 10);
    expect(await errorOfKernel(K.SoftplusSlope, { x: [[2000], x] }, {})).toBeLessThan(3e-7);
  });

  const shape = [1, 2, 9, 7];
  const adam = { lr: 0.01, beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0, decoupled: false, step: 3 };
  it.each([
    { ...adam, amsgrad: false },
    { ...adam, amsgrad: true, step: 1 },
    { ...adam, amsgrad: false, weightDecay: 0.1 },
    { ...adam, amsgrad: true, weightDecay: 0.1, decoupled: true },
  ])("AdamStep %o", async (attrs) => {
    const inputs = {
      param: spread(shape, 0, 1, 1),
      grad: spread(shape, -1, 1, 2),
      expAvg: spread(shape, -1, 1, 3),
      expAvgSq: spread(shape, 0, 1, 4),
      ...(attrs.amsgrad ? { maxExpAvgSq: spread(shape, 0, 1, 5) } : {}),
    };
    expect(await errorOfKernel(K.AdamStep, inputs, attrs)).toBeLessThan(1e-6);
  });

  const sgd = { lr: 0.1, momentum: 0, dampening: 0, weightDecay: 0, nesterov: false };
  it.each([
    { attrs: sgd, later: false },
    { attrs: { ...sgd, weightDecay: 0.2 }, later: false },
    { attrs: { ...sgd, momentum: 0.9, dampening: 0.3 }, later: false },
    { attrs: { ...sgd, momentum: 0.9, dampening: 0.3 }, later: true },
    { attrs: { ...sgd, momentum: 0.9, nesterov: true, weightDecay: 0.1 }, later: true },
  ])("SgdStep %o", async ({ attrs, later }) => {
    const inputs = {
      param: spread(shape, 0, 1, 1),
      grad: spread(shape, -1, 1, 2),
      ...(later ? { momentumBuffer: spread(shape, -1, 1, 3) } : {}),
    };
    expect(await errorOfKernel(K.SgdStep, inputs, attrs)).toBeLessThan(1e-6);
  });
});

describe.skipIf(missing)(titled("tfjs's kernels that WebGPU has anew"), () => {
  const both = async (make: () => T.Tensor) => {
    const [actual] = await valuesOf(webgpu, make);
    const [expected] = await valuesOf(wide, make);
    return { actual, expected };
  };

  it("reductions over any axes, of any number of axes, in several passes", async () => {
    const cases: [number[], number[] | undefined][] = [
      [
        [3, 5, 4, 6],
        [1, 3],
      ],
      [
        [3, 5, 4, 6],
        [0, 2],
      ],
      [
        [2, 3, 2, 2, 3, 2, 2, 3],
        [0, 2, 4, 6],
      ],
      [[2, 9000], [1]],
      [[700, 3], [0]],
      [[100, 100], undefined],
    ];
    for (const [extents, axes] of cases) {
      const values = numbers(sizeOf(extents), 0.5, 1.5, 3);
      for (const reduce of [T.sum, T.mean, T.max, T.min]) {
        const { actual, expected } = await both(() => reduce(T.tensor(values, extents), axes));
        expect(relativeError(actual, expected)).toBeLessThan(3e-7);
      }
    }
  });

  it("sums of whole numbers and booleans, and all and any, exactly", async () => {
    const values = numbers(4 * 90, -3, 3, 5);
    const x = () => T.tensor(values, [4, 90]);
    for (const make of [
      () => T.cast(T.sum(T.cast(x(), "int32"), 1), "float32"),
      () => T.cast(T.sum(T.cast(T.greater(x(), 0), "float32"), 0), "float32"),
      () => T.cast(T.all(T.less(x(), 2.9), 1), "float32"),
      () => T.cast(T.any(T.greater(x(), 2.95), 0), "float32"),
      () => T.cast(T.max(T.cast(x(), "int32"), 0), "float32"),
    ]) {
      const { actual, expected } = await both(make);
      expect(actual).toEqual(expected);
    }
  });

  it("NaN wins in max and min; nothing sums to 0", async () => {
    const withNaN = () => T.tensor([1, Number.NaN, 3, 4], [2, 2]);
    expect(await valuesOf(webgpu, () => T.max(withNaN(), 1))).toEqual([[Number.NaN, 4]]);
    expect(await valuesOf(webgpu, () => T.min(withNaN()))).toEqual([[Number.NaN]]);
    expect(await valuesOf(webgpu, () => T.sum(T.zeros([2, 0]), 1))).toEqual([[0, 0]]);
    expect(await valuesOf(webgpu, () => T.max(T.zeros([2, 0]), 1))).toEqual([[-Infinity, -Infinity]]);
  });

  it("copies of booleans, whole numbers and tensors of many axes", async () => {
    const extents = [2, 3, 2, 2, 1, 2, 3];
    const x = T.withDevice(webgpu, () => T.tensor(numbers(sizeOf(extents), -2, 2), extents));
    for (const dtype of ["float32", "int32", "bool"] as const) {
      for (const change of [
        (y: T.Tensor) => T.transpose(y, [6, 2, 0, 1, 4, 5, 3]),
        (y: T.Tensor) => T.tile(y, [1, 2, 1, 3, 2, 1, 1]),
        (y: T.Tensor) => T.reverse(y, [1, 6]),
        (y: T.Tensor) => T.slice(y, [0, 1, 0, 1, 0, 0, 1], [2, 2, -1, 1, 1, 2, 2]),
      ]) {
        const values = numbers(sizeOf(extents), -2, 2);
        const { actual, expected } = await both(() =>
          T.cast(change(T.cast(T.tensor(values, extents), dtype)), "float32"),
        );
        expect(actual).toEqual(expected.map(Math.fround));
      }
    }
    x.dispose();
  });

  it("padding and choice among values of many axes, and running sums from the end", async () => {
    const extents = [2, 1, 3, 2, 2];
    const values = numbers(sizeOf(extents), -2, 2);
    const x = () => T.tensor(values, extents);
    for (const make of [
      () =>
        T.pad(
          x(),
          [
            [1, 0],
            [0, 2],
            [0, 0],
            [1, 1],
            [0, 1],
          ],
          0.5,
        ),
      () => T.where(T.greater(x(), 0), x(), T.neg(x())),
      () => T.cumsum(x(), 2, { reverse: true }),
      () => T.cumsum(T.tensor(numbers(2100), [3, 700]), 1),
      () => T.cumsum(T.tensor(numbers(2100), [700, 3]), 0, { exclusive: true }),
      () => T.cast(T.cumsum(T.cast(T.tensor(numbers(70, -9, 9)), "int32")), "float32"),
      () => T.cumsum(x(), 4, { reverse: true, exclusive: true }),
      () => T.cast(T.argMax(T.reshape(x(), [-1])), "float32"),
    ]) {
      const { actual, expected } = await both(make);
      expect(relativeError(actual, expected)).toBeLessThan(1e-6);
    }
  });

  it("casts keep what they say", async () => {
    const x = () => T.tensor([-2.7, -0.4, 0, 0.4, 2.7]);
    const { actual, expected } = await both(() => T.cast(T.cast(x(), "int32"), "float32"));
    expect(actual).toEqual(expected);
    expect(await valuesOf(webgpu, () => T.mul(T.cast(T.cast(x(), "bool"), "float32"), 0.5))).toEqual([
      [0.5, 0.5, 0, 0.5, 0.5],
    ]);
  });
});
