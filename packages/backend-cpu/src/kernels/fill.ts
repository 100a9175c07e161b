import { DTypeError } from "@plenoptic/tensor";
import { type DataType, type TensorInfo, util } from "@tensorflow/tfjs-core";
import type { CpuBackend } from "../backend.js";
import { type Kernel, sizeOf } from "./kernel.js";

/** A tensor with every value the same. */
export function fill(backend: CpuBackend, shape: number[], dtype: DataType, value: number): TensorInfo {
  if (dtype === "complex64") {
    const [real, imag] = [value, 0].map((v) => fill(backend, shape, "float32", v));
    return backend.complex({ real, imag });
  }
  if (dtype === "string")
    throw new DTypeError("A tensor of strings cannot be filled with a number; give it text.");
  const y = backend.output(shape, dtype);
  if (dtype === "float32") {
    backend.fn("fill")(backend.address(y), sizeOf(shape), value);
  } else {
    const { buffer } = backend.wasm.memory;
    const View = dtype === "int32" ? Int32Array : Uint8Array;
    new View(buffer, backend.address(y), sizeOf(shape)).fill(value);
  }
  return y;
}

const kernels: Record<string, Kernel["run"]> = {
  Fill: (_, backend, attrs) => {
    const { shape, value } = attrs as { shape: number[]; value: number | string };
    if (typeof value === "string") {
      return backend.text(shape, new Array(sizeOf(shape)).fill(util.encodeString(value)));
    }
    return fill(backend, shape, (attrs.dtype as DataType | undefined) ?? "float32", value);
  },
  ZerosLike: ({ x }, backend) => fill(backend, x.shape, x.dtype, 0),
  OnesLike: ({ x }, backend) => fill(backend, x.shape, x.dtype, 1),
};

export const fillKernels: Kernel[] = Object.entries(kernels).map(([name, run]) => ({ name, run }));
