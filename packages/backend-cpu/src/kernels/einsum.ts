import { backend_util, type TensorInfo } from "@tensorflow/tfjs-core";
import type { CpuBackend } from "../backend.js";
import { fill } from "./fill.js";
import { type Axis, planProduct } from "./gemm.js";
import { expectFloats, type Kernel, sizeOf } from "./kernel.js";
import { sumAlong } from "./reduce.js";
import { contiguous, transposed } from "./shape.js";

/** A tensor whose axes have names: positions in the equation's list of dimensions, those of the result first. */
interface Named {
  readonly x: TensorInfo;
  readonly dims: readonly number[];
}

/** The sum over the dimensions that are not to be kept, in memory that the caller must free. */
function summed({ x, dims }: Named, isKept: (dim: number) => boolean, backend: CpuBackend): Named {
  const axes = dims.flatMap((d, i) => (isKept(d) ? [] : [i]));
  const y = axes.length === 0 ? backend.alias(x, x.shape) : sumAlong(x, axes, backend);
  return { x: y, dims: dims.filter(isKept) };
}

/** How far apart neighbours along each dimension are; 0 where a tensor does not have it. */
function strider({ x, dims }: Named): (dim: number) => number {
  const strides = contiguous(x.shape);
  return (dim) => (dims.includes(dim) ? strides[dims.indexOf(dim)] : 0);
}

/** Products of matrices whose rows, columns and inner steps count through as many axes as there are names. */
function contract(
  a: Named,
  b: Named,
  extents: readonly number[],
  kept: number,
  backend: CpuBackend,
): TensorInfo {
  const y = fill(backend, extents.slice(0, kept), "float32", 0);
  if (sizeOf(extents) === 0) return y;
  const [sa, sb] = [strider(a), strider(b)];
  const sy = strider({ x: y, dims: y.shape.map((_, d) => d) });
  const batch: number[] = [];
  const rows: Axis[] = [];
  const columns: Axis[] = [];
  const steps: Axis[] = [];
  extents.forEach((extent, d) => {
    const [inA, inB] = [a, b].map(({ dims }) => dims.includes(d));
    if (d >= kept) {
      // What only one of them has is summed over already.
      if (inA && inB) steps.push([extent, sa(d), sb(d)]);
    } else if (!inB) rows.push([extent, sa(d), sy(d)]);
    else if (!inA) columns.push([extent, sb(d), sy(d)]);
    else batch.push(d);
  });
  const multiply = planProduct(backend, { rows, columns, steps });
  const bytes = backend.floatBytes;
  const walk = (depth: number, atA: number, atB: number, atY: number) => {
    const d = batch[depth];
    if (d === undefined) return multiply(atA, atB, atY);
    for (let i = 0; i < extents[d]; i++) {
      walk(depth + 1, atA + i * sa(d) * bytes, atB + i * sb(d) * bytes, atY + i * sy(d) * bytes);
    }
  };
  walk(0, backend.address(a.x), backend.address(b.x), backend.address(y));
  return y;
}

/** Up to two tensors, as in tfjs. */
const einsum: Kernel = {
  name: "Einsum",
  run: (inputs, backend, { equation }) => {
    const xs = Object.values(inputs);
    expectFloats("Einsum", ...xs);
    const { allDims, summedDims, idDims } = backend_util.decodeEinsumEquation(equation as string, xs.length);
    backend_util.checkEinsumDimSizes(allDims.length, idDims, xs as never);
    const kept = allDims.length - summedDims.length;
    const extents = allDims.map((_, d) => {
      const holder = idDims.findIndex((dims) => dims.includes(d));
      return xs[holder].shape[idDims[holder].indexOf(d)];
    });
    const operands = xs.map((x, i) => {
      const others = idDims.filter((_, j) => j !== i).flat();
      return summed({ x, dims: idDims[i] }, (d) => d < kept || others.includes(d), backend);
    });
    const [a, b] = operands;
    const y = b
      ? contract(a, b, extents, kept, backend)
      : transposed(
          a.x,
          extents.slice(0, kept).map((_, d) => a.dims.indexOf(d)),
          backend,
        );
    for (const { x } of operands) backend.disposeIntermediate(x);
    return y;
  },
};

export const einsumKernels: Kernel[] = [einsum];
