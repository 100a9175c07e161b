// Every way to compute a convolution, over layouts drawn at random, against the sum that it stands for.
import { useBackend } from "@plenoptic/tensor";
import { engine } from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CpuBackend } from "../src/backend.js";
import "../src/index.js";
import { forwardByChannels } from "../src/kernels/conv/channelwise.js";
import {
  type Convolution,
  imageLayout,
  tfjsFilterLayout,
  torchFilterLayout,
} from "../src/kernels/conv/geometry.js";
import { forwardByPlanes } from "../src/kernels/conv/planes.js";
import { forwardByProduct } from "../src/kernels/conv/products.js";
import { forwardBySpectra } from "../src/kernels/conv/spectra.js";
import { canWinograd, forwardByWinograd } from "../src/kernels/conv/winograd.js";

const upTo = (most: number) => fc.integer({ min: 1, max: most });
const pair = (most: number) => fc.tuple(upTo(most), upTo(most));

interface Drawn {
  readonly batch: number;
  readonly groups: number;
  readonly channels: readonly [input: number, output: number];
  readonly output: readonly [number, number];
  readonly taps: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly dilation: readonly [number, number];
  readonly before: readonly [number, number];
  readonly short: readonly [number, number];
  readonly channelsFirst: boolean;
  readonly torch: boolean;
}

const anything = {
  batch: upTo(2),
  groups: upTo(3),
  channels: pair(6),
  output: fc.tuple(upTo(9), upTo(37)),
  taps: pair(4),
  stride: pair(3),
  dilation: pair(2),
  before: fc.tuple(fc.integer({ min: -2, max: 3 }), fc.integer({ min: -2, max: 3 })),
  /** How many of the inputs that are read lie beyond the end. */
  short: fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 })),
  channelsFirst: fc.boolean(),
  torch: fc.boolean(),
};
const ones = fc.constant([1, 1] as [number, number]);

function describeConvolution(drawn: Drawn): Convolution {
  const { batch, groups, channels, output, taps, channelsFirst, torch } = drawn;
  const [inputChannels, outputChannels] = channels;
  const axes = [0, 1].map((d) => {
    const reads = (output[d] - 1) * drawn.stride[d] + (taps[d] - 1) * drawn.dilation[d] + 1;
    return {
      input: Math.max(1, reads - drawn.before[d] - drawn.short[d]),
      output: output[d],
      taps: taps[d],
      stride: drawn.stride[d],
      dilation: drawn.dilation[d],
      before: drawn.before[d],
    };
  });
  return {
    batch,
    groups,
    inputChannels,
    outputChannels,
    axes,
    x: imageLayout(
      groups * inputChannels,
      axes.map(({ input }) => input),
      channelsFirst,
    ),
    y: imageLayout(groups * outputChannels, output, channelsFirst),
    filter: torch
      ? torchFilterLayout(taps, inputChannels, outputChannels)
      : tfjsFilterLayout(taps, inputChannels, groups, outputChannels),
  };
}

const numbers = (count: number, seed: number) =>
  Float64Array.from({ length: count }, (_, i) => Math.fround(Math.sin((i + seed) * 12.9898) * 0.9));

const sizeOf = (channels: number, spatial: readonly number[], batch: number) =>
  spatial.reduce((n, extent) => n * extent, channels * batch);

/** All places that a convolution brings together, as offsets. */
function definition(conv: Convolution, x: Float64Array, w: Float64Array, y: Float64Array): void {
  const { axes, filter } = conv;
  const [down, across] = axes;
  for (let b = 0; b < conv.batch; b++)
    for (let o = 0; o < conv.groups * conv.outputChannels; o++)
      for (let i = 0; i < down.output; i++)
        for (let j = 0; j < across.output; j++) {
          const g = Math.floor(o / conv.outputChannels);
          let sum = 0;
          for (let c = 0; c < conv.inputChannels; c++)
            for (let u = 0; u < down.taps; u++)
              for (let v = 0; v < across.taps; v++) {
                const row = i * down.stride + u * down.dilation - down.before;
                const column = j * across.stride + v * across.dilation - across.before;
                if (row < 0 || row >= down.input || column < 0 || column >= across.input) continue;
                const from = b * conv.x.batch + (g * conv.inputChannels + c) * conv.x.channel;
                const at = from + row * conv.x.spatial[0] + column * conv.x.spatial[1];
                const tap = g * filter.group + (o % conv.outputChannels) * filter.output + c * filter.input;
                sum += x[at] * w[tap + u * filter.spatial[0] + v * filter.spatial[1]];
              }
          const to = b * conv.y.batch + o * conv.y.channel;
          y[to + i * conv.y.spatial[0] + j * conv.y.spatial[1]] = sum;
        }
}

