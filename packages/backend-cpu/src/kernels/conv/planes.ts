// Convolutions plane by plane: a vector of neighbouring pixels of an output channel is the sum over its taps, which lie at
// a table of offsets in the input. For few output channels in a group, where a matrix product would leave tiles empty.

import type { CpuBackend } from "../../backend.js";
import { type Convolution, type ImageLayout, imageLayout } from "./geometry.js";
import { copyRows, inPlanes, type PaddedImages, padInput } from "./padded.js";

/** The input in planes; with a stride along the rows, each row holds first its pixels 0, s, 2s, …, then 1, 1 + s, … */
function inputPlanes(x: number, conv: Convolution, backend: CpuBackend): PaddedImages {
  const [, { stride }] = conv.axes;
  const padded = padInput(x, conv, backend, { planes: true, multiple: stride });
  if (stride === 1) return padded;
  const { layout, address, release } = padded;
  const width = layout.spatial[0];
  const rows = (conv.batch * layout.batch) / width;
  const split = backend.allocator.allocate(rows * width * backend.floatBytes);
  copyRows(backend, address, split, [
    [rows, width, width],
    [stride, 1, width / stride],
    [width / stride, stride, 1],
  ]);
  release();
  return { address: split, layout, release: () => backend.allocator.release(split) };
}

/** Offsets in bytes of a group's taps, channel by channel, from where an output's first tap lies. */
function tapOffsets({ axes, inputChannels }: Convolution, layout: ImageLayout, bytes: number): Int32Array {
  const [down, across] = axes;
  const width = layout.spatial[0];
  const offsets = new Int32Array(inputChannels * down.taps * across.taps);
  let i = 0;
  for (let c = 0; c < inputChannels; c++) {
    for (let u = 0; u < down.taps; u++) {
      for (let v = 0; v < across.taps; v++) {
        const column = v * across.dilation;
        const part = (column % across.stride) * (width / across.stride);
        const at = part + Math.floor(column / across.stride);
        offsets[i++] = (c * layout.channel + u * down.dilation * width + at) * bytes;
      }
    }
  }
  return offsets;
}

/** The filters' strides beside those of a list ordered by group, output channel, input channel and tap. */
function filterRows({ groups, outputChannels, inputChannels, axes, filter }: Convolution) {
  const taps = axes[0].taps * axes[1].taps;
  const each = inputChannels * taps;
  return [
    [groups, filter.group, outputChannels * each],
    [outputChannels, filter.output, each],
    [inputChannels, filter.input, taps],
    [axes[0].taps, filter.spatial[0], axes[1].taps],
    [axes[1].taps, filter.spatial[1], 1],
  ] as const;
}

type Row = readonly [extent: number, from: number, to: number];
const reversed = (rows: readonly Row[]): Row[] => rows.map(([extent, from, to]) => [extent, to, from]);

interface Planes {
  /** Addresses. */
  readonly x: number;
  readonly y: number;
  /** Which filter, of all groups. */
  readonly filter: number;
}

/** Visits each output plane, in order, with the first input plane of its group. */
function eachPlane(
  conv: Convolution,
  { address, layout }: PaddedImages,
  y: number,
  bytes: number,
  visit: (planes: Planes) => void,
): void {
  const { batch, groups, inputChannels, outputChannels, axes } = conv;
  const plane = axes[0].output * axes[1].output * bytes;
  const count = groups * outputChannels;
  for (let b = 0; b < batch; b++) {
    for (let filter = 0; filter < count; filter++) {
      const channel = Math.floor(filter / outputChannels) * inputChannels;
      visit({
        x: address + (b * layout.batch + channel * layout.channel) * bytes,
        y: y + (b * count + filter) * plane,
        filter,
      });
    }
  }
}

/** Strides of y beside those of planes one after the other; undefined if y lies so itself. */
function outputRows({ batch, groups, outputChannels, axes, y }: Convolution): Row[] | undefined {
  const channels = groups * outputChannels;
  const outputs = axes.map(({ output }) => output);
  const planes = imageLayout(channels, outputs, true);
  const isPlanes =
    inPlanes(y) &&
    y.spatial[0] === planes.spatial[0] &&
    (channels === 1 || y.channel === planes.channel) &&
    (batch === 1 || y.batch === planes.batch);
  if (isPlanes) return undefined;
  return [
    [batch, y.batch, planes.batch],
    [channels, y.channel, planes.channel],
    [outputs[0], y.spatial[0], planes.spatial[0]],
    [outputs[1], y.spatial[1], 1],
  ];
}

