import { FormatError } from "./format-error.js";
import { bfloat16ToNumber, halfToNumber, numberToBfloat16, numberToHalf } from "./half.js";

/** The values of a tensor, row-major. Halves are widened to float32; complex numbers are pairs (real, imaginary). */
export type TorchArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

interface ArrayClass {
  new (buffer: ArrayBuffer, byteOffset: number, length: number): TorchArray;
  new (length: number): TorchArray;
  readonly BYTES_PER_ELEMENT: number;
}

/** How a kind of number is stored and what it becomes. */
export interface DTypeInfo {
  /** What the bytes are read as. */
  readonly Stored: ArrayClass;
  /** Numbers in one element: 2 for complex ones. */
  readonly parts: 1 | 2;
  /** For kinds that JavaScript lacks: to and from float32. */
  readonly widen?: (bits: number) => number;
  readonly narrow?: (value: number) => number;
}

const plain = (Stored: unknown): DTypeInfo => ({ Stored: Stored as ArrayClass, parts: 1 });
const complex = (Stored: unknown): DTypeInfo => ({ Stored: Stored as ArrayClass, parts: 2 });

/** The kinds of numbers that torch files hold, by torch's names. */
export const dtypes = {
  float32: plain(Float32Array),
  float64: plain(Float64Array),
  float16: {
    Stored: Uint16Array as unknown as ArrayClass,
    parts: 1,
    widen: halfToNumber,
    narrow: numberToHalf,
  },
  bfloat16: {
    Stored: Uint16Array as unknown as ArrayClass,
    parts: 1,
    widen: bfloat16ToNumber,
    narrow: numberToBfloat16,
  },
  int8: plain(Int8Array),
  int16: plain(Int16Array),
  int32: plain(Int32Array),
  int64: plain(BigInt64Array),
  uint8: plain(Uint8Array),
  uint16: plain(Uint16Array),
  uint32: plain(Uint32Array),
  uint64: plain(BigUint64Array),
  bool: plain(Uint8Array),
  complex32: {
    Stored: Uint16Array as unknown as ArrayClass,
    parts: 2,
    widen: halfToNumber,
    narrow: numberToHalf,
  },
  complex64: complex(Float32Array),
  complex128: complex(Float64Array),
} as const satisfies Record<string, DTypeInfo>;

/** Torch's name of a kind of number. */
export type TorchDType = keyof typeof dtypes;

/** Bytes of one element. */
export const bytesOf = (dtype: TorchDType): number =>
  dtypes[dtype].Stored.BYTES_PER_ELEMENT * dtypes[dtype].parts;

const isLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

function swapped(bytes: Uint8Array, width: number): Uint8Array {
  const result = new Uint8Array(bytes.length);
  for (let i = 0; i < bytes.length; i += width) {
    for (let j = 0; j < width; j++) result[i + j] = bytes[i + width - 1 - j];
  }
  return result;
}

/** Bytes as they lie in the file, as numbers. No copy is made where the bytes can be looked at as they are. */
export function fromBytes(bytes: Uint8Array, dtype: TorchDType, byteOrder: "little" | "big"): TorchArray {
  const { Stored }: DTypeInfo = dtypes[dtype];
  const width = Stored.BYTES_PER_ELEMENT;
  if (bytes.length % width !== 0) {
    throw new FormatError(`${bytes.length} bytes are no whole number of ${dtype} values.`);
  }
  let source = bytes;
  if ((byteOrder === "little") !== isLittleEndian && width > 1) source = swapped(bytes, width);
  else if (bytes.byteOffset % width !== 0) source = bytes.slice();
  return new Stored(source.buffer as ArrayBuffer, source.byteOffset, source.length / width);
}

/** Widens halves to float32; other kinds stay as they are. */
export function widened(stored: TorchArray, dtype: TorchDType): TorchArray {
  const { widen }: DTypeInfo = dtypes[dtype];
  return widen ? Float32Array.from(stored as Uint16Array, widen) : stored;
}

/** The bytes of a tensor's values in the order of the machine, which is little-endian nearly everywhere. */
export function toBytes(values: TorchArray, dtype: TorchDType): Uint8Array {
  const { narrow, Stored }: DTypeInfo = dtypes[dtype];
  const stored = narrow ? Uint16Array.from(values as Float32Array, narrow) : values;
  const bytes = new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength);
  return isLittleEndian ? bytes : swapped(bytes, Stored.BYTES_PER_ELEMENT);
}
