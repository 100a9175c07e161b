// tfjs's kernels for images and matrices, over layouts drawn at random, against tfjs's own plain-JavaScript backend. What
// they allocate on the way must be free again.
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import type { CpuBackend } from "../src/backend.js";
import "../src/index.js";

interface Numbers {
  readonly shape: number[];
  readonly values: Float32Array;
}
type Named = Record<string, Numbers>;

/** Numbers between -1 and 1 that no two of are equal. */
function numbers(shape: number[], seed = 1): Numbers {
  const size = shape.reduce((n, extent) => n * extent, 1);
  const values = Float32Array.from({ length: size }, (_, i) =>
    Math.sin((i + seed) * 12.9898 + seed * 78.233),
  );
  return { shape, values };
}

/** What a kernel gives on a backend: values and shapes. */
function run(backend: string, kernel: string, inputs: Named, attrs: object): Numbers[] {
  const engine = tf.engine();
  engine.setBackend(backend);
  return engine.tidy(() => {
    const tensors = Object.fromEntries(
      Object.entries(inputs).map(([name, { shape, values }]) => [name, tf.tensor(values, shape)]),
    );
    const made = engine.runKernel(kernel, tensors, attrs as tf.NamedAttrMap) as tf.Tensor | tf.Tensor[];
    const results = [made].flat().map((y) => ({
      shape: y.shape,
      values: Float32Array.from(y.dataSync()),
    }));
    return results as never;
  }) as unknown as Numbers[];
}

function expectAgreement(backend: string, kernel: string, inputs: Named, attrs: object): void {
  const expected = run("cpu", kernel, inputs, attrs);
  tf.engine().setBackend(backend);
  const { allocator } = tf.engine().backend as CpuBackend;
  const actual = run(backend, kernel, inputs, attrs);
  const before = allocator.liveBytes;
  run(backend, kernel, inputs, attrs);
  expect(allocator.liveBytes, "bytes left by a second call").toBe(before);
  expect(actual.map(({ shape }) => shape)).toEqual(expected.map(({ shape }) => shape));
  actual.forEach(({ values }, k) => {
    const wanted = expected[k].values;
    const scale = Math.max(1, ...wanted.map(Math.abs));
    values.forEach((v, i) => {
      const error = Object.is(v, wanted[i]) || v === wanted[i] ? 0 : Math.abs(v - wanted[i]) / scale;
      expect(error, `value ${i} of result ${k}: ${v}, but ${wanted[i]} was expected`).toBeLessThan(1e-5);
    });
  });
}

/** The digits of a position in a shape. */
function digits(position: number, shape: readonly number[]): number[] {
  const found: number[] = [];
  for (let d = shape.length - 1, rest = position; d >= 0; d--) {
    found.unshift(rest % shape[d]);
    rest = Math.floor(rest / shape[d]);
  }
  return found;
}

/** The value at an index; axes of extent 1 repeat. */
const valueAt = ({ shape, values }: Numbers, index: readonly number[]) =>
  values[shape.reduce((at, extent, d) => at * extent + (extent === 1 ? 0 : index[d]), 0)];

const upTo = (max: number) => fc.integer({ min: 1, max });
const pair = (max: number) => fc.tuple(upTo(max), upTo(max));

/** An image, filters and options, such that at least one output is inside. */
const convolutions = fc
  .record({
    batch: upTo(2),
    size: fc.tuple(upTo(11), fc.integer({ min: 1, max: 40 })),
    channels: fc.integer({ min: 1, max: 9 }),
    filters: fc.integer({ min: 1, max: 9 }),
    taps: pair(4),
    strides: pair(3),
    dilations: pair(2),
    format: fc.constantFrom("NHWC", "NCHW"),
    padding: fc.constantFrom("valid", "same", "number", "sides"),
  })
  .map(({ padding, format, ...rest }) => {
    const sides = [
      [1, 2],
      [0, 1],
    ];
    const explicit = format === "NHWC" ? [[0, 0], ...sides, [0, 0]] : [[0, 0], [0, 0], ...sides];
    const pad = padding === "number" ? 1 : padding === "sides" ? explicit : padding;
    return { ...rest, format, pad: pad as "valid" | "same" };
  })
  .filter(({ size, taps, dilations, pad }) =>
    pad === "same" ? true : size.every((n, d) => n > (taps[d] - 1) * dilations[d]),
  );

