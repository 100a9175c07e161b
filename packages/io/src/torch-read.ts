import {
  bytesOf,
  type DTypeInfo,
  dtypes,
  fromBytes,
  type TorchArray,
  type TorchDType,
  widened,
} from "./dtypes.js";
import { readInBatches } from "./files.js";
import { FormatError } from "./format-error.js";
import { Callable, readPickle } from "./pickle-read.js";
import { PythonTuple, TorchDTypeName, TorchTensor, type TorchValue } from "./value.js";
import { readZip, ZipReader } from "./zip.js";

/** Limits of {@link readTorch}. */
export interface ReadOptions {
  /**
   * Most bytes that tensors may take beside the file's own: those that are copied because they are not contiguous,
   * or widened. Default: 16 times the size of the file, and 64 MiB.
   */
  maxCopiedBytes?: number;
}

/** The numbers that tensors look at. */
class Storage {
  constructor(
    readonly dtype: TorchDType | undefined,
    readonly bytes: Uint8Array,
    readonly location: string,
  ) {}
}

/** A class of storages, by which a pickle says what kind of numbers one holds; without one, only bytes. */
class StorageType {
  constructor(readonly dtype: TorchDType | undefined) {}
}

const storageTypes: Record<string, TorchDType | undefined> = {
  FloatStorage: "float32",
  DoubleStorage: "float64",
  HalfStorage: "float16",
  BFloat16Storage: "bfloat16",
  CharStorage: "int8",
  ShortStorage: "int16",
  IntStorage: "int32",
  LongStorage: "int64",
  ByteStorage: "uint8",
  BoolStorage: "bool",
  ComplexFloatStorage: "complex64",
  ComplexDoubleStorage: "complex128",
};

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function numbersOf(value: unknown, what: string): number[] {
  const items = value instanceof PythonTuple ? value.items : value;
  if (!Array.isArray(items) || items.length > 64 || !items.every(isCount)) {
    throw new FormatError(`A tensor's ${what} is no list of whole numbers that are not negative.`);
  }
  return items;
}

/** Reads one file. */
class TorchReader {
  private readonly storages = new Map<string, Storage>();
  private copiedBytes = 0;

  constructor(
    private readonly prefix: string,
    private readonly entries: ReadonlyMap<string, Uint8Array>,
    private readonly byteOrder: "little" | "big",
    private readonly maxCopiedBytes: number,
  ) {}

  read(): TorchValue {
    const pickle = this.entries.get(`${this.prefix}/data.pkl`) as Uint8Array;
    const value = readPickle(pickle, {
      findGlobal: (module, name) => this.findGlobal(module, name),
      loadPersistent: (id) => this.loadStorage(id),
      makeTuple: (items) => new PythonTuple(items),
      tupleItems: (tuple) => {
        if (tuple instanceof PythonTuple) return tuple.items;
        throw new FormatError("The pickle calls a function with what is no tuple.");
      },
    });
    if (value instanceof Callable || value instanceof Storage || value instanceof StorageType) {
      throw new FormatError("The file holds no value.");
    }
    return value as TorchValue;
  }

  private readonly functions: Readonly<Record<string, Callable>> = {
    "collections.OrderedDict": new Callable("OrderedDict", ([items = []]) => this.dictionary(items)),
    "collections.Counter": new Callable("Counter", ([items = new Map()]) => this.dictionary(items)),
    "builtins.set": new Callable("set", ([items = []]) => new Set(Array.isArray(items) ? items : [])),
    "torch.Size": new Callable("Size", ([size]) => new PythonTuple(numbersOf(size, "size"), true)),
    "torch.device": new Callable("device", ([type, index]) =>
      index === undefined ? String(type) : `${type}:${index}`,
    ),
    "_codecs.encode": new Callable("encode", ([text]) => {
      if (typeof text !== "string") throw new FormatError("Bytes are written as what is no text.");
      return Uint8Array.from(text, (character) => character.charCodeAt(0));
    }),
    "torch._utils._rebuild_tensor": new Callable("_rebuild_tensor", (args) => this.tensor(args)),
    "torch._utils._rebuild_tensor_v2": new Callable("_rebuild_tensor_v2", (args) => this.tensor(args)),
    "torch._utils._rebuild_tensor_v3": new Callable("_rebuild_tensor_v3", (args) =>
      this.tensor(args, args[6]),
    ),
    "torch._utils._rebuild_parameter": new Callable("_rebuild_parameter", ([data]) => this.asTensor(data)),
    "torch._tensor._rebuild_from_type_v2": new Callable("_rebuild_from_type_v2", ([rebuild, , args]) => {
      if (!(rebuild instanceof Callable) || !(args instanceof PythonTuple))
        throw new FormatError("A tensor is rebuilt by what is no function.");
      return this.asTensor(rebuild.call(args.items));
    }),
  };

