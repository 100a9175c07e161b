import { DeviceError, type DeviceLostError, warn } from "@plenoptic/tensor";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { type BackendValues, type TensorInfo, util } from "@tensorflow/tfjs-core";
import { freeKeptBuffers } from "./kept-buffers.js";
import { readAtOnce, tooLarge } from "./messages.js";
import { Pipelines } from "./pipelines.js";
import { type Program, packParams } from "./program.js";

type TfjsProgram = Parameters<WebGPUBackend["runWebGPUProgram"]>[0];
type TfjsUniforms = Parameters<WebGPUBackend["runWebGPUProgram"]>[3];
type DataType = TensorInfo["dtype"];

/** What a program reads: a tensor, or a table that stays on the GPU. */
export type Operand = TensorInfo | GPUBuffer;

/** What the library adds to tfjs's backend. */
export interface GpuBackend extends WebGPUBackend {
  /** Why the device is gone; undefined while it lives. */
  readonly lost: DeviceLostError | undefined;
  /** Ends all that waits for the device, and all that will. */
  lose(error: DeviceLostError): void;
  /** Runs a program of ours. Outputs are tensors that nobody else has seen yet. */
  dispatch(
    program: Program,
    outputs: readonly TensorInfo[],
    inputs: readonly Operand[],
    params: readonly number[],
    groups: readonly [number, number, number],
  ): void;
  /** A table for programs, which the caller keeps. */
  makeTable(values: Float32Array): GPUBuffer;
}

/** What of tfjs's backend is private, and is needed to take part in its stream of commands (tfjs 4.22). */
interface Internals {
  commandEncoder: GPUCommandEncoder;
  computePassEncoder: GPUComputePassEncoder | null;
  commandQueueOwnedIds: WeakSet<object>;
  uniformPendingDisposal: GPUBuffer[];
  dispatchCountInPass: number;
}

