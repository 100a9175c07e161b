import { ShapeError } from "@plenoptic/tensor";
import { Calculation } from "./calculation.js";
import { expectFloats, type Kernel } from "./kernel.js";

/** (x - mean) / √(variance + ε) · scale + offset; all but x have one value a channel, or x's shape. */
const fusedBatchNorm: Kernel = {
  name: "FusedBatchNorm",
  run: ({ x, mean, variance, scale, offset }, backend, attrs) => {
    expectFloats("FusedBatchNorm", x, mean, variance);
    for (const [name, t] of Object.entries({ variance, scale, offset })) {
      if (t && t.shape.length !== mean.shape.length)
        throw new ShapeError(
          `FusedBatchNorm needs mean and ${name} of the same rank, but got [${mean.shape.join(", ")}] and [${t.shape.join(", ")}].`,
        );
    }
    const c = new Calculation(backend);
    const inverse = c.call("Rsqrt", c.combine("Add", variance, c.filled(attrs.varianceEpsilon as number)));
    const factor = scale ? c.combine("Multiply", inverse, scale) : inverse;
    const y = c.combine("Multiply", c.combine("Sub", x, mean), factor);
    return c.end(offset ? c.combine("Add", y, offset) : y);
  },
};

export const batchNormKernels: Kernel[] = [fusedBatchNorm];