  private findGlobal(module: string, name: string): unknown {
    const full = `${module === "__builtin__" ? "builtins" : module}.${name}`;
    if (Object.hasOwn(this.functions, full)) return this.functions[full];
    if (full === "torch.Tensor" || full === "torch.nn.parameter.Parameter") return null;
    if (full === "torch.storage.UntypedStorage") return new StorageType(undefined);
    if (module !== "torch") return undefined;
    if (Object.hasOwn(storageTypes, name)) return new StorageType(storageTypes[name]);
    return Object.hasOwn(dtypes, name) ? new TorchDTypeName(name) : undefined;
  }

  private dictionary(items: unknown): Map<unknown, unknown> {
    if (items instanceof Map) return items;
    if (!Array.isArray(items)) throw new FormatError("A dictionary is made of what is no list.");
    const map = new Map<unknown, unknown>();
    for (const pair of items) {
      const [key, value] = pair instanceof PythonTuple ? pair.items : Array.isArray(pair) ? pair : [];
      map.set(key, value);
    }
    return map;
  }

  /** `("storage", type, key, location, number of elements)`. */
  private loadStorage(id: unknown): Storage {
    const [kind, type, key, location] = id instanceof PythonTuple ? (id.items as readonly unknown[]) : [];
    if (kind !== "storage" || !(type instanceof StorageType) || typeof key !== "string") {
      throw new FormatError("The pickle refers to something outside that is no storage.");
    }
    const known = this.storages.get(key);
    if (known && known.dtype === type.dtype) return known;
    const bytes = this.entries.get(`${this.prefix}/data/${key}`);
    if (!bytes) throw new FormatError(`The storage ${key} is missing from the file.`);
    const storage = new Storage(type.dtype, bytes, String(location));
    this.storages.set(key, storage);
    return storage;
  }

  private asTensor(value: unknown): TorchTensor {
    if (value instanceof TorchTensor) return value;
    throw new FormatError("A parameter is made of what is no tensor.");
  }

  /** `(storage, offset, size, stride, requires_grad, …)`; with an untyped storage, the kind of numbers comes apart. */
  private tensor(
    [storage, offset, size, stride, requiresGrad]: readonly unknown[],
    named?: unknown,
  ): TorchTensor {
    if (!(storage instanceof Storage) || !isCount(offset))
      throw new FormatError("A tensor has no storage, or no place in it.");
    const dtype = named instanceof TorchDTypeName ? (named.name as TorchDType) : storage.dtype;
    if (dtype === undefined) throw new FormatError("A tensor does not say what kind of numbers it holds.");
    const [shape, strides] = [numbersOf(size, "size"), numbersOf(stride, "stride")];
    if (shape.length !== strides.length)
      throw new FormatError("A tensor's size and stride differ in length.");
    const values = this.values(storage, dtype, offset, shape, strides);
    return new TorchTensor(dtype, shape, values, {
      requiresGrad: requiresGrad === true,
      location: storage.location,
    });
  }

  private values(
    storage: Storage,
    dtype: TorchDType,
    offset: number,
    shape: number[],
    strides: number[],
  ): TorchArray {
    const { parts, Stored, widen }: DTypeInfo = dtypes[dtype];
    const count = shape.reduce((product, n) => product * n, 1);
    const available = Math.floor(storage.bytes.length / bytesOf(dtype));
    const last = count === 0 ? -1 : shape.reduce((sum, n, axis) => sum + (n - 1) * strides[axis], offset);
    if (last >= available || offset > available) {
      throw new FormatError(
        `A tensor [${shape.join(", ")}] reaches outside its storage of ${available} values.`,
      );
    }
    if (isContiguous(shape, strides)) {
      const bytes = storage.bytes.subarray(offset * bytesOf(dtype), (offset + count) * bytesOf(dtype));
      if (widen) this.charge(4 * parts * count);
      return widened(fromBytes(bytes, dtype, this.byteOrder), dtype);
    }
    this.charge(count * bytesOf(dtype) * (widen ? 3 : 1));
    const stored = fromBytes(storage.bytes.subarray(0, available * bytesOf(dtype)), dtype, this.byteOrder);
    const gathered = new Stored(count * parts) as TorchArray;
    gather(stored, gathered, parts, offset, shape, strides);
    return widened(gathered, dtype);
  }

