import type { CpuBackend } from "../../backend.js";
import type { Convolution } from "./geometry.js";
import { copyRows, inPlanes, padInput } from "./padded.js";

/** With more taps it pays to sort the image into planes, where pairs of rows share what is loaded. */
const mostTaps = 25;

/**
 * Whether every channel is a group of its own with a small filter, and the values of a pixel's channels lie together and
 * fill a vector.
 */
export function isChannelwise(conv: Convolution, backend: CpuBackend): boolean {
  const { axes, groups, inputChannels, outputChannels, x, y } = conv;
  return (
    axes.length === 2 &&
    axes[0].taps * axes[1].taps <= mostTaps &&
    inputChannels === 1 &&
    outputChannels === 1 &&
    x.channel === 1 &&
    y.channel === 1 &&
    !inPlanes(x) &&
    groups >= 16 / backend.floatBytes
  );
}

/** y from x and w, all given as addresses: a vector holds neighbouring channels of a pixel. */
export function forwardByChannels(
  x: number,
  w: number,
  y: number,
  conv: Convolution,
  backend: CpuBackend,
): void {
  const { allocator, floatBytes: bytes } = backend;
  const { batch, groups, axes, filter } = conv;
  const [down, across] = axes;
  const taps = down.taps * across.taps;
  const offsets = allocator.allocate(taps * 4);
  const weights = allocator.allocate(taps * groups * bytes);
  const { address, layout, release } = padInput(x, conv, backend);

  copyRows(backend, w, weights, [
    [down.taps, filter.spatial[0], across.taps * groups],
    [across.taps, filter.spatial[1], groups],
    [groups, filter.group, 1],
  ]);
  const table = Int32Array.from({ length: taps }, (_, t) => {
    const [u, v] = [Math.floor(t / across.taps), t % across.taps];
    return (u * down.dilation * layout.spatial[0] + v * across.dilation * layout.spatial[1]) * bytes;
  });
  new Int32Array(backend.wasm.memory.buffer, offsets, taps).set(table);

  const channelTaps = backend.fn("channelTaps");
  const [xRow, xStep] = axes.map(({ stride }, d) => stride * layout.spatial[d] * bytes);
  const [yRow, yStep] = conv.y.spatial.map((stride) => stride * bytes);
  for (let b = 0; b < batch; b++) {
    const from = address + b * layout.batch * bytes;
    const to = y + b * conv.y.batch * bytes;
    channelTaps(
      from,
      xStep,
      xRow,
      offsets,
      weights,
      taps,
      groups,
      to,
      yStep,
      yRow,
      down.output,
      across.output,
    );
  }
  release();
  allocator.release(weights);
  allocator.release(offsets);
}
