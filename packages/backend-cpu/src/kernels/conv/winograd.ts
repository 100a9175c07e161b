// Filters of 3×3 taps by Winograd's algorithm (see assembly/filters/winograd.ts): less than half the multiplications, at
// the price of transforms that only pay with many channels.

import type { CpuBackend } from "../../backend.js";
import { planProduct } from "../gemm.js";
import type { Convolution } from "./geometry.js";
import { copyRows, padInput } from "./padded.js";

/** Bytes of transformed tiles that are worked on at a time: so many stay in the second-level cache. */
const stripeBytes = 2 ** 20;

/** Whether the algorithm can do it. */
export function canWinograd({ axes }: Convolution): boolean {
  return (
    axes.length === 2 &&
    axes.every(({ taps, stride, dilation }) => taps === 3 && stride === 1 && dilation === 1)
  );
}

/** Whether it is the faster way, as measured: the transforms must serve many channels, those of the filters many tiles. */
export function isWinograd(conv: Convolution): boolean {
  if (!canWinograd(conv)) return false;
  const { axes, batch, inputChannels, outputChannels } = conv;
  const channels = Math.min(inputChannels, outputChannels);
  const tiles = axes.reduce((n, { output }) => n * Math.ceil(output / 2), batch);
  return (channels >= 16 && tiles >= 200) || (channels >= 32 && tiles >= 49);
}

/** Sizes in values; tiles are 2×2 outputs. */
function layOut({ axes, inputChannels, outputChannels }: Convolution, bytes: number) {
  const [tileRows, columns] = axes.map(({ output }) => Math.ceil(output / 2));
  const lanes = 16 / bytes;
  const inRow = Math.floor(stripeBytes / (16 * (inputChannels + outputChannels) * columns * bytes));
  const rows = Math.min(tileRows, Math.max(1, inRow));
  // Whole vectors are written, beyond the last tile.
  const list = rows * columns + lanes;
  const width = 2 * lanes * Math.ceil(columns / lanes);
  return { tileRows, columns, rows, list, width };
}

/** y from x and w, all given as addresses. */
export function forwardByWinograd(
  x: number,
  w: number,
  y: number,
  conv: Convolution,
  backend: CpuBackend,
): void {
  const { allocator, floatBytes: bytes } = backend;
  const { batch, groups, inputChannels, outputChannels, axes, filter } = conv;
  const [down, across] = axes;
  const { tileRows, columns, rows, list, width } = layOut(conv, bytes);
  const filled = [
    { ...down, output: 2 * tileRows },
    { ...across, output: width },
  ];
  const { address, layout, release } = padInput(x, { ...conv, axes: filled }, backend, { planes: true });
  // Whole vectors of filters are transformed.
  const pairs = (16 / bytes) * Math.ceil((inputChannels * outputChannels * bytes) / 16);
  const [taps, filters, tiles, sums, planes] = [
    ...[9 * pairs, 16 * pairs, 16 * inputChannels * list, 16 * outputChannels * list],
    outputChannels * 2 * rows * width,
  ].map((values) => allocator.allocate(values * bytes));
  const [transform, transformFilters, transformBack] = ["Input", "Filters", "Output"].map((name) =>
    backend.fn(`winograd${name}`),
  );
  const [inPlace, outPlace] = [inputChannels * list * bytes, outputChannels * list * bytes];

  /** Some rows of tiles of one image, from the input at `from` to the output at `to`. */
  const runStripe = (from: number, to: number, first: number) => {
    const some = Math.min(rows, tileRows - first);
    const [row, channel] = [layout.spatial[0] * bytes, layout.channel * bytes];
    const start = from + 2 * first * row;
    transform(start, row, channel, inputChannels, some, columns, tiles, inPlace, list * bytes);
    const multiply = planProduct(backend, {
      rows: [[outputChannels, inputChannels, list]],
      columns: [[some * columns, 1, 1]],
      steps: [[inputChannels, 1, list]],
    });
    for (let place = 0; place < 16; place++)
      multiply(filters + place * pairs * bytes, tiles + place * inPlace, sums + place * outPlace);
    const plane = 2 * rows * width * bytes;
    transformBack(sums, outPlace, list * bytes, outputChannels, some, columns, planes, width * bytes, plane);
    copyRows(backend, planes, to + 2 * first * conv.y.spatial[0] * bytes, [
      [outputChannels, 2 * rows * width, conv.y.channel],
      [Math.min(2 * some, down.output - 2 * first), width, conv.y.spatial[0]],
      [across.output, 1, conv.y.spatial[1]],
    ]);
  };

  for (let g = 0; g < groups; g++) {
    copyRows(backend, w + g * filter.group * bytes, taps, [
      [3, filter.spatial[0], 3 * pairs],
      [3, filter.spatial[1], pairs],
      [outputChannels, filter.output, inputChannels],
      [inputChannels, filter.input, 1],
    ]);
    transformFilters(taps, pairs, filters, pairs * bytes);
    for (let b = 0; b < batch; b++) {
      const from = address + (b * layout.batch + g * inputChannels * layout.channel) * bytes;
      const to = y + (b * conv.y.batch + g * outputChannels * conv.y.channel) * bytes;
      for (let first = 0; first < tileRows; first += rows) runStripe(from, to, first);
    }
  }
  for (const block of [taps, filters, tiles, sums, planes]) allocator.release(block);
  release();
}
