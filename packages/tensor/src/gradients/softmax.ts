import { registerGradient } from "@tensorflow/tfjs-core";
import { mul, sub } from "../ops/binary.js";
import { sum } from "../ops/reduce.js";
import { softmax } from "../ops/softmax.js";
import type { Tensor } from "../tensor-type.js";

registerGradient({
  kernelName: "Softmax",
  inputsToSave: ["logits"],
  gradFunc: (dy, [logits]) => ({
    logits: () => {
      const y = softmax(logits);
      const weighted = mul(dy as Tensor, y);
      return sub(weighted, mul(y, sum(weighted, -1, true)));
    },
  }),
});
