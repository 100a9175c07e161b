import { matMul } from "../ops/mat-mul.js";
import type { Tensor } from "../tensor-type.js";
import { registerGradient } from "./own-gradients.js";

registerGradient({
  kernelName: "BatchMatMul",
  inputsToSave: ["a", "b"],
  gradFunc: (dy, [a, b], attrs) => {
    const d = dy as Tensor;
    const { transposeA: ta, transposeB: tb } = attrs as { transposeA: boolean; transposeB: boolean };
    return {
      a: () => (ta ? matMul(b, d, tb, true) : matMul(d, b, false, !tb)),
      b: () => (tb ? matMul(d, a, true, ta) : matMul(a, d, !ta, false)),
    };
  },
});
