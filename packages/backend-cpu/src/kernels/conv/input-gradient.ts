import type { CpuBackend } from "../../backend.js";
import { type Axis, planProduct } from "../gemm.js";
import type { Convolution, SpatialAxis } from "./geometry.js";
import { padImages } from "./padded.js";

/**
 * The inputs q = offset + j · stride along an axis, which all meet the same taps first + n · step, and that at the
 * outputs start + j - n · back.
 */
export interface Phase {
  readonly offset: number;
  readonly count: number;
  readonly first: number;
  readonly step: number;
  readonly taps: number;
  readonly start: number;
  readonly back: number;
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

/** An input q meets tap t at the output (q + before - t · dilation) / stride, where that is whole. */
export function phasesOf({ input, taps, stride, dilation, before }: SpatialAxis): Phase[] {
  const step = stride / gcd(stride, dilation);
  const phases: Phase[] = [];
  for (let offset = 0; offset < Math.min(stride, input); offset++) {
    const meets = (t: number) => (offset + before - t * dilation) % stride === 0;
    let first = 0;
    while (first < step && !meets(first)) first++;
    const has = first < Math.min(step, taps);
    phases.push({
      offset,
      count: Math.ceil((input - offset) / stride),
      first: has ? first : 0,
      step,
      taps: has ? Math.ceil((taps - first) / step) : 0,
      start: has ? (offset + before - first * dilation) / stride : 0,
      back: (step * dilation) / stride,
    });
  }
  return phases;
}

/** Zeros that the outputs need before and after, so that every phase finds what it reads. */
export function padsFor(phases: readonly Phase[], output: number): readonly [number, number] {
  let [before, after] = [0, 0];
  for (const { count, taps, start, back } of phases) {
    if (taps === 0) continue;
    before = Math.max(before, (taps - 1) * back - start);
    after = Math.max(after, start + count - output);
  }
  return [before, after];
}

/** All ways to choose one element of each list. */
function* choices<T>(lists: readonly (readonly T[])[]): Generator<T[]> {
  const [first, ...rest] = lists;
  if (!first) yield [];
  else for (const item of first) for (const others of choices(rest)) yield [item, ...others];
}

const dot = (values: readonly number[], strides: readonly number[]) =>
  values.reduce((total, v, d) => total + v * strides[d], 0);

/**
 * The input's gradient from that of y: for each phase of the strides a convolution of dy with the taps that meet it. All
 * arguments but the last two are addresses.
 */
export function inputGradient(
  dy: number,
  w: number,
  dx: number,
  conv: Convolution,
  backend: CpuBackend,
): void {
  const { batch, groups, axes, filter, x } = conv;
  const bytes = backend.floatBytes;
  const phases = axes.map(phasesOf);
  const pads = axes.map(({ output }, d) => padsFor(phases[d], output));
  const outputs = axes.map(({ output }) => output);
  const shape = { batch, channels: groups * conv.outputChannels, spatial: outputs };
  const padded = padImages(backend, dy, shape, conv.y, pads);
  const from = padded.layout;
  for (const phase of choices(phases)) {
    const taps = phase.map((p, d): Axis => [p.taps, -p.back * from.spatial[d], p.step * filter.spatial[d]]);
    const channels: Axis = [conv.outputChannels, from.channel, filter.output];
    const multiply = planProduct(backend, {
      rows: [
        [batch, from.batch, x.batch],
        ...phase.map((p, d): Axis => [p.count, from.spatial[d], axes[d].stride * x.spatial[d]]),
      ],
      columns: [[conv.inputChannels, filter.input, x.channel]],
      steps: from.channel === 1 ? [...taps, channels] : [channels, ...taps],
    });
    const start = dot(
      phase.map((p, d) => p.start + pads[d][0]),
      from.spatial,
    );
    const first = dot(
      phase.map((p) => p.first),
      filter.spatial,
    );
    const offset = dot(
      phase.map((p) => p.offset),
      x.spatial,
    );
    for (let g = 0; g < groups; g++) {
      multiply(
        padded.address + (start + g * conv.outputChannels * from.channel) * bytes,
        w + (first + g * conv.outputChannels * filter.output) * bytes,
        dx + (offset + g * conv.inputChannels * x.channel) * bytes,
      );
    }
  }
  padded.release();
}
