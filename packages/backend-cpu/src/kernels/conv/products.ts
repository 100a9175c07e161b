// Convolutions and their gradients as matrix products. The matrix of patches is never built: the product gathers its
// blocks from the image.

import type { CpuBackend } from "../../backend.js";
import { type Axis, planProduct } from "../gemm.js";
import type { Convolution, ImageLayout, SpatialAxis } from "./geometry.js";
import { padImages } from "./padded.js";

/** Zeros after the input that the last output needs. */
function after({ input, output, taps, stride, dilation, before }: SpatialAxis): number {
  return Math.max(0, (output - 1) * stride + (taps - 1) * dilation - before - input + 1);
}

function padInput(x: number, conv: Convolution, backend: CpuBackend) {
  const { batch, groups, inputChannels, axes } = conv;
  const shape = { batch, channels: groups * inputChannels, spatial: axes.map(({ input }) => input) };
  const pads = axes.map((axis) => [axis.before, after(axis)] as const);
  return padImages(backend, x, shape, conv.x, pads);
}

/** Channels come last among the steps where their values are neighbours, first where the pixels are. */
function withChannels(channels: Axis, axes: Axis[], layout: ImageLayout): Axis[] {
  return layout.channel === 1 ? [...axes, channels] : [channels, ...axes];
}

/** Calls `multiply` for each group with the addresses of its part of the images, filters and results. */
function eachGroup(
  { groups, inputChannels, outputChannels, filter }: Convolution,
  bytes: number,
  x: { address: number; layout: ImageLayout },
  y: { address: number; layout: ImageLayout },
  w: number,
  multiply: (x: number, w: number, y: number) => void,
): void {
  for (let g = 0; g < groups; g++) {
    multiply(
      x.address + g * inputChannels * x.layout.channel * bytes,
      w + g * outputChannels * filter.output * bytes,
      y.address + g * outputChannels * y.layout.channel * bytes,
    );
  }
}

/** y from x and w, all given as addresses. */
export function forward(x: number, w: number, y: number, conv: Convolution, backend: CpuBackend): void {
  const { batch, axes, filter } = conv;
  const padded = padInput(x, conv, backend);
  const from = padded.layout;
  const taps = axes.map((axis, d): Axis => [axis.taps, axis.dilation * from.spatial[d], filter.spatial[d]]);
  const multiply = planProduct(backend, {
    rows: [
      [batch, from.batch, conv.y.batch],
      ...axes.map((axis, d): Axis => [axis.output, axis.stride * from.spatial[d], conv.y.spatial[d]]),
    ],
    columns: [[conv.outputChannels, filter.output, conv.y.channel]],
    steps: withChannels([conv.inputChannels, from.channel, filter.input], taps, from),
  });
  const output = { address: y, layout: conv.y };
  eachGroup(conv, backend.floatBytes, padded, output, w, multiply);
  padded.release();
}

/** The filters' gradient from x and that of y. */
export function filterGradient(
  x: number,
  dy: number,
  dw: number,
  conv: Convolution,
  backend: CpuBackend,
): void {
  const { batch, axes, filter } = conv;
  const padded = padInput(x, conv, backend);
  const from = padded.layout;
  const taps = axes.map((axis, d): Axis => [axis.taps, axis.dilation * from.spatial[d], filter.spatial[d]]);
  const multiply = planProduct(backend, {
    rows: withChannels([conv.inputChannels, from.channel, filter.input], taps, from),
    columns: [[conv.outputChannels, conv.y.channel, filter.output]],
    steps: [
      [batch, from.batch, conv.y.batch],
      ...axes.map((axis, d): Axis => [axis.output, axis.stride * from.spatial[d], conv.y.spatial[d]]),
    ],
  });
  const output = { address: dy, layout: conv.y };
  eachGroup(conv, backend.floatBytes, padded, output, dw, (a, c, b) => multiply(a, b, c));
  padded.release();
}
