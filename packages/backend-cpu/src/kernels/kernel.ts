import { DTypeError } from "@plenoptic/tensor";
import type { KernelFunc, TensorInfo } from "@tensorflow/tfjs-core";
import type { CpuBackend } from "../backend.js";

export type Inputs = Record<string, TensorInfo>;
export type Attrs = Record<string, unknown>;

/** A kernel of this package: its name in tfjs's registry and what it does. */
export interface Kernel {
  readonly name: string;
  readonly run: (inputs: Inputs, backend: CpuBackend, attrs: Attrs) => TensorInfo | TensorInfo[];
}

/** The form in which tfjs calls a kernel. */
export function toKernelFunc({ run }: Kernel): KernelFunc {
  return ({ inputs, backend, attrs }) =>
    run(inputs as unknown as Inputs, backend as CpuBackend, (attrs ?? {}) as Attrs);
}

export function sizeOf(shape: readonly number[]): number {
  let size = 1;
  for (const extent of shape) size *= extent;
  return size;
}

/** Throws unless all inputs are floats. */
export function expectFloats(kernel: string, ...xs: TensorInfo[]): void {
  for (const { dtype } of xs) {
    if (dtype !== "float32")
      throw new DTypeError(`${kernel} needs floats, but got ${dtype}; cast(x, "float32") first.`);
  }
}
