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
}

/** Room for the tables of extents and strides that go with a call. */
const tableBytes = 4096;

/** What tfjs hands over for the dtypes of this backend. */
type Values = ArrayLike<number>;

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

  constructor(readonly precision: DType) {
    super();
    this.floatBytes = precision === "float64" ? 8 : 4;
    this.suffix = precision === "float64" ? "_f64" : "_f32";
    this.wasm = instantiate();
    this.allocator = new Allocator(this.wasm.memory, this.wasm.heapBase);
    this.table = this.allocator.allocate(tableBytes);
  }

  /** The module's function for this precision: `fn("unary")` is `unary_f32` or `unary_f64`. */
  fn(name: string): (...args: number[]) => number {
    return this.wasm.functions[name + this.suffix];
  }

  bytesPer(dtype: DataType): number {
    if (dtype === "float32") return this.floatBytes;
    if (dtype === "int32") return 4;
    if (dtype === "bool") return 1;
    throw new DTypeError(`backend-cpu has no tensors of dtype "${dtype}"; it has floats, int32 and bool.`);
  }

  /** Where a tensor's values lie. Only valid until the next allocation if used to make a view. */
  address(x: TensorInfo): number {
    return this.block(x.dataId).address;
  }

  /** A new tensor with unset values. */
  output(shape: number[], dtype: DataType = "float32"): TensorInfo {
    let count = 1;
    for (const extent of shape) count *= extent;
    const bytes = count * this.bytesPer(dtype);
    const dataId = {};
    this.blocks.set(dataId, { address: this.allocator.allocate(bytes), bytes, count, dtype, refCount: 1 });
    return { dataId, shape, dtype };
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

  /** A view of memory as floats of this backend's precision; any allocation may invalidate it. */
  floats(address: number, count: number): Float32Array | Float64Array {
    const { buffer } = this.wasm.memory;
    return this.floatBytes === 8
      ? new Float64Array(buffer, address, count)
      : new Float32Array(buffer, address, count);
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

  override write(values: BackendValues, shape: number[], dtype: DataType): DataId {
    const { dataId } = this.output(shape, dtype);
    this.view(this.block(dataId)).set(values as Values);
    return dataId;
  }

  override move(
    dataId: DataId,
    values: BackendValues,
    shape: number[],
    dtype: DataType,
    refCount: number,
  ): void {
    const made = this.output(shape, dtype).dataId;
    const block = this.block(made);
    this.blocks.delete(made);
    this.view(block).set(values as Values);
    this.blocks.set(dataId, { ...block, refCount });
  }

  override readSync(dataId: DataId): Float32Array | Int32Array | Uint8Array {
    // The type is tfjs's; with float64 it is a Float64Array.
    return this.view(this.block(dataId)).slice() as Float32Array | Int32Array | Uint8Array;
  }

  override async read(dataId: DataId): Promise<Float32Array | Int32Array | Uint8Array> {
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
    this.allocator.release(block.address);
    this.blocks.delete(dataId);
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
    for (const { address } of this.blocks.values()) this.allocator.release(address);
    this.blocks.clear();
  }
}