/** What computes one output plane, given the addresses of its input, its weights and itself. */
function planeKernel(
  { axes: [down, across], inputChannels }: Convolution,
  layout: ImageLayout,
  offsets: number,
  backend: CpuBackend,
): (x: number, w: number, y: number) => void {
  const bytes = backend.floatBytes;
  const { output: height, taps: rows } = down;
  const { output: width, taps: columns } = across;
  const [xRow, yRow] = [layout.spatial[0] * bytes, width * bytes];
  const [planeTaps, rowPairs] = [backend.fn("planeTaps"), backend.fn("rowPairs")];
  const taps = inputChannels * rows * columns;
  // Rows that follow each other share the input; a row must have room for four vectors.
  const canPair = down.stride === 1 && down.dilation === 1 && rows > 0 && yRow >= 64;
  const pairs = canPair ? height & ~1 : 0;
  return (x, w, y) => {
    const channel = layout.channel * bytes;
    rowPairs(x, xRow, channel, inputChannels, rows, offsets, columns, w, y, yRow, pairs, width);
    const [from, to] = [x + pairs * down.stride * xRow, y + pairs * yRow];
    planeTaps(from, down.stride * xRow, offsets, w, taps, to, yRow, height - pairs, width);
  };
}

/** y from x and w, all given as addresses; in two dimensions. */
export function forwardByPlanes(
  x: number,
  w: number,
  y: number,
  conv: Convolution,
  backend: CpuBackend,
): void {
  const { allocator, floatBytes: bytes } = backend;
  const [down, across] = conv.axes;
  const taps = conv.inputChannels * down.taps * across.taps;
  const filters = conv.groups * conv.outputChannels;
  const rows = outputRows(conv);
  const target = rows ? allocator.allocate(conv.batch * filters * down.output * across.output * bytes) : y;
  const offsets = allocator.allocate(taps * 4);
  const weights = allocator.allocate(filters * taps * bytes);
  const input = inputPlanes(x, conv, backend);

  copyRows(backend, w, weights, filterRows(conv));
  new Int32Array(backend.wasm.memory.buffer, offsets, taps).set(tapOffsets(conv, input.layout, bytes));
  const plane = planeKernel(conv, input.layout, offsets, backend);
  eachPlane(conv, input, target, bytes, (at) => plane(at.x, weights + at.filter * taps * bytes, at.y));
  if (rows) {
    copyRows(backend, target, y, reversed(rows));
    allocator.release(target);
  }
  input.release();
  allocator.release(weights);
  allocator.release(offsets);
}

/** The filters' gradient dw from x and that of y, all given as addresses; in two dimensions. */
export function filterGradientByPlanes(
  x: number,
  dy: number,
  dw: number,
  conv: Convolution,
  backend: CpuBackend,
): void {
  const { allocator, floatBytes: bytes } = backend;
  const [down, across] = conv.axes;
  const taps = conv.inputChannels * down.taps * across.taps;
  const filters = conv.groups * conv.outputChannels;
  const rows = outputRows(conv);
  const planes = rows ? allocator.allocate(conv.batch * filters * down.output * across.output * bytes) : dy;
  const offsets = allocator.allocate(taps * 4);
  const totals = allocator.allocate(filters * taps * 8);
  const input = inputPlanes(x, conv, backend);

  if (rows) copyRows(backend, dy, planes, rows);
  new Int32Array(backend.wasm.memory.buffer, offsets, taps).set(tapOffsets(conv, input.layout, bytes));
  new Float64Array(backend.wasm.memory.buffer, totals, filters * taps).fill(0);
  const planeDots = backend.fn("planeDots");
  const step = down.stride * input.layout.spatial[0] * bytes;
  eachPlane(conv, input, planes, bytes, (at) => {
    const list = totals + at.filter * taps * 8;
    planeDots(at.x, step, at.y, across.output * bytes, down.output, across.output, offsets, taps, list);
  });
  // In place: a total is at least as wide as a float.
  const { buffer } = backend.wasm.memory;
  backend.floats(totals, filters * taps).set(new Float64Array(buffer, totals, filters * taps));
  copyRows(backend, totals, dw, reversed(filterRows(conv)));
  input.release();
  allocator.release(totals);
  allocator.release(offsets);
  if (rows) allocator.release(planes);
}
