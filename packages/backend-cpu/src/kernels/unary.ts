import { withDtype } from "./cast.js";
import { expectFloats, type Kernel, sizeOf } from "./kernel.js";

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
  Sin: 40,
  Cos: 41,
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
      expectFloats(name, x);
      const y = backend.output(x.shape, "bool");
      backend.fn("classify")(code, backend.address(x), backend.address(y), sizeOf(x.shape));
      return y;
    },
  }),
);

const clip: Kernel = {
  name: "ClipByValue",
  run: ({ x }, backend, { clipValueMin, clipValueMax }) => {
    const y = backend.output(x.shape, x.dtype);
    const [from, to, n] = [backend.address(x), backend.address(y), sizeOf(x.shape)];
    backend.fnFor("clip", x.dtype)(from, to, n, clipValueMin as number, clipValueMax as number);
    return y;
  },
};

const step: Kernel = {
  name: "Step",
  run: ({ x }, backend, { alpha }) => {
    expectFloats("Step", x);
    const y = backend.output(x.shape);
    backend.fn("step")(backend.address(x), backend.address(y), sizeOf(x.shape), alpha as number);
    return y;
  },
};

const logicalNot: Kernel = {
  name: "LogicalNot",
  run: ({ x }, backend) => {
    const y = backend.output(x.shape, "bool");
    backend.wasm.functions.not_u8(backend.address(x), backend.address(y), sizeOf(x.shape));
    return y;
  },
};

export const unaryKernels: Kernel[] = [...elementwise, ...classification, clip, step, logicalNot];
