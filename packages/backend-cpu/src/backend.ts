import { type DType, DTypeError } from "@plenoptic/tensor";
import {
  type BackendValues,
  type DataId,
  type DataType,
  KernelBackend,
  type TensorInfo,
} from "@tensorflow/tfjs-core";
import { Allocator } from "./allocator.js";
import { instantiate, type Wasm } from "./wasm.js";

interface Block {
  address: number;
  bytes: number;
  count: number;
  dtype: DataType;
  refCount: number;
  /** A complex tensor is a pair of real ones, which it owns. */
  parts?: ComplexParts;
  /** Text does not lie in the module's memory. */
  strings?: Uint8Array[];
}

/** The two tensors behind a complex one. */
export interface ComplexParts {
  real: TensorInfo;
  imag: TensorInfo;
}

/** Room for the tables of extents and strides that go with a call. */
const tableBytes = 4096;

/**
 * A tfjs backend whose tensors live in the memory of a WebAssembly module and whose kernels are that module's
 * functions, in one precision. tfjs calls floats "float32" here too when they are doubles.
 */
export class CpuBackend extends KernelBackend {
  readonly floatBytes: 4 | 8;
  /** Ending of the names of the functions for this precision. */
  readonly suffix: "_f32" | "_f64";
  readonly wasm: Wasm;
  readonly allocator: Allocator;
  private readonly blocks = new Map<DataId, Block>();
  private readonly table: number;
  private scratch = 0;

  constructor(readonly precision: DType) {
    super();
    this.floatBytes = precision === "float64" ? 8 : 4;
    this.suffix = precision === "float64" ? "_f64" : "_f32";
    this.wasm = instantiate();
    this.allocator = new Allocator(this.wasm.memory, this.wasm.heapBase);
    this.table = this.allocator.allocate(tableBytes);
  }

  /** The backend's name in tfjs's registry. */
  get engineName(): string {
    return `plenoptic-cpu-${this.precision}`;
  }

  /** The module's function for this precision: `fn("unary")` is `unary_f32` or `unary_f64`. */
  fn(name: string): (...args: number[]) => number {
    return this.wasm.functions[name + this.suffix];
  }

  bytesPer(dtype: DataType): number {
    if (dtype === "float32") return this.floatBytes;
    if (dtype === "int32") return 4;
    if (dtype === "bool") return 1;
    throw new DTypeError(`This kernel takes floats, int32 and bool, but not ${dtype}.`);
  }

  /** Where a tensor's values lie. Only valid until the next allocation if used to make a view. */
  address(x: TensorInfo): number {
    const block = this.block(x.dataId);
    if (block.parts || block.strings)
      throw new DTypeError(`This kernel takes floats, int32 and bool, but not ${block.dtype}.`);
    return block.address;
  }

  /** A new tensor with unset values. */
  output(shape: number[], dtype: DataType = "float32"): TensorInfo {
    let count = 1;
    for (const extent of shape) count *= extent;
    if (dtype === "complex64") return this.complex({ real: this.output(shape), imag: this.output(shape) });
    if (dtype === "string") return this.text(shape, new Array<Uint8Array>(count).fill(new Uint8Array(0)));
    const bytes = count * this.bytesPer(dtype);
    const address = this.allocator.allocate(bytes);
    return { dataId: this.register({ address, bytes, count, dtype, refCount: 1 }), shape, dtype };
  }

  /** A tensor with the same values in memory of its own. */
  copy(x: TensorInfo): TensorInfo {
    const y = this.output(x.shape, x.dtype);
    const { address, bytes } = this.block(x.dataId);
    new Uint8Array(this.wasm.memory.buffer).copyWithin(this.address(y), address, address + bytes);
    return y;
  }

  /** The module's function for values of a dtype: `name_f32` or `name_f64`, `name_i32`, `name_u8`. */
  fnFor(name: string, dtype: DataType): (...args: number[]) => number {
    if (dtype === "int32") return this.wasm.functions[`${name}_i32`];
    if (dtype === "bool") return this.wasm.functions[`${name}_u8`];
    return this.fn(name);
  }

  /** A complex tensor made of two real ones, which it takes over: the caller must not dispose them. */
  complex(parts: ComplexParts): TensorInfo {
    const { count } = this.block(parts.real.dataId);
    const { shape } = parts.real;
    const block: Block = { address: 0, bytes: 0, count, dtype: "complex64", refCount: 1, parts };
    return { dataId: this.register(block), shape, dtype: "complex64" };
  }

  /** A tensor of encoded strings. */
  text(shape: number[], strings: Uint8Array[]): TensorInfo {
    const count = strings.length;
    const block: Block = { address: 0, bytes: 0, count, dtype: "string", refCount: 1, strings };
    return { dataId: this.register(block), shape, dtype: "string" };
  }

  /** The real tensors behind a complex one, in its shape. They stay its own. */
  partsOf(x: TensorInfo): ComplexParts {
    const { parts, dtype } = this.block(x.dataId);
    if (!parts) throw new DTypeError(`A complex tensor is needed, but ${dtype} came.`);
    return { real: { ...parts.real, shape: x.shape }, imag: { ...parts.imag, shape: x.shape } };
  }

  /** The encoded strings of a tensor. */
  stringsOf(x: TensorInfo): readonly Uint8Array[] {
    const { strings, dtype } = this.block(x.dataId);
    if (!strings) throw new DTypeError(`A tensor of strings is needed, but ${dtype} came.`);
    return strings;
  }

  private register(block: Block): DataId {
    const dataId = {};
    this.blocks.set(dataId, block);
    return dataId;
  }

