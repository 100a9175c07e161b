import type { TensorflowBackend } from "./tensorflow.js";

const repaired = new WeakSet<TensorflowBackend>();

/**
 * tfjs-node keeps the array that a tensor is made of, until an operation needs it, and hands the same array out again:
 * who changes one changes the tensor. Here both are copies, as on every device.
 */
export function repairBackend(backend: TensorflowBackend): void {
  if (repaired.has(backend)) return;
  repaired.add(backend);
  const { write, readSync } = backend;
  backend.write = (values, shape, dtype) =>
    write.call(backend, ArrayBuffer.isView(values) ? values.slice() : values, shape, dtype);
  backend.readSync = (dataId) => {
    const values = readSync.call(backend, dataId);
    const isKept = ArrayBuffer.isView(values) && backend.tensorMap.get(dataId).values === values;
    return isKept ? (values as Float32Array).slice() : values;
  };
}
