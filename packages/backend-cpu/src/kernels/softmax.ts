import { withDtype } from "./cast.js";
import { type Kernel, sizeOf } from "./kernel.js";

/** A kernel over rows along the last axis. */
function rowKernel(name: string, fn: string): Kernel {
  return {
    name,
    run: ({ logits }, backend) =>
      withDtype([logits], "float32", backend, (x) => {
        const y = backend.output(x.shape);
        const length = x.shape.at(-1) ?? 1;
        const rows = length === 0 ? 0 : sizeOf(x.shape) / length;
        backend.fn(fn)(backend.address(x), backend.address(y), rows, length);
        return y;
      }),
  };
}

export const softmaxKernels: Kernel[] = [
  rowKernel("Softmax", "softmax"),
  rowKernel("LogSoftmax", "logSoftmax"),
];