  /** The same values under another shape. */
  alias(x: TensorInfo, shape: number[]): TensorInfo {
    this.incRef(x.dataId);
    return { dataId: x.dataId, shape, dtype: x.dtype };
  }

  /** Copies whole numbers to the module's table, and gives its address. */
  writeTable(numbers: ArrayLike<number>): number {
    if (numbers.length * 4 > tableBytes)
      throw new RangeError(`A table of ${numbers.length} numbers is too large.`);
    new Int32Array(this.wasm.memory.buffer, this.table, numbers.length).set(numbers);
    return this.table;
  }

  /** Scratch memory of matrix products, taken when the first is computed and kept. */
  gemmScratch(): number {
    if (this.scratch === 0) this.scratch = this.allocator.allocate(this.wasm.functions.gemmScratchBytes());
    return this.scratch;
  }

  /** A view of memory as floats of this backend's precision; any allocation may invalidate it. */
  floats(address: number, count: number): Float32Array | Float64Array {
    const { buffer } = this.wasm.memory;
    return this.floatBytes === 8
      ? new Float64Array(buffer, address, count)
      : new Float32Array(buffer, address, count);
  }

  /** A view of a tensor's values; any allocation may invalidate it. */
  values(x: TensorInfo): Float32Array | Float64Array | Int32Array | Uint8Array {
    return this.view(this.block(x.dataId));
  }

  private view({ address, count, dtype }: Block): Float32Array | Float64Array | Int32Array | Uint8Array {
    const { buffer } = this.wasm.memory;
    if (dtype === "int32") return new Int32Array(buffer, address, count);
    if (dtype === "bool") return new Uint8Array(buffer, address, count);
    return this.floats(address, count);
  }

  private block(dataId: DataId): Block {
    const block = this.blocks.get(dataId);
    if (!block)
      throw new DTypeError("The tensor's values are not on this backend (disposed, or of another one).");
    return block;
  }

  private fill(block: Block, values: BackendValues): void {
    const { parts } = block;
    if (block.strings) {
      // A copy with the gaps that tfjs leaves for text that has not been set.
      block.strings = (values as Uint8Array[]).slice();
    } else if (parts) {
      // tfjs hands complex numbers over as real, imaginary, real, imaginary, …
      const pairs = values as Float32Array;
      for (const [offset, part] of [parts.real, parts.imag].entries()) {
        const view = this.view(this.block(part.dataId));
        for (let i = 0; i < view.length; i++) view[i] = pairs[2 * i + offset];
      }
    } else {
      this.view(block).set(values as ArrayLike<number>);
    }
  }

  override write(values: BackendValues, shape: number[], dtype: DataType): DataId {
    const { dataId } = this.output(shape, dtype);
    this.fill(this.block(dataId), values);
    return dataId;
  }

  override move(
    dataId: DataId,
    values: BackendValues,
    shape: number[],
    dtype: DataType,
    refCount: number,
  ): void {
    const made = this.write(values, shape, dtype);
    this.blocks.set(dataId, { ...this.block(made), refCount });
    this.blocks.delete(made);
  }

  override readSync(dataId: DataId): BackendValues {
    const block = this.block(dataId);
    if (block.strings) return block.strings.slice();
    // The type is tfjs's; with float64 it is a Float64Array.
    if (!block.parts) return this.view(block).slice() as Float32Array | Int32Array | Uint8Array;
    const real = this.view(this.block(block.parts.real.dataId));
    const imag = this.view(this.block(block.parts.imag.dataId));
    const pairs =
      this.floatBytes === 8 ? new Float64Array(2 * block.count) : new Float32Array(2 * block.count);
    for (let i = 0; i < block.count; i++) {
      pairs[2 * i] = real[i];
      pairs[2 * i + 1] = imag[i];
    }
    return pairs as Float32Array;
  }

  override async read(dataId: DataId): Promise<BackendValues> {
    return this.readSync(dataId);
  }

  override refCount(dataId: DataId): number {
    return this.blocks.get(dataId)?.refCount ?? 0;
  }

  override incRef(dataId: DataId): void {
    this.block(dataId).refCount++;
  }

  decRef(dataId: DataId): void {
    const block = this.blocks.get(dataId);
    if (block) block.refCount--;
  }

  /** True when the values are gone; false when another tensor still shares them. */
  override disposeData(dataId: DataId, force = false): boolean {
    const block = this.blocks.get(dataId);
    if (!block) return true;
    block.refCount--;
    if (!force && block.refCount > 0) return false;
    this.blocks.delete(dataId);
    if (block.parts) {
      this.disposeData(block.parts.real.dataId);
      this.disposeData(block.parts.imag.dataId);
    } else if (!block.strings) {
      this.allocator.release(block.address);
    }
    return true;
  }

  /** Frees a tensor that a kernel made for its own use. */
  disposeIntermediate(x: TensorInfo): void {
    this.disposeData(x.dataId);
  }

  override numDataIds(): number {
    return this.blocks.size;
  }

  override memory(): { unreliable: boolean; reasons: string[]; heapBytes: number; liveBytes: number } {
    const { heapBytes, liveBytes } = this.allocator;
    return { unreliable: false, reasons: [], heapBytes, liveBytes };
  }

  override timerAvailable(): boolean {
    return true;
  }

  override async time(f: () => void): Promise<{ kernelMs: number }> {
    const start = performance.now();
    f();
    return { kernelMs: performance.now() - start };
  }

  override floatPrecision(): 16 | 32 {
    return 32;
  }

  override epsilon(): number {
    return this.precision === "float64" ? 1e-15 : 1e-7;
  }

  override dispose(): void {
    for (const { address } of this.blocks.values()) if (address) this.allocator.release(address);
    this.blocks.clear();
  }
}
