import type { CpuBackend } from "../../backend.js";
import { sizeOf } from "../kernel.js";
import { type ImageLayout, imageLayout } from "./geometry.js";

/** Images between zeros: where they are now, and what frees them. */
export interface PaddedImages {
  readonly address: number;
  readonly layout: ImageLayout;
  readonly release: () => void;
}

/**
 * Puts images between zeros, so that every position a convolution reads is inside, and none has to be checked.
 * Images that need no zeros stay where they are.
 *
 * @param pads - zeros before and after along each spatial axis
 */
export function padImages(
  backend: CpuBackend,
  address: number,
  shape: { batch: number; channels: number; spatial: readonly number[] },
  layout: ImageLayout,
  pads: readonly (readonly [before: number, after: number])[],
): PaddedImages {
  if (pads.every(([before, after]) => before === 0 && after === 0)) {
    return { address, layout, release: () => {} };
  }
  const { batch, channels, spatial } = shape;
  const extents = spatial.map((extent, d) => extent + pads[d][0] + pads[d][1]);
  const channelsFirst = layout.channel !== 1;
  const padded = imageLayout(channels, extents, channelsFirst);
  const bytes = backend.floatBytes;
  const total = batch * channels * sizeOf(extents) * bytes;
  const target = backend.allocator.allocate(total);
  new Uint8Array(backend.wasm.memory.buffer, target, total).fill(0);
  const start = pads.reduce((at, [before], d) => at + before * padded.spatial[d], 0);
  const images = [batch, layout.batch, padded.batch];
  const planes = [channels, layout.channel, padded.channel];
  const lines = spatial.map((extent, d) => [extent, layout.spatial[d], padded.spatial[d]]);
  const rows = channelsFirst ? [images, planes, ...lines] : [images, ...lines, planes];
  const table = rows.flatMap(([extent, from, to]) => [extent, from * bytes, to * bytes]);
  const copy = backend.wasm.functions.copyStrided;
  copy(address, target + start * bytes, backend.writeTable(table), rows.length, bytes);
  return { address: target, layout: padded, release: () => backend.allocator.release(target) };
}
