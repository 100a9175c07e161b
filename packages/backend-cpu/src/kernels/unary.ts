import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { CpuBackend } from "../backend.js";
import { castTo, withDtype } from "./cast.js";
import { type Kernel, sizeOf } from "./kernel.js";

/** Codes of assembly/unary.ts. */
const codes = {
  Abs: 0,
  Neg: 1,
  Sqrt: 2,
  Rsqrt: 3,
  Square: 4,
  Reciprocal: 5,
  Floor: 6,
  Ceil: 7,
  Round: 8,
  Relu: 9,
  Sign: 10,
  Exp: 20,
  Expm1: 21,
  Log: 22,
  Log1p: 23,
  Tanh: 24,
  Sigmoid: 25,
  Softplus: 26,
  PlenopticSoftplusSlope: 27,
  Sinh: 28,
  Cosh: 29,
  Tan: 30,
  Asin: 31,
  Acos: 32,
  Atan: 33,
  Asinh: 34,
  Acosh: 35,
  Atanh: 36,
  Erf: 37,
  Elu: 38,
  Selu: 39,
  Sin: 40,
  Cos: 41,
  PlenopticRoundToFloat32: 42,
};

/** What has whole numbers as its values at whole numbers, and, of these, what changes nothing. */
const closed = new Set(["Abs", "Neg", "Square", "Relu", "Sign"]);
const rounding = new Set(["Floor", "Ceil", "Round"]);

const elementwise = Object.entries(codes).map(
  ([name, code]): Kernel => ({
    name,
    run: ({ x }, backend) => {
      if (x.dtype === "int32" && rounding.has(name)) return backend.alias(x, x.shape);
      const dtype = x.dtype === "int32" && closed.has(name) ? "int32" : "float32";
      return withDtype([x], dtype, backend, (from) => {
        const y = backend.output(x.shape, dtype);
        backend.fnFor("unary", dtype)(code, backend.address(from), backend.address(y), sizeOf(x.shape));
        return y;
      });
    },
  }),
);

const classification = Object.entries({ IsFinite: 0, IsNan: 1, IsInf: 2 }).map(
  ([name, code]): Kernel => ({
    name,
    run: ({ x }, backend) => {
      return withDtype([x], "float32", backend, (from) => {
        const y = backend.output(x.shape, "bool");
        backend.fn("classify")(code, backend.address(from), backend.address(y), sizeOf(x.shape));
        return y;
      });
    },
  }),
);

function clipped(x: TensorInfo, lowest: number, highest: number, backend: CpuBackend): TensorInfo {
  const dtype = x.dtype === "int32" ? "int32" : "float32";
  return withDtype([x], dtype, backend, (from) => {
    const y = backend.output(x.shape, dtype);
    const [at, to, n] = [backend.address(from), backend.address(y), sizeOf(x.shape)];
    backend.fnFor("clip", dtype)(at, to, n, lowest, highest);
    return y;
  });
}

const clips: Kernel[] = [
  {
    name: "ClipByValue",
    run: ({ x }, backend, { clipValueMin, clipValueMax }) =>
      clipped(x, clipValueMin as number, clipValueMax as number, backend),
  },
  { name: "Relu6", run: ({ x }, backend) => clipped(x, 0, 6, backend) },
];

/** A function of floats and one number. */
function withAlpha(fn: string, x: TensorInfo, alpha: number, backend: CpuBackend): TensorInfo {
  return withDtype([x], "float32", backend, (from) => {
    const y = backend.output(x.shape);
    backend.fn(fn)(backend.address(from), backend.address(y), sizeOf(x.shape), alpha);
    return y;
  });
}

const leakyRelu: Kernel = {
  name: "LeakyRelu",
  run: ({ x }, backend, { alpha }) => withAlpha("leaky", x, alpha as number, backend),
};

const step: Kernel = {
  name: "Step",
  run: ({ x }, backend, { alpha }) => {
    const y = withAlpha("step", x, alpha as number, backend);
    if (x.dtype !== "int32") return y;
    const whole = castTo(y, "int32", backend);
    backend.disposeIntermediate(y);
    return whole;
  },
};

const logicalNot: Kernel = {
  name: "LogicalNot",
  run: ({ x }, backend) =>
    withDtype([x], "bool", backend, (from) => {
      const y = backend.output(x.shape, "bool");
      backend.wasm.functions.not_u8(backend.address(from), backend.address(y), sizeOf(x.shape));
      return y;
    }),
};

export const unaryKernels: Kernel[] = [
  ...elementwise,
  ...classification,
  ...clips,
  leakyRelu,
  step,
  logicalNot,
];
