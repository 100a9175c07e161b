// Convolutions with wide filters by the convolution theorem: a correlation is the product of a spectrum with the conjugate
// of the filter's. Its cost does not grow with the filter.

import type { CpuBackend } from "../../backend.js";
import { halfOf, type Parts, transformReal, transformRealAdjoint } from "../fft.js";
import { radicesOf } from "../fft-tables.js";
import type { Convolution } from "./geometry.js";
import { copyRows, padInput } from "./padded.js";

/** Measured nanoseconds, of which only the ratios matter: a multiplication and addition in the plane, */
const planeNs = 0.17;
/** a value of a real transform for each doubling of its size, */
const transformNs = 0.085;
/** a value of a product of spectra, zeros, and copies, */
const valueNs = 1.2;
/** and what a transform takes however small it is. */
const callNs = 15_000;

/** Beyond so many bytes of spectra the transforms leave the caches, and the machine's memory. */
const mostBytes = 2 ** 26;

/** Extents of a transform that holds all inputs of an axis, so that nothing comes round the other side. */
function extentFor({ output, taps }: Convolution["axes"][number]): number {
  // Primes above 5 are slow; an even extent suits real rows.
  const isSwift = (extent: number) =>
    extent % 2 === 0 && (radicesOf(extent) ?? [7]).every((radix) => radix <= 5);
  let extent = output + taps - 1;
  while (!isSwift(extent)) extent++;
  return extent;
}

/** Planes that go through a transform: inputs, filters and outputs. */
const planesOf = ({ batch, groups, inputChannels, outputChannels }: Convolution) =>
  groups * (batch * (inputChannels + outputChannels) + inputChannels * outputChannels);

/** Whether transforms are the faster way. */
export function isWide(conv: Convolution, backend: CpuBackend): boolean {
  const { axes, batch, groups, inputChannels, outputChannels } = conv;
  if (axes.length !== 2 || axes.some(({ stride, dilation }) => stride !== 1 || dilation !== 1)) return false;
  const [down, across] = axes;
  const pairs = batch * groups * inputChannels * outputChannels;
  const inPlane = pairs * down.output * across.output * down.taps * across.taps * planeNs;
  // Most convolutions are told apart by this alone.
  if (inPlane < 3 * callNs) return false;
  const size = extentFor(down) * extentFor(across);
  const planes = planesOf(conv);
  if (planes * size * backend.floatBytes > mostBytes) return false;
  const bySpectra =
    planes * (size * (Math.log2(size) * transformNs + valueNs) + callNs) + pairs * size * valueNs;
  return inPlane > 1.5 * bySpectra;
}

interface Spectra {
  readonly parts: Parts;
  release(): void;
}

function allocateSpectra(planes: number, height: number, width: number, backend: CpuBackend): Spectra {
  const bytes = planes * height * halfOf(width) * backend.floatBytes;
  const parts: Parts = [backend.allocator.allocate(bytes), backend.allocator.allocate(bytes)];
  return { parts, release: () => parts.forEach((part) => void backend.allocator.release(part)) };
}

/** The spectra of planes that `copy` puts between zeros. */
function spectraOf(
  planes: number,
  [height, width]: readonly [number, number],
  backend: CpuBackend,
  copy: (to: number) => void,
): Spectra {
  const bytes = planes * height * width * backend.floatBytes;
  const address = backend.allocator.allocate(bytes);
  const spectra = allocateSpectra(planes, height, width, backend);
  new Uint8Array(backend.wasm.memory.buffer, address, bytes).fill(0);
  copy(address);
  transformReal({ planes, height, width }, { scale: 1, weight: 1 }, address, spectra.parts, backend);
  backend.allocator.release(address);
  return spectra;
}

/** y from x and w, all given as addresses; in two dimensions, with strides and dilations of 1. */
export function forwardBySpectra(
  x: number,
  w: number,
  y: number,
  conv: Convolution,
  backend: CpuBackend,
): void {
  const { batch, groups, inputChannels, outputChannels, axes, filter } = conv;
  const [down, across] = axes;
  const size = [extentFor(down), extentFor(across)] as const;
  const [height, width] = size;
  const plane = height * width;
  const [inputs, outputs] = [groups * inputChannels, groups * outputChannels];

  const padded = padInput(x, conv, backend);
  const images = spectraOf(batch * inputs, size, backend, (to) =>
    copyRows(backend, padded.address, to, [
      [batch, padded.layout.batch, inputs * plane],
      [inputs, padded.layout.channel, plane],
      [down.output + down.taps - 1, padded.layout.spatial[0], width],
      [across.output + across.taps - 1, padded.layout.spatial[1], 1],
    ]),
  );
  padded.release();
  const filters = spectraOf(outputs * inputChannels, size, backend, (to) =>
    copyRows(backend, w, to, [
      [groups, filter.group, outputChannels * inputChannels * plane],
      [outputChannels, filter.output, inputChannels * plane],
      [inputChannels, filter.input, plane],
      [down.taps, filter.spatial[0], width],
      [across.taps, filter.spatial[1], 1],
    ]),
  );
  const results = allocateSpectra(batch * outputs, height, width, backend);
  multiply(conv, height * halfOf(width), images.parts, filters.parts, results.parts, backend);
  images.release();
  filters.release();
  const target = backend.allocator.allocate(batch * outputs * plane * backend.floatBytes);
  const inverse = { scale: 1 / plane, weight: 2 } as const;
  transformRealAdjoint({ planes: batch * outputs, height, width }, inverse, results.parts, target, backend);
  results.release();
  copyRows(backend, target, y, [
    [batch, outputs * plane, conv.y.batch],
    [outputs, plane, conv.y.channel],
    [down.output, width, conv.y.spatial[0]],
    [across.output, 1, conv.y.spatial[1]],
  ]);
  backend.allocator.release(target);
}

/** Each output's spectrum: the sum over its group's input channels. */
function multiply(
  { batch, groups, inputChannels, outputChannels }: Convolution,
  count: number,
  images: Parts,
  filters: Parts,
  results: Parts,
  backend: CpuBackend,
): void {
  const product = backend.fn("conjugateProduct");
  const at = (parts: Parts, plane: number) => parts.map((part) => part + plane * count * backend.floatBytes);
  for (let b = 0; b < batch; b++) {
    for (let o = 0; o < groups * outputChannels; o++) {
      const group = Math.floor(o / outputChannels);
      for (let c = 0; c < inputChannels; c++) {
        const from = at(images, (b * groups + group) * inputChannels + c);
        const to = at(results, b * groups * outputChannels + o);
        product(...from, ...at(filters, o * inputChannels + c), ...to, count, Number(c > 0));
      }
    }
  }
}
