import { DeviceError, type DeviceLostError, warn } from "@plenoptic/tensor";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { type BackendValues, type TensorInfo, util } from "@tensorflow/tfjs-core";
import { readAtOnce, tooLarge } from "./messages.js";

type Program = Parameters<WebGPUBackend["runWebGPUProgram"]>[0];
type Uniforms = Parameters<WebGPUBackend["runWebGPUProgram"]>[3];
type DataType = TensorInfo["dtype"];

/** What the library adds to tfjs's backend. */
export interface GpuBackend extends WebGPUBackend {
  /** Why the device is gone; undefined while it lives. */
  readonly lost: DeviceLostError | undefined;
  /** Ends all that waits for the device, and all that will. */
  lose(error: DeviceLostError): void;
}

type GpuBackendClass = new (device: GPUDevice, info: GPUAdapterInfo) => GpuBackend;

/** tfjs's backend class, which is loaded only when a GPU is asked for, with our errors in place of silence. */
export function extendBackend(Base: typeof WebGPUBackend): GpuBackendClass {
  return class PlenopticWebGpuBackend extends Base implements GpuBackend {
    lost: DeviceLostError | undefined;
    /** Set by an error that no read has reported yet. */
    #failure: DeviceError | undefined;
    readonly #pendingReads = new Set<(reason: Error) => void>();
    readonly #largest: number;

    constructor(device: GPUDevice, info: GPUAdapterInfo) {
      super(device, info);
      this.#largest = Math.min(device.limits.maxBufferSize, device.limits.maxStorageBufferBindingSize);
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
      const error = new DeviceError(
        `The GPU reported an error, so results are not to be trusted: ${message}`,
      );
      warn("webgpu", error.message);
      if (!this.#rejectReads(error)) this.#failure = error;
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
      const { resource, shape } = this.tensorMap.get(dataId);
      if (resource != null) return;
      this.#checkSize(shape);
      super.uploadToGPU(dataId);
    }

    override runWebGPUProgram(
      program: Program,
      inputs: TensorInfo[],
      outputDtype: DataType,
      uniforms?: Uniforms,
      output?: TensorInfo,
    ): TensorInfo {
      this.#checkAlive();
      this.#checkSize(program.outputShape);
      return super.runWebGPUProgram(program, inputs, outputDtype, uniforms, output);
    }

    override readSync(dataId: object): BackendValues {
      const { values } = this.tensorMap.get(dataId);
      if (values != null) return values;
      throw this.lost ?? new DeviceError(readAtOnce);
    }

    override async read(dataId: object): Promise<BackendValues> {
      if (this.tensorMap.get(dataId).values != null) return super.read(dataId);
      this.#checkAlive();
      let settle: ((reason: Error) => void) | undefined;
      try {
        // Not Promise.race with a promise of the loss: each race would stay attached to it for ever.
        const values = await new Promise<BackendValues>((resolve, reject) => {
          settle = reject;
          this.#pendingReads.add(reject);
          super.read(dataId).then(resolve, (error) => this.#whyReadFailed(error).then(reject));
        });
        this.#throwFailure();
        return values;
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
