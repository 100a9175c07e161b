import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { CpuBackend } from "../backend.js";
import type { Inputs, Kernel } from "./kernel.js";

/** Which outputs of a kernel hold values of its inputs: all, the first one, none. */
type Holds = "all" | "first" | "none";

/**
 * Kernels that put values elsewhere or compare them, but never calculate with them. Written for numbers, they serve strings
 * (their ranks in alphabetical order are moved) and, those that do not compare, complex tensors (each part is moved).
 */
const kernels: Record<string, Holds> = {
  BatchToSpaceND: "all",
  BroadcastTo: "all",
  Concat: "all",
  DepthToSpace: "all",
  Equal: "none",
  GatherNd: "all",
  GatherV2: "all",
  Greater: "none",
  GreaterEqual: "none",
  Less: "none",
  LessEqual: "none",
  NotEqual: "none",
  Pack: "all",
  Reverse: "all",
  Select: "all",
  Slice: "all",
  SpaceToBatchND: "all",
  SparseToDense: "all",
  SplitV: "all",
  StridedSlice: "all",
  TensorScatterUpdate: "all",
  Tile: "all",
  Transpose: "all",
  Unique: "first",
  Unpack: "all",
};

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

/** The bytes as text of which each character is one byte: sorted by it, UTF-8 is in the order of its characters. */
const key = (bytes: Uint8Array | undefined) =>
  Array.from(bytes ?? [], (b) => String.fromCharCode(b)).join("");

function moveStrings(kernel: Kernel, inputs: Inputs, backend: CpuBackend, attrs: Record<string, unknown>) {
  const byKey = new Map<string, Uint8Array>();
  for (const x of all(inputs)) {
    if (x.dtype === "string") for (const text of backend.stringsOf(x)) byKey.set(key(text), text);
  }
  const sorted = [...byKey.keys()].sort();
  const rank = new Map(sorted.map((text, i) => [text, i]));
  const made: TensorInfo[] = [];
  const ranks = mapInputs(inputs, (x) => {
    if (x.dtype !== "string") return x;
    const numbers = Int32Array.from(backend.stringsOf(x), (text) => rank.get(key(text)) as number);
    const y = { dataId: backend.write(numbers, x.shape, "int32"), shape: x.shape, dtype: "int32" } as const;
    made.push(y);
    return y;
  });
  const moved = kernel.run(ranks, backend, attrs);
  for (const x of made) backend.disposeIntermediate(x);
  const lookUp = (y: TensorInfo) => {
    const found = Array.from(backend.readSync(y.dataId) as Int32Array, (i) => byKey.get(sorted[i]));
    backend.disposeIntermediate(y);
    return backend.text(y.shape, found as Uint8Array[]);
  };
  const holds = kernels[kernel.name];
  if (holds === "none") return moved;
  if (!Array.isArray(moved)) return lookUp(moved);
  return moved.map((y, i) => (holds === "all" || i === 0 ? lookUp(y) : y));
}

/** The kernel for every dtype, if it is one that does not calculate. */
export function forEveryDtype(kernel: Kernel): Kernel {
  if (!(kernel.name in kernels)) return kernel;
  return {
    name: kernel.name,
    run: (inputs, backend, attrs) => {
      for (const { dtype } of all(inputs)) {
        if (dtype === "complex64" && kernels[kernel.name] === "all") {
          return moveParts(kernel, inputs, backend, attrs);
        }
        if (dtype === "string") return moveStrings(kernel, inputs, backend, attrs);
      }
      return kernel.run(inputs, backend, attrs);
    },
  };
}
