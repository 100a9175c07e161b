import { bytesOf, dtypes, type TorchDType, toBytes } from "./dtypes.js";
import { writeFileAtomically } from "./files.js";
import { FormatError } from "./format-error.js";
import { PickleWriter } from "./pickle-write.js";
import { PythonFloat, PythonTuple, TorchDTypeName, TorchTensor, type TorchValue } from "./value.js";
import { zipPieces } from "./zip.js";

/** Classes of storages by kind of number. Kinds without one are written as bytes. */
const storageNames: Partial<Record<TorchDType, string>> = {
  float32: "FloatStorage",
  float64: "DoubleStorage",
  float16: "HalfStorage",
  bfloat16: "BFloat16Storage",
  int8: "CharStorage",
  int16: "ShortStorage",
  int32: "IntStorage",
  int64: "LongStorage",
  uint8: "ByteStorage",
  bool: "BoolStorage",
  complex64: "ComplexFloatStorage",
  complex128: "ComplexDoubleStorage",
};

/** Deeper values are surely a mistake, such as a list that contains itself. */
const maxDepth = 100;
/** The root folder inside the file; torch calls it after the file, which does not matter. */
const prefix = "archive";

class TorchWriter {
  readonly pickle = new PickleWriter();
  readonly storages: Uint8Array[] = [];
  private readonly keys = new Map<TorchTensor["values"], string>();

  value(value: TorchValue, depth = 0): void {
    const { pickle } = this;
    if (depth > maxDepth)
      throw new FormatError(`A value is nested more than ${maxDepth} deep: does it contain itself?`);
    if (value === null) pickle.op("N");
    else if (typeof value === "boolean") pickle.op(value ? 0x88 : 0x89);
    else if (typeof value === "number") this.number(value);
    else if (typeof value === "bigint") pickle.int(value);
    else if (typeof value === "string") pickle.text(value);
    else if (value instanceof PythonFloat) pickle.float(value.value);
    else if (value instanceof PythonTuple) this.tuple(value, depth);
    else if (value instanceof TorchTensor) this.tensor(value);
    else if (value instanceof TorchDTypeName) pickle.global("torch", value.name);
    else if (value instanceof Map) this.map(value, depth);
    else if (value instanceof Float64Array) this.floats(value);
    else if (value instanceof Uint8Array) this.byteString(value);
    else if (Array.isArray(value)) this.list(value, depth);
    else if (value instanceof Set) this.call("__builtin__", "set", [[...value]], depth);
    else throw new FormatError(`${Object.prototype.toString.call(value)} cannot be written to a torch file.`);
  }

  /** A whole number as an int, any other as a float, as Python would have it. */
  private number(value: number): void {
    if (Number.isSafeInteger(value) && !Object.is(value, -0)) this.pickle.int(value);
    else this.pickle.float(value);
  }

  private list(items: readonly TorchValue[], depth: number): void {
    this.pickle.op("]");
    if (items.length === 0) return;
    this.pickle.op("(");
    for (const item of items) this.value(item, depth + 1);
    this.pickle.op("e");
  }

  /** A list of floats, of which there may be very many. */
  private floats(values: Float64Array): void {
    const { pickle } = this;
    pickle.op("]");
    if (values.length === 0) return;
    pickle.op("(");
    pickle.floats(values);
    pickle.op("e");
  }

  private map(map: ReadonlyMap<TorchValue, TorchValue>, depth: number): void {
    this.pickle.op("}");
    if (map.size === 0) return;
    this.pickle.op("(");
    for (const [key, item] of map) {
      this.value(key, depth + 1);
      this.value(item, depth + 1);
    }
    this.pickle.op("u");
  }

  private tuple({ items, isSize }: PythonTuple, depth: number): void {
    if (isSize) {
      this.call("torch", "Size", [new PythonTuple(items)], depth);
      return;
    }
    this.pickle.op("(");
    for (const item of items) this.value(item, depth + 1);
    this.pickle.op("t");
  }

  private byteString(bytes: Uint8Array): void {
    const latin = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
    this.call("_codecs", "encode", [latin, "latin1"], 0);
  }

  private call(module: string, name: string, args: readonly TorchValue[], depth: number): void {
    this.pickle.global(module, name);
    this.tuple(new PythonTuple(args), depth);
    this.pickle.op("R");
  }

