import type { NamedAttrMap, NamedTensorMap } from "@tensorflow/tfjs-core";
import { ShapeError } from "../errors.js";
import { Conv2dValid, type Conv2dValidAttrs } from "../kernel-names.js";
import { declareOp } from "../op.js";
import { run } from "../run.js";
import type { Tensor } from "../tensor-type.js";
import { pad2d } from "./pad2d.js";
import { concat, reshape, reverse, slice, transpose } from "./shape.js";

/**
 * Cross-correlation of an image with learned or arbitrary filters, where the filter fits ("valid"):
 * y[b, k, i, j] = Σ_{c, u, v} weight[k, c, u, v] · x[b, group(k) + c, i + u, j + v].
 *
 * @param x - image `[B, C, H, W]`
 * @param weight - filters `[K, C / groups, kh, kw]`
 * @param options - by name
 * @param options.groups - the channels are split into so many groups, and so are the filters; default 1
 * @returns `[B, K, H - kh + 1, W - kw + 1]`
 * @throws {@link ShapeError} when channels and filters do not match or the filter is larger than the image
 */
export function conv2d(x: Tensor, weight: Tensor, { groups = 1 }: { groups?: number } = {}): Tensor {
  const show = (t: Tensor) => `[${t.shape.join(", ")}]`;
  if (x.rank !== 4 || weight.rank !== 4) {
    throw new ShapeError(`conv2d() needs 4-D image and filters, but got ${show(x)} and ${show(weight)}.`);
  }
  const [, channels, height, width] = x.shape;
  const [filters, perGroup, kh, kw] = weight.shape;
  if (channels !== perGroup * groups || filters % groups !== 0) {
    throw new ShapeError(
      `conv2d() with ${groups} group(s): filters ${show(weight)} expect ${perGroup * groups} channel(s), the image ${show(x)} has ${channels}.`,
    );
  }
  if (kh > height || kw > width) {
    throw new ShapeError(
      `conv2d() filter of ${kh}×${kw} is larger than the image of ${height}×${width}; pad it first.`,
    );
  }
  const attrs: Conv2dValidAttrs = { groups };
  return run(Conv2dValid, { x, weight }, attrs);
}

/** Swaps filters and channels within each group: `[K, C/g, kh, kw]` → `[C, K/g, kh, kw]`. */
function swapChannels(weight: Tensor, groups: number): Tensor {
  const [k, c, kh, kw] = weight.shape;
  const grouped = reshape(weight, [groups, k / groups, c, kh, kw]);
  return reshape(transpose(grouped, [0, 2, 1, 3, 4]), [groups * c, k / groups, kh, kw]);
}

/** The image gradient is a full correlation with the filters turned by 180°. */
function imageGradient(dy: Tensor, weight: Tensor, groups: number): Tensor {
  const [, , kh, kw] = weight.shape;
  const turned = reverse(swapChannels(weight, groups), [2, 3]);
  return conv2d(pad2d(dy, [kh - 1, kh - 1, kw - 1, kw - 1]), turned, { groups });
}

/** The filter gradient correlates the image with dy, batch and channels having changed places. */
function filterGradient(dy: Tensor, x: Tensor, groups: number): Tensor {
  const [b, c, h, w] = x.shape;
  const [, k, oh, ow] = dy.shape;
  const parts = Array.from({ length: groups }, (_, g) => {
    const xs = slice(x, [0, (g * c) / groups, 0, 0], [b, c / groups, h, w]);
    const ds = slice(dy, [0, (g * k) / groups, 0, 0], [b, k / groups, oh, ow]);
    return transpose(conv2d(transpose(xs, [1, 0, 2, 3]), transpose(ds, [1, 0, 2, 3])), [1, 0, 2, 3]);
  });
  return concat(parts, 0);
}

function compose({ x, weight }: NamedTensorMap, attrs: NamedAttrMap): Tensor {
  const groups = attrs.groups as number;
  const [b, c, h, w] = x.shape;
  const [k, perGroup, kh, kw] = weight.shape;
  const parts = Array.from({ length: groups }, (_, g) => {
    const image = transpose(slice(x, [0, (g * c) / groups, 0, 0], [b, c / groups, h, w]), [0, 2, 3, 1]);
    const filter = transpose(
      slice(weight, [(g * k) / groups, 0, 0, 0], [k / groups, perGroup, kh, kw]),
      [2, 3, 1, 0],
    );
    const convAttrs = { strides: [1, 1], pad: "valid", dataFormat: "NHWC", dilations: [1, 1] };
    return run("Conv2D", { x: image, filter }, convAttrs);
  });
  return transpose(concat(parts, 3), [0, 3, 1, 2]);
}

declareOp({
  kernelName: Conv2dValid,
  compose,
  inputsToSave: ["x", "weight"],
  gradient: (dy, [x, weight], attrs) => {
    const groups = attrs.groups as number;
    return {
      x: () => imageGradient(dy, weight, groups),
      weight: () => filterGradient(dy, x, groups),
    };
  },
});
