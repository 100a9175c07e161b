import type {
  BatchToSpaceNDAttrs,
  DepthToSpaceAttrs,
  MirrorPadAttrs,
  PadV2Attrs,
  SpaceToBatchNDAttrs,
  TensorInfo,
} from "@tensorflow/tfjs-core";
import type { CpuBackend } from "../backend.js";
import { fill } from "./fill.js";
import { type Kernel, sizeOf } from "./kernel.js";
import { contiguous, copyBlock, dot, readBlock, transposed } from "./shape.js";

type Paddings = readonly (readonly [number, number])[];

const padded = (shape: readonly number[], paddings: Paddings) =>
  shape.map((extent, i) => extent + paddings[i][0] + paddings[i][1]);

/** Puts x inside the larger y, behind the padding. */
function place(x: TensorInfo, y: TensorInfo, paddings: Paddings, backend: CpuBackend): void {
  const strides = contiguous(y.shape);
  const offset = dot(
    paddings.map(([before]) => before),
    strides,
  );
  copyBlock(backend, x.shape, { x, offset: 0, strides: contiguous(x.shape) }, { x: y, offset, strides });
}

function padConstant(x: TensorInfo, paddings: Paddings, value: number, backend: CpuBackend): TensorInfo {
  const y = fill(backend, padded(x.shape, paddings), x.dtype, value);
  place(x, y, paddings, backend);
  return y;
}

/**
 * Mirrors at the border: about its last value (`skip` 1) or about its edge (`skip` 0). One axis after the other, over
 * the whole of those that are done, so that corners are mirrored in each of their axes.
 */
function padMirrored(x: TensorInfo, paddings: Paddings, skip: 0 | 1, backend: CpuBackend): TensorInfo {
  const y = backend.output(padded(x.shape, paddings), x.dtype);
  place(x, y, paddings, backend);
  const strides = contiguous(y.shape);
  const extents = [...x.shape];
  const origin = paddings.map(([before]) => before);
  for (let axis = 0; axis < extents.length; axis++) {
    const [before, after] = paddings[axis];
    const back = strides.map((s, i) => (i === axis ? -s : s));
    const fold = (count: number, source: number, target: number) => {
      const block = extents.map((extent, i) => (i === axis ? count : extent));
      const at = (position: number) => dot(origin.with(axis, position), strides);
      copyBlock(
        backend,
        block,
        { x: y, offset: at(source), strides: back },
        { x: y, offset: at(target), strides },
      );
    };
    fold(before, 2 * before - 1 + skip, 0);
    const end = before + extents[axis];
    fold(after, end - 1 - skip, end);
    extents[axis] += before + after;
    origin[axis] = 0;
  }
  return y;
}

/** The same values under another shape, then with the axes in another order; frees `x`. */
function rearranged(
  x: TensorInfo,
  shape: number[],
  perm: readonly number[],
  backend: CpuBackend,
): TensorInfo {
  const y = transposed({ ...x, shape }, perm, backend);
  backend.disposeIntermediate(x);
  return y;
}

/** Each spatial axis becomes (position, place in the block), and the places go in front of the batch. */
function spaceToBatch(x: TensorInfo, attrs: SpaceToBatchNDAttrs, backend: CpuBackend): TensorInfo {
  const { blockShape, paddings } = attrs;
  const m = blockShape.length;
  const all = x.shape.map((_, i) =>
    i >= 1 && i <= m ? (paddings[i - 1] as [number, number]) : [0, 0],
  ) as Paddings;
  const wide = padConstant(x, all, 0, backend);
  const [batch, ...rest] = wide.shape;
  const inner = rest.slice(m);
  const split = blockShape.flatMap((block, i) => [rest[i] / block, block]);
  const places = blockShape.map((_, i) => 2 * i + 2);
  const positions = blockShape.map((_, i) => 2 * i + 1);
  const perm = [...places, 0, ...positions, ...inner.map((_, i) => 1 + 2 * m + i)];
  const y = rearranged(wide, [batch, ...split, ...inner], perm, backend);
  const spatial = blockShape.map((block, i) => rest[i] / block);
  return { ...y, shape: [batch * sizeOf(blockShape), ...spatial, ...inner] };
}

function batchToSpace(x: TensorInfo, attrs: BatchToSpaceNDAttrs, backend: CpuBackend): TensorInfo {
  const { blockShape, crops } = attrs;
  const m = blockShape.length;
  const [count, ...rest] = x.shape;
  const batch = count / sizeOf(blockShape);
  const inner = rest.slice(m);
  const perm = [m, ...blockShape.flatMap((_, i) => [m + 1 + i, i]), ...inner.map((_, i) => 1 + 2 * m + i)];
  const y = transposed({ ...x, shape: [...blockShape, batch, ...rest] }, perm, backend);
  const shape = [batch, ...blockShape.map((block, i) => block * rest[i]), ...inner];
  const strides = contiguous(shape);
  const begin = shape.map((_, i) => (i >= 1 && i <= m ? crops[i - 1][0] : 0));
  const size = shape.map((extent, i) =>
    i >= 1 && i <= m ? extent - crops[i - 1][0] - crops[i - 1][1] : extent,
  );
  const cropped = readBlock(backend, y, size, dot(begin, strides), strides);
  backend.disposeIntermediate(y);
  return cropped;
}

function depthToSpace(x: TensorInfo, { blockSize: s, dataFormat }: DepthToSpaceAttrs, backend: CpuBackend) {
  if (dataFormat === "NHWC") {
    const [b, h, w, c] = x.shape;
    const depth = c / (s * s);
    const y = transposed({ ...x, shape: [b, h, w, s, s, depth] }, [0, 1, 3, 2, 4, 5], backend);
    return { ...y, shape: [b, h * s, w * s, depth] };
  }
  const [b, c, h, w] = x.shape;
  const depth = c / (s * s);
  const y = transposed({ ...x, shape: [b, s, s, depth, h, w] }, [0, 3, 4, 1, 5, 2], backend);
  return { ...y, shape: [b, depth, h * s, w * s] };
}

const kernels: Record<string, Kernel["run"]> = {
  PadV2: ({ x }, backend, attrs) => {
    const { paddings, constantValue } = attrs as unknown as PadV2Attrs;
    return padConstant(x, paddings, constantValue, backend);
  },
  MirrorPad: ({ x }, backend, attrs) => {
    const { paddings, mode } = attrs as unknown as MirrorPadAttrs;
    return padMirrored(x, paddings, mode === "reflect" ? 1 : 0, backend);
  },
  SpaceToBatchND: ({ x }, backend, attrs) =>
    spaceToBatch(x, attrs as unknown as SpaceToBatchNDAttrs, backend),
  BatchToSpaceND: ({ x }, backend, attrs) =>
    batchToSpace(x, attrs as unknown as BatchToSpaceNDAttrs, backend),
  DepthToSpace: ({ x }, backend, attrs) => depthToSpace(x, attrs as unknown as DepthToSpaceAttrs, backend),
};

export const borderKernels: Kernel[] = Object.entries(kernels).map(([name, run]) => ({ name, run }));
