import { invalidArgument, ShapeError } from "../../errors.js";
import type { Padding } from "../../image-types.js";
import type { Conv2dAttrs } from "../../kernel-names.js";
import type { Tensor } from "../../tensor-type.js";

/** One number for both axes, or `[down, across]`. */
export type PerAxis = number | readonly [down: number, across: number];

/**
 * Zeros around an image: one number for all sides, `[down, across]`, `[top, bottom, left, right]`, `"valid"` for none, or
 * `"same"` for an output as large as the input (the odd one goes below and to the right; only with a stride of 1).
 */
export type ConvPadding = "same" | "valid" | PerAxis | Padding;

export interface Conv2dOptions {
  /** How many pixels the filter moves on from output to output; default 1. */
  readonly stride?: PerAxis;
  /** Default 0. */
  readonly padding?: ConvPadding;
  /** How many pixels apart the filter's taps are; default 1. */
  readonly dilation?: PerAxis;
  /** The channels are split into so many groups, and so are the filters; default 1. */
  readonly groups?: number;
  /** A number for each filter, added to its outputs. */
  readonly bias?: Tensor;
}

/** Two whole numbers of at least `least`. */
export function perAxis(name: string, value: PerAxis, least: number): readonly [number, number] {
  const pair = typeof value === "number" ? ([value, value] as const) : value;
  if (pair.length !== 2 || pair.some((n) => !Number.isInteger(n) || n < least)) {
    throw invalidArgument(name, value, `a whole number of at least ${least}, or two of them [down, across]`);
  }
  return [pair[0], pair[1]];
}

/** Zeros on each side, from what the caller said. */
export function sides(
  padding: ConvPadding,
  kernel: readonly [number, number],
  dilation: readonly [number, number],
  stride: readonly [number, number],
): Padding {
  if (padding === "valid") return [0, 0, 0, 0];
  if (padding === "same") {
    if (stride[0] !== 1 || stride[1] !== 1)
      throw invalidArgument("padding", padding, "numbers, where the stride is not 1");
    const [down, across] = kernel.map((taps, d) => (taps - 1) * dilation[d]);
    return [down >> 1, down - (down >> 1), across >> 1, across - (across >> 1)];
  }
  const numbers = typeof padding === "number" ? [padding] : Array.from(padding);
  if (![1, 2, 4].includes(numbers.length) || numbers.some((n) => !Number.isInteger(n) || n < 0)) {
    const wanted = '"same", "valid", or one, two or four whole numbers, none negative';
    throw invalidArgument("padding", padding, wanted);
  }
  const [a, b = a, c = b, d = c] = numbers;
  return numbers.length === 4 ? [a, b, c, d] : [a, a, b, b];
}

/** The extent of a convolution's output along an axis; 0 or less where the filter does not fit. */
export function outputExtent(padded: number, taps: number, stride: number, dilation: number): number {
  return Math.floor((padded - (taps - 1) * dilation - 1) / stride) + 1;
}

/** Height and width of a convolution's output. */
export function outputSize(
  [height, width]: readonly number[],
  [kh, kw]: readonly number[],
  { stride, dilation, padding: [top, bottom, left, right] }: Omit<Conv2dAttrs, "groups">,
): [number, number] {
  return [
    outputExtent(height + top + bottom, kh, stride[0], dilation[0]),
    outputExtent(width + left + right, kw, stride[1], dilation[1]),
  ];
}

const show = (t: Tensor) => `[${t.shape.join(", ")}]`;

export function expectImage(op: string, x: Tensor): void {
  if (x.rank !== 4)
    throw new ShapeError(`${op}() needs an image [batch, channel, height, width], but got ${show(x)}.`);
}

/** Throws unless `x` has `channels` channels, and the weights make `groups` equal groups. */
export function checkFilters(op: string, x: Tensor, weight: Tensor, groups: number, channels: number): void {
  if (weight.rank !== 4)
    throw new ShapeError(`${op}() needs 4-D filters, [out, in, height, width], but got ${show(weight)}.`);
  if (!Number.isInteger(groups) || groups < 1)
    throw invalidArgument("groups", groups, "a whole number of at least 1");
  if (x.shape[1] !== channels || weight.shape[0] % groups !== 0) {
    throw new ShapeError(
      `${op}() with ${groups} group(s): filters ${show(weight)} expect ${channels} channel(s), the image ${show(x)} has ${x.shape[1]}.`,
    );
  }
}
