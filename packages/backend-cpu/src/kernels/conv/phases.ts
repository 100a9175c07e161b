import type { Convolution, SpatialAxis } from "./geometry.js";

/**
 * The inputs q = offset + j · stride along an axis: they meet the taps first + n · step, and those at the outputs
 * start + j - n · back.
 */
interface Phase {
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
function phasesOf({ input, taps, stride, dilation, before }: SpatialAxis): Phase[] {
  const step = stride / gcd(stride, dilation);
  return Array.from({ length: Math.min(stride, input) }, (_, offset) => {
    const tap = Array.from({ length: Math.min(step, taps) }, (_, t) => t).find(
      (t) => (offset + before - t * dilation) % stride === 0,
    );
    const first = tap ?? 0;
    return {
      offset,
      count: Math.ceil((input - offset) / stride),
      first,
      step,
      taps: tap === undefined ? 0 : Math.ceil((taps - first) / step),
      start: tap === undefined ? 0 : (offset + before - first * dilation) / stride,
      back: (step * dilation) / stride,
    };
  });
}

/** All ways to choose one element of each list. */
function choices<T>(lists: readonly (readonly T[])[]): T[][] {
  return lists.reduce<T[][]>(
    (chosen, list) => chosen.flatMap((items) => list.map((item) => [...items, item])),
    [[]],
  );
}

const dot = (values: readonly number[], strides: readonly number[]) =>
  values.reduce((total, v, d) => total + v * strides[d], 0);

/** One convolution of an input's gradient, and how far into the filters and the result it begins, in values. */
export interface GradientPart {
  readonly conv: Convolution;
  readonly filterOffset: number;
  readonly outputOffset: number;
}

/**
 * The gradient of a convolution's input is a convolution of y's gradient with the filters, turned round; with strides it is
 * one for each phase of the strides, with the taps that meet it. So these parts need no code but that for convolutions.
 */
export function inputGradientParts(conv: Convolution): GradientPart[] {
  const { axes, filter } = conv;
  return choices(axes.map(phasesOf)).map((phases) => ({
    filterOffset: dot(
      phases.map(({ first, step, taps }) => first + Math.max(0, taps - 1) * step),
      filter.spatial,
    ),
    outputOffset: dot(
      phases.map(({ offset }) => offset),
      conv.x.spatial,
    ),
    conv: {
      batch: conv.batch,
      groups: conv.groups,
      inputChannels: conv.outputChannels,
      outputChannels: conv.inputChannels,
      axes: phases.map(({ count, taps, back, start }, d) => ({
        input: axes[d].output,
        output: count,
        taps,
        stride: 1,
        dilation: back,
        before: (taps - 1) * back - start,
      })),
      x: conv.y,
      y: { ...conv.x, spatial: conv.x.spatial.map((stride, d) => stride * axes[d].stride) },
      filter: {
        group: filter.group,
        input: filter.output,
        output: filter.input,
        spatial: filter.spatial.map((stride, d) => -stride * phases[d].step),
      },
    },
  }));
}
