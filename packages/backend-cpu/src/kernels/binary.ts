import { DTypeError } from "@plenoptic/tensor";
import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { CpuBackend } from "../backend.js";
import { expectFloats, type Kernel, sizeOf } from "./kernel.js";

/** Codes of assembly/binary.ts. */
const arithmetic = {
  Add: 0,
  Sub: 1,
  Multiply: 2,
  RealDiv: 3,
  Maximum: 4,
  Minimum: 5,
  SquaredDifference: 6,
  Pow: 7,
  Atan2: 8,
};
const comparisons = { Equal: 0, NotEqual: 1, Less: 2, LessEqual: 3, Greater: 4, GreaterEqual: 5 };
const connectives = { LogicalAnd: 6, LogicalOr: 7 };

interface Plan {
  shape: number[];
  /** Rows [extent, stride of a, stride of b], neighbours merged where that is possible. */
  table: number[];
}

/** Strides in values, 0 along axes that are repeated to reach `rank` axes and their extents. */
function stridesOf(shape: readonly number[], rank: number): number[] {
  const strides = new Array<number>(rank).fill(0);
  let stride = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    if (shape[i] !== 1) strides[rank - shape.length + i] = stride;
    stride *= shape[i];
  }
  return strides;
}

/** How to walk two broadcast inputs in as few and as long runs as possible. */
export function planBroadcast(a: readonly number[], b: readonly number[]): Plan {
  const rank = Math.max(a.length, b.length);
  const shape = new Array<number>(rank);
  for (let i = 0; i < rank; i++) {
    const m = a[a.length - rank + i] ?? 1;
    shape[i] = m === 1 ? (b[b.length - rank + i] ?? 1) : m;
  }
  const [sa, sb] = [stridesOf(a, rank), stridesOf(b, rank)];
  const rows: [number, number, number][] = [];
  for (let i = 0; i < rank; i++) {
    if (shape[i] === 1) continue;
    const last = rows.at(-1);
    if (last && last[1] === sa[i] * shape[i] && last[2] === sb[i] * shape[i]) {
      last[0] *= shape[i];
      last[1] = sa[i];
      last[2] = sb[i];
    } else {
      rows.push([shape[i], sa[i], sb[i]]);
    }
  }
  if (rows.length === 0) rows.push([1, 1, 1]);
  return { shape, table: rows.flat() };
}

function runBroadcast(
  f: (...args: number[]) => number,
  code: number,
  a: TensorInfo,
  b: TensorInfo,
  backend: CpuBackend,
  dtype: "float32" | "bool",
): TensorInfo {
  const { shape, table } = planBroadcast(a.shape, b.shape);
  const y = backend.output(shape, dtype);
  if (sizeOf(shape) > 0) {
    f(
      code,
      backend.address(a),
      backend.address(b),
      backend.address(y),
      backend.writeTable(table),
      table.length / 3,
    );
  }
  return y;
}

function sameKind(name: string, a: TensorInfo, b: TensorInfo): void {
  if (a.dtype !== b.dtype)
    throw new DTypeError(`${name} got ${a.dtype} and ${b.dtype}; cast one to the other.`);
}

const arithmeticKernels = Object.entries(arithmetic).map(
  ([name, code]): Kernel => ({
    name,
    run: ({ a, b }, backend) => {
      expectFloats(name, a, b);
      return runBroadcast(backend.fn("binary"), code, a, b, backend, "float32");
    },
  }),
);

const comparisonKernels = Object.entries(comparisons).map(
  ([name, code]): Kernel => ({
    name,
    run: ({ a, b }, backend) => {
      sameKind(name, a, b);
      const f = a.dtype === "bool" ? backend.wasm.functions.compare_u8 : backend.fn("compare");
      if (a.dtype !== "bool") expectFloats(name, a);
      return runBroadcast(f, code, a, b, backend, "bool");
    },
  }),
);

const connectiveKernels = Object.entries(connectives).map(
  ([name, code]): Kernel => ({
    name,
    run: ({ a, b }, backend) => runBroadcast(backend.wasm.functions.compare_u8, code, a, b, backend, "bool"),
  }),
);

const select: Kernel = {
  name: "Select",
  run: ({ condition, t, e }, backend) => {
    sameKind("Select", t, e);
    const y = backend.output(t.shape, t.dtype);
    const f = t.dtype === "bool" ? backend.wasm.functions.select_u8 : backend.fn("select");
    f(
      backend.address(condition),
      backend.address(t),
      backend.address(e),
      backend.address(y),
      sizeOf(t.shape),
    );
    return y;
  },
};

/** Sum of a list of tensors of one shape, in the order of the list. */
const addN: Kernel = {
  name: "AddN",
  run: (inputs, backend) => {
    const xs = Object.values(inputs);
    expectFloats("AddN", ...xs);
    let total = backend.alias(xs[0], xs[0].shape);
    for (const x of xs.slice(1)) {
      const next = runBroadcast(backend.fn("binary"), arithmetic.Add, total, x, backend, "float32");
      backend.disposeIntermediate(total);
      total = next;
    }
    return total;
  },
};

export const binaryKernels: Kernel[] = [
  ...arithmeticKernels,
  ...comparisonKernels,
  ...connectiveKernels,
  select,
  addN,
];
