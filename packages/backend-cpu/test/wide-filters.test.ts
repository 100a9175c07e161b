import { conv2d, convTranspose2d, mul, readSync, sum, tensor, tidy, valueAndGrad } from "@plenoptic/tensor";
import { boundFor, describeDevices, expectClose, spreadNumbers, withoutLeak } from "@plenoptic/testing";
import { engine } from "@tensorflow/tfjs-core";
import { expect, it } from "vitest";
import type { CpuBackend } from "../src/index.js";
import type { Convolution } from "../src/kernels/conv/geometry.js";
import { imageLayout, torchFilterLayout } from "../src/kernels/conv/geometry.js";
import { isWide } from "../src/kernels/conv/spectra.js";

interface Case {
  batch: number;
  groups: number;
  channels: [input: number, output: number];
  size: [number, number];
  taps: [number, number];
  padding: [top: number, bottom: number, left: number, right: number];
}

const cases: Case[] = [
  { batch: 1, groups: 1, channels: [1, 1], size: [97, 101], taps: [30, 30], padding: [14, 15, 14, 15] },
  { batch: 2, groups: 1, channels: [2, 3], size: [64, 80], taps: [21, 33], padding: [0, 0, 0, 0] },
  { batch: 1, groups: 3, channels: [1, 2], size: [90, 64], taps: [25, 25], padding: [3, 0, 12, 20] },
];

function convolution({ batch, groups, channels, size, taps, padding }: Case): Convolution {
  const [inputChannels, outputChannels] = channels;
  const axes = size.map((input, d) => ({
    input,
    output: input + padding[2 * d] + padding[2 * d + 1] - taps[d] + 1,
    taps: taps[d],
    stride: 1,
    dilation: 1,
    before: padding[2 * d],
  }));
  const extents = (which: "input" | "output") => axes.map((axis) => axis[which]);
  return {
    batch,
    groups,
    inputChannels,
    outputChannels,
    axes,
    x: imageLayout(groups * inputChannels, extents("input"), true),
    y: imageLayout(groups * outputChannels, extents("output"), true),
    filter: torchFilterLayout(taps, inputChannels, outputChannels),
  };
}

/** The definition, in doubles. */
function naive(c: Case, x: ArrayLike<number>, w: ArrayLike<number>): Float64Array {
  const { batch, groups, channels, taps, padding, size } = c;
  const [ic, oc] = channels;
  const [h, wd] = size;
  const { axes } = convolution(c);
  const [oh, ow] = axes.map(({ output }) => output);
  const y = new Float64Array(batch * groups * oc * oh * ow);
  let at = 0;
  for (let b = 0; b < batch; b++)
    for (let o = 0; o < groups * oc; o++)
      for (let i = 0; i < oh; i++)
        for (let j = 0; j < ow; j++, at++)
          for (let k = 0; k < ic; k++)
            for (let u = 0; u < taps[0]; u++) {
              const row = i + u - padding[0];
              if (row < 0 || row >= h) continue;
              const channel = Math.floor(o / oc) * ic + k;
              for (let v = 0; v < taps[1]; v++) {
                const column = j + v - padding[2];
                if (column < 0 || column >= wd) continue;
                y[at] +=
                  x[((b * groups * ic + channel) * h + row) * wd + column] *
                  w[((o * ic + k) * taps[0] + u) * taps[1] + v];
              }
            }
  return y;
}

describeDevices("convolutions with wide filters", (device) => {
  for (const c of cases) {
    const { batch, groups, channels, size, taps, padding } = c;
    const shape = [batch, groups * channels[0], ...size];
    const filterShape = [groups * channels[1], channels[0], ...taps];
    const count = (extents: number[]) => extents.reduce((product, extent) => product * extent, 1);
    const numbers = (extents: number[], seed: number) =>
      Float64Array.from(spreadNumbers(count(extents), -1, 1, seed), Math.fround);
    const options = { padding, groups };
    const title = `${shape.join("×")} by ${filterShape.join("×")}`;

    it(`${title}: by transforms, to the definition; so are the gradients`, () => {
      const backend = engine().findBackend(`plenoptic-cpu-${device.dtype}`) as CpuBackend;
      expect(isWide(convolution(c), backend)).toBe(true);
      const [xs, ws] = [numbers(shape, 1), numbers(filterShape, 2)];
      const expected = naive(c, xs, ws);
      const weights = numbers([expected.length], 3);
      withoutLeak(() => {
        const [x, w] = [tensor(xs, shape), tensor(ws, filterShape)];
        const y = conv2d(x, w, options);
        expectClose(y, expected, boundFor(device, { float64: 1e-13, float32: 2e-6 }));
        // The gradient is the transpose: ⟨conv(p), d⟩ = ⟨p, convᵀ(d)⟩.
        const d = tensor(weights, y.shape);
        const { value, grad } = valueAndGrad((image) => sum(mul(conv2d(image, w, options), d)))(x);
        const probe = numbers(shape, 4);
        const along = naive(c, probe, ws).reduce((total, v, i) => total + v * weights[i], 0);
        const found = Float64Array.from(readSync(grad)).reduce((total, v, i) => total + v * probe[i], 0);
        expect(Math.abs(found - along)).toBeLessThan(
          boundFor(device, { float64: 1e-11, float32: 1e-4 }) * Math.sqrt(expected.length) * count(taps),
        );
        for (const t of [x, w, y, d, value, grad]) t.dispose();
      });
    });
  }

  it("small ones stay in the plane", () => {
    const small = { ...cases[0], taps: [3, 3] as [number, number], padding: [1, 1, 1, 1] as Case["padding"] };
    const backend = engine().findBackend(`plenoptic-cpu-${device.dtype}`) as CpuBackend;
    expect(isWide(convolution(small), backend)).toBe(false);
    const strided = convolution(cases[0]);
    expect(
      isWide({ ...strided, axes: strided.axes.map((axis) => ({ ...axis, stride: 2, output: 40 })) }, backend),
    ).toBe(false);
  });

  it("a transposed convolution is its gradient", () => {
    const { size, taps } = cases[0];
    tidy(() => {
      const y = tensor(numbersFor(size, 5), [1, 1, ...size]);
      const w = tensor(numbersFor(taps, 6), [1, 1, ...taps]);
      const x = convTranspose2d(y, w);
      const grown = size.map((extent, d) => extent + taps[d] - 1);
      const direct = valueAndGrad((image) => sum(mul(conv2d(image, w), y)))(
        tensor(new Float64Array(grown[0] * grown[1]), [1, 1, ...grown]),
      ).grad;
      expectClose(x, direct, 1e-12);
    });
  });
});

const numbersFor = ([h, w]: [number, number], seed: number) => spreadNumbers(h * w, -1, 1, seed);