type Way = (x: number, w: number, y: number, conv: Convolution, backend: CpuBackend) => void;

/** The largest error of a way, relative to the largest result; it must free what it takes. */
function errorOf(way: Way, conv: Convolution, backend: CpuBackend): number {
  const inputs = conv.axes.map(({ input }) => input);
  const outputs = conv.axes.map(({ output }) => output);
  const taps = conv.axes.map((axis) => axis.taps);
  const x = numbers(sizeOf(conv.groups * conv.inputChannels, inputs, conv.batch), 1);
  const w = numbers(sizeOf(conv.groups * conv.outputChannels * conv.inputChannels, taps, 1), 2);
  const y = new Float64Array(sizeOf(conv.groups * conv.outputChannels, outputs, conv.batch));
  const { allocator } = backend;
  const blocks = [x, w, y].map((values) => allocator.allocate(values.length * backend.floatBytes));
  backend.floats(blocks[0], x.length).set(x);
  backend.floats(blocks[1], w.length).set(w);
  // Tables of a transform's size are made once and kept.
  way(blocks[0], blocks[1], blocks[2], conv, backend);
  const before = allocator.liveBytes;
  way(blocks[0], blocks[1], blocks[2], conv, backend);
  expect(allocator.liveBytes).toBe(before);
  definition(conv, x, w, y);
  const scale = y.reduce((most, v) => Math.max(most, Math.abs(v)), 1);
  const actual = backend.floats(blocks[2], y.length);
  const error = y.reduce((most, v, i) => Math.max(most, Math.abs(v - actual[i])), 0) / scale;
  for (const block of blocks) allocator.release(block);
  return error;
}

const ways: [name: string, Way, fc.Arbitrary<Drawn>][] = [
  ["matrix products", forwardByProduct, fc.record(anything)],
  ["planes", forwardByPlanes, fc.record(anything)],
  [
    "channels",
    forwardByChannels,
    fc.record({
      ...anything,
      groups: fc.integer({ min: 4, max: 9 }),
      channels: ones,
      channelsFirst: fc.constant(false),
    }),
  ],
  ["Fourier transforms", forwardBySpectra, fc.record({ ...anything, stride: ones, dilation: ones })],
  [
    "Winograd's algorithm",
    forwardByWinograd,
    fc.record({ ...anything, taps: fc.constant([3, 3] as [number, number]), stride: ones, dilation: ones }),
  ],
];

for (const dtype of ["float32", "float64"] as const) {
  describe(`convolutions in ${dtype}`, () => {
    it.each(ways)("by %s", async (_, way, arbitrary) => {
      await useBackend("cpu", { dtype });
      const backend = engine().backend as CpuBackend;
      // Taken once and kept.
      backend.gemmScratch();
      fc.assert(
        fc.property(arbitrary, (drawn) => {
          const error = errorOf(way, describeConvolution(drawn), backend);
          expect(error).toBeLessThan(dtype === "float32" ? 2e-6 : 1e-14);
        }),
        { numRuns: 100, seed: 3 },
      );
    });

    it("by Winograd's algorithm in several stripes", async () => {
      await useBackend("cpu", { dtype });
      const backend = engine().backend as CpuBackend;
      const conv = describeConvolution({
        ...{ batch: 2, groups: 1, channels: [24, 40], output: [19, 101], taps: [3, 3] },
        ...{ stride: [1, 1], dilation: [1, 1], before: [1, 1], short: [1, 1] },
        ...{ channelsFirst: true, torch: true },
      });
      expect(canWinograd(conv)).toBe(true);
      expect(errorOf(forwardByWinograd, conv, backend)).toBeLessThan(dtype === "float32" ? 2e-6 : 1e-14);
    });
  });
}
