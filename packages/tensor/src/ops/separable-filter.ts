import type { NamedAttrMap, NamedTensorMap } from "@tensorflow/tfjs-core";
import { deviceOf, withDevice } from "../backend.js";
import { tensor, zeros } from "../create.js";
import { invalidArgument, ShapeError } from "../errors.js";
import type { Padding, PadMode, SeparableFilters, SeparableOutput } from "../image-types.js";
import { SeparableFilter, SeparableFilterAdjoint, type SeparableFilterAttrs } from "../kernel-names.js";
import { declareOp } from "../op.js";
import { run } from "../run.js";
import type { Tensor } from "../tensor-type.js";
import { add } from "./binary.js";
import { conv2d } from "./conv/conv2d.js";
import { checkPadding, pad2d, pad2dAdjoint } from "./pad2d.js";
import { concat, reverse, slice } from "./shape.js";

/** Number of vertical and horizontal taps. */
function tapCounts(filters: SeparableFilters): [number, number] {
  const first = filters[0]?.terms[0];
  if (!first) throw invalidArgument("filters", "[]", "a list of outputs, each with at least one term");
  const counts: [number, number] = [first.vertical.length, first.horizontal.length];
  for (const { terms } of filters) {
    for (const { vertical, horizontal } of terms) {
      if (vertical.length !== counts[0] || horizontal.length !== counts[1]) {
        throw new ShapeError(
          "separableFilter() needs all vertical taps of one length, and all horizontal taps too.",
        );
      }
    }
  }
  return counts;
}

/**
 * Filters an image with sums of rank-one filters, each as a column filter after a row filter:
 * output k is Σ_t (vertical_t ⊗ horizontal_t) correlated with the padded channel `filters[k].channel`.
 * A kh × kw filter costs kh + kw multiplications a pixel instead of kh · kw.
 *
 * The taps are constants: gradients flow to the image, of any order, not to the taps
 * (use {@link conv2d} to learn a filter). Pass the same `filters` object each time:
 * backends prepare it once and remember it.
 *
 * @param x - image `[B, C, H, W]`
 * @param filters - one entry per output channel
 * @param padding - pixels added before filtering, `[top, bottom, left, right]`
 * @param mode - how the image goes on beyond its border
 * @returns `[B, filters.length, H + top + bottom - kh + 1, W + left + right - kw + 1]`
 * @throws {@link ShapeError} when the image is too small, or a channel does not exist
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { ones, readSync, separableFilter } from "@plenoptic/tensor";
 * const box = [{ channel: 0, terms: [{ vertical: [0.5, 0.5], horizontal: [0.5, 0.5] }] }];
 * const y = separableFilter(ones([1, 1, 3, 3]), box, [1, 0, 1, 0], "circular");
 * console.log(y.shape, readSync(y)[0]); // [1, 1, 3, 3] 1
 * ```
 */
export function separableFilter(
  x: Tensor,
  filters: SeparableFilters,
  padding: Padding,
  mode: PadMode,
): Tensor {
  checkPadding(x.shape, padding, mode);
  const [kh, kw] = tapCounts(filters);
  const [, channels, height, width] = x.shape;
  for (const { channel } of filters) {
    if (!(channel >= 0 && channel < channels)) {
      throw new ShapeError(`separableFilter() reads channel ${channel}, but the image has ${channels}.`);
    }
  }
  const [top, bottom, left, right] = padding;
  if (height + top + bottom < kh || width + left + right < kw) {
    throw new ShapeError(
      `separableFilter() with ${kh}×${kw} taps needs a larger picture than ${height}×${width} padded by [${padding.join(", ")}].`,
    );
  }
  const attrs: SeparableFilterAttrs = { filters, padding, mode, inputShape: x.shape };
  return run(SeparableFilter, { x }, attrs);
}

function adjoint(dy: Tensor, attrs: NamedAttrMap): Tensor {
  return run(SeparableFilterAdjoint, { dy }, attrs);
}

/** The 2-D taps of one output, `[1, 1, kh, kw]`. */
function taps2d(like: Tensor, { terms }: SeparableOutput): Tensor {
  const [kh, kw] = [terms[0].vertical.length, terms[0].horizontal.length];
  const values = new Float64Array(kh * kw);
  for (const { vertical, horizontal } of terms) {
    for (let i = 0; i < kh; i++) {
      for (let j = 0; j < kw; j++) values[i * kw + j] += vertical[i] * horizontal[j];
    }
  }
  return withDevice(deviceOf(like), () => tensor(values, [1, 1, kh, kw]));
}

function channelOf(x: Tensor, channel: number): Tensor {
  return slice(x, [0, channel, 0, 0], [x.shape[0], 1, x.shape[2], x.shape[3]]);
}

function compose({ x }: NamedTensorMap, attrs: NamedAttrMap): Tensor {
  const { filters, padding, mode } = attrs as unknown as SeparableFilterAttrs;
  const padded = pad2d(x, padding, mode);
  return concat(
    filters.map((output) => conv2d(channelOf(padded, output.channel), taps2d(x, output))),
    1,
  );
}

function composeAdjoint({ dy }: NamedTensorMap, attrs: NamedAttrMap): Tensor {
  const { filters, padding, mode, inputShape } = attrs as unknown as SeparableFilterAttrs;
  const [batch, channels, height, width] = inputShape;
  const [kh, kw] = tapCounts(filters);
  const [top, bottom, left, right] = padding;
  const sums: (Tensor | undefined)[] = Array(channels).fill(undefined);
  filters.forEach((output, k) => {
    const spread = pad2d(channelOf(dy, k), [kh - 1, kh - 1, kw - 1, kw - 1]);
    const part = conv2d(spread, reverse(taps2d(dy, output), [2, 3]));
    const before = sums[output.channel];
    sums[output.channel] = before ? add(before, part) : part;
  });
  const shape = [batch, 1, height + top + bottom, width + left + right];
  const padded = concat(
    sums.map((s) => s ?? withDevice(deviceOf(dy), () => zeros(shape))),
    1,
  );
  return pad2dAdjoint(padded, padding, mode, inputShape);
}

declareOp({
  kernelName: SeparableFilter,
  compose,
  gradient: (dy, _, attrs) => ({ x: () => adjoint(dy, attrs) }),
});

declareOp({
  kernelName: SeparableFilterAdjoint,
  compose: composeAdjoint,
  gradient: (dy, _, attrs) => ({ dy: () => run(SeparableFilter, { x: dy }, attrs) }),
});
