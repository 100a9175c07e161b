import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { GpuBackend } from "../backend.js";
import { flatWorkgroup, groupsFor, type Program } from "../program.js";
import { type GpuKernel, sizeOf, wgslType } from "./kernel.js";

/** One axis of a result: how long it is, and how far apart its values lie in the source. */
interface Axis {
  readonly extent: number;
  readonly stride: number;
}

/** Axes of the result, those left out that have one value, and neighbours joined that one stride describes. */
export function joinAxes(axes: readonly Axis[]): Axis[] {
  const joined: Axis[] = [];
  for (const axis of axes) {
    if (axis.extent === 1) continue;
    const last = joined.at(-1);
    if (last && last.stride === axis.extent * axis.stride) {
      joined[joined.length - 1] = { extent: last.extent * axis.extent, stride: axis.stride };
    } else joined.push(axis);
  }
  return joined;
}

export const stridesOf = (shape: readonly number[]): number[] => {
  const strides = shape.map(() => 1);
  for (let i = shape.length - 2; i >= 0; i--) strides[i] = strides[i + 1] * shape[i + 1];
  return strides;
};

function copyProgram(rank: number, type: "f32" | "i32"): Program {
  const axes = Array.from({ length: rank }, (_, i) => i);
  return {
    key: `copy ${rank} ${type}`,
    outputs: [["y", type]],
    inputs: [["x", type]],
    params: [
      ["count", "u32"],
      ["offset", "i32"],
      ...axes.flatMap((i) => [[`extent${i}`, "u32"] as const, [`stride${i}`, "i32"] as const]),
    ],
    workgroup: flatWorkgroup,
    body: () => `
  if (flat >= params.count) { return; }
  var rest = flat;
  var place = params.offset;
${axes
  .toReversed()
  .map(
    (i) => `  place = place + i32(rest % params.extent${i}) * params.stride${i};
  rest = rest / params.extent${i};`,
  )
  .join("\n")}
  y[flat] = x[place];`,
  };
}

/** The values of `x` from `offset` on, in the order of `axes`. */
export function copy(
  backend: GpuBackend,
  x: TensorInfo,
  shape: number[],
  axes: readonly Axis[],
  offset = 0,
): TensorInfo {
  const y = backend.makeTensorInfo(shape, x.dtype);
  const count = sizeOf(shape);
  const joined = joinAxes(axes);
  const params = [count, offset, ...joined.flatMap(({ extent, stride }) => [extent, stride])];
  const program = copyProgram(joined.length, wgslType(x.dtype));
  backend.dispatch(program, [y], [x], params, groupsFor(count, flatWorkgroup[0]));
  return y;
}

const transpose: GpuKernel<{ perm: number[] }> = {
  name: "Transpose",
  run: (backend, { x }, { perm }) => {
    const strides = stridesOf(x.shape);
    const axes = perm.map((axis) => ({ extent: x.shape[axis], stride: strides[axis] }));
    return copy(
      backend,
      x,
      axes.map(({ extent }) => extent),
      axes,
    );
  },
};

const tile: GpuKernel<{ reps: number[] }> = {
  name: "Tile",
  run: (backend, { x }, { reps }) => {
    const strides = stridesOf(x.shape);
    const axes = x.shape.flatMap((extent, i) => [
      { extent: reps[i], stride: 0 },
      { extent, stride: strides[i] },
    ]);
    return copy(
      backend,
      x,
      x.shape.map((extent, i) => extent * reps[i]),
      axes,
    );
  },
};

/** `x` turned round along some axes. */
export function reversed(backend: GpuBackend, x: TensorInfo, turned: readonly number[]): TensorInfo {
  const strides = stridesOf(x.shape);
  const axes = x.shape.map((extent, i) => ({
    extent,
    stride: turned.includes(i) ? -strides[i] : strides[i],
  }));
  const offset = turned.reduce((sum, i) => sum + (x.shape[i] - 1) * strides[i], 0);
  return copy(backend, x, x.shape, axes, offset);
}

const reverse: GpuKernel<{ dims: number | number[] }> = {
  name: "Reverse",
  run: (backend, { x }, { dims }) => {
    const rank = x.shape.length;
    return reversed(
      backend,
      x,
      [dims].flat().map((axis) => (axis + rank) % rank),
    );
  },
};

const slice: GpuKernel<{ begin: number | number[]; size: number | number[] }> = {
  name: "Slice",
  run: (backend, { x }, attrs) => {
    const [begin, size] = [[attrs.begin].flat(), [attrs.size].flat()];
    const strides = stridesOf(x.shape);
    const start = x.shape.map((_, i) => begin[i] ?? 0);
    const shape = x.shape.map((extent, i) =>
      size[i] === undefined || size[i] < 0 ? extent - start[i] : size[i],
    );
    const axes = shape.map((extent, i) => ({ extent, stride: strides[i] }));
    const offset = start.reduce((sum, at, i) => sum + at * strides[i], 0);
    return copy(backend, x, shape, axes, offset);
  },
};

/**
 * tfjs has these for floats of few axes; for whole numbers, booleans and more axes its programs do not compile, or it
 * computes on the host.
 */
export const stridedCopyKernels = [transpose, tile, reverse, slice];
