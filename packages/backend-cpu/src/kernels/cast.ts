import { DTypeError } from "@plenoptic/tensor";
import type { DataType, TensorInfo } from "@tensorflow/tfjs-core";
import type { CpuBackend } from "../backend.js";
import { fill } from "./fill.js";
import { type Kernel, sizeOf } from "./kernel.js";

/** The function that turns values of one dtype into another; none for strings. */
function converter(
  from: DataType,
  to: DataType,
  backend: CpuBackend,
): ((...args: number[]) => number) | undefined {
  const { functions } = backend.wasm;
  switch (`${from} ${to}`) {
    case "float32 bool":
      return backend.fn("castToBool");
    case "float32 int32":
      return backend.fn("castToInt");
    case "bool float32":
      return backend.fn("castFromBool");
    case "int32 float32":
      return backend.fn("castFromInt");
    case "int32 bool":
      return functions.castIntToBool;
    case "bool int32":
      return functions.castBoolToInt;
    default:
      return undefined;
  }
}

/**
 * The values in another dtype; the same values, shared, if it is the same. Floats lose their fraction as whole numbers, a
 * complex number its imaginary part as anything else; a boolean is whether the value differs from 0.
 */
export function castTo(x: TensorInfo, dtype: DataType, backend: CpuBackend): TensorInfo {
  if (x.dtype === dtype) return backend.alias(x, x.shape);
  if (x.dtype === "complex64") {
    const { real } = backend.partsOf(x);
    return dtype === "float32" ? backend.copy(real) : castTo(real, dtype, backend);
  }
  if (dtype === "complex64") {
    // A part must not share its values: tfjs counts them as the complex tensor's own.
    const real = x.dtype === "float32" ? backend.copy(x) : castTo(x, "float32", backend);
    return backend.complex({ real, imag: fill(backend, x.shape, "float32", 0) });
  }
  const convert = converter(x.dtype, dtype, backend);
  if (!convert) throw new DTypeError(`Tensors of ${x.dtype} cannot be cast to ${dtype}.`);
  const y = backend.output(x.shape, dtype);
  convert(backend.address(x), backend.address(y), sizeOf(x.shape));
  return y;
}

/** Runs f on inputs of one dtype, cast where they have another. */
export function withDtype<T>(
  xs: readonly TensorInfo[],
  dtype: DataType,
  backend: CpuBackend,
  f: (...xs: TensorInfo[]) => T,
): T {
  const made: TensorInfo[] = [];
  const same = xs.map((x) => {
    if (x.dtype === dtype) return x;
    const y = castTo(x, dtype, backend);
    made.push(y);
    return y;
  });
  const result = f(...same);
  for (const x of made) backend.disposeIntermediate(x);
  return result;
}

export const castKernels: Kernel[] = [
  { name: "Cast", run: ({ x }, backend, { dtype }) => castTo(x, dtype as DataType, backend) },
];
