import * as T from "@plenoptic/tensor";
import { arrayOf, at, type NumberArray, sizeOf, spread } from "../arrays.js";
import type { OpCase } from "../types.js";
import { convolve } from "./convolutions.js";

/** A true remainder, never negative. */
const modulo = (i: number, n: number) => ((i % n) + n) % n;

/** The pixel of an axis that stands at position `i` beyond its ends, or undefined where the constant does. */
function continued(i: number, extent: number, mode: T.PadMode): number | undefined {
  if (mode === "circular") return modulo(i, extent);
  if (mode === "replicate") return Math.min(extent - 1, Math.max(0, i));
  if (mode === "constant") return i >= 0 && i < extent ? i : undefined;
  // To and fro between the ends, whose pixels are not repeated.
  const period = Math.max(1, 2 * (extent - 1));
  const k = modulo(i, period);
  return Math.min(k, period - k);
}

/** Where each pixel of a padded image comes from. */
function sourceOf([b, c, i, j]: number[], shape: readonly number[], padding: T.Padding, mode: T.PadMode) {
  const row = continued(i - padding[0], shape[2], mode);
  const column = continued(j - padding[2], shape[3], mode);
  return row === undefined || column === undefined ? undefined : [b, c, row, column];
}

const paddedShape = ([b, c, h, w]: readonly number[], [top, bottom, left, right]: T.Padding) => [
  b,
  c,
  h + top + bottom,
  w + left + right,
];

export function pad(x: NumberArray, padding: T.Padding, mode: T.PadMode, value = 0): NumberArray {
  return arrayOf(paddedShape(x.shape, padding), (index) => {
    const source = sourceOf(index, x.shape, padding, mode);
    return source ? at(x, source) : value;
  });
}

/** Adds each pixel of a padded image to the one that it is a copy of. */
function fold(dy: NumberArray, padding: T.Padding, mode: T.PadMode, shape: readonly number[]): NumberArray {
  const values = new Float64Array(sizeOf(shape));
  arrayOf(dy.shape, (index) => {
    const source = sourceOf(index, shape, padding, mode);
    if (source) values[source.reduce((p, k, axis) => p * shape[axis] + k, 0)] += at(dy, index);
    return 0;
  });
  return { shape, values };
}

export const padModes: readonly T.PadMode[] = ["reflect", "circular", "replicate", "constant"];

interface Pad {
  readonly shape: readonly number[];
  readonly padding: T.Padding;
  readonly differentiate?: boolean;
}

export const pads: readonly Pad[] = [
  { shape: [1, 2, 4, 5], padding: [1, 2, 3, 0], differentiate: true },
  // As far as reflection goes, and further than a vector register.
  { shape: [2, 1, 5, 7], padding: [4, 4, 6, 6] },
  { shape: [1, 1, 17, 35], padding: [0, 3, 9, 16] },
  { shape: [1, 1, 3, 3], padding: [0, 0, 0, 0] },
];

const padded: readonly OpCase[] = padModes.flatMap((mode) =>
  pads.flatMap(({ shape, padding, differentiate = false }): OpCase[] => {
    const title = `${mode} of [${shape.join(", ")}] by [${padding.join(", ")}]`;
    const tried = differentiate ? { differentiate: [0] } : {};
    const value = mode === "constant" ? 0.75 : 0;
    return [
      {
        ops: ["pad2d"],
        title,
        inputs: [spread(shape, -1, 2)],
        apply: (x) => T.pad2d(x, padding, mode, value),
        oracle: (x) => pad(x, padding, mode, value),
        exact: true,
        ...tried,
      },
      {
        ops: ["pad2dAdjoint"],
        title,
        inputs: [spread(paddedShape(shape, padding), -1, 2)],
        apply: (dy) => T.pad2dAdjoint(dy, padding, mode, shape),
        oracle: (dy) => fold(dy, padding, mode, shape),
        ...tried,
      },
    ];
  }),
);

/** Filters of `terms` rank-one terms; the output k reads the channel `channels[k]`. */
export function filtersOf(
  channels: readonly number[],
  terms: number,
  kh: number,
  kw: number,
): T.SeparableFilters {
  return channels.map((channel, k) => ({
    channel,
    terms: Array.from({ length: terms }, (_, t) => ({
      vertical: spread([kh], -1, 1.5, 11 + 3 * k + t).values,
      horizontal: spread([kw], -1, 1.5, 17 + 5 * k + t).values,
    })),
  }));
}

/** The 2-D taps of a filter that reads one channel of several, and what it gives. */
function filtered(x: NumberArray, filters: T.SeparableFilters): NumberArray {
  const [batch, channels, height, width] = x.shape;
  const [kh, kw] = [filters[0].terms[0].vertical.length, filters[0].terms[0].horizontal.length];
  const weight = arrayOf([filters.length, channels, kh, kw], ([k, c, u, v]) =>
    filters[k].channel === c
      ? filters[k].terms.reduce((sum, { vertical, horizontal }) => sum + vertical[u] * horizontal[v], 0)
      : 0,
  );
  return convolve({ shape: [batch, channels, height, width], values: x.values }, weight);
}

export interface Filtering {
  readonly title: string;
  readonly shape: readonly number[];
  readonly filters: T.SeparableFilters;
  readonly padding: T.Padding;
  readonly differentiate?: boolean;
  /** Default: all. */
  readonly modes?: readonly T.PadMode[];
}

export const filterings: readonly Filtering[] = [
  {
    title: "one term",
    shape: [1, 1, 6, 7],
    filters: filtersOf([0], 1, 3, 4),
    padding: [1, 1, 2, 1],
    differentiate: true,
  },
  {
    title: "two terms, three outputs of two channels, a batch",
    shape: [2, 2, 5, 6],
    filters: filtersOf([0, 1, 0], 2, 3, 2),
    padding: [2, 1, 0, 3],
    differentiate: true,
  },
  {
    title: "a channel that nobody reads",
    shape: [1, 3, 5, 5],
    filters: filtersOf([2, 0], 1, 2, 2),
    padding: [1, 1, 1, 1],
  },
  { title: "one tap", shape: [1, 2, 4, 5], filters: filtersOf([0, 1], 1, 1, 1), padding: [0, 0, 0, 0] },
  { title: "a row of taps", shape: [1, 1, 9, 11], filters: filtersOf([0], 3, 1, 5), padding: [0, 0, 2, 2] },
  {
    title: "taps for every pixel",
    shape: [1, 1, 17, 19],
    filters: filtersOf([0], 2, 16, 17),
    padding: [7, 8, 8, 8],
  },
  {
    title: "31×30 taps",
    modes: ["reflect"],
    shape: [1, 1, 33, 37],
    filters: filtersOf([0, 0], 1, 31, 30),
    padding: [15, 15, 14, 15],
  },
];

const separable: readonly OpCase[] = filterings.flatMap(
  ({ title, shape, filters, padding, differentiate, modes = padModes }) =>
    modes.map(
      (mode): OpCase => ({
        ops: ["separableFilter"],
        title: `${title}, ${mode}`,
        inputs: [spread(shape, -1, 2)],
        apply: (x) => T.separableFilter(x, filters, padding, mode),
        oracle: (x) => filtered(pad(x, padding, mode), filters),
        // The adjoint is compared with its composition in all modes.
        ...(differentiate && mode === "reflect" ? { differentiate: [0] } : {}),
      }),
    ),
);

export const imageCases: readonly OpCase[] = [...padded, ...separable];
