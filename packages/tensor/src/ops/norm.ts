import { SumSquares } from "../kernel-names.js";
import { tidy } from "../memory.js";
import { declareOp } from "../op.js";
import { run } from "../run.js";
import type { Tensor } from "../tensor-type.js";
import { mul } from "./binary.js";
import { equal, where } from "./compare.js";
import { sum } from "./reduce.js";
import { sqrt, square } from "./unary.js";

/** Σx² over all values, a scalar. */
export function sumSquares(x: Tensor): Tensor {
  return run(SumSquares, { x });
}

/** The L2 norm √Σx² over all values, a scalar. Its gradient at x = 0 is 0, as in PyTorch. */
export function norm(x: Tensor): Tensor {
  return tidy(() => {
    const total = sumSquares(x);
    const isZero = equal(total, 0);
    return where(isZero, 0, sqrt(where(isZero, 1, total)));
  });
}

declareOp({
  kernelName: SumSquares,
  compose: ({ x }) => sum(square(x)),
  inputsToSave: ["x"],
  gradient: (dy, [x]) => ({ x: () => mul(x, mul(dy, 2)) }),
});