type Convolution = typeof convolutions extends fc.Arbitrary<infer T> ? T : never;

const imageShape = ({ batch, size, channels, format }: Convolution, count = channels) =>
  format === "NHWC" ? [batch, ...size, count] : [batch, count, ...size];

/** Attributes and the shape of y, by tfjs itself. */
function attributes(conv: Convolution, filterShape: number[], depthwise: boolean, dilated: boolean) {
  const { strides, pad, format } = conv;
  const dilations = dilated ? conv.dilations : ([1, 1] as [number, number]);
  const info = tf.backend_util.computeConv2DInfo(
    imageShape(conv) as [number, number, number, number],
    filterShape as [number, number, number, number],
    strides,
    dilations,
    pad,
    undefined,
    depthwise,
    format === "NHWC" ? "channelsLast" : "channelsFirst",
  );
  const attrs = { strides, pad, dilations, dataFormat: format };
  return { attrs, outShape: info.outShape };
}

for (const backend of ["plenoptic-cpu-float32", "plenoptic-cpu-float64"]) {
  describe(`kernels of ${backend} beside tfjs-backend-cpu`, () => {
    afterAll(() => tf.engine().setBackend(backend));
    const check = <T>(arbitrary: fc.Arbitrary<T>, property: (value: T) => void, numRuns = 150) =>
      fc.assert(fc.property(arbitrary, property), { numRuns, seed: 7 });

    it("BatchMatMul, transposed and not, with batches that broadcast", () => {
      const cases = fc.record({
        extents: fc.tuple(upTo(20), upTo(40), upTo(20)),
        turns: fc.tuple(fc.boolean(), fc.boolean()),
        batch: fc.array(fc.tuple(upTo(3), fc.constantFrom("both", "left", "right")), { maxLength: 3 }),
      });
      check(cases, ({ extents: [m, k, n], turns: [transposeA, transposeB], batch }) => {
        const side = (one: string) => batch.map(([extent, where]) => (where === one ? 1 : extent));
        const a = numbers([...side("right"), ...(transposeA ? [k, m] : [m, k])]);
        const b = numbers([...side("left"), ...(transposeB ? [n, k] : [k, n])], 2);
        const [y] = run(backend, "BatchMatMul", { a, b }, { transposeA, transposeB });
        expect(y.shape).toEqual([...batch.map(([extent]) => extent), m, n]);
        y.values.forEach((v, at) => {
          const [i, j] = [Math.floor(at / n) % m, at % n];
          const lead = digits(
            Math.floor(at / (m * n)),
            batch.map(([extent]) => extent),
          );
          let sum = 0;
          for (let l = 0; l < k; l++)
            sum +=
              valueAt(a, [...lead, ...(transposeA ? [l, i] : [i, l])]) *
              valueAt(b, [...lead, ...(transposeB ? [j, l] : [l, j])]);
          expect(Math.abs(v - sum)).toBeLessThan(1e-5 * k);
        });
      });
    });

    it("Conv2D", () => {
      check(convolutions, (conv) => {
        const filter = numbers([...conv.taps, conv.channels, conv.filters], 2);
        const { attrs } = attributes(conv, filter.shape, false, true);
        expectAgreement(backend, "Conv2D", { x: numbers(imageShape(conv)), filter }, attrs);
      });
    });

    it("Conv2DBackpropInput and Conv2DBackpropFilter", () => {
      check(convolutions, (conv) => {
        const filter = numbers([...conv.taps, conv.channels, conv.filters], 2);
        const { attrs, outShape } = attributes(conv, filter.shape, false, false);
        const [x, dy] = [numbers(imageShape(conv)), numbers(outShape, 3)];
        const forInput = { ...attrs, inputShape: x.shape };
        expectAgreement(backend, "Conv2DBackpropInput", { dy, filter }, forInput);
        const forFilter = { ...attrs, filterShape: filter.shape };
        expectAgreement(backend, "Conv2DBackpropFilter", { x, dy }, forFilter);
      });
    });

    it("DepthwiseConv2dNative and its gradients", () => {
      check(convolutions, (drawn) => {
        const conv = { ...drawn, format: "NHWC" as const };
        if (Array.isArray(conv.pad)) return;
        const filter = numbers([...conv.taps, conv.channels, 1 + (conv.filters % 2)], 2);
        const x = numbers(imageShape(conv));
        // tfjs's own takes strides or dilations.
        const dilated = attributes(conv, filter.shape, true, Math.max(...conv.strides) === 1);
        expectAgreement(backend, "DepthwiseConv2dNative", { x, filter }, dilated.attrs);
        const { attrs, outShape } = attributes(conv, filter.shape, true, false);
        const dy = numbers(outShape, 3);
        const forInput = { ...attrs, inputShape: x.shape };
        expectAgreement(backend, "DepthwiseConv2dNativeBackpropInput", { dy, filter }, forInput);
        const forFilter = { ...attrs, filterShape: filter.shape };
        expectAgreement(backend, "DepthwiseConv2dNativeBackpropFilter", { x, dy }, forFilter);
      });
    });

    it("MaxPool, AvgPool and the gradient of MaxPool", () => {
      check(convolutions, (drawn) => {
        const conv = { ...drawn, format: "NHWC" as const };
        // Windows of nothing but zeros around the image have no maximum; with unequal strides tfjs makes some.
        const [down, across] = conv.strides;
        if (Array.isArray(conv.pad)) return;
        if (typeof conv.pad === "number" && (Math.min(...conv.taps) < 2 || down !== across)) return;
        const x = numbers(imageShape(conv));
        const attrs = { filterSize: conv.taps, strides: conv.strides, pad: conv.pad };
        expectAgreement(backend, "MaxPool", { x }, attrs);
        expectAgreement(backend, "AvgPool", { x }, attrs);
        const [output] = run("cpu", "MaxPool", { x }, attrs);
        const dy = numbers(output.shape, 3);
        expectAgreement(backend, "MaxPoolGrad", { dy, input: x, output }, attrs);
      });
    });

    it("ResizeBilinear and ResizeNearestNeighbor", () => {
      const cases = fc.record({
        shape: fc.tuple(upTo(2), upTo(9), upTo(9), upTo(6)),
        size: pair(12),
        way: fc.constantFrom("plain", "alignCorners", "halfPixelCenters"),
      });
      check(cases, ({ shape, size, way }) => {
        const images = numbers(shape);
        const attrs = {
          size,
          alignCorners: way === "alignCorners",
          halfPixelCenters: way === "halfPixelCenters",
        };
        expectAgreement(backend, "ResizeBilinear", { images }, attrs);
        expectAgreement(backend, "ResizeNearestNeighbor", { images }, attrs);
        // tfjs's gradients do not know the centres, never end for a single pixel whose corners are aligned, exchange height
        // and width, and get lost in a second image.
        if (way === "halfPixelCenters" || shape[1] < 2 || shape[1] !== shape[2] || shape[0] > 1) return;
        const dy = numbers([shape[0], ...size, shape[3]], 2);
        expectAgreement(backend, "ResizeBilinearGrad", { images, dy }, attrs);
        expectAgreement(backend, "ResizeNearestNeighborGrad", { images, dy }, attrs);
      });
    });

    it("RotateWithOffset and FlipLeftRight", () => {
      const cases = fc.record({
        shape: fc.tuple(upTo(2), upTo(9), upTo(9), fc.constantFrom(1, 3, 4)),
        radians: fc.double({ min: -7, max: 7, noNaN: true }),
        center: fc.constantFrom(0.5, [0.25, 0.75]),
        fill: fc.constantFrom(0, 255, [1, 2, 3]),
      });
      check(cases, ({ shape, radians, center, fill }) => {
        const image = numbers(shape);
        const fillValue = shape[3] === 1 ? 7 : fill;
        expectAgreement(backend, "RotateWithOffset", { image }, { radians, fillValue, center });
        expectAgreement(backend, "FlipLeftRight", { image }, {});
      });
    });
  });
}
