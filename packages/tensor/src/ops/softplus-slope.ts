import { SoftplusSlope } from "../kernel-names.js";
import { declareOp } from "../op.js";
import { run } from "../run.js";
import type { Tensor } from "../tensor-type.js";
import { mul, sub } from "./binary.js";
import { greater, where } from "./compare.js";
import { sigmoid } from "./unary.js";

/** The slope of softplus: the sigmoid, and exactly 1 where softplus is x itself, above 20. */
export function softplusSlope(x: Tensor): Tensor {
  return run(SoftplusSlope, { x });
}

declareOp({
  kernelName: SoftplusSlope,
  compose: ({ x }) => where(greater(x, 20), 1, sigmoid(x)),
  inputsToSave: ["x"],
  gradient: (dy, [x]) => ({
    x: () => {
      const slope = softplusSlope(x);
      return mul(dy, mul(slope, sub(1, slope)));
    },
  }),
});
