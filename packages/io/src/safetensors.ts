import { bytesOf, fromBytes, type TorchDType, toBytes, widened } from "./dtypes.js";
import { FormatError } from "./format-error.js";
import { TorchTensor } from "./value.js";

/** The format's names of the kinds of numbers. */
const codes: Readonly<Record<string, TorchDType>> = {
  F64: "float64",
  F32: "float32",
  F16: "float16",
  BF16: "bfloat16",
  I64: "int64",
  I32: "int32",
  I16: "int16",
  I8: "int8",
  U64: "uint64",
  U32: "uint32",
  U16: "uint16",
  U8: "uint8",
  BOOL: "bool",
  C64: "complex64",
};
const codeOf = new Map(Object.entries(codes).map(([code, dtype]) => [dtype, code]));

/** The longest header that the format's own library reads. */
const longestHeader = 100_000_000;
const lengthBytes = 8;

/** What a `.safetensors` file holds. */
export interface Safetensors {
  readonly tensors: Map<string, TorchTensor>;
  /** Texts by name. */
  readonly metadata: Map<string, string>;
}

interface Entry {
  readonly dtype: TorchDType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

const isCount = (x: unknown): x is number => Number.isSafeInteger(x) && (x as number) >= 0;
const isCounts = (x: unknown): x is number[] => Array.isArray(x) && x.every(isCount);

function readHeader(bytes: Uint8Array): { header: Record<string, unknown>; start: number } {
  if (bytes.length < lengthBytes)
    throw new FormatError("This is no .safetensors file: it is shorter than 8 bytes.");
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset, lengthBytes).getBigUint64(0, true));
  if (length > longestHeader || length > bytes.length - lengthBytes) {
    throw new FormatError(
      `This is no .safetensors file, or it is truncated: its header would be ${length} bytes long.`,
    );
  }
  const start = lengthBytes + length;
  try {
    const header = JSON.parse(
      new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(lengthBytes, start)),
    );
    if (typeof header === "object" && header !== null && !Array.isArray(header)) return { header, start };
  } catch (cause) {
    throw new FormatError("The header of the .safetensors file is no JSON.", { cause });
  }
  throw new FormatError("The header of the .safetensors file is no record.");
}

function checkEntry(name: string, value: unknown): Entry {
  const { dtype: code, shape, data_offsets: offsets } = (value ?? {}) as Record<string, unknown>;
  if (typeof code !== "string" || !Object.hasOwn(codes, code)) {
    throw new FormatError(`The tensor "${name}" holds numbers of the unknown kind "${code}".`);
  }
  if (!isCounts(shape) || !isCounts(offsets) || offsets.length !== 2) {
    throw new FormatError(`The tensor "${name}" has no shape or no place.`);
  }
  const [begin, end] = offsets;
  const dtype = codes[code];
  if (end - begin !== shape.reduce((size, n) => size * n, bytesOf(dtype))) {
    throw new FormatError(`The tensor "${name}" of shape [${shape.join(", ")}] has ${end - begin} bytes.`);
  }
  return { dtype, shape, begin, end };
}

/**
 * Reads a `.safetensors` file (https://huggingface.co/docs/safetensors). Tensors may share the memory of the bytes.
 *
 * @throws {@link FormatError} for what is no such file, or one with holes, overlaps or missing bytes
 *
 * @example
 * ```ts
 * import { readSafetensors, TorchTensor, writeSafetensors } from "@plenoptic/io";
 * const image = new TorchTensor("float32", [1, 2], Float32Array.of(0, 1));
 * const { tensors } = readSafetensors(writeSafetensors(new Map([["image", image]])));
 * console.log(tensors.get("image")?.shape); // [1, 2]
 * ```
 */
export function readSafetensors(bytes: Uint8Array): Safetensors {
  const { header, start } = readHeader(bytes);
  const { __metadata__: texts = {}, ...rest } = header;
  const metadata = new Map<string, string>();
  for (const [name, text] of Object.entries(texts as object)) {
    if (typeof text !== "string") throw new FormatError(`The metadata "${name}" is no text.`);
    metadata.set(name, text);
  }
  const entries = Object.entries(rest).map(([name, value]) => [name, checkEntry(name, value)] as const);
  let at = 0;
  for (const [name, { begin, end }] of [...entries].sort(
    ([, a], [, b]) => a.begin - b.begin || a.end - b.end,
  )) {
    if (begin !== at)
      throw new FormatError(`The tensor "${name}" overlaps another, or there is a gap before it.`);
    at = end;
  }
  if (start + at !== bytes.length) {
    throw new FormatError(
      `The .safetensors file should be ${start + at} bytes long, but it is ${bytes.length}.`,
    );
  }
  const tensors = new Map<string, TorchTensor>();
  for (const [name, { dtype, shape, begin, end }] of entries) {
    const stored = fromBytes(bytes.subarray(start + begin, start + end), dtype, "little");
    tensors.set(name, new TorchTensor(dtype, shape, widened(stored, dtype)));
  }
  return { tensors, metadata };
}

/**
 * The bytes of a `.safetensors` file.
 *
 * @param tensors - by name; any but complex128 and complex32
 * @param metadata - texts by name
 * @throws {@link FormatError} for kinds of numbers that the format does not have
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, TorchTensor>,
  metadata: ReadonlyMap<string, string> = new Map(),
): Uint8Array {
  const header: [string, unknown][] =
    metadata.size > 0 ? [["__metadata__", Object.fromEntries(metadata)]] : [];
  const data: Uint8Array[] = [];
  let offset = 0;
  for (const [name, { dtype, shape, values }] of tensors) {
    const code = codeOf.get(dtype);
    if (!code) throw new FormatError(`A .safetensors file has no numbers of the kind ${dtype}.`);
    const bytes = toBytes(values, dtype);
    header.push([name, { dtype: code, shape, data_offsets: [offset, offset + bytes.length] }]);
    data.push(bytes);
    offset += bytes.length;
  }
  // The data begin at a multiple of 8, so that they can be looked at where they lie.
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const length = Math.ceil(json.length / 8) * 8;
  const file = new Uint8Array(lengthBytes + length + offset).fill(32, lengthBytes, lengthBytes + length);
  new DataView(file.buffer).setBigUint64(0, BigInt(length), true);
  file.set(json, lengthBytes);
  let at = lengthBytes + length;
  for (const bytes of data) {
    file.set(bytes, at);
    at += bytes.length;
  }
  return file;
}