/** Dawn's words for an error that follows from one it has reported. */
const isConsequence = /due to a previous error|\[Invalid CommandBuffer/;

const tensorUsage = (): number => GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;

/** Values as the GPU holds them: booleans are 32 bits wide there. */
function onGpu(
  values: ArrayLike<number>,
  dtype: DataType,
): Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer> {
  if (dtype === "float32") {
    return values instanceof Float32Array ? (values as Float32Array<ArrayBuffer>) : Float32Array.from(values);
  }
  return values instanceof Int32Array ? (values as Int32Array<ArrayBuffer>) : Int32Array.from(values);
}

/** Commands are handed to the GPU in batches of so many, as tfjs does. */
const batchSize = 15;

type GpuBackendClass = new (device: GPUDevice, info: GPUAdapterInfo) => GpuBackend;

/** tfjs's backend class, which is loaded only when a GPU is asked for, with our errors in place of silence. */
export function extendBackend(Base: typeof WebGPUBackend): GpuBackendClass {
  return class PlenopticWebGpuBackend extends Base implements GpuBackend {
    lost: DeviceLostError | undefined;
    /** Set by an error that no read has reported yet. */
    #failure: DeviceError | undefined;
    /** The last error that was not the consequence of another. */
    #rootFailure: DeviceError | undefined;
    readonly #scalars = new Map<number, GPUBuffer>();
    readonly #pendingReads = new Set<(reason: Error) => void>();
    readonly #largest: number;
    readonly #pipelines: Pipelines;

    constructor(device: GPUDevice, info: GPUAdapterInfo) {
      super(device, info);
      this.#largest = Math.min(device.limits.maxBufferSize, device.limits.maxStorageBufferBindingSize);
      this.#pipelines = new Pipelines(device);
      device.addEventListener("uncapturederror", (event) => {
        event.preventDefault();
        this.#fail(event.error);
      });
    }

    lose(error: DeviceLostError): void {
      this.lost = error;
      this.#rejectReads(error);
    }

    #rejectReads(error: Error): boolean {
      const any = this.#pendingReads.size > 0;
      for (const reject of this.#pendingReads) reject(error);
      this.#pendingReads.clear();
      return any;
    }

    #fail({ message }: GPUError): void {
      if (this.lost) return;
      if (!this.#rootFailure || !isConsequence.test(message)) {
        this.#rootFailure = new DeviceError(
          `The GPU reported an error, so results are not to be trusted: ${message.trim()}`,
        );
        warn("webgpu", this.#rootFailure.message);
      }
      if (!this.#rejectReads(this.#rootFailure)) this.#failure ??= this.#rootFailure;
    }

    #checkAlive(): void {
      if (this.lost) throw this.lost;
    }

    #checkSize(shape: readonly number[]): void {
      const bytes = 4 * util.sizeFromShape([...shape]);
      if (bytes > this.#largest) throw new DeviceError(tooLarge(shape, bytes, this.#largest));
    }

    /** tfjs would run small operations on its own CPU backend. */
    override shouldExecuteOnCPU(): boolean {
      return false;
    }

    override uploadToGPU(dataId: object): void {
      const data = this.tensorMap.get(dataId);
      if (data.resource != null) return;
      this.#checkSize(data.shape);
      if (data.values == null) {
        super.uploadToGPU(dataId);
        return;
      }
      const values = onGpu(data.values as ArrayLike<number>, data.dtype);
      if (data.dtype === "float32" && values.length === 1 && !Object.is(values[0], -0)) {
        data.resource = this.#scalarBuffer(values[0]);
        data.external = true;
      } else {
        // The buffer may have been another tensor's, but commands that read that have been handed in already.
        const buffer = this.bufferManager.acquireBuffer(values.byteLength, tensorUsage()) as GPUBuffer;
        this.queue.writeBuffer(buffer, 0, values);
        data.resource = buffer;
      }
      data.values = null as unknown as BackendValues;
    }

    /** Numbers in ops (`mul(x, 0.5)`) come again and again; each is uploaded once. */
    #scalarBuffer(value: number): GPUBuffer {
      let buffer = this.#scalars.get(value);
      if (buffer) return buffer;
      buffer = this.device.createBuffer({ size: 4, usage: tensorUsage() });
      this.queue.writeBuffer(buffer, 0, Float32Array.of(value));
      // One buffer for each of the learning rates of a schedule would fill the memory in the end.
      if (this.#scalars.size >= 4096) this.#scalars.clear();
      this.#scalars.set(value, buffer);
      return buffer;
    }

    override runWebGPUProgram(
      program: TfjsProgram,
      inputs: TensorInfo[],
      outputDtype: DataType,
      uniforms?: TfjsUniforms,
      output?: TensorInfo,
    ): TensorInfo {
      this.#checkAlive();
      this.#checkSize(program.outputShape);
      return super.runWebGPUProgram(program, inputs, outputDtype, uniforms, output);
    }

    makeTable(values: Float32Array): GPUBuffer {
      const buffer = this.device.createBuffer({
        size: Math.max(16, values.byteLength),
        usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST,
      });
      this.queue.writeBuffer(buffer, 0, values as Float32Array<ArrayBuffer>);
      return buffer;
    }

    /** The buffer behind an operand, uploaded if need be; tfjs frees it only after the commands that use it. */
    #bufferOf(operand: Operand): GPUBuffer {
      if (!("dataId" in operand)) return operand;
      this.uploadToGPU(operand.dataId);
      (this as unknown as Internals).commandQueueOwnedIds.add(operand.dataId);
      return this.tensorMap.get(operand.dataId).resource as GPUBuffer;
    }

    /** The buffers to bind. Outputs that cannot be had, for want of a device or of room, are freed. */
    #buffersOf(outputs: readonly TensorInfo[], inputs: readonly Operand[]): GPUBuffer[] {
      try {
        this.#checkAlive();
        return [...outputs, ...inputs].map((operand) => this.#bufferOf(operand));
      } catch (error) {
        for (const { dataId } of outputs) this.disposeData(dataId);
        throw error;
      }
    }

    /** A buffer of no bytes cannot be bound. Whether there is nothing to compute. */
    #leaveEmpty(outputs: readonly TensorInfo[]): boolean {
      if (outputs.some(({ shape }) => util.sizeFromShape(shape) > 0)) return false;
      for (const { dataId, dtype } of outputs) {
        this.tensorMap.get(dataId).values = util.getTypedArrayFromDType(dtype as "float32", 0);
      }
      return true;
    }

    #uniforms(program: Program, values: readonly number[]): GPUBuffer[] {
      if (program.params.length === 0) return [];
      const bytes = packParams(program, values);
      const usage = GPUBufferUsage.COPY_DST | GPUBufferUsage.UNIFORM;
      const buffer = this.bufferManager.acquireBuffer(bytes.byteLength, usage) as GPUBuffer;
      this.queue.writeBuffer(buffer, 0, bytes);
      (this as unknown as Internals).uniformPendingDisposal.push(buffer);
      return [buffer];
    }

    dispatch(
      program: Program,
      outputs: readonly TensorInfo[],
      inputs: readonly Operand[],
      params: readonly number[],
      groups: readonly [number, number, number],
    ): void {
      if (this.#leaveEmpty(outputs)) return;
      const buffers = this.#buffersOf(outputs, inputs);
      buffers.push(...this.#uniforms(program, params));
      const { pipeline, layout } = this.#pipelines.get(program);
      const entries = buffers.map((buffer, binding) => ({ binding, resource: { buffer } }));
      const inner = this as unknown as Internals;
      this.ensureCommandEncoderReady();
      inner.computePassEncoder ??= inner.commandEncoder.beginComputePass();
      const pass = inner.computePassEncoder;
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, this.device.createBindGroup({ layout, entries }));
      pass.dispatchWorkgroups(...groups);
      if (++inner.dispatchCountInPass >= batchSize) {
        this.endComputePassEncoder();
        this.submitQueue();
      }
    }

    override submitQueue(): void {
      super.submitQueue();
      // All commands that may use them have just been handed in.
      freeKeptBuffers(this.bufferManager);
    }

    override readSync(dataId: object): BackendValues {
      const { values } = this.tensorMap.get(dataId);
      if (values != null) return values;
      throw this.lost ?? new DeviceError(readAtOnce);
    }

    override async read(dataId: object): Promise<BackendValues> {
      const data = this.tensorMap.get(dataId);
      if (data.dtype === "complex64") return super.read(dataId);
      // A copy, as what comes from the GPU is: whoever reads may write into it.
      if (data.values != null) return data.values.slice() as BackendValues;
      this.#checkAlive();
      let settle: ((reason: Error) => void) | undefined;
      try {
        // Not Promise.race with a promise of the loss: each race would stay attached to it for ever.
        const bytes = await new Promise<ArrayBuffer>((resolve, reject) => {
          settle = reject;
          this.#pendingReads.add(reject);
          this.getBufferData(data.resource as GPUBuffer).then(resolve, (error) =>
            this.#whyReadFailed(error).then(reject),
          );
        });
        this.#throwFailure();
        return util.convertBackendValuesAndArrayBuffer(bytes, data.dtype) as BackendValues;
      } finally {
        if (settle) this.#pendingReads.delete(settle);
      }
    }

    #throwFailure(): void {
      const failure = this.#failure;
      this.#failure = undefined;
      if (failure) throw failure;
    }

    /** A read also fails when the device is lost, and may do so before the device says that it is. */
    async #whyReadFailed(error: Error): Promise<Error> {
      if (!this.lost) await new Promise((resolve) => setTimeout(resolve, 100));
      return (
        this.lost ??
        new DeviceError(`Values could not be read from the GPU: ${error.message}`, { cause: error })
      );
    }
  };
}
