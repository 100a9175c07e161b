import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { CpuBackend } from "../backend.js";
import { combine } from "./binary.js";
import { callKernel } from "./call-kernel.js";
import { fill } from "./fill.js";
import type { Attrs } from "./kernel.js";

/** A kernel made of others: combines tensors, and in the end frees those it has made but for the result. */
export class Calculation {
  private readonly made: TensorInfo[] = [];

  constructor(private readonly backend: CpuBackend) {}

  /** A float tensor with every value the same. */
  filled(value: number, shape: number[] = []): TensorInfo {
    return this.keep(fill(this.backend, shape, "float32", value));
  }

  /** a and b under a broadcasting operation. */
  combine(name: Parameters<typeof combine>[0], a: TensorInfo, b: TensorInfo): TensorInfo {
    return this.keep(combine(name, a, b, this.backend));
  }

  /** The kernel `name` on its input x. */
  call(name: string, x: TensorInfo, attrs: Attrs = {}): TensorInfo {
    return this.keep(callKernel(name, { x }, this.backend, attrs));
  }

  /** Counts a tensor among those to be freed. */
  keep(x: TensorInfo): TensorInfo {
    this.made.push(x);
    return x;
  }

  end(result: TensorInfo): TensorInfo {
    for (const x of this.made) if (x !== result) this.backend.disposeIntermediate(x);
    return result;
  }
}
