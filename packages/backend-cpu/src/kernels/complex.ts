import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { ComplexParts, CpuBackend } from "../backend.js";
import { runBroadcast } from "./broadcast.js";
import { type Kernel, sizeOf } from "./kernel.js";

// Parts are copied in and out: tfjs counts a complex tensor's parts as its own, and what it gives out as new values.
const kernels: Record<string, Kernel["run"]> = {
  Complex: ({ real, imag }, backend) =>
    backend.complex({ real: backend.copy(real), imag: backend.copy(imag) }),
  Real: ({ input }, backend) => backend.copy(backend.partsOf(input).real),
  Imag: ({ input }, backend) => backend.copy(backend.partsOf(input).imag),
  ComplexAbs: ({ x }, backend) => {
    const { real, imag } = backend.partsOf(x);
    const y = backend.output(x.shape);
    const [a, b, to] = [real, imag, y].map((z) => backend.address(z));
    backend.fn("hypot")(a, b, to, sizeOf(x.shape));
    return y;
  },
};

/** Sum, difference or product of complex tensors that broadcast, by the code of the real operation. */
export function complexBinary(
  codes: { Add: number; Sub: number; Multiply: number },
  name: "Add" | "Sub" | "Multiply",
  a: ComplexParts,
  b: ComplexParts,
  backend: CpuBackend,
): TensorInfo {
  const real = (code: number, x: TensorInfo, y: TensorInfo) =>
    runBroadcast(backend.fn("binary"), code, x, y, backend, "float32");
  if (name !== "Multiply") {
    const code = codes[name];
    return backend.complex({ real: real(code, a.real, b.real), imag: real(code, a.imag, b.imag) });
  }
  const products = [
    [a.real, b.real],
    [a.imag, b.imag],
    [a.real, b.imag],
    [a.imag, b.real],
  ].map(([x, y]) => real(codes.Multiply, x, y));
  const [rr, ii, ri, ir] = products;
  const result = backend.complex({ real: real(codes.Sub, rr, ii), imag: real(codes.Add, ri, ir) });
  for (const product of products) backend.disposeIntermediate(product);
  return result;
}

export const complexKernels: Kernel[] = Object.entries(kernels).map(([name, run]) => ({ name, run }));
