import { sizeOf } from "../create.js";
import { invalidArgument, OutOfRangeError, ShapeError } from "../errors.js";
import { tidy } from "../memory.js";
import { run } from "../run.js";
import type { Tensor } from "../tensor-type.js";

const show = (shape: readonly number[]) => `[${shape.join(", ")}]`;

/** The same values in another shape; one extent may be -1 and is then worked out. */
export function reshape(x: Tensor, shape: readonly number[]): Tensor {
  const known = shape.filter((extent) => extent !== -1);
  const full = shape.map((extent) => (extent === -1 ? x.size / sizeOf(known) : extent));
  if (sizeOf(full) !== x.size || !full.every(Number.isInteger) || shape.length - known.length > 1) {
    throw new ShapeError(
      `reshape() cannot turn ${show(x.shape)} into ${show(shape)}: the number of values differs.`,
    );
  }
  return run("Reshape", { x }, { shape: full });
}

/** Axes in another order: output axis `i` is input axis `perm[i]`. Reversed when `perm` is left out. */
export function transpose(x: Tensor, perm?: readonly number[]): Tensor {
  const order = perm ? [...perm] : x.shape.map((_, i) => x.rank - 1 - i);
  if (
    order.length !== x.rank ||
    new Set(order).size !== x.rank ||
    order.some((a) => !(a >= 0 && a < x.rank))
  ) {
    throw invalidArgument("perm", order, `an order of the ${x.rank} axes`);
  }
  return run("Transpose", { x }, { perm: order });
}

/** The block that starts at `begin` and has the extents `size`; -1 takes all to the end of that axis. */
export function slice(x: Tensor, begin: readonly number[], size: readonly number[]): Tensor {
  const extents = x.shape.map((extent, i) => {
    const start = begin[i] ?? 0;
    const count = size[i] === undefined || size[i] === -1 ? extent - start : size[i];
    if (!(start >= 0 && count >= 0 && start + count <= extent)) {
      throw new OutOfRangeError(
        `slice() from ${show(begin)} of size ${show(size)} leaves the shape ${show(x.shape)}.`,
      );
    }
    return count;
  });
  return run("Slice", { x }, { begin: x.shape.map((_, i) => begin[i] ?? 0), size: extents });
}

/** An axis counted from 0; negative ones count from the end. */
export function resolveAxis(axis: number, rank: number): number {
  const a = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(a) || a < 0 || a >= rank)
    throw new OutOfRangeError(`axis ${axis} is outside the ${rank} axes.`);
  return a;
}

/** Tensors one after the other along an existing axis. */
export function concat(xs: readonly Tensor[], axis = 0): Tensor {
  if (xs.length === 0) throw invalidArgument("xs", "[]", "a list of at least one tensor");
  const a = resolveAxis(axis, xs[0].rank);
  for (const x of xs) {
    if (x.rank !== xs[0].rank || x.shape.some((extent, i) => i !== a && extent !== xs[0].shape[i])) {
      throw new ShapeError(
        `concat() along axis ${a} got the shapes ${xs.map((t) => show(t.shape)).join(" and ")}.`,
      );
    }
  }
  return xs.length === 1 ? run("Identity", { x: xs[0] }) : run("Concat", [...xs], { axis: a });
}

/** Tensors of one shape one after the other along a new axis. */
export function stack(xs: readonly Tensor[], axis = 0): Tensor {
  return tidy(() =>
    concat(
      xs.map((x) => expandDims(x, axis)),
      axis,
    ),
  );
}

/** The slices of `x` along an axis, without that axis. */
export function unstack(x: Tensor, axis = 0): Tensor[] {
  const a = resolveAxis(axis, x.rank);
  const size = x.shape.map((extent, i) => (i === a ? 1 : extent));
  const shape = x.shape.filter((_, i) => i !== a);
  return tidy(() =>
    Array.from({ length: x.shape[a] }, (_, k) =>
      reshape(
        slice(
          x,
          x.shape.map((_, i) => (i === a ? k : 0)),
          size,
        ),
        shape,
      ),
    ),
  );
}

/** `x` repeated `reps[i]` times along axis `i`. */
export function tile(x: Tensor, reps: readonly number[]): Tensor {
  if (reps.length !== x.rank)
    throw invalidArgument("reps", [...reps], `one number for each of the ${x.rank} axes`);
  return run("Tile", { x }, { reps: [...reps] });
}

/** `x` with the order of values turned round along the given axes. */
export function reverse(x: Tensor, axes: readonly number[]): Tensor {
  return run("Reverse", { x }, { dims: axes.map((a) => resolveAxis(a, x.rank)) });
}

/**
 * `x` with a border of one value. `padding[i]` is how much comes before and behind along axis `i`.
 *
 * @throws {@link ValidationError} unless there is a pair of whole numbers that are not negative for each axis
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { pad, readSync, tensor } from "@plenoptic/tensor";
 * console.log(readSync(pad(tensor([1, 2]), [[1, 2]], 9))); // 9 1 2 9 9
 * ```
 */
export function pad(x: Tensor, padding: readonly (readonly [number, number])[], value = 0): Tensor {
  const fits = padding.length === x.rank && padding.flat().every((n) => Number.isInteger(n) && n >= 0);
  if (!fits)
    throw invalidArgument(
      "padding",
      padding,
      `a pair of whole numbers of at least 0 for each of the ${x.rank} axes`,
    );
  if (x.rank === 0) return run("Identity", { x });
  return run("PadV2", { x }, { paddings: padding.map((pair) => [...pair]), constantValue: value });
}

/** `x` with a new axis of extent 1. */
export function expandDims(x: Tensor, axis = 0): Tensor {
  const a = resolveAxis(axis, x.rank + 1);
  return reshape(x, [...x.shape.slice(0, a), 1, ...x.shape.slice(a)]);
}

/** `x` without axes of extent 1: all such, or the ones given. */
export function squeeze(x: Tensor, axes?: readonly number[]): Tensor {
  const drop = axes?.map((a) => resolveAxis(a, x.rank));
  return reshape(
    x,
    x.shape.filter((extent, i) => (drop ? !drop.includes(i) : extent !== 1)),
  );
}

/** `x` as floats (1 and 0 for booleans), whole numbers or booleans. Only floats carry a gradient. */
export function cast(x: Tensor, dtype: "float32" | "int32" | "bool"): Tensor {
  return run("Cast", { x }, { dtype });
}

/** `x` repeated to a larger shape, under numpy's rules. */
export function broadcastTo(x: Tensor, shape: readonly number[]): Tensor {
  const lead = shape.length - x.rank;
  if (lead < 0 || x.shape.some((extent, i) => extent !== 1 && extent !== shape[lead + i])) {
    throw new ShapeError(`broadcastTo() cannot repeat ${show(x.shape)} to ${show(shape)}.`);
  }
  return tidy(() => {
    const aligned = lead === 0 ? x : reshape(x, [...Array<number>(lead).fill(1), ...x.shape]);
    const reps = shape.map((extent, i) => (aligned.shape[i] === extent ? 1 : extent));
    if (reps.every((r) => r === 1)) return run("Identity", { x: aligned });
    return run("Tile", { x: aligned }, { reps });
  });
}
