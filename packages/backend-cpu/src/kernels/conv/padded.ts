import type { CpuBackend } from "../../backend.js";
import { sizeOf } from "../kernel.js";
import { type Convolution, type ImageLayout, imageLayout } from "./geometry.js";

/** Images as a convolution reads them: where its first position is, and what frees them. */
export interface PaddedImages {
  readonly address: number;
  readonly layout: ImageLayout;
  readonly release: () => void;
}

type Row = readonly [extent: number, from: number, to: number];

/** The axes in an order that suits copyStrided: the target's neighbours last, the source's beside them. */
function ordered(rows: readonly Row[]): Row[] {
  const order = rows.filter(([extent]) => extent !== 1);
  for (const side of [1, 2] as const) {
    const at = order.findIndex((row) => row[side] === 1);
    if (at >= 0) order.push(...order.splice(at, 1));
  }
  return order.length > 0 ? order : [[1, 1, 1]];
}

/** Copies a block of floats between two strided arrays, with strides in values. No values of the target may overlap. */
export function copyRows(backend: CpuBackend, from: number, to: number, rows: readonly Row[]): void {
  const bytes = backend.floatBytes;
  const order = ordered(rows);
  const table = order.flatMap(([extent, source, target]) => [extent, source * bytes, target * bytes]);
  backend.wasm.functions.copyStrided(from, to, backend.writeTable(table), order.length, bytes);
}

/** Rows of values next to each other, so that a vector takes neighbouring pixels. */
export const inPlanes = (layout: ImageLayout): boolean => layout.spatial.at(-1) === 1;

/**
 * Puts a convolution's input between the zeros that it reads beyond the borders, so that no position has to be checked.
 * Input that needs none stays where it is.
 *
 * @param planes - the channels are to come first
 * @param multiple - the last extent is to be a multiple of this
 */
export function padInput(
  x: number,
  conv: Convolution,
  backend: CpuBackend,
  { planes = false, multiple = 1 } = {},
): PaddedImages {
  const { axes, batch, groups, inputChannels } = conv;
  const channels = groups * inputChannels;
  const bytes = backend.floatBytes;
  const extents = axes.map(({ input, output, taps, stride, dilation, before }) => {
    const last = (output - 1) * stride + (taps - 1) * dilation - before;
    return Math.max(before, 0) + input + Math.max(0, last - input + 1);
  });
  const d = extents.length - 1;
  extents[d] = multiple * Math.ceil(extents[d] / multiple);
  // Where tap 0 of output 0 lies: at the first zero or, when the borders are not read, further in.
  const skip = ({ spatial }: ImageLayout) =>
    axes.reduce((at, { before }, i) => at + Math.max(0, -before) * spatial[i] * bytes, 0);
  const fits = axes.every(({ input }, i) => input === extents[i]);
  const channelsFirst = planes || inPlanes(conv.x);
  if (fits && channelsFirst === inPlanes(conv.x))
    return { address: x + skip(conv.x), layout: conv.x, release: () => {} };

  const layout = imageLayout(channels, extents, channelsFirst);
  const total = batch * channels * sizeOf(extents) * bytes;
  const address = backend.allocator.allocate(total);
  if (!fits) new Uint8Array(backend.wasm.memory.buffer, address, total).fill(0);
  const start = axes.reduce((at, { before }, i) => at + Math.max(0, before) * layout.spatial[i], 0);
  copyRows(backend, x, address + start * bytes, [
    [batch, conv.x.batch, layout.batch],
    [channels, conv.x.channel, layout.channel],
    ...axes.map(({ input }, i) => [input, conv.x.spatial[i], layout.spatial[i]] as const),
  ]);
  return { address: address + skip(layout), layout, release: () => backend.allocator.release(address) };
}
