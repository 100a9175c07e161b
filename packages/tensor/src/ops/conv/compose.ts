// Convolutions of tfjs's kernels, for backends without ours. Not every backend of tfjs's pads explicitly, or dilates where
// a gradient is asked for, so zeros are put around the image, and between the taps of the filters, beforehand.

import type { NamedAttrMap } from "@tensorflow/tfjs-core";
import type { Padding } from "../../image-types.js";
import type { Conv2dAttrs, Conv2dInputGradientAttrs, Conv2dWeightGradientAttrs } from "../../kernel-names.js";
import { run } from "../../run.js";
import type { Tensor } from "../../tensor-type.js";
import { pad2d } from "../pad2d.js";
import { concat, reshape, slice, transpose } from "../shape.js";

type Inputs = Readonly<Record<string, Tensor>>;
type Pair = readonly [number, number];

const toPixels = (x: Tensor): Tensor => transpose(x, [0, 2, 3, 1]);
const toPlanes = (x: Tensor): Tensor => transpose(x, [0, 3, 1, 2]);

function zerosAfter(x: Tensor, axis: number, count: number): Tensor {
  const paddings = x.shape.map((_, i) => [0, i === axis ? count : 0]);
  return run("PadV2", { x }, { paddings, constantValue: 0 });
}

/** n - 1 zeros after each row and column, those after the last cut off. */
function spreadTaps(weight: Tensor, [down, across]: Pair): Tensor {
  const [k, c, kh, kw] = weight.shape;
  const planes = k * c;
  let [y, height, width] = [weight, kh, kw];
  if (across > 1) {
    const wide = reshape(zerosAfter(reshape(y, [planes * kh, kw, 1]), 2, across - 1), [
      planes,
      kh,
      kw * across,
    ]);
    width = (kw - 1) * across + 1;
    y = slice(wide, [0, 0, 0], [planes, kh, width]);
  }
  if (down > 1) {
    const rows = reshape(y, [planes, kh, 1, width]);
    const high = reshape(zerosAfter(rows, 2, down - 1), [planes, kh * down, width]);
    height = (kh - 1) * down + 1;
    y = slice(high, [0, 0, 0], [planes, height, width]);
  }
  return reshape(y, [k, c, height, width]);
}

/** The transpose of {@link spreadTaps}: every n-th row and column. */
function gatherTaps(weight: Tensor, [down, across]: Pair, [kh, kw]: Pair): Tensor {
  const [k, c, height, width] = weight.shape;
  const planes = k * c;
  let y = reshape(weight, [planes, height, width]);
  if (down > 1) {
    const rows = reshape(zerosAfter(y, 1, kh * down - height), [planes, kh, down, width]);
    y = reshape(slice(rows, [0, 0, 0, 0], [planes, kh, 1, width]), [planes, kh, width]);
  }
  if (across > 1) {
    const columns = reshape(zerosAfter(y, 2, kw * across - width), [planes * kh, kw, across]);
    y = slice(columns, [0, 0, 0], [planes * kh, kw, 1]);
  }
  return reshape(y, [k, c, kh, kw]);
}

/** tfjs's order of a filter's axes: rows, columns, input channels, output channels. */
const toTfjs = (weight: Tensor): Tensor => transpose(weight, [2, 3, 1, 0]);
const fromTfjs = (filter: Tensor): Tensor => transpose(filter, [3, 2, 0, 1]);

/** The same of depthwise filters: rows, columns, channels, filters of a channel. */
function toTfjsDepthwise(weight: Tensor, channels: number): Tensor {
  const [k, , kh, kw] = weight.shape;
  return transpose(reshape(weight, [channels, k / channels, kh, kw]), [2, 3, 0, 1]);
}

function fromTfjsDepthwise(filter: Tensor): Tensor {
  const [kh, kw, channels, each] = filter.shape;
  return reshape(transpose(filter, [2, 3, 0, 1]), [channels * each, 1, kh, kw]);
}

/** libtensorflow's depthwise kernels have one stride for both axes. */
const isDepthwise = (channels: number, { groups, stride }: Conv2dAttrs): boolean =>
  groups > 1 && groups === channels && stride[0] === stride[1];

