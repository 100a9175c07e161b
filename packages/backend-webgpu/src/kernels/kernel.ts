import type { DataType, TensorInfo } from "@tensorflow/tfjs-core";
import type { GpuBackend } from "../backend.js";

/** A kernel of ours: its name in tfjs's registry, and what it does. */
export interface GpuKernel<Attrs = unknown> {
  readonly name: string;
  readonly run: (
    backend: GpuBackend,
    inputs: Record<string, TensorInfo>,
    attrs: Attrs,
  ) => TensorInfo | TensorInfo[];
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((n, extent) => n * extent, 1);

/** Booleans are whole numbers, 0 or 1, on the GPU. */
export const wgslType = (type: DataType): "f32" | "i32" => (type === "float32" ? "f32" : "i32");
