import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { CpuBackend } from "../backend.js";
import { expectFloats, type Kernel } from "./kernel.js";
import { transposed } from "./shape.js";

function upright(x: TensorInfo, isTransposed: boolean, backend: CpuBackend): TensorInfo {
  return isTransposed ? transposed(x, [0, 2, 1], backend) : backend.alias(x, x.shape);
}

/** Inputs [batch, m, k] and [batch, k, n]; a transposed one is copied first, which costs little beside the product. */
const batchMatMul: Kernel = {
  name: "BatchMatMul",
  run: (inputs, backend, { transposeA, transposeB }) => {
    expectFloats("BatchMatMul", inputs.a, inputs.b);
    const a = upright(inputs.a, transposeA as boolean, backend);
    const b = upright(inputs.b, transposeB as boolean, backend);
    const [batch, m, k] = a.shape;
    const n = b.shape[2];
    const c = backend.output([batch, m, n]);
    const bytes = backend.floatBytes;
    for (let i = 0; i < batch; i++) {
      const at = (x: TensorInfo, size: number) => backend.address(x) + i * size * bytes;
      backend.fn("matMul")(at(a, m * k), at(b, k * n), at(c, m * n), m, k, n);
    }
    backend.disposeIntermediate(a);
    backend.disposeIntermediate(b);
    return c;
  },
};

export const matMulKernels: Kernel[] = [batchMatMul];
