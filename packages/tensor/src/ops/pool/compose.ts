// Maxima of windows by other ops, for backends without our kernels: one image for each pixel of a window, of what stands
// there in every window.

import type { NamedAttrMap } from "@tensorflow/tfjs-core";
import type { MaxPool2dAttrs } from "../../kernel-names.js";
import { run } from "../../run.js";
import type { Tensor } from "../../tensor-type.js";
import { add, maximum, mul, sub } from "../binary.js";
import { equal } from "../compare.js";
import { cast, reshape, slice } from "../shape.js";

type Inputs = Readonly<Record<string, Tensor>>;

/** Below every float32, but for -∞, which not every graphics processor knows. */
const lowest = -3.4028234663852886e38;

/** Extents of the image in which every window lies whole: the pads, the image, and what the windows reach beyond. */
function frame({ shape: [, , height, width] }: Tensor, { padding, ...attrs }: MaxPool2dAttrs) {
  const [rows, columns] = [height, width].map((extent, d) => {
    const reach =
      (attrs.outputSize[d] - 1) * attrs.stride[d] + (attrs.kernelSize[d] - 1) * attrs.dilation[d] + 1;
    return Math.max(padding[2 * d] + extent + padding[2 * d + 1], reach);
  });
  const after = [rows - padding[0] - height, columns - padding[2] - width];
  return {
    rows,
    columns,
    pads: [
      [0, 0],
      [0, 0],
      [padding[0], after[0]],
      [padding[2], after[1]],
    ],
  };
}

/** Each place in a window, row by row. */
function places({ kernelSize: [kh, kw], dilation }: MaxPool2dAttrs): [number, number][] {
  return Array.from({ length: kh * kw }, (_, t) => [
    Math.floor(t / kw) * dilation[0],
    (t % kw) * dilation[1],
  ]);
}

/** The images of each place in the windows. */
function taps(x: Tensor, attrs: MaxPool2dAttrs, outside: number): Tensor[] {
  const { pads } = frame(x, attrs);
  const padded = run("PadV2", { x }, { paddings: pads, constantValue: outside });
  const { outputSize, stride } = attrs;
  return places(attrs).map(([row, column]) => {
    const begin = [0, 0, row, column];
    const end = [
      ...x.shape.slice(0, 2),
      row + (outputSize[0] - 1) * stride[0] + 1,
      column + (outputSize[1] - 1) * stride[1] + 1,
    ];
    const masks = { beginMask: 0, endMask: 0, ellipsisMask: 0, newAxisMask: 0, shrinkAxisMask: 0 };
    return run("StridedSlice", { x: padded }, { begin, end, strides: [1, 1, ...stride], ...masks });
  });
}

/** For each place 1 where it is the first largest of its window, else 0. */
function winners(x: Tensor, attrs: MaxPool2dAttrs): Tensor[] {
  const images = taps(x, attrs, lowest);
  const largest = images.reduce((a, b) => maximum(a, b));
  let open: Tensor | undefined;
  return images.map((image) => {
    const here = cast(equal(image, largest), "float32");
    const wins = open ? mul(here, open) : here;
    open = open ? sub(open, wins) : sub(1, wins);
    return wins;
  });
}

/** Puts values `stride` pixels apart, the first at (row, column) of the frame: the transpose of one tap. */
function spread(
  y: Tensor,
  [row, column]: [number, number],
  rows: number,
  columns: number,
  attrs: MaxPool2dAttrs,
) {
  const [b, c, height, width] = y.shape;
  const [down, across] = attrs.stride;
  const zeros = (x: Tensor, paddings: number[][]) => run("PadV2", { x }, { paddings, constantValue: 0 });
  const wide = zeros(reshape(y, [b * c, height, width, 1]), [
    [0, 0],
    [0, 0],
    [0, 0],
    [0, across - 1],
  ]);
  const high = zeros(reshape(wide, [b * c, height, 1, width * across]), [
    [0, 0],
    [0, 0],
    [0, down - 1],
    [0, 0],
  ]);
  const tall = reshape(high, [b * c, height * down, width * across]);
  const [lastRow, lastColumn] = [(height - 1) * down + 1, (width - 1) * across + 1];
  const exact = slice(tall, [0, 0, 0], [b * c, lastRow, lastColumn]);
  const paddings = [
    [0, 0],
    [row, rows - row - lastRow],
    [column, columns - column - lastColumn],
  ];
  return zeros(exact, paddings);
}

export function composeMaxPool({ x }: Inputs, rawAttrs: NamedAttrMap): Tensor {
  return taps(x, rawAttrs as unknown as MaxPool2dAttrs, lowest).reduce((a, b) => maximum(a, b));
}

export function composeMaxPoolTake({ g, x }: Inputs, rawAttrs: NamedAttrMap): Tensor {
  const attrs = rawAttrs as unknown as MaxPool2dAttrs;
  const values = taps(g, attrs, 0);
  return winners(x, attrs)
    .map((wins, t) => mul(wins, values[t]))
    .reduce((a, b) => add(a, b));
}

export function composeMaxPoolGradient({ dy, x }: Inputs, rawAttrs: NamedAttrMap): Tensor {
  const attrs = rawAttrs as unknown as MaxPool2dAttrs;
  const { rows, columns } = frame(x, attrs);
  const at = places(attrs);
  const whole = winners(x, attrs)
    .map((wins, t) => spread(mul(wins, dy), at[t], rows, columns, attrs))
    .reduce((a, b) => add(a, b));
  const [b, c, height, width] = x.shape;
  const image = slice(whole, [0, attrs.padding[0], attrs.padding[2]], [b * c, height, width]);
  return reshape(image, [b, c, height, width]);
}
