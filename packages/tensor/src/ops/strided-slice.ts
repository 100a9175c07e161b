import { invalidArgument } from "../errors.js";
import { tidy } from "../memory.js";
import { run } from "../run.js";
import type { Tensor } from "../tensor-type.js";
import { reverse, slice } from "./shape.js";

/** A range along one axis: from `start` in steps of `step`, `count` places. */
interface Run {
  start: number;
  step: number;
  count: number;
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

/** Python's rules for `begin:end:step` along an axis of `extent`. */
function resolveRun(
  begin: number | null | undefined,
  end: number | null | undefined,
  step: number,
  extent: number,
): Run {
  const [low, high] = step > 0 ? [0, extent] : [-1, extent - 1];
  const place = (value: number | null | undefined, fallback: number) =>
    value === null || value === undefined ? fallback : clamp(value < 0 ? value + extent : value, low, high);
  const start = place(begin, step > 0 ? low : high);
  const stop = place(end, step > 0 ? high : low);
  return { start, step, count: Math.max(0, Math.ceil((stop - start) / step)) };
}

/**
 * Every `strides[i]`-th value along axis `i` from `begin[i]` up to, but without, `end[i]`: `x[begin:end:stride]` of Python, for
 * each axis. Negative places count from the end; `null` stands for the first or the last; a negative stride walks backwards.
 * Axes beyond the lists are taken whole.
 *
 * @throws {@link ValidationError} when a list is longer than the rank, or holds something else than whole numbers; a stride
 * must not be 0
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { readSync, stridedSlice, tensor } from "@plenoptic/tensor";
 * const x = tensor([0, 1, 2, 3, 4]);
 * console.log(readSync(stridedSlice(x, [1], [null], [2]))); // 1 3
 * console.log(readSync(stridedSlice(x, [null], [null], [-2]))); // 4 2 0
 * ```
 */
export function stridedSlice(
  x: Tensor,
  begin: readonly (number | null)[],
  end: readonly (number | null)[],
  strides: readonly number[] = [],
): Tensor {
  for (const [name, list] of Object.entries({ begin, end, strides })) {
    const whole = list.every((v) => v === null || Number.isInteger(v));
    if (!whole || list.length > x.rank || (name === "strides" && list.some((v) => !v)))
      throw invalidArgument(
        name,
        [...list],
        `at most ${x.rank} whole numbers${name === "strides" ? ", none of them 0" : " or null"}`,
      );
  }
  const runs = x.shape.map((extent, i) => resolveRun(begin[i], end[i], strides[i] ?? 1, extent));
  return tidy(() => {
    // The smallest block that holds all places; its own first and last are taken.
    const reach = runs.map(({ step, count }) => Math.max(0, count - 1) * Math.abs(step) + Math.min(1, count));
    const low = runs.map(({ start, step, count }) =>
      count === 0 ? 0 : Math.min(start, start + (count - 1) * step),
    );
    const block = slice(x, low, reach);
    const backwards = runs.flatMap(({ step }, i) => (step < 0 ? [i] : []));
    const forwards = backwards.length > 0 ? reverse(block, backwards) : block;
    const steps = runs.map(({ step }) => Math.abs(step));
    if (steps.every((step, i) => step === 1 || runs[i].count <= 1)) return forwards;
    const masks = { beginMask: 0, endMask: 0, ellipsisMask: 0, newAxisMask: 0, shrinkAxisMask: 0 };
    const from = x.shape.map(() => 0);
    return run("StridedSlice", { x: forwards }, { begin: from, end: reach, strides: steps, ...masks });
  });
}
