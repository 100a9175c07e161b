// Convolutions and the gradient of their filters as matrix products. The matrix of patches is never built: the product
// gathers its blocks from the image.

import type { CpuBackend } from "../../backend.js";
import { type Axis, planProduct } from "../gemm.js";
import type { Convolution, ImageLayout } from "./geometry.js";
import { padInput } from "./padded.js";

/** The pixels: how far apart they are in x and y. */
function pixelAxes({ batch, axes, y }: Convolution, x: ImageLayout): Axis[] {
  return [
    [batch, x.batch, y.batch],
    ...axes.map(({ output, stride }, d): Axis => [output, stride * x.spatial[d], y.spatial[d]]),
  ];
}

/** The values of a patch: how far apart they are in x and in the filter. Neighbours in x come last. */
function patchAxes({ axes, inputChannels, filter }: Convolution, x: ImageLayout): Axis[] {
  const taps = axes.map((a, d): Axis => [a.taps, a.dilation * x.spatial[d], filter.spatial[d]]);
  const channels: Axis = [inputChannels, x.channel, filter.input];
  return x.channel === 1 ? [...taps, channels] : [channels, ...taps];
}

/** Where each group's part begins, in values. */
function eachGroup(conv: Convolution, x: ImageLayout, visit: (x: number, w: number, y: number) => void) {
  for (let g = 0; g < conv.groups; g++) {
    const [inputs, outputs] = [g * conv.inputChannels, g * conv.outputChannels];
    visit(inputs * x.channel, g * conv.filter.group, outputs * conv.y.channel);
  }
}

/** y from x and w, all given as addresses. */
export function forwardByProduct(
  x: number,
  w: number,
  y: number,
  conv: Convolution,
  backend: CpuBackend,
): void {
  const padded = padInput(x, conv, backend);
  const multiply = planProduct(backend, {
    rows: pixelAxes(conv, padded.layout),
    columns: [[conv.outputChannels, conv.filter.output, conv.y.channel]],
    steps: patchAxes(conv, padded.layout),
  });
  const bytes = backend.floatBytes;
  eachGroup(conv, padded.layout, (i, j, k) =>
    multiply(padded.address + i * bytes, w + j * bytes, y + k * bytes),
  );
  padded.release();
}

/** The filters' gradient dw from x and that of y, all given as addresses. */
export function filterGradientByProduct(
  x: number,
  dy: number,
  dw: number,
  conv: Convolution,
  backend: CpuBackend,
): void {
  const padded = padInput(x, conv, backend);
  const multiply = planProduct(backend, {
    rows: patchAxes(conv, padded.layout),
    columns: [[conv.outputChannels, conv.y.channel, conv.filter.output]],
    steps: pixelAxes(conv, padded.layout),
  });
  const bytes = backend.floatBytes;
  eachGroup(conv, padded.layout, (i, j, k) =>
    multiply(padded.address + i * bytes, dy + k * bytes, dw + j * bytes),
  );
  padded.release();
}