/** Part `g` of `groups` equal ones along an axis. */
function part(x: Tensor, axis: number, g: number, groups: number): Tensor {
  if (groups === 1) return x;
  const size = x.shape.map((extent, i) => (i === axis ? extent / groups : extent));
  return slice(
    x,
    x.shape.map((_, i) => (i === axis ? g * size[axis] : 0)),
    size,
  );
}

const eachGroup = (groups: number, axis: number, make: (g: number) => Tensor): Tensor =>
  concat(
    Array.from({ length: groups }, (_, g) => make(g)),
    axis,
  );

const kernelAttrs = ({ stride }: Conv2dAttrs) => ({
  strides: [...stride],
  pad: "valid",
  dataFormat: "NHWC",
  dilations: [1, 1],
});

function padded(x: Tensor, padding: Padding): Tensor {
  return padding.some((n) => n > 0) ? pad2d(x, padding) : x;
}

export function composeConv2d({ x, weight }: Inputs, rawAttrs: NamedAttrMap): Tensor {
  const attrs = rawAttrs as unknown as Conv2dAttrs;
  const { groups } = attrs;
  const taps = spreadTaps(weight, attrs.dilation);
  const image = toPixels(padded(x, attrs.padding));
  if (isDepthwise(x.shape[1], attrs)) {
    const filter = toTfjsDepthwise(taps, groups);
    return toPlanes(run("DepthwiseConv2dNative", { x: image, filter }, kernelAttrs(attrs)));
  }
  const make = (g: number) => {
    const inputs = { x: part(image, 3, g, groups), filter: toTfjs(part(taps, 0, g, groups)) };
    return run("Conv2D", inputs, kernelAttrs(attrs));
  };
  return toPlanes(eachGroup(groups, 3, make));
}

export function composeInputGradient({ dy, weight }: Inputs, rawAttrs: NamedAttrMap): Tensor {
  const attrs = rawAttrs as unknown as Conv2dInputGradientAttrs;
  const { groups, inputSize, padding } = attrs;
  const [top, bottom, left, right] = padding;
  const taps = spreadTaps(weight, attrs.dilation);
  const upstream = toPixels(dy);
  const [batch, channels] = [dy.shape[0], weight.shape[1] * groups];
  const [height, width] = [inputSize[0] + top + bottom, inputSize[1] + left + right];
  const withShape = (count: number) => ({
    ...kernelAttrs(attrs),
    inputShape: [batch, height, width, count],
  });
  const make = (g: number) => {
    const inputs = { dy: part(upstream, 3, g, groups), filter: toTfjs(part(taps, 0, g, groups)) };
    return run("Conv2DBackpropInput", inputs, withShape(channels / groups));
  };
  const dx = isDepthwise(channels, attrs)
    ? run(
        "DepthwiseConv2dNativeBackpropInput",
        { dy: upstream, filter: toTfjsDepthwise(taps, groups) },
        withShape(channels),
      )
    : eachGroup(groups, 3, make);
  return slice(toPlanes(dx), [0, 0, top, left], [batch, channels, ...inputSize]);
}

export function composeWeightGradient({ x, dy }: Inputs, rawAttrs: NamedAttrMap): Tensor {
  const attrs = rawAttrs as unknown as Conv2dWeightGradientAttrs;
  const { groups, kernelSize, dilation } = attrs;
  const [kh, kw] = kernelSize.map((taps, d) => (taps - 1) * dilation[d] + 1);
  const image = toPixels(padded(x, attrs.padding));
  const upstream = toPixels(dy);
  const [channels, filters] = [x.shape[1], dy.shape[1]];
  const withShape = (...filterShape: number[]) => ({ ...kernelAttrs(attrs), filterShape });
  const make = (g: number) => {
    const inputs = { x: part(image, 3, g, groups), dy: part(upstream, 3, g, groups) };
    const shape = withShape(kh, kw, channels / groups, filters / groups);
    return fromTfjs(run("Conv2DBackpropFilter", inputs, shape));
  };
  const taps = isDepthwise(channels, attrs)
    ? fromTfjsDepthwise(
        run(
          "DepthwiseConv2dNativeBackpropFilter",
          { x: image, dy: upstream },
          withShape(kh, kw, channels, filters / groups),
        ),
      )
    : eachGroup(groups, 0, make);
  return gatherTaps(taps, dilation, kernelSize);
}