  private charge(bytes: number): void {
    this.copiedBytes += bytes;
    if (!(this.copiedBytes <= this.maxCopiedBytes)) {
      throw new FormatError(
        `The file's tensors take more than ${this.maxCopiedBytes} bytes beside the file. If you trust it, raise maxCopiedBytes.`,
      );
    }
  }
}

function isContiguous(shape: readonly number[], strides: readonly number[]): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== expected) return shape.includes(0);
    expected *= shape[axis];
  }
  return true;
}

/** Copies elements in row-major order from wherever the strides say they are. */
function gather(
  from: TorchArray,
  to: TorchArray,
  parts: number,
  offset: number,
  shape: readonly number[],
  strides: readonly number[],
): void {
  const index = shape.map(() => 0);
  let source = offset;
  for (let k = 0; k < to.length; k += parts) {
    for (let part = 0; part < parts; part++) to[k + part] = from[source * parts + part];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      source += strides[axis];
      if (++index[axis] < shape[axis]) break;
      source -= index[axis] * strides[axis];
      index[axis] = 0;
    }
  }
}

function byteOrderOf(entry: Uint8Array | undefined): "little" | "big" {
  const order = entry ? new TextDecoder().decode(entry.subarray(0, 16)) : "little";
  if (order === "little" || order === "big") return order;
  throw new FormatError("The file does not say whether its numbers are little- or big-endian.");
}

/**
 * Reads a file of `torch.save`, of torch 1.6 or later. Nothing in it is executed: what is not a tensor or a plain
 * value is an error that names it. Tensors may share the memory of the file's contents.
 *
 * Besides the file and its pickle's values, at most `maxCopiedBytes` of memory are taken.
 *
 * @param bytes - the whole file
 * @throws {@link FormatError} for what is no such file, is truncated or broken, or holds what is not allowed
 *
 * @example
 * ```ts
 * import { readTorch, TorchTensor, writeTorch } from "@plenoptic/io";
 * const bytes = writeTorch(new Map([["x", new TorchTensor("float32", [2], new Float32Array([1, 2]))]]));
 * console.log(readTorch(bytes)); // Map { "x" => TorchTensor { dtype: "float32", shape: [2], … } }
 * ```
 */
export function readTorch(bytes: Uint8Array, options: ReadOptions = {}): TorchValue {
  checkBeginning(bytes);
  return fromEntries(readZip(bytes), bytes.length, options);
}

/**
 * {@link readTorch} of a file. It is checked while it is being read.
 *
 * @throws {@link FormatError} as {@link readTorch}, and when the file cannot be read
 */
export async function readTorchFile(path: string | URL, options: ReadOptions = {}): Promise<TorchValue> {
  let whole = new Uint8Array(0);
  let reader: ZipReader | undefined;
  await readInBatches(path, tailBytes, (bytes) => {
    whole = bytes;
    reader = tryToRead(bytes);
    return (end) => reader?.takeUpTo(end);
  });
  checkBeginning(whole);
  return fromEntries(reader?.finish() ?? readZip(whole), whole.length, options);
}

/** Undefined where more than the end of the file is needed to read its directory. */
function tryToRead(bytes: Uint8Array): ZipReader | undefined {
  try {
    return bytes.length > tailBytes ? new ZipReader(bytes) : undefined;
  } catch {
    return undefined;
  }
}

/** Holds the directory of all but extraordinary files. */
const tailBytes = 2 ** 17;

function fromEntries(
  entries: Map<string, Uint8Array>,
  size: number,
  { maxCopiedBytes }: ReadOptions,
): TorchValue {
  const main = [...entries.keys()].find((name) => /^[^/]+\/data\.pkl$/.test(name));
  if (!main) throw new FormatError("This zip file was not written by torch.save: it has no data.pkl.");
  const prefix = main.slice(0, -"/data.pkl".length);
  const limit = maxCopiedBytes ?? 16 * size + 2 ** 26;
  return new TorchReader(prefix, entries, byteOrderOf(entries.get(`${prefix}/byteorder`)), limit).read();
}

function checkBeginning(bytes: Uint8Array): void {
  if (bytes.length === 0) throw new FormatError("The file is empty.");
  if (bytes[0] === 0x80 && bytes[1] === 2) {
    throw new FormatError(
      "This file is in the format that torch wrote before 1.6. Load it with torch and save it again.",
    );
  }
  if (bytes[0] !== 0x50 || bytes[1] !== 0x4b)
    throw new FormatError("This is no file of torch.save: it is no zip file.");
}
