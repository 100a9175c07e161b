import type { DataType, TensorInfo } from "@tensorflow/tfjs-core";
import type { CpuBackend } from "../backend.js";
import { type Attrs, expectFloats, type Kernel, sizeOf } from "./kernel.js";
import { transposed } from "./shape.js";

interface Layout {
  /** Input with the reduced axes last (a copy, if they were not), or first. */
  x: TensorInfo;
  copied: boolean;
  columns: boolean;
  outer: number;
  inner: number;
  shape: number[];
}

function axesOf(attrs: Attrs, rank: number): number[] {
  const axis = (attrs.axis ?? attrs.reductionIndices ?? []) as number | number[];
  return (typeof axis === "number" ? [axis] : axis).map((a) => (a < 0 ? a + rank : a)).sort((p, q) => p - q);
}

/** Brings the reduced axes together; sums can also run over leading axes without a copy. */
function arrange(x: TensorInfo, attrs: Attrs, backend: CpuBackend, allowColumns: boolean): Layout {
  const rank = x.shape.length;
  const axes = axesOf(attrs, rank);
  const kept = x.shape.map((_, i) => i).filter((i) => !axes.includes(i));
  const shape = attrs.keepDims
    ? x.shape.map((extent, i) => (axes.includes(i) ? 1 : extent))
    : kept.map((i) => x.shape[i]);
  const count = sizeOf(axes.map((i) => x.shape[i]));
  const rest = sizeOf(kept.map((i) => x.shape[i]));
  // Axes of extent 1 do not matter for where the others lie.
  const real = (list: number[]) => list.filter((i) => x.shape[i] !== 1);
  const [a, k] = [real(axes), real(kept)];
  if (a.length === 0 || k.length === 0 || k[k.length - 1] < a[0]) {
    return { x, copied: false, columns: false, outer: rest, inner: count, shape };
  }
  if (allowColumns && a[a.length - 1] < k[0]) {
    return { x, copied: false, columns: true, outer: count, inner: rest, shape };
  }
  return {
    x: transposed(x, [...kept, ...axes], backend),
    copied: true,
    columns: false,
    outer: rest,
    inner: count,
    shape,
  };
}

const sums = (["Sum", "Mean"] as const).map(
  (name): Kernel => ({
    name,
    run: ({ x }, backend, attrs) => {
      expectFloats(name, x);
      const { x: arranged, copied, columns, outer, inner, shape } = arrange(x, attrs, backend, true);
      const y = backend.output(shape);
      const divisor = name === "Mean" ? (columns ? outer : inner) : 1;
      backend.fn(columns ? "sumColumns" : "sumRows")(
        backend.address(arranged),
        backend.address(y),
        outer,
        inner,
        divisor,
      );
      if (copied) backend.disposeIntermediate(arranged);
      return y;
    },
  }),
);

function foldKernel(name: string, code: number, dtype: DataType): Kernel {
  return {
    name,
    run: ({ x }, backend, attrs) => {
      if (dtype === "float32") expectFloats(name, x);
      const { x: arranged, copied, outer, inner, shape } = arrange(x, attrs, backend, false);
      const y = backend.output(shape, dtype);
      const f = dtype === "bool" ? backend.wasm.functions.foldRows_u8 : backend.fn("foldRows");
      f(code, backend.address(arranged), backend.address(y), outer, inner);
      if (copied) backend.disposeIntermediate(arranged);
      return y;
    },
  };
}

const sumSquares: Kernel = {
  name: "PlenopticSumSquares",
  run: ({ x }, backend) => {
    expectFloats("PlenopticSumSquares", x);
    const y = backend.output([]);
    backend.fn("sumSquares")(backend.address(x), backend.address(y), sizeOf(x.shape));
    return y;
  },
};

export const reduceKernels: Kernel[] = [
  ...sums,
  foldKernel("Max", 0, "float32"),
  foldKernel("Min", 1, "float32"),
  foldKernel("Prod", 2, "float32"),
  foldKernel("All", 0, "bool"),
  foldKernel("Any", 1, "bool"),
  sumSquares,
];