  /** `torch._utils._rebuild_tensor_v2(storage, 0, size, stride, requires_grad, OrderedDict())`. */
  private tensor(tensor: TorchTensor): void {
    const { dtype, shape, values, details } = tensor;
    if (!Object.hasOwn(dtypes, dtype))
      throw new FormatError(`There is no kind of number "${dtype}" in torch.`);
    const count = shape.reduce((product, n) => product * n, 1);
    if (values.length !== count * dtypes[dtype].parts) {
      throw new FormatError(`A tensor [${shape.join(", ")}] of ${dtype} has ${values.length} values.`);
    }
    const { pickle } = this;
    const storageName = storageNames[dtype];
    pickle.global("torch._utils", storageName ? "_rebuild_tensor_v2" : "_rebuild_tensor_v3");
    pickle.op("(");
    this.storage(tensor, storageName, count);
    pickle.int(0);
    this.tuple(new PythonTuple(shape), 0);
    this.tuple(new PythonTuple(rowMajorStrides(shape)), 0);
    pickle.op(details.requiresGrad ? 0x88 : 0x89);
    this.call("collections", "OrderedDict", [], 0);
    if (!storageName) pickle.global("torch", dtype);
    pickle.op("t");
    pickle.op("R");
  }

  private storage({ values, dtype }: TorchTensor, storageName: string | undefined, count: number): void {
    const { pickle } = this;
    let key = this.keys.get(values);
    if (key === undefined) {
      key = String(this.storages.length);
      this.keys.set(values, key);
      this.storages.push(toBytes(values, dtype));
    }
    pickle.op("(");
    pickle.text("storage");
    if (storageName) pickle.global("torch", storageName);
    else pickle.global("torch.storage", "UntypedStorage");
    pickle.text(key);
    pickle.text("cpu");
    pickle.int(storageName ? count : count * bytesOf(dtype));
    pickle.op("t");
    pickle.op("Q");
  }
}

function rowMajorStrides(shape: readonly number[]): number[] {
  const strides: number[] = [];
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides.unshift(stride);
    stride *= Math.max(shape[axis], 1);
  }
  return strides;
}

/**
 * The bytes of a file that `torch.load(…, weights_only=True)` reads: a zip of a pickle (protocol 2) and the numbers of
 * the tensors, little-endian, on the CPU.
 *
 * @param value - tensors and plain values; see {@link TorchValue}
 * @throws {@link FormatError} for values that a torch file cannot hold, or more than 4 GB of them
 *
 * @example
 * ```ts
 * import { TorchTensor, writeTorch } from "@plenoptic/io";
 * const image = new TorchTensor("float64", [1, 1, 1, 2], new Float64Array([0, 1]));
 * const bytes = writeTorch(new Map([["image", image]])); // torch.load reads {"image": tensor([[[[0., 1.]]]])}
 * console.log(bytes.length);
 * ```
 */
export function writeTorch(value: TorchValue): Uint8Array {
  const pieces = [...torchPieces(value)];
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/**
 * {@link writeTorch} in pieces to be written one after the other, which look at the tensors' own memory. The values
 * must not change until the last one has been taken.
 */
export function torchPieces(value: TorchValue): Iterable<Uint8Array> {
  const writer = new TorchWriter();
  writer.pickle.op(0x80);
  writer.pickle.op(2);
  writer.value(value);
  const ascii = new TextEncoder();
  const entries = new Map([[`${prefix}/data.pkl`, writer.pickle.finish()]]);
  entries.set(`${prefix}/byteorder`, ascii.encode("little"));
  writer.storages.forEach((bytes, i) => {
    entries.set(`${prefix}/data/${i}`, bytes);
  });
  entries.set(`${prefix}/version`, ascii.encode("3\n"));
  return zipPieces(entries);
}

/**
 * Writes the file of {@link writeTorch}, as a whole or not at all: see {@link writeFileAtomically}.
 *
 * @throws {@link FormatError} for values that a torch file cannot hold, or when it cannot be written
 */
export async function writeTorchFile(path: string, value: TorchValue): Promise<void> {
  await writeFileAtomically(path, torchPieces(value));
}
