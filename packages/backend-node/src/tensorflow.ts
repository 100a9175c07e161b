import type { Tensor } from "@plenoptic/tensor";
import { engine, type KernelBackend, type TensorInfo } from "@tensorflow/tfjs-core";

/** Name of tfjs-node's backend in tfjs's registry. */
export const engineName = "tensorflow";

/** An attribute of an operation of TensorFlow. */
export interface OpAttr {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

type TypeCode = "TF_FLOAT" | "TF_INT32" | "TF_COMPLEX64";
type AttrCode = "TF_ATTR_STRING" | "TF_ATTR_INT" | "TF_ATTR_BOOL" | "TF_ATTR_TYPE";

/** What is used here of tfjs-node's backend. */
export interface TensorflowBackend extends KernelBackend {
  readonly binding: Readonly<Record<TypeCode | AttrCode, number>> & { readonly TF_Version: string };
  readonly isGPUPackage: boolean;
  readonly isUsingGpuDevice: boolean;
  readonly tensorMap: { get(dataId: object): { values: unknown } };
  executeSingleOutput(name: string, attrs: OpAttr[], inputs: TensorInfo[]): Tensor;
}

/** The backend, if it runs. Asking the engine for it in the usual way would start it. */
export function runningBackend(): TensorflowBackend | undefined {
  return engine().registry[engineName] as TensorflowBackend | undefined;
}

function running(): TensorflowBackend {
  return runningBackend() as TensorflowBackend;
}

export function typeAttr(name: string, type: "float" | "int32" | "complex64" = "float"): OpAttr {
  const { binding } = running();
  const codes = { float: binding.TF_FLOAT, int32: binding.TF_INT32, complex64: binding.TF_COMPLEX64 };
  return { name, type: binding.TF_ATTR_TYPE, value: codes[type] };
}

export function stringAttr(name: string, value: string): OpAttr {
  return { name, type: running().binding.TF_ATTR_STRING, value };
}

export function intsAttr(name: string, value: readonly number[]): OpAttr {
  return { name, type: running().binding.TF_ATTR_INT, value };
}

/** Runs one operation of TensorFlow, by the name and with the attributes it has there. */
export function execute(name: string, attrs: OpAttr[], inputs: TensorInfo[]): Tensor {
  return running().executeSingleOutput(name, attrs, inputs);
}

/** Whole numbers as TensorFlow wants them for sizes and paddings. */
export function int32Tensor(values: readonly number[], shape: number[]): Tensor {
  return engine().makeTensor(Int32Array.from(values), shape, "int32");
}
