import { kernelNames } from "@plenoptic/tensor";
import { flatWorkgroup, groupsFor, type Program } from "../program.js";
import { elementaryFunctions } from "./elementary.js";
import { type GpuKernel, sizeOf } from "./kernel.js";

/** Name of the kernel → function in `elementary.ts`. */
const functions: Readonly<Record<string, string>> = {
  Exp: "expOf",
  Expm1: "expm1Of",
  Log: "logOf",
  Log1p: "log1pOf",
  Tanh: "tanhOf",
  Sigmoid: "sigmoidOf",
  Softplus: "softplusOf",
  [kernelNames.SoftplusSlope]: "softplusSlopeOf",
  Sin: "sinOf",
  Cos: "cosOf",
  Tan: "tanOf",
  Asin: "asinOf",
  Acos: "acosOf",
  Atan: "atanOf",
  Sinh: "sinhOf",
  Cosh: "coshOf",
  Asinh: "asinhOf",
  Acosh: "acoshOf",
  Atanh: "atanhOf",
  Erf: "erfOf",
  Relu6: "relu6Of",
  Elu: "eluOf",
  Selu: "seluOf",
};

function unaryProgram(fn: string): Program {
  return {
    key: `unary ${fn}`,
    outputs: [["y", "f32"]],
    inputs: [["x", "f32"]],
    params: [["count", "u32"]],
    workgroup: flatWorkgroup,
    declarations: () => elementaryFunctions,
    body: () => `if (flat < params.count) { y[flat] = ${fn}(x[flat]); }`,
  };
}

export const unaryKernels: GpuKernel[] = Object.entries(functions).map(([name, fn]) => {
  const program = unaryProgram(fn);
  return {
    name,
    run: (backend, { x }) => {
      const y = backend.makeTensorInfo(x.shape, "float32");
      const count = sizeOf(x.shape);
      backend.dispatch(program, [y], [x], [count], groupsFor(count, flatWorkgroup[0]));
      return y;
    },
  };
});
