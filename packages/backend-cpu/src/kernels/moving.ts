import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { CpuBackend } from "../backend.js";
import type { Inputs, Kernel } from "./kernel.js";

/**
 * Kernels that put values elsewhere and never look at them. Written for numbers, they serve complex tensors
 * (each part is moved) and strings (their positions are moved) as well.
 */
const moving = new Set([
  "BatchToSpaceND",
  "BroadcastTo",
  "Concat",
  "DepthToSpace",
  "GatherNd",
  "GatherV2",
  "Pack",
  "Reverse",
  "Select",
  "Slice",
  "SpaceToBatchND",
  "SplitV",
  "StridedSlice",
  "Tile",
  "Transpose",
  "Unpack",
]);

const all = (inputs: Inputs): TensorInfo[] => Object.values(inputs);

/** Inputs come by name, or as a list for kernels such as Concat. */
function mapInputs(inputs: Inputs, f: (x: TensorInfo) => TensorInfo): Inputs {
  if (Array.isArray(inputs)) return inputs.map(f) as unknown as Inputs;
  return Object.fromEntries(Object.entries(inputs).map(([name, x]) => [name, f(x)]));
}

function moveParts(kernel: Kernel, inputs: Inputs, backend: CpuBackend, attrs: Record<string, unknown>) {
  const of = (part: "real" | "imag") =>
    kernel.run(
      mapInputs(inputs, (x) => (x.dtype === "complex64" ? backend.partsOf(x)[part] : x)),
      backend,
      attrs,
    );
  const [real, imag] = [of("real"), of("imag")];
  if (!Array.isArray(real)) return backend.complex({ real, imag: imag as TensorInfo });
  return real.map((part, i) => backend.complex({ real: part, imag: (imag as TensorInfo[])[i] }));
}

function moveStrings(kernel: Kernel, inputs: Inputs, backend: CpuBackend, attrs: Record<string, unknown>) {
  const strings: Uint8Array[] = [];
  const made: TensorInfo[] = [];
  const positions = mapInputs(inputs, (x) => {
    if (x.dtype !== "string") return x;
    const own = backend.stringsOf(x);
    const numbers = Int32Array.from(own, (_, i) => strings.length + i);
    for (const text of own) strings.push(text);
    const y = { dataId: backend.write(numbers, x.shape, "int32"), shape: x.shape, dtype: "int32" } as const;
    made.push(y);
    return y;
  });
  const moved = kernel.run(positions, backend, attrs);
  const lookUp = (y: TensorInfo) => {
    const found = Array.from(backend.readSync(y.dataId) as Int32Array, (i) => strings[i]);
    backend.disposeIntermediate(y);
    return backend.text(y.shape, found);
  };
  const result = Array.isArray(moved) ? moved.map(lookUp) : lookUp(moved);
  for (const x of made) backend.disposeIntermediate(x);
  return result;
}

/** The kernel for every dtype, if it is one that only moves values. */
export function forEveryDtype(kernel: Kernel): Kernel {
  if (!moving.has(kernel.name)) return kernel;
  return {
    name: kernel.name,
    run: (inputs, backend, attrs) => {
      for (const { dtype } of all(inputs)) {
        if (dtype === "complex64") return moveParts(kernel, inputs, backend, attrs);
        if (dtype === "string") return moveStrings(kernel, inputs, backend, attrs);
      }
      return kernel.run(inputs, backend, attrs);
    },
  };
}
