import { type DataType, type TensorInfo, upcastType } from "@tensorflow/tfjs-core";
import type { CpuBackend } from "../backend.js";
import { planBroadcast, runBroadcast } from "./broadcast.js";
import { withDtype } from "./cast.js";
import { complexBinary } from "./complex.js";
import { type Kernel, sizeOf } from "./kernel.js";
import { broadcasted } from "./shape.js";

/** Codes of assembly/binary.ts and, for whole numbers, of assembly/int32.ts. */
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
  FloorDiv: 9,
  Mod: 10,
  Prelu: 11,
  EluGrad: 12,
  BitwiseAnd: 13,
};
const floatsOnly = new Set(["RealDiv", "Atan2", "Prelu", "EluGrad"]);
const comparisons = { Equal: 0, NotEqual: 1, Less: 2, LessEqual: 3, Greater: 4, GreaterEqual: 5 };
const connectives = { LogicalAnd: 6, LogicalOr: 7, LogicalXor: 8 };

/** The dtype an operation is done in: the wider of the two; booleans are counted as whole numbers. */
function commonDtype(name: string, a: TensorInfo, b: TensorInfo): DataType {
  const dtype = a.dtype === b.dtype ? a.dtype : upcastType(a.dtype, b.dtype);
  if (dtype === "float32" || dtype === "complex64") return dtype;
  return floatsOnly.has(name) ? "float32" : "int32";
}

/** a and b under the operation `name`, which broadcasts. */
export function combine(
  name: keyof typeof arithmetic,
  a: TensorInfo,
  b: TensorInfo,
  backend: CpuBackend,
): TensorInfo {
  const dtype = commonDtype(name, a, b);
  return withDtype([a, b], dtype, backend, (x, y) => {
    if (dtype === "complex64" && (name === "Add" || name === "Sub" || name === "Multiply"))
      return complexBinary(arithmetic, name, backend.partsOf(x), backend.partsOf(y), backend);
    return runBroadcast(backend.fnFor("binary", dtype), arithmetic[name], x, y, backend, dtype);
  });
}

// Prelu and EluGrad call their inputs by other names, in this order.
const arithmeticKernels = (Object.keys(arithmetic) as (keyof typeof arithmetic)[]).map(
  (name): Kernel => ({
    name,
    run: (inputs, backend) => {
      const { a, b } = inputs;
      if (a) return combine(name, a, b, backend);
      if (name === "Prelu") return combine(name, inputs.x, inputs.alpha, backend);
      return combine(name, inputs.dy, inputs.y, backend);
    },
  }),
);

const comparisonKernels = Object.entries(comparisons).map(
  ([name, code]): Kernel => ({
    name,
    run: ({ a, b }, backend) => {
      const dtype = a.dtype === b.dtype ? a.dtype : upcastType(a.dtype, b.dtype);
      return withDtype([a, b], dtype, backend, (x, y) =>
        runBroadcast(backend.fnFor("compare", dtype), code, x, y, backend, "bool"),
      );
    },
  }),
);

const connectiveKernels = Object.entries(connectives).map(
  ([name, code]): Kernel => ({
    name,
    run: ({ a, b }, backend) =>
      withDtype([a, b], "bool", backend, (x, y) =>
        runBroadcast(backend.wasm.functions.compare_u8, code, x, y, backend, "bool"),
      ),
  }),
);

const select: Kernel = {
  name: "Select",
  run: ({ condition, t, e }, backend) => {
    const dtype = t.dtype === e.dtype ? t.dtype : upcastType(t.dtype, e.dtype);
    const { shape } = planBroadcast(condition.shape, planBroadcast(t.shape, e.shape).shape);
    const size = sizeOf(shape);
    const spread = (x: TensorInfo) =>
      sizeOf(x.shape) === size ? backend.alias(x, shape) : broadcasted(x, shape, backend);
    return withDtype([t, e], dtype, backend, (a, b) => {
      const [c, p, q] = [condition, a, b].map(spread);
      const y = backend.output(shape, dtype);
      const at = (x: TensorInfo) => backend.address(x);
      backend.fnFor("select", dtype)(at(c), at(p), at(q), at(y), size);
      for (const x of [c, p, q]) backend.disposeIntermediate(x);
      return y;
    });
  },
};

/** Sum of a list of tensors of one shape, in the order of the list. */
const addN: Kernel = {
  name: "AddN",
  run: (inputs, backend) => {
    const xs = Object.values(inputs);
    let total = backend.alias(xs[0], xs[0].shape);
    for (const x of xs.slice(1)) {
      const next = combine("Add", total, x, backend);
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
